import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NewAnnotation } from '../../shared/findings/annotation.ts';
import type { AnchorSource } from './anchors.ts';
import { Casework } from './casework.ts';
import { ADA, caseFolder, NOON, person, placeIn } from './testing/case-folder.ts';

const MS = 1000;
const NOTE: Omit<NewAnnotation, 'place' | 'text'> = { parent: null, tags: [], colour: 'yellow' };

test('a note stands on the event that it is about, and says what is there', async () => {
  const { folder, session, open } = await caseFolder();
  const casework = open('a.case');
  const place = placeIn(session, { sequence: 5, statement: { number: 2, ordinal: 0 } });
  const note = await casework.annotate({ ...NOTE, place, text: 'why?', tags: ['delete'] });
  const { key } = (await casework.info()).author;
  expect([note, await casework.annotations(), statSync(join(folder, 'a.case')).mode & 0o777]).toEqual([
    {
      id: note.id,
      anchor: {
        ...place,
        events: [{ log: '07'.repeat(16), index: 6, hash: note.anchor.events[0]?.hash }],
        time: note.anchor.time,
        label: 'DELETE FROM orders WHERE nope',
      },
      standing: 'holds',
      parent: null,
      text: 'why?',
      tags: ['delete'],
      colour: 'yellow',
      author: { key, name: 'Ada' },
      made: NOON * MS,
      changed: null,
      history: [],
      removed: false,
    },
    [note],
    0o600,
  ]);
});

test('labels say what stands at a cell, in a range and in a whole session', async () => {
  const { session, open } = await caseFolder();
  const casework = open('a.case');
  const cell = { statement: 1, ordinal: 0, row: 1, column: 0, name: 'id' };
  const places = [
    placeIn(session),
    placeIn(session, { sequence: 3, cell }),
    placeIn(session, { sequence: 3, last: 5 }),
    placeIn(session, { sequence: 7 }),
  ];
  const { evidence } = await casework.makeFinding({ title: 'x', severity: 'low', narrative: '', places });
  expect(evidence.map(({ anchor }) => [anchor.label, anchor.events.map(({ index }) => index)])).toEqual([
    ['Session of ci-deployer (github/4711/1) on shop', [1]],
    ['id, row 2 of SELECT id FROM orders', [4]],
    ['Events 3 to 5, from SELECT id FROM orders', [4, 6]],
    ['Session completed', [8]],
  ]);
});

test('notes say of archives that hold other events, fewer, or none that can be read', async () => {
  const { folder, archive, session, open } = await caseFolder();
  const own = open('a.case');
  for (const sequence of [0, 5, 7])
    await own.annotate({ ...NOTE, place: placeIn(session, { sequence }), text: '' });
  const standingsIn = async (changed: Partial<AnchorSource>) => {
    const casework = new Casework({
      path: join(folder, 'a.case'),
      archive: { ...archive, ...changed },
      signer: ADA.signer,
      name: async () => 'Ada',
      now: () => NOON,
    });
    try {
      return (await casework.annotations()).map(({ standing }) => standing);
    } finally {
      casework.close();
    }
  };
  const bytes = await archive.segment(session, 0);
  const changed = Buffer.from(bytes ?? []);
  // The time of the last event, which is the last item but one of its header.
  changed.writeUInt8(
    changed.readUInt8(changed.lastIndexOf('completed') - 12) ^ 1,
    changed.lastIndexOf('completed') - 12,
  );
  expect([
    await standingsIn({}),
    await standingsIn({ segment: async () => changed }),
    await standingsIn({ segments: async () => [] }),
    await standingsIn({ segment: async () => new Uint8Array(3) }),
  ]).toEqual([
    ['holds', 'holds', 'holds'],
    ['holds', 'holds', 'differs'],
    ['absent', 'absent', 'absent'],
    ['absent', 'absent', 'absent'],
  ]);
});

test('a note keeps its earlier texts, and one that was taken back can return', async () => {
  const { session, open } = await caseFolder();
  const casework = open('a.case');
  const { id } = await casework.annotate({ ...NOTE, place: placeIn(session), text: 'one' });
  await casework.changeAnnotation(id, { text: 'two', colour: 'red' });
  const gone = await casework.changeAnnotation(id, { removed: true });
  const back = await casework.changeAnnotation(id, { removed: false });
  const texts = (note: typeof gone) => [note.removed, note.text, ...note.history.map(({ text }) => text)];
  expect([texts(gone), texts(back), back.colour]).toEqual([
    [true, '', 'two', 'one'],
    [false, 'two', 'two', 'one'],
    'red',
  ]);
});

