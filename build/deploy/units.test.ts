import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const UNITS = ['auditorium-gateway.service', 'auditorium-serve.service'] as const;

const version = Number(
  /systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version']).stdout?.toString() ?? '')?.[1],
);
/** `security --offline` came with 250, and so did the words that both need. */
const able = version >= 250;
if (!able) process.stdout.write('skipped: systemd-analyze on the units (there is none from 250 on here)\n');

/** What a systemd from before 254 says of two settings that it does not have. */
const NEWER = /Unknown key( name)? '(RestartSteps|RestartMaxDelaySec)' in section/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-units-'));
  const program = join(folder, 'auditorium.mjs');
  writeFileSync(program, '');
  chmodSync(program, 0o755);
  for (const unit of UNITS) {
    // As whoever runs this and with a program that is there: which are the machine's own affair.
    const text = readFileSync(join(import.meta.dirname, unit), 'utf8')
      .replace(/^ExecStart=\S+/m, `ExecStart=${program}`)
      .replaceAll(/^(User|Group)=auditorium$/gm, '$1=root');
    writeFileSync(join(folder, unit), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(...words: string[]): { status: number | null; said: string[] } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', words, {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' },
  });
  return { status, said: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

test.skipIf(!able).each(UNITS)('systemd takes %s', (unit) => {
  const { status, said } = analyze('verify', '--man=no', join(folder, unit));
  expect([said.filter((line) => line.includes('auditorium-') && !NEWER.test(line)), status]).toEqual([[], 0]);
});

test.skipIf(!able)('systemd finds a setting that it does not know', () => {
  const wrong = join(folder, 'auditorium-wrong.service');
  writeFileSync(wrong, readFileSync(join(folder, UNITS[0]), 'utf8').replace('KillMode=', 'KilMode='));
  expect(analyze('verify', '--man=no', wrong).said.join('\n')).toMatch(/Unknown key( name)? 'KilMode'/);
});

test.skipIf(!able).each(UNITS)('%s exposes little', (unit) => {
  const place = join(folder, unit);
  // As its own user: what it is exposed to as root is not asked.
  writeFileSync(place, readFileSync(place, 'utf8').replace('User=root', 'User=auditorium'));
  const { status, said } = analyze('security', '--offline=true', '--threshold=25', '--no-pager', place);
  expect([status, said.find((line) => line.includes('exposure level'))]).toEqual([
    0,
    expect.stringMatching(/exposure level.*: (1\.\d|2\.[0-5]) OK/),
  ]);
});

test.each(UNITS)('%s leaves no core dump and keeps its state to itself', (unit) => {
  const text = readFileSync(join(import.meta.dirname, unit), 'utf8');
  const set = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  expect(
    [
      'LimitCORE',
      'StateDirectory',
      'StateDirectoryMode',
      'UMask',
      'ProtectSystem',
      'NoNewPrivileges',
      'User',
    ].map(set),
  ).toEqual(['0', 'auditorium', '0700', '0077', 'strict', 'yes', 'auditorium']);
});
