import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from './command-line.ts';
import { demoHome, startDemo } from './demo-process.ts';

const CLI = join(import.meta.dirname, '../../main/cli.ts');

test(
  'the demo’s archive verifies while it is written and when it is closed, and no longer when a byte of it is another',
  { timeout: 180_000 },
  async () => {
    const home = await demoHome();
    const demo = startDemo(home, 'directly');
    const { archive } = await demo.ready();
    const verify = (...options: string[]) =>
      runCommand(CLI, ['verify', archive, ...options], { ...process.env, AUDITORIUM_HOME: home });
    const alive = await verify();
    expect([alive.status, alive.printed[0], alive.complaints]).toEqual([
      0,
      'VERIFIED: this is what was recorded, whole.',
      [],
    ]);
    expect(alive.printed.join('\n')).toContain('still being written');
    demo.process.kill('SIGINT');
    await demo.ended;
    const closed = await verify('--json');
    expect([closed.status, JSON.parse(closed.printed[0] ?? '{}')]).toMatchObject([
      0,
      { verdict: 'VERIFIED', findings: [], redactions: 0, logs: [{ open: false }] },
    ]);
    damage(archive);
    const damaged = await verify();
    expect([damaged.status, damaged.printed[0]]).toEqual([25, 'CORRUPT: this is not what was signed.']);
  },
);

/** Changes what somebody was named in the record. */
function damage(archive: string): void {
  const name = readdirSync(archive).find((file) => file.endsWith('.audit')) ?? '';
  const path = join(archive, name);
  const bytes = readFileSync(path);
  // The magic of a zstd frame: behind it lie the events of a segment.
  const at = bytes.lastIndexOf(Buffer.from('28b52ffd', 'hex')) + 20;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
}
