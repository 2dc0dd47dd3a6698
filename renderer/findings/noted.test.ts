import { expect, test } from 'vitest';
import { note, OTHER_SESSION } from '../casework/fixtures/note.ts';
import { threadsOf } from '../casework/threads.ts';
import { matchingThreads } from './noted.ts';

const THREADS = threadsOf([
  note('first', { text: 'Why no WHERE?', tags: ['scope'], colour: 'red', made: 10 }),
  note('answer', { parent: 'first', text: 'the variable was empty', tags: ['cause'], made: 11 }),
  note('later', { anchor: { sequence: 9, label: 'DELETE FROM orders' }, text: 'see above', made: 12 }),
  note('elsewhere', { anchor: { session: OTHER_SESSION }, tags: ['scope'], made: 50 }),
  note('gone', { text: 'typo', tags: ['scope'], removed: true }),
]);
const EVERY = { text: '', tag: null, colour: null };

test('threads are found by words, tag and colour of any of their notes that still stand', () => {
  const found = [
    EVERY,
    { ...EVERY, text: 'EMPTY where' },
    { ...EVERY, text: 'orders' },
    { ...EVERY, text: 'typo' },
    { ...EVERY, tag: 'scope' },
    { ...EVERY, tag: 'cause' },
    { ...EVERY, colour: 'red' as const },
    { text: 'where', tag: 'scope', colour: 'blue' as const },
  ].map((wanted) => matchingThreads(THREADS, wanted).map(({ root }) => root.id));
  expect(found).toEqual([
    ['elsewhere', 'first', 'later'],
    ['first'],
    ['later'],
    [],
    ['elsewhere', 'first'],
    ['first'],
    ['first'],
    [],
  ]);
});