test('answers stand where the note stands, one level deep', async () => {
  const { session, open } = await caseFolder();
  const casework = open('a.case');
  const root = await casework.annotate({ ...NOTE, place: placeIn(session, { sequence: 3 }), text: 'a' });
  const first = await casework.annotate({ ...NOTE, place: null, parent: root.id, text: 'b' });
  const second = await casework.annotate({ ...NOTE, place: null, parent: first.id, text: 'c' });
  expect([first, second].map(({ parent, anchor }) => [parent, anchor])).toEqual([
    [root.id, root.anchor],
    [root.id, root.anchor],
  ]);
});

test('a finding tells what was made of it, and its frames stand as they were put', async () => {
  const { session, open } = await caseFolder();
  const casework = open('a.case');
  const made = await casework.makeFinding({
    title: 'Orders deleted',
    severity: 'medium',
    narrative: '',
    places: [placeIn(session, { sequence: 3 })],
  });
  await casework.addEvidence(made.id, [placeIn(session, { sequence: 5 })], 'here');
  const [first, second] = (await casework.finding(made.id)).evidence.map(({ id }) => id);
  await casework.changeFinding(made.id, { order: [second ?? '', first ?? ''], status: 'confirmed' });
  await casework.changeFinding(made.id, { severity: 'high', assignee: 'Bo' });
  await casework.changeEvidence(made.id, first ?? '', { removed: true });
  const finding = await casework.finding(made.id);
  expect({
    ...finding,
    evidence: finding.evidence.map(({ caption, standing }) => [caption, standing]),
    history: finding.history.map(({ what }) => what),
  }).toMatchObject({
    number: 1,
    title: 'Orders deleted',
    severity: 'high',
    status: 'confirmed',
    assignee: 'Bo',
    evidence: [['here', 'holds']],
    history: [
      'took out a frame: SELECT id FROM orders',
      'severity medium → high; assigned to Bo',
      'status open → confirmed; put the frames in another order',
      'added a frame: DELETE FROM orders WHERE nope',
      'added a frame: SELECT id FROM orders',
      'made it',
    ],
  });
});

test('the latest word on a session holds, and those before it are kept', async () => {
  const { session, open } = await caseFolder();
  const casework = open('a.case');
  await casework.review({ sessions: [session], verdict: 'to-review', reason: 'odd hour' });
  const [review] = await casework.review({ sessions: [session], verdict: 'fine', reason: '' });
  expect([review?.verdict, review?.earlier.map(({ verdict, reason }) => [verdict, reason])]).toEqual([
    'fine',
    [['to-review', 'odd hour']],
  ]);
});

test.each([
  ['a place that is not there', { sequence: 99 }, 'ENTRY_NOT_FOUND', /has no event 99/],
  ['a range that ends before it begins', { sequence: 5, last: 3 }, 'BAD_ENTRY', /last event of a range/],
])('%s is refused, and nothing is written', async (_, place, code, message) => {
  const { session, open } = await caseFolder();
  const casework = open('a.case');
  await expect(
    casework.annotate({ ...NOTE, place: placeIn(session, place), text: '' }),
  ).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(casework.size).toBe(0);
});

test('only its author changes a note', async () => {
  const { session, open } = await caseFolder();
  const [ada, bo] = [open('a.case', ADA), open('a.case', person('Bo'))];
  const { id } = await ada.annotate({ ...NOTE, place: placeIn(session), text: 'mine' });
  await expect(bo.changeAnnotation(id, { text: 'yours' })).rejects.toMatchObject({ code: 'NOT_YOURS' });
});

test('two processes write one case without a gap in a chain', async () => {
  const { session, open } = await caseFolder();
  const [one, other] = [open('a.case', ADA), open('a.case', ADA)];
  await one.note('opened', '/evidence');
  await other.note('viewed', '', session);
  await one.note('searched', 'verb:delete');
  const { entries, problems } = await other.info();
  expect([
    entries,
    problems,
    other.log({ limit: 2 }).items.map(({ number, what }) => [number, what]),
  ]).toEqual([
    3,
    [],
    [
      [2, 'Searched for verb:delete'],
      [1, 'Viewed a session'],
    ],
  ]);
});

test('the log is paged from the newest on, also while it grows', async () => {
  const { open } = await caseFolder();
  const casework = open('a.case');
  for (const what of ['a', 'b', 'c', 'd', 'e']) await casework.note('searched', what);
  const first = casework.log({ limit: 2 });
  await casework.note('searched', 'f');
  const second = casework.log({ limit: 2, after: first.next ?? '' });
  const third = casework.log({ limit: 2, after: second.next ?? '' });
  expect(
    [first, second, third].map(({ items, next }) => [items.map(({ what }) => what.at(-1)), next !== null]),
  ).toEqual([
    [['e', 'd'], true],
    [['c', 'b'], true],
    [['a'], false],
  ]);
});
