import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntryBody } from './body.ts';
import { type CaseEntry, isBefore } from './entry.ts';
import { anchorAt, entryOf, idOf, noteAt, SESSION } from './fixtures/entries.ts';
import { CaseFold } from './fold.ts';

/** All that a case says. */
function said(fold: CaseFold) {
  return {
    annotations: fold.annotations(),
    findings: fold.findings(),
    reviews: fold.reviews(),
    log: fold.log,
  };
}

const ENTRIES = 24;
const target = fc.integer({ min: 0, max: ENTRIES - 1 }).map(idOf);
const text = fc.string({ maxLength: 5 });
const kindOf = <K extends EntryBody['kind']>(name: K) => fc.constant(name);
const body: fc.Arbitrary<EntryBody> = fc.oneof(
  text.map((words) => noteAt(3, words)),
  fc.record({ kind: kindOf('annotationChange'), target, text, removed: fc.boolean() }),
  text.map((title): EntryBody => ({ kind: 'finding', title, severity: 'low', narrative: '' })),
  fc.record({
    kind: kindOf('findingChange'),
    target,
    status: fc.constantFrom('open', 'confirmed'),
    order: fc.array(target, { maxLength: 3 }),
  }),
  target.map((finding): EntryBody => ({ kind: 'evidence', finding, anchor: anchorAt(1), caption: '' })),
  fc.record({ kind: kindOf('evidenceChange'), finding: target, target, removed: fc.boolean() }),
  fc
    .constantFrom('fine', 'violation')
    .map((verdict): EntryBody => ({ kind: 'review', session: SESSION, verdict, reason: '' })),
);
/** Clocks as no honest program writes them: equal ones, and changes that are older than what they change. */
const entries = fc
  .array(fc.record({ body, clock: fc.integer({ min: 0, max: 9 }), name: fc.constantFrom('Ada', 'Bo') }), {
    maxLength: ENTRIES,
  })
  .map((list) => list.map(({ body: what, clock, name }, id): CaseEntry => entryOf(id, clock, what, name)));

test('whatever the order in which entries came, they make the same case', () => {
  fc.assert(
    fc.property(
      entries.chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        ),
      ),
      ([list, shuffled]) => {
        expect(said(CaseFold.of(shuffled))).toEqual(said(CaseFold.of(list)));
      },
    ),
    { numRuns: 300 },
  );
});

test('entries added one by one make what they make together, and none is left out of the log', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const fold = new CaseFold();
      for (const entry of list.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))) {
        expect(fold.follows(entry)).toBe(true);
        fold.add(entry);
        fold.findings();
      }
      expect(said(fold)).toEqual(said(CaseFold.of(list)));
      expect(fold.log.length).toBe(list.length);
    }),
    { numRuns: 300 },
  );
});

test('of two changes at the same time one holds everywhere, and the other is in the history', () => {
  const made = entryOf(0, 1, { kind: 'finding', title: 'x', severity: 'low', narrative: '' });
  const ada = entryOf(1, 5, { kind: 'findingChange', target: idOf(0), severity: 'high' }, 'Ada');
  const bo = entryOf(2, 5, { kind: 'findingChange', target: idOf(0), severity: 'info' }, 'Bo');
  const [finding] = CaseFold.of([bo, ada, made]).findings();
  expect([finding?.severity, finding?.history.map(({ author, what }) => [author.name, what])]).toEqual([
    'info',
    [
      ['Bo', 'severity high → info'],
      ['Ada', 'severity low → high'],
      ['Ada', 'made it'],
    ],
  ]);
});

test('changes of different fields at the same time both hold', () => {
  const made = entryOf(0, 1, { kind: 'finding', title: 'x', severity: 'low', narrative: '' });
  const ada = entryOf(1, 5, { kind: 'findingChange', target: idOf(0), severity: 'high' }, 'Ada');
  const bo = entryOf(2, 5, { kind: 'findingChange', target: idOf(0), status: 'confirmed' }, 'Bo');
  const [finding] = CaseFold.of([ada, bo, made]).findings();
  expect([finding?.severity, finding?.status]).toEqual(['high', 'confirmed']);
});

test('a change by another than its author changes no note, and stands in the log', () => {
  const fold = CaseFold.of([
    entryOf(0, 1, noteAt(1, 'mine'), 'Ada'),
    entryOf(1, 2, { kind: 'annotationChange', target: idOf(0), text: 'yours' }, 'Bo'),
  ]);
  expect([fold.annotations()[0]?.text, fold.log.map(({ author, what }) => [author.name, what])]).toEqual([
    'mine',
    [
      ['Ada', 'Wrote a note at event 1: mine'],
      ['Bo', 'Changed a note: yours'],
    ],
  ]);
});

test('an entry of a kind that is not known yet is kept in the log', () => {
  const entry = { ...entryOf(0, 1, noteAt(1, '')), body: { kind: 'unread', named: 'poll' } as const };
  expect(CaseFold.of([entry]).log.map(({ kind, what }) => [kind, what])).toEqual([
    ['unread', 'Of a kind that this version does not know: poll'],
  ]);
});

test('words of the log show what is hidden in what people wrote', () => {
  const entry = entryOf(0, 1, { kind: 'act', act: 'searched', session: null, what: 'a\u202Eb\nc' });
  expect(CaseFold.of([entry]).log[0]?.what).toBe('Searched for a⟨U+202E⟩b c');
});
