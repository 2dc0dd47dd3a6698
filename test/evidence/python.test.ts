import { execFile, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import { readPublicKeys } from '../../gateway/archive/key-file.ts';
import { verifyArchive } from '../../gateway/archive/sqlite/verify/verify.ts';
import { VERDICTS, verdictOf, type Finding, type Verdict } from '../../shared/recording/verdict.ts';
import { joined } from './damage.ts';
import { tamperedArchives, type TamperedArchive } from './tampered.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const verifier = join(root, 'build/verify.py');
const vectors = join(root, 'docs/vectors');
const keyFile = join(vectors, 'key.pem');

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
  await inFolder(async (folder) => {
    const archives = [...tamperedArchives(folder)].filter(({ projections }) => !projections);
    const found = await Promise.all(archives.map((archive) => pythonVerdict(archive)));
    expect(archives.map((archive, i) => told(archive.name, found[i] as Found))).toEqual(
      archives.map(({ name, verdict, events }) => ({
        name,
        verdict,
        status: VERDICTS[verdict],
        events: joined(events),
      })),
    );
  });
});

/** What lies in docs/vectors, and what every verifier must find. */
const STORED: Readonly<Record<string, Verdict>> = {
  rolled: 'VERIFIED',
  redacted: 'VERIFIED_WITH_REDACTIONS',
  'bundle.zip': 'VERIFIED',
};

test('archives and the bundle of the vectors have their verdicts', async () => {
  await inFolder(async (folder) => {
    const request = { keys: readPublicKeys(keyFile), anchors: [], needSeals: true, now: Date.now() * 1000 };
    const found = await Promise.all(
      Object.keys(STORED).map(async (name) => {
        const path = unpacked(name, folder);
        const all = { ...request, path };
        const report = name.endsWith('.zip') ? await verifyBundle(all) : verifyArchive(all);
        // What lists show changes with the program: INDEX_MISMATCH asks for `npm run vectors`.
        return [name, verdictOf(report.findings)];
      }),
    );
    expect(Object.fromEntries(found)).toEqual(STORED);
  });
});

withPython(`Python’s verifier comes to the same verdicts of them${reason}`, async () => {
  await inFolder(async (folder) => {
    const found = await Promise.all(
      Object.keys(STORED).map(async (name) => {
        const path = unpacked(name, folder);
        return [name, (await pythonVerdict({ path, keys: [keyFile], anchors: [] }, ['--seal'])).verdict];
      }),
    );
    expect(Object.fromEntries(found)).toEqual(STORED);
  });
});

withPython(
  `Python’s verifier withstands volumes and bundles that mean harm${reason}`,
  async () => {
    await inFolder(async (folder) => {
      const rolled = unpacked('rolled', folder);
      const volume = readdirSync(rolled).findLast((name) => name.endsWith('.audit')) ?? '';
      const script = join(root, 'test/evidence/hostile_test.py');
      const { stderr } = await run('python3', [script, join(rolled, volume), join(vectors, 'bundle.zip')]);
      expect(stderr).toMatch(/^Ran \d+ tests in [\d.]+s\n\nOK\n$/m);
    });
  },
  60_000,
);

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-python-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One of the vectors, as it is verified: volumes lie there packed. */
function unpacked(name: string, folder: string): string {
  const from = join(vectors, name);
  if (name.endsWith('.zip')) return from;
  const to = join(folder, name);
  mkdirSync(to);
  for (const file of readdirSync(from)) {
    if (file.endsWith('.gz'))
      writeFileSync(join(to, file.slice(0, -3)), gunzipSync(readFileSync(join(from, file))));
    else cpSync(join(from, file), join(to, file));
  }
  return to;
}

function told(name: string, { verdict, status, findings }: Found) {
  const spans = findings
    .filter((finding) => finding.verdict === verdict)
    .flatMap(({ event, lastEvent }) => (event === undefined ? [] : [[event, lastEvent ?? event] as const]));
  return { name, verdict, status, events: joined(spans) };
}

async function pythonVerdict(
  { path, keys, anchors }: Pick<TamperedArchive, 'path' | 'keys' | 'anchors'>,
  more: readonly string[] = [],
): Promise<Found> {
  const options = [
    ...keys.flatMap((key) => ['--key', key]),
    ...anchors.flatMap((anchor) => ['--anchor', anchor]),
  ];
  const ended = await run('python3', [verifier, path, '--json', ...options, ...more]).then(
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
