import { execFile, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { VERDICTS, type Finding, type Verdict } from '../../shared/recording/verdict.ts';
import { joined } from './damage.ts';
import { tamperedArchives, type TamperedArchive } from './tampered.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const verifier = join(root, 'build/verify.py');

/** Why Python's verifier cannot be run here; null when it can. */
const lacking = ['python3', 'zstd'].find((program) => spawnSync(program, ['--version']).status !== 0);
const reason = lacking === undefined ? '' : ` (skipped: ${lacking} is not installed here)`;
const withPython = test.skipIf(lacking !== undefined);

interface Found {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly status: number;
}

withPython(
  `Python’s verifier is what the vectors say, and takes what node:crypto signs${reason}`,
  async () => {
    const signed = Array.from({ length: 300 }, () => signedByNode());
    const script = join(root, 'test/evidence/vectors_test.py');
    const child = run('python3', [script], { env: { ...process.env, SIGNATURES_ON_STDIN: '1' } });
    child.child.stdin?.end(signed.join('\n'));
    const { stderr } = await child;
    expect(stderr).toMatch(/^Ran \d+ tests in [\d.]+s\n\nOK\n$/m);
  },
);

withPython(`Python’s verifier finds out what was done to an archive, and where${reason}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-python-'));
  try {
    const archives = [...tamperedArchives(folder)].filter(({ projections }) => !projections);
    const found = await Promise.all(archives.map(pythonVerdict));
    expect(archives.map((archive, i) => told(archive.name, found[i] as Found))).toEqual(
      archives.map(({ name, verdict, events }) => ({
        name,
        verdict,
        status: VERDICTS[verdict],
        events: joined(events),
      })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function told(name: string, { verdict, status, findings }: Found) {
  const spans = findings
    .filter((finding) => finding.verdict === verdict)
    .flatMap(({ event, lastEvent }) => (event === undefined ? [] : [[event, lastEvent ?? event] as const]));
  return { name, verdict, status, events: joined(spans) };
}

async function pythonVerdict({ path, keys, anchors }: TamperedArchive): Promise<Found> {
  const options = [
    ...keys.flatMap((key) => ['--key', key]),
    ...anchors.flatMap((anchor) => ['--anchor', anchor]),
  ];
  const ended = await run('python3', [verifier, path, '--json', ...options]).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { readonly stdout: string; readonly code: number }) => error,
  );
  return { ...(JSON.parse(ended.stdout) as Omit<Found, 'status'>), status: ended.code };
}

/** Key, message and signature in hex, as vectors_test.py reads them. */
function signedByNode(): string {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const message = createHash('sha512').update(randomBytes(16)).digest();
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return [key, message, sign(null, message, privateKey)].map((bytes) => bytes.toString('hex')).join(' ');
}
