/** A copy of a remote store under both verifiers: each written by itself, from docs/remote.md. */
import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { NO_KEYS } from '../../gateway/remote/keys/key-source.ts';
import { openKeys } from '../../gateway/remote/keys/open-keys.ts';
import { tenantKeysOf } from '../../gateway/remote/keys/tenant-keys.ts';
import { FolderVersions, TestShipping } from '../../gateway/remote/testing.ts';
import { verifyRemote, type RemoteReport } from '../../gateway/remote/verify/verify-remote.ts';
import { reportLines } from '../../main/commands/verify-report.ts';
import type { Verdict } from '../../shared/recording/verdict.ts';

const run = promisify(execFile);
const verifier = join(import.meta.dirname, '../../build/verify.py');
const lacking = ['python3', 'zstd'].find((program) => spawnSync(program, ['--version']).status !== 0);
const reason = lacking === undefined ? '' : ` (skipped: ${lacking} is not installed here)`;
const withPython = test.skipIf(lacking !== undefined);

const LOG = '03'.repeat(16);
const tenant = tenantKeysOf([Buffer.alloc(32, 1)]);
let folder: string;
let end = 0;

/** Three bundles, each under its manifest; one session's key is told of as destroyed. */
async function ship(name: string, sealed: 'nothing' | 'values' | 'all'): Promise<void> {
  const log = new TestLog(3);
  const keys =
    sealed === 'nothing' ? null : await openKeys({ folder: join(folder, `${name}-keys`) }, null, {});
  const sealing = { keys, tenant: sealed === 'all' ? tenant : null };
  using shipping = new TestShipping(new FolderVersions(join(folder, name)), log, { sealing });
  const [one, other] = [log.session(1), log.session(2)];
  await shipping.ship([
    log.event('logOpened'),
    one.event('sessionOpened'),
    one.query('SELECT 4711'),
    one.outcome(),
  ]);
  await shipping.ship([
    other.event('sessionOpened'),
    other.query('SELECT 2'),
    other.outcome(),
    one.event('sessionClosed'),
  ]);
  const held = (await keys?.heldBy({ log: LOG, session: one.hex })) ?? [];
  const told = { log: log.log, session: Buffer.from(one.hex, 'hex'), keys: held.map(({ id }) => id) };
  await shipping.ship([
    other.event('sessionClosed'),
    log.event('keysDestroyed', { ...told, by: 'ada', reason: 'ticket 812' }),
    log.event('logClosed', { sessions: 0 }),
  ]);
  end = log.time;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'python-store-'));
  writeFileSync(join(folder, 'key.pem'), publicKeyPem(TEST_SIGNER.publicKey));
  await ship('plain', 'nothing');
  await ship('values', 'values');
  await ship('all', 'all');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function byPython(path: string): Promise<Verdict> {
  const asked = [verifier, path, '--key', join(folder, 'key.pem'), '--json'];
  const { stdout } = await run('python3', asked).catch((error: { stdout: string; stderr: string }) => {
    if (error.stdout === '') throw new Error(error.stderr);
    return error;
  });
  return (JSON.parse(stdout) as { verdict: Verdict }).verdict;
}

async function byNode(path: string): Promise<Verdict> {
  return (await reportOf(path)).verdict;
}

function reportOf(path: string): Promise<RemoteReport> {
  const keys = [TEST_SIGNER.publicKey];
  const store = new FolderVersions(path);
  return verifyRemote({ store, keys, now: end / 1000, seen: () => null, keySource: NO_KEYS });
}

const files = (path: string, kind: 'bundles' | 'manifests') => {
  const dir = join(path, 'v1', LOG, kind);
  return readdirSync(dir)
    .toSorted()
    .map((name) => join(dir, name));
};

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** What is done to a copy, and what that is. */
const DONE: readonly (readonly [string, 'plain' | 'values' | 'all', (path: string) => void, Verdict])[] = [
  ['nothing', 'plain', () => {}, 'VERIFIED'],
  ['nothing', 'values', () => {}, 'VERIFIED_WITH_REDACTIONS'],
  ['nothing', 'all', () => {}, 'VERIFIED'],
  ['a bundle is gone', 'plain', (path) => rmSync(files(path, 'bundles')[1] ?? ''), 'MISSING'],
  ['a bundle is gone', 'all', (path) => rmSync(files(path, 'bundles')[1] ?? ''), 'MISSING'],
  ['a byte of a bundle is another', 'plain', (path) => flip(files(path, 'bundles')[1] ?? '', -3), 'REPLACED'],
  [
    'a byte of an envelope is another',
    'all',
    (path) => flip(files(path, 'bundles')[1] ?? '', 40),
    'REPLACED',
  ],
  [
    'a bundle lies in the place of another',
    'values',
    (path) => cpSync(files(path, 'bundles')[0] ?? '', files(path, 'bundles')[1] ?? ''),
    'REORDERED',
  ],
  ['a manifest is gone', 'plain', (path) => rmSync(files(path, 'manifests')[1] ?? ''), 'MISSING'],
  [
    'a byte of a manifest is another',
    'all',
    (path) => flip(files(path, 'manifests')[1] ?? '', 200),
    'CORRUPT',
  ],
  [
    'a manifest lies in the place of another',
    'plain',
    (path) => renameSync(files(path, 'manifests')[2] ?? '', files(path, 'manifests')[1] ?? ''),
    'REORDERED',
  ],
  [
    'something lies there that nobody put',
    'plain',
    (path) => writeFileSync(join(path, 'v1', LOG, 'bundles', `000000000000-${'0'.repeat(64)}`), ''),
    'EXTRA',
  ],
];

withPython(`both verifiers say the same of a copy of a store, whatever was done to it${reason}`, async () => {
  const found = [];
  for (const [i, [what, of, act]] of DONE.entries()) {
    const path = join(folder, `done-${i}`);
    mkdirSync(path);
    cpSync(join(folder, of), path, { recursive: true });
    act(path);
    found.push([what, of, await byPython(path), await byNode(path)]);
  }
  expect(found).toEqual(DONE.map(([what, of, , verdict]) => [what, of, verdict, verdict]));
});

withPython(`neither calls verified whole what is sealed for a tenant${reason}`, async () => {
  const path = join(folder, 'all');
  const { stdout } = await run('python3', [verifier, path, '--key', join(folder, 'key.pem')]);
  const byPythons = stdout.split('\n').slice(0, 2);
  const byNodes = reportLines(await reportOf(path), { keys: 1, index: true }).slice(0, 2);
  const headline =
    'VERIFIED as far as it can be read without the tenant’s key: 3 bundles of 11 events, in order and whole as signed; their sessions and values were not looked into.';
  expect(byPythons).toEqual([
    headline.replace('’', "'"),
    'Of what could be opened: 0 events, 0 sessions, 0 statements, 0 values taken out, 1 logs',
  ]);
  expect(byNodes).toEqual([
    headline,
    'Of what could be opened: 0 events, 0 sessions, 0 statements, 0 redactions, in 1 log',
  ]);
});
