import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ZipReader } from '../../../gateway/archive/bundle/zip-reader.ts';
import { verifyBundle } from '../../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../../gateway/archive/testing.ts';
import { VERDICTS, type Verdict } from '../../../shared/recording/verdict.ts';
import { exportedBundle, opened, selected, temporaryFolder } from '../testing/exported.ts';
import { writeHostileArchive } from '../testing/hostile-archive.ts';

const KEYS = [TEST_SIGNER.publicKey];

/** Why Python cannot be asked; null where it can. */
const noPython = spawnSync('python3', ['--version']).error === undefined ? null : 'there is no python3 here';

async function verdictOf(path: string, keys: readonly Uint8Array[] = KEYS): Promise<Verdict> {
  return (await verifyBundle({ path, keys, anchors: [] })).verdict;
}

async function contentOf(path: string): Promise<Map<string, Buffer>> {
  const zip = await ZipReader.open(path);
  try {
    const content = new Map<string, Buffer>();
    for (const entry of zip.entries) {
      const blocks: Buffer[] = [];
      for await (const block of zip.read(entry)) blocks.push(block);
      content.set(entry.name, Buffer.concat(blocks));
    }
    return content;
  } finally {
    await zip.close();
  }
}

test('a closed session verifies with the public key alone, and only with it', async () => {
  const folder = temporaryFolder();
  const { plain } = writeHostileArchive(join(folder, 'archive'));
  const path = join(folder, 'evidence.zip');
  await exportedBundle(await opened(join(folder, 'archive')), path, { selection: selected('', plain) });
  expect([
    await verdictOf(path),
    await verdictOf(path, []),
    await verdictOf(path, [new Uint8Array(32).fill(1)]),
  ]).toEqual(['VERIFIED', 'UNKNOWN_KEY', 'UNKNOWN_KEY']);
});

test('a session that has no end yet is incomplete, and its events are proven', async () => {
  const folder = temporaryFolder();
  writeHostileArchive(join(folder, 'archive'));
  const path = join(folder, 'evidence.zip');
  await exportedBundle(await opened(join(folder, 'archive')), path);
  const { verdict, findings } = await verifyBundle({ path, keys: KEYS, anchors: [] });
  expect([verdict, findings.map(({ message }) => message)]).toEqual([
    'INCOMPLETE',
    ['a session that begins here has no end'],
  ]);
});
