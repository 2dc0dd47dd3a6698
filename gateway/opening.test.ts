import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unpacked } from '../main/exports/testing/bundle-content.ts';
import { exportedBundle, opened as openedInPlace } from '../main/exports/testing/exported.ts';
import { damageOf } from '../test/evidence/damage.ts';
import { flipped, otherTime } from '../test/evidence/edits.ts';
import { checkpointsOf } from '../test/evidence/stored-notes.ts';
import { writeStory } from '../test/evidence/story.ts';
import { Surgery } from '../test/evidence/surgery.ts';
import { shownIn } from '../test/fuzz/shown.ts';
import { EVERYTHING } from '../shared/filter/filter.ts';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import { SqliteArchive } from './archive/sqlite/reader.ts';
import { volumeFileName } from './archive/sqlite/volume-files.ts';
import { TEST_SIGNER } from './archive/testing.ts';
import { Opener } from './opener.ts';
import { openForeign, type OpeningOptions } from './opening.ts';

const VOLUME = volumeFileName(new Uint8Array(16).fill(5), 0);
const EVENTS = 643;
const PAGE_BYTES = 4096;

let root: string;
let story: string;
let opener: Opener;
let copies = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'auditorium-opening-'));
  story = join(root, 'story');
  writeStory({ path: story });
  opener = new Opener();
});
afterAll(() => {
  opener.close();
  rmSync(root, { recursive: true });
});

/** A copy of the story to be changed. */
function sent(): string {
  const path = join(root, `sent-${copies++}`);
  cpSync(story, path, { recursive: true });
  return path;
}

function operate(path: string, change: (surgery: Surgery) => void): void {
  using surgery = new Surgery(join(path, VOLUME));
  change(surgery);
}

function open(path: string, options: Partial<OpeningOptions> = {}) {
  return openForeign(path, {
    cache: join(root, 'cache'),
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    now: Date.now() * 1_000,
    software: 'test',
    kind: 'volumes',
    opener,
    ...options,
  });
}

/** How it stands, without what is the same everywhere. */
function told({ verdict, found, leftOut }: ForeignStanding) {
  return { verdict, found, leftOut };
}

test('what verifies is shown whole, from files of which nobody else can look at any', async () => {
  const { volumes, standing } = await open(sent());
  const modes = [volumes, join(volumes, VOLUME), join(root, 'cache/opened')].map(
    (path) => statSync(path).mode & 0o777,
  );
  expect({
    standing,
    modes,
    same: shownIn(volumes).events.size === shownIn(story).events.size,
    copy: readdirSync(join(volumes, '..')).toSorted(),
  }).toEqual({
    standing: {
      kind: 'volumes',
      verdict: 'VERIFIED',
      findings: [],
      found: 0,
      keys: [Buffer.from(TEST_SIGNER.publicKey).toString('hex')],
      unknownKeys: [],
      leftOut: 0,
      cut: [],
    },
    modes: [0o700, 0o600, 0o700],
    same: true,
    copy: ['standing.json', 'volumes'],
  });
});

test('nothing that lists and indexes of it say is ever shown', async () => {
  const path = sent();
  operate(path, ({ db }) =>
    db.exec(`UPDATE statement SET rows = 4711; UPDATE text SET text = 'select 4711'; UPDATE total SET statements = 4711;
      DELETE FROM session WHERE id > 2`),
  );
  const { volumes, standing } = await open(path);
  expect([told(standing), shownIn(volumes)]).toEqual([
    { verdict: 'VERIFIED', found: 0, leftOut: 0 },
    shownIn((await open(sent())).volumes),
  ]);
});

test('of what was damaged the rest is shown, and how much is missing is said', async () => {
  const path = sent();
  const truth = shownIn((await open(path)).volumes);
  const checkpoints = checkpointsOf(join(path, VOLUME));
  operate(path, (surgery) => surgery.edit(620, (piece) => ({ ...piece, bytes: otherTime(piece) })));
  const { volumes, standing } = await open(path);
  const shown = shownIn(volumes);
  const [[from, to] = [0, 0]] = damageOf([620], checkpoints);
  const archive = new SqliteArchive(volumes);
  const sessions = archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 50 }).items;
  archive.close();
  expect({
    told: told(standing),
    finding: standing.findings.map(({ verdict, event, lastEvent }) => ({ verdict, event, lastEvent })),
    added: [...shown.events].filter(([key, value]) => truth.events.get(key) !== value),
    fewer: shown.events.size < truth.events.size,
    live: sessions.filter(({ outcome }) => outcome === 'live'),
    cut: standing.cut,
  }).toEqual({
    told: { verdict: 'CORRUPT', found: 1, leftOut: to - from + 1 },
    finding: [{ verdict: 'CORRUPT', event: from, lastEvent: to }],
    added: [],
    fewer: true,
    live: [],
    cut: [],
  });
});

