import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLI = join(import.meta.dirname, 'cli.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-cli-'));
  writeFileSync(join(folder, 'notes.audit'), 'shopping list');
  writeFileSync(join(folder, 'broken.yaml'), 'gateway: [');
  mkdirSync(join(folder, 'copy/v1'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

test.each([
  [['opne'], 2, /^auditorium: BAD_USAGE: unknown command 'opne' \(Did you mean open\?\); see --help\n$/],
  [['gateway'], 2, /^auditorium: BAD_USAGE: required option '--config <file>' not specified; see --help\n$/],
  [['open', '--port', '70000'], 2, /^auditorium: BAD_USAGE: .*a port is a number from 0 to 65535.*\n$/],
  [['find', '.', '--limit', 'all'], 2, /^auditorium: BAD_USAGE: .*this is a whole number from 1.*\n$/],
  [
    ['find', '.', 'rows>many'],
    2,
    /^auditorium: BAD_FILTER: "many" is not a whole number, at character 6: many\n$/,
  ],
  [['gateway', '--config', 'absent.yaml'], 3, /^auditorium: CONFIG_NOT_FOUND: .*absent\.yaml.*\n$/],
  [['gateway', '--config', 'broken.yaml'], 3, /^auditorium: CONFIG_INVALID: .*broken\.yaml.*\n$/],
  [['find', '.', '--config', 'absent.yaml'], 3, /^auditorium: CONFIG_NOT_FOUND: .*absent\.yaml.*\n$/],
  [
    ['export', '.', '--format', 'jsonl', '--out', '-', '--config', 'absent.yaml'],
    3,
    /^auditorium: CONFIG_NOT_FOUND: .*absent\.yaml.*\n$/,
  ],
  [['replay', '.', '01', '--config', 'absent.yaml'], 3, /^auditorium: CONFIG_NOT_FOUND: .*absent\.yaml.*\n$/],
  [
    ['serve', '--config', 'absent.yaml', '--keys', 'keys'],
    2,
    /^auditorium: BAD_USAGE: --keys and --tenant-key open what --store names: .*\n$/,
  ],
  [['find', 'absent'], 4, /^auditorium: ARCHIVE_NOT_FOUND: .*absent.*\n$/],
  [['find', 'notes.audit'], 4, /^auditorium: NOT_AN_ARCHIVE: .*notes\.audit.*\n$/],
  [
    ['verify', 'copy'],
    4,
    /^auditorium: NOT_AN_ARCHIVE: .*copy is no archive but a copy of a remote store: python3 build\/verify\.py .*\n$/,
  ],
  [['open', 'absent', '--no-open'], 4, /^auditorium: ARCHIVE_NOT_FOUND: .*absent.*\n$/],
  [['token', '--sub', 'ci', '--expires', 'soon'], 2, /^auditorium: BAD_DURATION: .*\n$/],
])('auditorium %j ends with %i and one line', (words, status, line) => {
  const ended = run(...words);
  expect({ ...ended, stderr: undefined }).toEqual({ status, stdout: '', stderr: undefined });
  expect(ended.stderr).toMatch(line);
});

test('help and version are no failure, no command at all is', () => {
  expect(run('--version')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    stderr: '',
  });
  expect(run('find', '--help')).toEqual({
    status: 0,
    stdout: expect.stringContaining('Usage: auditorium find') as unknown,
    stderr: '',
  });
  expect(run()).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('Usage: auditorium') as unknown,
  });
});
