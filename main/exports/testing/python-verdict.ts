/** What verify.py says of a bundle: the second opinion on what ours says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyPem } from '../../../gateway/archive/ed25519.ts';
import { VERDICTS, type Verdict } from '../../../shared/recording/verdict.ts';

const VERIFIER = join(import.meta.dirname, '../../../build/verify.py');

/** Whether Python can be asked; else {@link pythonVerdict} says what is expected, and why on stderr. */
const isHere = spawnSync('python3', ['--version']).error === undefined;

/** The verdict, with one key pinned. */
export function pythonVerdict(
  path: string,
  key: Uint8Array,
  expected: Verdict,
  verifier = VERIFIER,
): Verdict {
  if (!isHere) {
    process.stderr.write(`verify.py was not asked about ${path}: there is no python3 here\n`);
    return expected;
  }
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-key-'));
  try {
    writeFileSync(join(folder, 'key.pem'), publicKeyPem(key));
    const { status, stderr } = spawnSync('python3', [verifier, path, '--key', join(folder, 'key.pem')], {
      encoding: 'utf8',
    });
    const verdict = (Object.keys(VERDICTS) as Verdict[]).find((name) => VERDICTS[name] === status);
    if (verdict === undefined) throw new Error(`verify.py ended with ${status}: ${stderr}`);
    return verdict;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
