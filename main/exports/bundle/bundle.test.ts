import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBundle } from '../../../gateway/archive/bundle/verify-bundle.ts';
import { pythonVerdict } from '../testing/python-verdict.ts';
import { generateSigner } from '../testing/signer.ts';
import { TEST_SIGNER } from '../../../gateway/archive/testing.ts';
import type { Verdict } from '../../../shared/recording/verdict.ts';
import { repacked, unpacked } from '../testing/bundle-content.ts';
import { exportedBundle, opened, selected, temporaryFolder } from '../testing/exported.ts';
import { writeHostileArchive } from '../testing/hostile-archive.ts';

const KEYS = [TEST_SIGNER.publicKey];
async function verdictOf(path: string, keys: readonly Uint8Array[] = KEYS): Promise<Verdict> {
  return (await verifyBundle({ path, keys, anchors: [] })).verdict;
}

/** What verify.py says with the same key. */
const python = (file: string, expected: Verdict, verifier?: string): Verdict =>
  pythonVerdict(file, TEST_SIGNER.publicKey, expected, verifier);

let folder: string;
let path: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  folder = temporaryFolder(finished);
  const { plain } = writeHostileArchive(join(folder, 'archive'));
  path = join(folder, 'evidence.zip');
  const archive = await opened(join(folder, 'archive'), finished);
  await exportedBundle(archive, path, { selection: selected('', plain) });
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

test('a closed session verifies with the public key alone, and only with it', async () => {
  expect([
    await verdictOf(path),
    await verdictOf(path, []),
    await verdictOf(path, [generateSigner().publicKey]),
    python(path, 'VERIFIED'),
  ]).toEqual(['VERIFIED', 'UNKNOWN_KEY', 'UNKNOWN_KEY', 'VERIFIED']);
});

test('a session that has no end yet is incomplete, and its events are proven', async () => {
  const all = join(temporaryFolder(), 'all.zip');
  await exportedBundle(await opened(join(folder, 'archive')), all);
  const { verdict, findings } = await verifyBundle({ path: all, keys: KEYS, anchors: [] });
  expect([verdict, findings.map(({ message }) => message), python(all, 'INCOMPLETE')]).toEqual([
    'INCOMPLETE',
    ['a session that begins here has no end'],
    'INCOMPLETE',
  ]);
});

test('the same selection gives the same bytes', async () => {
  const again = join(temporaryFolder(), 'again.zip');
  await exportedBundle(await opened(join(folder, 'archive')), again, {
    selection: selected('', ...(await namesIn(path))),
  });
  expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
});

test('it is readable by its owner alone, and holds what the format says, in its order', async () => {
  const content = await unpacked(path);
  expect([(statSync(path).mode & 0o777).toString(8), [...content.keys()]]).toEqual([
    '600',
    [
      'README.txt',
      'verify.py',
      'report.html',
      'sessions.csv',
      'statements.csv',
      'statements.jsonl',
      'evidence/events.bin',
      'evidence/proof.json',
      'evidence/key.pem',
      'manifest.json',
    ],
  ]);
});

test('what it was unpacked to verifies as well, by its own verifier', async () => {
  const here = join(temporaryFolder(), 'unpacked');
  for (const [name, bytes] of await unpacked(path)) {
    mkdirSync(dirname(join(here, name)), { recursive: true });
    writeFileSync(join(here, name), bytes);
  }
  expect([await verdictOf(here), python(here, 'VERIFIED', join(here, 'verify.py'))]).toEqual([
    'VERIFIED',
    'VERIFIED',
  ]);
});

test('a manifest that was signed says by whom, and another signature is found out', async () => {
  const signer = generateSigner();
  const archive = await opened(join(folder, 'archive'));
  const signed = join(temporaryFolder(), 'signed.zip');
  await exportedBundle(archive, signed, {
    selection: selected('status:failed', ...(await namesIn(path))),
    signer,
  });
  const content = await unpacked(signed);
  const note = (content.get('manifest.note') ?? Buffer.alloc(0)).toString();
  const forged = join(dirname(signed), 'forged.zip');
  const changed = note.replace(
    /(— \S+ \S{12})(.)/u,
    (_, before: string, one: string) => before + (one === 'A' ? 'B' : 'A'),
  );
  await repacked(forged, new Map([...content, ['manifest.note', Buffer.from(changed)]]));
  const packers = [];
  for (const [file, keys] of [
    [signed, [...KEYS, signer.publicKey]],
    [signed, KEYS],
    [forged, [...KEYS, signer.publicKey]],
  ] as const) {
    const { verdict, packer } = await verifyBundle({ path: file, keys, anchors: [] });
    packers.push([verdict, packer]);
  }
  expect(packers).toEqual([
    ['VERIFIED', 'known'],
    ['VERIFIED', 'unknown'],
    ['CORRUPT', 'unknown'],
  ]);
});

