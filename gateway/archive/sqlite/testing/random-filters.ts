/** Filters made at random of some terms, and terms about what the random log holds (test/evidence/random-log.ts). */
import * as fc from 'fast-check';

/** What random filters over the random log are made of. */
export const RANDOM_SAMPLES: readonly string[] = [
  'token:"agent 1"',
  'token:010101',
  'sub:agent*',
  'run:1',
  'ci:none',
  'connection:c1',
  'outcome:completed',
  'outcome:disconnected',
  'session:0003',
  'table:t1',
  'table:t2',
  'table:t*',
  'verb:select',
  'verb:delete',
  'verb:update',
  'class:write',
  'class:other',
  'column:t1.x',
  'column:x',
  'status:failed',
  'status:rolled-back',
  'status:skipped',
  'status:completed',
  'error:42*',
  'masked:x',
  'masked:pii',
  'policy:held',
  'policy:approved',
  'policy:denied',
  'rule:*',
  'approver:*',
  'rows>25',
  'bytes>0',
  'fingerprint:4',
  'delete',
  'vvv',
  'vvv*',
  '"delete from t1"',
  '"where x"',
  'sql:"from t"',
  'sql:t3',
];

/** Some terms joined in any way. */
export function filtersOf(samples: readonly string[]): fc.Arbitrary<string> {
  return fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...samples),
      fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} ${b})`),
      fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} or ${b})`),
      tie('filter').map((inner) => `not (${inner})`),
    ),
  })).filter;
}
