import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { TestLog, testWriting } from '../../gateway/archive/testing.ts';

const CLI = join(import.meta.dirname, '../cli.ts');
const by = userInfo().username;

let archive: string;
/** Names of the volumes: the first has statements on t1, the second on t2. */
let volumes: string[];
beforeAll(() => {
  archive = mkdtempSync(join(tmpdir(), 'auditorium-hold-'));
  volumes = [1, 2].map((id) => {
    const log = new TestLog(id);
    const writer = openSqliteWriter({ path: archive, ...testWriting() });
    const session = log.session(id);
    writer.append(log.event('logOpened', { boot: 1 }));
    writer.append(session.event('sessionOpened', { connection: 'shop' }));
    writer.append(session.query(`SELECT * FROM t${id}`));
    writer.append(session.outcome());
    writer.append(session.event('sessionClosed', { outcome: 'completed' }));
    writer.append(log.event('logClosed', { sessions: 0 }));
    writer.commit();
    writer.close();
    return `${Buffer.from(log.log).toString('hex')}-000000000000.audit`;
  });
});
afterAll(() => rmSync(archive, { recursive: true }));

/** The objects that a command prints, and how it ended. */
function run(
  command: string,
  ...words: string[]
): Promise<{ status: number | null; rows: unknown[]; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, command, archive, ...words, '--json'],
      (_, stdout, stderr) => {
        const rows = stdout.split('\n').filter((line) => line !== '');
        resolve({ status: child.exitCode, rows: rows.map((line): unknown => JSON.parse(line)), stderr });
      },
    );
  });
}

test('volumes are held by what is in them, listed and released', async () => {
  const [first, second] = volumes;
  const held = await run('hold', '--filter', 'table:t1', '--reason', 'case 7');
  const all = await run('hold', '--reason', 'case 8');
  const listed = await run('holds');
  const released = await run('release', '--filter', 'table:t1', '--reason', 'case 7 is over');
  const left = await run('holds');
  expect([held, all, released].map(({ rows }) => rows)).toEqual([
    [{ held: first }],
    [{ held: first }, { held: second }],
    [{ released: first }],
  ]);
  const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(listed.rows).toEqual([
    { volume: first, time, by, reason: 'case 7', filter: 'table:t1' },
    { volume: first, time, by, reason: 'case 8', filter: '' },
    { volume: second, time, by, reason: 'case 8', filter: '' },
  ]);
  expect(left.rows).toEqual(listed.rows.slice(1));
});

test('a filter that is none, and an archive that is not there, are refused', async () => {
  const bad = await run('hold', '--filter', 'rows>>', '--reason', 'x');
  expect([bad.status, bad.stderr.slice(0, 24)]).toEqual([2, 'auditorium: BAD_FILTER: ']);
  const none = await run('hold', '--filter', 'table:nothing', '--reason', 'x');
  expect([none.status, none.rows, none.stderr]).toEqual([0, [], 'nothing matches: no volume is held\n']);
});
