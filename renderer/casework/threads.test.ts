import { expect, test } from 'vitest';
import { note, OTHER_SESSION, SESSION } from './fixtures/note.ts';
import { countBySession, isAbout, markersOf, stands, tagsInUse, threadsOf } from './threads.ts';

test('answers stand under their note, and threads in the order of the session', () => {
  const notes = [
    note('late', { anchor: { sequence: 9 } }),
    note('first answer', { parent: 'late' }),
    note('whole', { anchor: { sequence: null } }),
    note('early', { anchor: { sequence: 2 } }),
    note('second answer', { parent: 'late' }),
  ];
  expect(threadsOf(notes).map(({ root, replies }) => [root.id, replies.map(({ id }) => id)])).toEqual([
    ['whole', []],
    ['early', []],
    ['late', ['first answer', 'second answer']],
  ]);
});

test('a thread stands until its note and all answers are taken back', () => {
  const gone = note('gone', { removed: true });
  const answer = note('answer', { parent: 'gone' });
  expect([
    stands({ root: gone, replies: [] }),
    stands({ root: gone, replies: [answer] }),
    stands({ root: note('note'), replies: [] }),
  ]).toEqual([false, true, true]);
});

test('a note is about a statement when any of its events is one of the statement’s', () => {
  const run = { first: 10, last: 14 };
  const about = (sequence: number | null, last: number | null = null) =>
    isAbout(note('n', { anchor: { sequence, last } }).anchor, run);
  expect([
    about(9),
    about(10),
    about(14),
    about(15),
    about(1, 10),
    about(14, 99),
    about(1, 9),
    about(null),
  ]).toEqual([false, true, true, false, true, true, false, false]);
});

test('the time line has a flag for each thread that stands and is about a moment', () => {
  const notes = [
    note('at', { anchor: { sequence: 3, last: 5, time: 70 }, colour: 'red', text: 'x'.repeat(200) }),
    note('answer', { parent: 'at' }),
    note('whole', { anchor: { sequence: null } }),
    note('gone', { removed: true }),
  ];
  expect(markersOf(notes)).toEqual([
    { time: 70, sequence: 3, last: 5, colour: 'red', label: 'x'.repeat(120) },
  ]);
});

test('notes are counted by session, those taken back aside', () => {
  const notes = [
    note('a'),
    note('b', { parent: 'a' }),
    note('c', { removed: true }),
    note('d', { anchor: { session: OTHER_SESSION } }),
  ];
  expect([...countBySession(notes)]).toEqual([
    [SESSION, 2],
    [OTHER_SESSION, 1],
  ]);
});

test('tags in use are offered by how often they are used', () => {
  const notes = [
    note('a', { tags: ['pii', 'export'] }),
    note('b', { tags: ['pii'] }),
    note('c', { tags: ['gone', 'gone-too'], removed: true }),
    note('d', { tags: ['ci'] }),
  ];
  expect(tagsInUse(notes)).toEqual(['pii', 'ci', 'export']);
});
