import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyBundle } from '../../../gateway/archive/bundle/verify-bundle.ts';
import type { LogKeys } from '../../../gateway/archive/sqlite/log-signer.ts';
import { openSqliteWriter } from '../../../gateway/archive/sqlite/writer.ts';
import { TEST_SIGNER, TestLog, type TestSession, testWriting } from '../../../gateway/archive/testing.ts';
import { unpacked } from '../testing/bundle-content.ts';
import { exportedBundle, opened, selected, temporaryFolder } from '../testing/exported.ts';
import { pythonVerdict } from '../testing/python-verdict.ts';
import { generateSigner } from '../testing/signer.ts';

function begin(session: TestSession): Uint8Array[] {
  return [
    session.event('sessionOpened'),
    session.event('identity'),
    session.query('select 1'),
    session.outcome(),
  ];
}

/** A log of three volumes, one session in each and one from the first to the last. Gives their ids. */
function writeVolumes(path: string): { readonly short: string[]; readonly long: string } {
  const log = new TestLog(5);
  const long = log.session(100);
  const short = [1, 2, 3].map((id) => log.session(id));
  const writer = openSqliteWriter({ path, ...testWriting() });
  try {
    const roll = (number: number) =>
      log.event('volumeRolled', { number, checkpoint: null, reason: 'request' });
    const bodies = [
      log.event('logOpened'),
      log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: '' }),
      ...begin(long),
      ...short.flatMap((session, i) => [
        ...(i === 0 ? [] : [roll(i)]),
        ...begin(session),
        session.event('sessionClosed'),
        long.query(`select ${i}`),
        long.outcome(),
        log.event('heartbeat', { sessions: 1 }),
      ]),
      long.event('sessionClosed'),
      log.event('heartbeat', { sessions: 0 }),
    ];
    for (const body of bodies) writer.append(body);
    writer.commit();
  } finally {
    writer.close();
  }
  return { short: short.map(({ hex }) => hex), long: long.hex };
}

async function verdictOf(
  path: string,
  keys: readonly Uint8Array[] = [TEST_SIGNER.publicKey],
): Promise<string> {
  return (await verifyBundle({ path, keys, anchors: [] })).verdict;
}

interface Proof {
  readonly logs: readonly {
    readonly proofs: readonly { readonly from: number; readonly checkpoint: string }[];
    readonly seals: readonly unknown[];
  }[];
}

async function proofIn(path: string): Promise<Proof> {
  return JSON.parse((await unpacked(path)).get('evidence/proof.json')?.toString() ?? '{}') as Proof;
}

test('sessions of many volumes are under one checkpoint, and one that went through all of them is whole', async () => {
  const folder = temporaryFolder();
  writeVolumes(join(folder, 'archive'));
  const path = join(folder, 'all.zip');
  await exportedBundle(await opened(join(folder, 'archive')), path);
  const { logs } = await proofIn(path);
  expect([
    await verdictOf(path),
    logs.map(({ proofs, seals }) => [proofs.map(({ from }) => from), seals.length]),
  ]).toEqual(['VERIFIED', [[[0], 2]]]);
});

test('where a volume between is gone, each part is proven for itself, and what was in it cannot be exported whole', async () => {
  const folder = temporaryFolder();
  const { short, long } = writeVolumes(join(folder, 'archive'));
  const [, second = ''] = readdirSync(join(folder, 'archive'))
    .filter((name) => name.endsWith('.audit'))
    .toSorted();
  for (const name of [second, `${second}.seal`]) rmSync(join(folder, 'archive', name));
  const archive = await opened(join(folder, 'archive'));
  const path = join(folder, 'parts.zip');
  const [first = '', , third = ''] = short;
  await exportedBundle(archive, path, { selection: selected('', first, third) });
  const { logs } = await proofIn(path);
  const froms = logs.flatMap(({ proofs }) => proofs.map(({ from }) => from > 0));
  const cut = exportedBundle(archive, join(folder, 'cut.zip'), { selection: selected('', long) });
  await expect(cut).rejects.toThrow('is in none of the volumes that are here');
  expect([
    await verdictOf(path),
    pythonVerdict(path, TEST_SIGNER.publicKey, 'VERIFIED'),
    froms,
    readdirSync(folder).toSorted(),
  ]).toEqual(['VERIFIED', 'VERIFIED', [false, true], ['archive', 'parts.zip']]);
});

test('whoever pinned the key before it was replaced can verify what came after', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'archive');
  const next = generateSigner();
  const log = new TestLog(6);
  const sessions = [log.session(1), log.session(2)] as const;
  const write = (keys: LogKeys, bodies: readonly Uint8Array[]) => {
    const writer = openSqliteWriter({ path, ...testWriting(), ...keys });
    for (const body of bodies) writer.append(body);
    writer.commit();
    writer.close();
  };
  write({ signer: TEST_SIGNER }, [
    log.event('logOpened'),
    log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: '' }),
    ...begin(sessions[0]),
    sessions[0].event('sessionClosed'),
  ]);
  write({ signer: next, previous: TEST_SIGNER }, [
    log.event('signingKey', {
      key: next.publicKey,
      previous: TEST_SIGNER.publicKey,
      reason: 'a year is over',
    }),
    log.event('heartbeat', { sessions: 0 }),
  ]);
  write({ signer: next }, [...begin(sessions[1]), sessions[1].event('sessionClosed')]);
  const bundle = join(folder, 'rotated.zip');
  await exportedBundle(await opened(path), bundle, { selection: selected('', sessions[1].hex) });
  const { logs } = await proofIn(bundle);
  expect([
    await verdictOf(bundle),
    await verdictOf(bundle, [next.publicKey]),
    await verdictOf(bundle, [generateSigner().publicKey]),
    logs.map(({ proofs }) => proofs.length),
    pythonVerdict(bundle, TEST_SIGNER.publicKey, 'VERIFIED'),
  ]).toEqual(['VERIFIED', 'VERIFIED', 'UNKNOWN_KEY', [2], 'VERIFIED']);
});