test('a session of which a part is shown says where it is cut', async () => {
  const path = sent();
  operate(path, (surgery) => {
    const index = surgery.find(({ kind, index: at }) => kind === 'statement' && at > 50);
    const last = (payloads: Buffer) => payloads.length - 1;
    surgery.edit(index, (piece) => ({ ...piece, payloads: flipped(piece.payloads, last(piece.payloads)) }));
  });
  const { volumes, standing } = await open(path);
  const archive = new SqliteArchive(volumes);
  const { items } = archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 50 });
  archive.close();
  const partly = items.filter(({ outcome }) => outcome === 'unknown');
  const cut = partly.map(({ id, events }) => ({ session: id, sequence: events }));
  expect([cut.length, standing.cut.map(({ session, sequence }) => ({ session, sequence }))]).toEqual([
    1,
    cut,
  ]);
});

test('a page that cannot be read costs the sessions on it, and no more', async () => {
  const path = sent();
  const file = readFileSync(join(path, VOLUME));
  const frame = file.lastIndexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])); // where a segment's payloads begin
  const page = frame - (frame % PAGE_BYTES);
  writeFileSync(join(path, VOLUME), file.fill(0xff, page, page + PAGE_BYTES));
  const { volumes, standing } = await open(path);
  const truth = shownIn((await open(sent())).volumes);
  const shown = shownIn(volumes);
  expect({
    verdict: standing.verdict,
    all: shown.events.size > 0 && shown.events.size + standing.leftOut <= EVENTS,
    added: [...shown.events].filter(([key, value]) => truth.events.get(key) !== value),
  }).toEqual({ verdict: 'CORRUPT', all: true, added: [] });
});

test('pages of which each is its own child cost what was on them, and keep nobody busy', async () => {
  const path = sent();
  const file = readFileSync(join(path, VOLUME));
  let cycles = 0;
  for (let at = PAGE_BYTES; at < file.length; at += PAGE_BYTES) {
    const inner = file[at] === 0x05 || file[at] === 0x02; // of a table, of an index
    if (!inner) continue;
    const page = at / PAGE_BYTES + 1;
    file.writeUInt32BE(page, at + 8);
    for (let cell = 0; cell < file.readUInt16BE(at + 3); cell++)
      file.writeUInt32BE(page, at + file.readUInt16BE(at + 12 + 2 * cell));
    cycles++;
  }
  writeFileSync(join(path, VOLUME), file);
  const came = await open(path).then(
    ({ volumes, standing }) => [standing.verdict, shownIn(volumes).events.size < EVENTS],
    (error: { code: string }) => [error.code],
  );
  expect([cycles > 0, came]).toEqual([true, ['CORRUPT', true]]);
});

test('a journal beside it, a link, a pipe and a note without end are refused before a byte is read', async () => {
  const refused = async (change: (path: string) => void) => {
    const path = sent();
    change(path);
    return open(path).then(
      () => 'opened',
      (error: { code: string; message: string }) => `${error.code}: ${error.message.replace(path, '…')}`,
    );
  };
  expect(
    [
      await refused((path) => writeFileSync(join(path, `${VOLUME}-wal`), 'x')),
      await refused((path) => writeFileSync(join(path, `${VOLUME}-journal`), 'x')),
      await refused((path) => {
        renameSync(join(path, VOLUME), join(path, '../away'));
        symlinkSync('../away', join(path, VOLUME));
      }),
      await refused((path) => execFileSync('mkfifo', [join(path, 'pipe.audit')])),
      await refused((path) => mkdirSync(join(path, 'folder.audit'))),
      await refused((path) => writeFileSync(join(path, `${VOLUME}.seal`), Buffer.alloc(70_000))),
    ].map((message) => message.replaceAll(/[0-9a-f]{32}-0{12}/g, 'volume')),
  ).toEqual([
    'REFUSED: …/volume.audit is not opened: it has a journal beside it (volume.audit-wal), of which nobody can say whether it belongs to it: have it copied when its gateway has ended, or export a bundle',
    'REFUSED: …/volume.audit is not opened: it has a journal beside it (volume.audit-journal), of which nobody can say whether it belongs to it: have it copied when its gateway has ended, or export a bundle',
    'REFUSED: …/volume.audit is not opened: it is a link to another file',
    'REFUSED: …/pipe.audit is not opened: it is no plain file',
    'REFUSED: …/folder.audit is not opened: it is no plain file',
    'REFUSED: …/volume.audit.seal is not opened: it is a note of 70000 bytes, and none has more than 65536',
  ]);
});

