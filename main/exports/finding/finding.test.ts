import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { verifyBundle } from '../../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../../gateway/archive/testing.ts';
import { EVERYTHING } from '../../../shared/api/permission.ts';
import { SessionId } from '../../../shared/api/session.ts';
import { createApp } from '../../app.ts';
import { Casework } from '../../casework/casework.ts';
import { closingAfterTest, person, placeIn } from '../../casework/testing/case-folder.ts';
import { unpacked } from '../testing/bundle-content.ts';
import { opened, temporaryFolder } from '../testing/exported.ts';
import { HOSTILE, type HostileArchive, writeHostileArchive } from '../testing/hostile-archive.ts';
import { pythonVerdict } from '../testing/python-verdict.ts';

let written: HostileArchive;
let archive: ArchiveReader;
let folder: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  folder = temporaryFolder(finished);
  written = writeHostileArchive(join(folder, 'archive'));
  archive = await opened(join(folder, 'archive'), finished);
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

let cases = 0;
function openCase(name = 'Ada'): Casework {
  const { signer } = person(name);
  const path = join(folder, `${cases++}.case`);
  const casework = new Casework({ path, archive, signer, name: async () => name, now: Date.now });
  cleanups.unshift(() => casework.close());
  return casework;
}

/** The bundle of a finding as a file, as a window gets it. */
async function bundleOf(casework: Casework, finding: string): Promise<string> {
  const app = createApp({
    reader: archive,
    kind: 'browser',
    version: '1.2.3',
    authorise: () => EVERYTHING,
    casework,
    closing: closingAfterTest(),
    report: () => undefined,
  });
  const response = await app(
    new Request('http://host/api/exports', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'bundle', finding }),
    }),
  );
  expect(response.status).toBe(200);
  const path = join(temporaryFolder(), 'finding.zip');
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  return path;
}

/** A finding with a frame in the plain session, one in the hostile session. */
async function makeFinding(casework: Casework, text: string, sessions: readonly string[]) {
  const { id } = await casework.makeFinding({
    title: text.slice(0, 200),
    severity: 'high',
    narrative: text,
    places: sessions.map((session) =>
      placeIn(SessionId.parse(session), { sequence: 5, statement: { number: 1, ordinal: 0 } }),
    ),
  });
  return casework.addEvidence(id, [placeIn(SessionId.parse(sessions[0] ?? ''))], text);
}

test('the bundle of a finding holds its sessions whole, its page and its entries, and both verifiers accept it', async () => {
  const casework = openCase();
  await casework.note('searched', 'something that is nobody’s business');
  const finding = await makeFinding(casework, 'Orders were deleted', [written.plain]);
  const path = await bundleOf(casework, finding.id);
  const content = await unpacked(path);
  const { verdict } = await verifyBundle({ path, keys: [TEST_SIGNER.publicKey], anchors: [] });
  const other = openCase('Bo');
  const merged = await other.merge(content.get('finding.case') ?? new Uint8Array());
  const [taken] = await other.findings();
  const page = (content.get('finding.html') ?? '').toString();
  const report = (content.get('report.html') ?? '').toString();
  const links = [...page.matchAll(/href="report\.html#([^"]+)"/g)].map(([, id]) => id);
  expect([
    verdict,
    pythonVerdict(path, TEST_SIGNER.publicKey, 'VERIFIED'),
    [...content.keys()].filter((name) => name.startsWith('finding')),
    (content.get('README.txt') ?? '').includes('finding.html          what was found'),
    links.map((id) => report.includes(`id="${id}"`)),
    page.includes(finding.evidence[0]?.anchor.events[0]?.hash ?? 'none'),
    merged.added,
    [taken?.title, taken?.evidence.map(({ standing }) => standing)],
    content.get('finding.case')?.includes('nobody’s business'),
  ]).toEqual([
    'VERIFIED',
    'VERIFIED',
    ['finding.html', 'finding.md', 'finding.case'],
    true,
    [true, true],
    true,
    3,
    ['Orders were deleted', ['holds', 'holds']],
    false,
  ]);
});

test.each(Object.entries(HOSTILE))(
  'what people wrote is text, whatever it looks like: %s',
  async (_, text) => {
    const casework = openCase(text);
    const { id } = await makeFinding(casework, text, [written.hostile]);
    const content = await unpacked(await bundleOf(casework, id));
    const page = (content.get('finding.html') ?? '').toString();
    const markdown = (content.get('finding.md') ?? '').toString().split('## Narrative')[0] ?? '';
    // oxlint-disable-next-line no-control-regex -- controls are what this is about
    const hidden = /[\u0000-\u0008\u000b-\u001f\u0085\u202a-\u202e\u2028\u2029]/;
    const tags = new Set([...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name));
    expect([
      [...tags].filter((name) => !TAGS.has(name ?? '')),
      /<[^>]*\son\w+=/.test(page),
      hidden.test(page),
      hidden.test(markdown),
      /(?<!\\)</.test(markdown),
    ]).toEqual([[], false, false, false, false]);
  },
);

/** All that the page is made of. */
const TAGS: ReadonlySet<string> = new Set(
  'html head meta title style body header section h1 h2 h3 h4 p b dl dt dd div pre code em strong blockquote ul ol li hr table thead tbody tr th td a span br'.split(
    ' ',
  ),
);

test('a finding whose sessions are elsewhere is not exported, and says why', async () => {
  const casework = openCase();
  const { id } = await casework.makeFinding({ title: 'bare', severity: 'low', narrative: '', places: [] });
  const app = createApp({
    reader: archive,
    kind: 'browser',
    version: '1.2.3',
    authorise: () => EVERYTHING,
    casework,
    closing: closingAfterTest(),
    report: () => undefined,
  });
  const ask = async (body: object) => {
    const response = await app(
      new Request('http://host/api/exports', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
    return [response.status, await response.json()];
  };
  expect([
    await ask({ format: 'bundle', finding: id }),
    await ask({ format: 'asciicast', sessions: [written.plain, written.hostile] }),
  ]).toEqual([
    [
      404,
      { code: 'NOT_FOUND', message: 'the archive holds none of the sessions that this finding rests on' },
    ],
    [400, { code: 'BAD_REQUEST', message: 'a recording is of one session: name one' }],
  ]);
});