async function namesIn(bundle: string): Promise<string[]> {
  const manifest = (await unpacked(bundle)).get('manifest.json')?.toString() ?? '{}';
  return (JSON.parse(manifest) as { sessions: { id: string }[] }).sessions.map(({ id }) => id);
}

describe('a bundle that was tampered with', () => {
  test('by any byte is found out, by both verifiers', async () => {
    const whole = readFileSync(path);
    const changed = join(temporaryFolder(), 'changed.zip');
    const passed: string[] = [];
    // A prime step: every part of the file is hit, and CI has not to try 40,000 bytes.
    for (let at = 0; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(changed, bytes);
      if ((await verdictOf(changed)) !== 'CORRUPT') passed.push(`byte ${at}`);
      if (at % (97 * 40) === 0 && python(changed, 'CORRUPT') !== 'CORRUPT')
        passed.push(`byte ${at} in Python`);
    }
    expect(passed).toEqual([]);
  }, 60_000);

  /** Each changes what the bundle holds; manifest and zip are made anew as whoever does such a thing would. */
  const TAMPERS: Readonly<Record<string, (content: Map<string, Buffer>) => void>> = {
    'a byte of an event': (content) => {
      const events = content.get('evidence/events.bin') as Buffer;
      const at = events.indexOf('deploy');
      events[at] = (events[at] ?? 0) ^ 1;
    },
    'a value beside an event': (content) => {
      const events = content.get('evidence/events.bin') as Buffer;
      events.write('keep', events.indexOf('drop table orders'));
    },
    'an event left out': (content) => {
      const events = content.get('evidence/events.bin') as Buffer;
      content.set('evidence/events.bin', events.subarray(4 + events.readUInt32BE(0)));
    },
    'an event told twice': (content) => {
      const events = content.get('evidence/events.bin') as Buffer;
      content.set(
        'evidence/events.bin',
        Buffer.concat([events.subarray(0, 4 + events.readUInt32BE(0)), events]),
      );
    },
    'a hash of the proof': (content) => {
      const proof = (content.get('evidence/proof.json') as Buffer).toString();
      content.set(
        'evidence/proof.json',
        Buffer.from(
          proof.replace(
            /("beside": ")(.)/,
            (_, before: string, one: string) => before + (one === 'A' ? 'B' : 'A'),
          ),
        ),
      );
    },
    'a checkpoint of another size': (content) => {
      const proof = (content.get('evidence/proof.json') as Buffer).toString();
      content.set('evidence/proof.json', Buffer.from(proof.replace(/\\n(\d+)\\n/, '\\n1$1\\n')));
    },
    'no proof': (content) => {
      const proof = JSON.parse((content.get('evidence/proof.json') as Buffer).toString()) as {
        logs: { proofs: unknown[] }[];
      };
      for (const log of proof.logs) log.proofs = [];
      content.set('evidence/proof.json', Buffer.from(JSON.stringify(proof)));
    },
    'a session less in the manifest': (content) => {
      const manifest = JSON.parse((content.get('manifest.json') as Buffer).toString()) as {
        sessions: unknown[];
      };
      manifest.sessions = [];
      content.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    },
  };

  test.each(Object.entries(TAMPERS))(
    'with %s is found out though all hashes are made anew',
    async (_, tamper) => {
      const content = await unpacked(path);
      tamper(content);
      const changed = join(temporaryFolder(), 'changed.zip');
      await repacked(changed, content);
      expect([await verdictOf(changed), python(changed, 'CORRUPT')]).toEqual(['CORRUPT', 'CORRUPT']);
    },
  );

  test('with a report made anew is no evidence less: it rests on the manifest, which nobody signed', async () => {
    const content = await unpacked(path);
    content.set('report.html', Buffer.from('<p>nothing happened</p>'));
    const changed = join(temporaryFolder(), 'changed.zip');
    await repacked(changed, content);
    const { verdict, packer } = await verifyBundle({ path: changed, keys: KEYS, anchors: [] });
    expect([verdict, packer]).toEqual(['VERIFIED', 'nobody']);
  });
});