test('a schema with anything of its maker’s is refused before a table is read', async () => {
  const schemas = [
    'CREATE VIEW reports AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT i FROM r',
    'ALTER TABLE segment RENAME TO s; CREATE VIEW segment AS SELECT * FROM s',
    'CREATE TRIGGER t AFTER INSERT ON segment BEGIN DELETE FROM segment; END',
    'CREATE VIRTUAL TABLE v USING fts5(x)',
    'ALTER TABLE segment ADD COLUMN g TEXT GENERATED ALWAYS AS (hex(events)) VIRTUAL',
    'CREATE INDEX i ON segment (hex(events))',
    'DROP INDEX segment_session',
  ];
  const codes: string[] = [];
  for (const schema of schemas) {
    const path = sent();
    operate(path, ({ db }) => db.exec(schema));
    codes.push(
      await open(path).then(
        () => 'opened',
        (error: { code: string }) => error.code,
      ),
    );
  }
  // A view in the place of evidence makes a file that is no volume at all.
  expect(codes).toEqual(['REFUSED', 'DAMAGED', 'REFUSED', 'REFUSED', 'REFUSED', 'REFUSED', 'REFUSED']);
});

test('what readers left beside it is no journal', async () => {
  const path = sent();
  writeFileSync(join(path, `${VOLUME}-wal`), '');
  writeFileSync(join(path, `${VOLUME}-shm`), Buffer.alloc(32_768, 1));
  expect(told((await open(path)).standing)).toEqual({ verdict: 'VERIFIED', found: 0, leftOut: 0 });
});

test('what was opened before is there at once, until it, or who is trusted, is another', async () => {
  const path = sent();
  const once = await open(path);
  const made = statSync(join(once.volumes, VOLUME)).mtimeMs;
  const again = await open(path, { opener: closedOpener() });
  const without = await open(path, { keys: [] });
  operate(path, ({ db }) => db.exec('DELETE FROM statement'));
  const changed = await open(path);
  expect([
    again.volumes === once.volumes && statSync(join(again.volumes, VOLUME)).mtimeMs === made,
    without.volumes === once.volumes,
    without.standing.verdict,
    changed.volumes === once.volumes,
  ]).toEqual([true, false, 'UNKNOWN_KEY', false]);
});

test('a process that is killed over it is told, nothing is left of it, and the next one opens', async () => {
  const killing = new AbortController();
  const before = readdirSync(join(root, 'cache/opened')).length;
  const path = sent();
  appendFileSync(join(path, VOLUME), 'x'); // another file than any that was opened
  const failing = open(path, {
    signal: killing.signal,
    onProgress: ({ stage }) => stage === 'verifying' && killing.abort(new Error('enough')),
  });
  const ended = await failing.then(
    () => 'opened',
    (error: Error) => error.message,
  );
  expect([
    ended,
    readdirSync(join(root, 'cache/opened')).length,
    (await open(sent())).standing.verdict,
  ]).toEqual(['enough', before, 'VERIFIED']);
});

test('a bundle is shown as the sessions that somebody chose, zip or unpacked', async () => {
  const zip = join(root, 'evidence.zip');
  await exportedBundle(await openedInPlace(story), zip);
  const bundle = await open(zip, { kind: 'bundle' });
  const folder = join(root, 'evidence');
  for (const [name, content] of await unpacked(zip)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const extracted = await open(folder, { kind: 'bundle' });
  const truth = shownIn((await open(sent())).volumes);
  expect([
    told(bundle.standing),
    told(extracted.standing),
    bundle.standing.kind,
    shownIn(bundle.volumes),
    shownIn(extracted.volumes),
  ]).toEqual([
    { verdict: 'VERIFIED', found: 0, leftOut: 0 },
    { verdict: 'VERIFIED', found: 0, leftOut: 0 },
    'bundle',
    truth,
    truth,
  ]);
});

test('a bundle of which a byte was changed is refused, and one that is cut off too', async () => {
  const zip = join(root, 'evidence.zip');
  const codes = await Promise.all(
    [
      (bytes: Buffer) => void (bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1),
      (bytes: Buffer) => bytes.fill(0, bytes.length - 30),
    ].map(async (change, i) => {
      const path = join(root, `changed-${i}.zip`);
      cpSync(zip, path);
      const bytes = readFileSync(path);
      change(bytes);
      writeFileSync(path, bytes);
      return open(path, { kind: 'bundle', opener: new Opener() }).then(
        () => 'opened',
        (error: { code: string }) => error.code,
      );
    }),
  );
  expect(codes).toEqual(['DAMAGED', 'DAMAGED']);
});

/** A process that must not be needed. */
function closedOpener(): Opener {
  const unused = new Opener();
  unused.open = () => Promise.reject(new Error('it was opened again'));
  return unused;
}
