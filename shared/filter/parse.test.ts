import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conjunctOf, EVERYTHING, termsOf, type Expression, type Term } from './filter.ts';
import { MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parseFilter } from './parse.ts';

const terms = (text: string) => conjunctOf(parseFilter(text).filter ?? EVERYTHING)?.map(withoutRange);
function withoutRange(term: Term): Omit<Term, 'range'> {
  const { field, comparison, value, number } = term;
  return number === undefined ? { field, comparison, value } : { field, comparison, value, number };
}

const rows = (comparison: string) => ({ field: 'rows', comparison, value: '7', number: 7 });
const time = (value: string) => terms(`after:"${value}"`)?.[0]?.number;
function error(text: string) {
  const { message, range } = parseFilter(text).error ?? {};
  return { message, range };
}

describe('what a filter says', () => {
  test('terms stand side by side, fields in any case, bare words and phrases are text', () => {
    const { filter } = parseFilter('Verb:delete rows>100  users "drop table"');
    expect(conjunctOf(filter ?? EVERYTHING)).toEqual([
      { field: 'verb', comparison: ':', value: 'delete', range: [0, 11] },
      { field: 'rows', comparison: '>', value: '100', number: 100, range: [12, 20] },
      { field: 'text', comparison: ':', value: 'users', range: [22, 27] },
      { field: 'text', comparison: ':', value: 'drop table', range: [28, 40] },
    ]);
  });

  test('every comparison of a number is known, a colon before the sign is forgiven', () => {
    expect(terms('rows:7 rows=7 rows>7 rows>=7 rows<7 rows<=7 rows:>7 rows:<=7')).toEqual(
      [':', '=', '>', '>=', '<', '<=', '>', '<='].map(rows),
    );
  });

  test('durations are µs', () => {
    expect(
      ['dur>2s', 'dur>=150ms', 'dur<1m', 'dur<=1.5h', 'dur>10us'].map((text) => terms(text)?.[0]?.number),
    ).toEqual([2_000_000, 150_000, 60_000_000, 5_400_000_000, 10]);
  });

  test('times are µs since 1970, UTC where no zone is given', () => {
    const day = Date.UTC(2026, 10, 1) * 1000;
    expect([
      time('2026-11-01'),
      time('2026-11-01 10:30'),
      time('2026-11-01T10:30:15Z'),
      time('2026-11-01T10:30:15.000250Z'),
      time('2026-11-01T10:30+01:00'),
    ]).toEqual([day, day + 37_800e6, day + 37_815e6, day + 37_815e6 + 250, day + 34_200e6]);
  });

  test('short names of CI providers are written out', () => {
    expect(terms('job:gh/4711 job:gl/1/* job:bk ci:GH job:github/1')?.map((term) => term.value)).toEqual([
      'github/4711',
      'gitlab/1/*',
      'buildkite',
      'github',
      'github/1',
    ]);
  });

  test('a word that only begins verbs means all of them', () => {
    expect(terms('verb:DROP verb=drop verb:"drop table" verb:delete')?.map((term) => term.value)).toEqual([
      'DROP *',
      'drop',
      'drop table',
      'delete',
    ]);
  });

  test('quotes hold white space, quotes and back slashes', () => {
    expect(terms(String.raw`table:"my \"odd\\table\""`)).toEqual([
      { field: 'table', comparison: ':', value: String.raw`my "odd\table"` },
    ]);
  });
});

describe('what a filter cannot say', () => {
  test.each([
    ['tabel:orders', 'there is no field "tabel"; did you mean "table"?', [0, 5]],
    ['x verbs:drop', 'there is no field "verbs"; did you mean "verb"?', [2, 7]],
    ['https://a.b', 'there is no field "https"; to search for it as text, write "https://a.b"', [0, 5]],
    ['outcome:complete', '"complete" is not a value of outcome; did you mean "completed"?', [8, 16]],
    [
      'status:great',
      '"great" is not a value of status; it is one of completed, rolled-back, suspended, empty, failed, skipped, unknown',
      [7, 12],
    ],
    ['rows>many', '"many" is not a whole number', [5, 9]],
    ['dur>2', '"2" is not a duration; write 150ms, 2s or 1m', [4, 5]],
    ['dur:2s', 'compare a duration: dur>2s or dur<2s', [0, 6]],
    [
      'after:2026-02-30',
      '"2026-02-30" is not a time; write 2026-11-01, 2026-11-01T14:30 or 2026-11-01T14:30:05+01:00',
      [6, 16],
    ],
    ['verb>delete', 'verb is not compared with >; write verb:delete', [0, 11]],
    [
      'error:terrible',
      '"terrible" is not an SQLSTATE; write 42P01, a glob, like 23* or *, or a class, like 23',
      [6, 14],
    ],
    ['error:syntax', '"syntax" is not an SQLSTATE; write "syntax_error_or_access_rule_violation"', [6, 12]],
    ['table:', 'table needs a value, like table:…', [0, 6]],
    ['a "b', 'this quote is never closed', [2, 4]],
    ['""', 'there is nothing between these quotes', [0, 2]],
    ['or a', 'nothing stands before this "or"; quote it to search for the word', [0, 2]],
    ['a AND', 'nothing stands behind this "and"; quote it to search for the word', [2, 5]],
    ['a or or b', 'nothing stands behind this "or"; quote it to search for the word', [2, 4]],
    ['(a not) b', 'nothing stands behind this "not"; quote it to search for the word', [3, 6]],
    ['a ()', 'there is nothing between these parentheses', [2, 4]],
    ['a (b (c)', 'this parenthesis is never closed', [2, 3]],
    ['a (', 'this parenthesis is never closed', [2, 3]],
    ['(a) b)', 'no parenthesis is open here; put quotes around the text to search for it', [5, 6]],
    [') a', 'no parenthesis is open here; put quotes around the text to search for it', [0, 1]],
    ['count(*) x', 'a value with parentheses needs quotes: "count(*)"', [0, 8]],
    ['function:now()', 'a value with parentheses needs quotes: function:"now()"', [0, 14]],
    ['table:(a or b) c', 'parentheses hold whole terms: (table:a or table:b)', [0, 14]],
    ['--drop', 'one minus sign says "not"; put quotes around the text to search for it', [0, 1]],
    ['rows:9..3', 'nothing is in this range: 9 is more than 3', [5, 9]],
    ['rows:9..x', '"x" is not a whole number', [8, 9]],
    ['bytes>2KX', '"2KX" is not a size; write 500, 64KiB or 1.5MB', [6, 9]],
    ['time:2026-11-02..2026-11-01', 'nothing is in this range: it ends before it begins', [5, 27]],
    [
      'class:ddl',
      '"ddl" is not a value of class; it is one of read, write, schema, privilege, session, transaction, procedure, maintenance, other',
      [6, 9],
    ],
    ['session:xyz', '"xyz" is not the start of a session: hex digits, like 0198c2f4', [8, 11]],
    ['attested:*', '"*" is not a value of attested; it is one of yes, no', [9, 10]],
    [
      'error:integrity_constraint',
      '"integrity_constraint" is not an SQLSTATE; write "integrity_constraint_violation"',
      [6, 26],
    ],
    ['"--"', 'there is no word in this; sql:"--" finds any characters in SQL', [0, 4]],
    [
      '*rop',
      'a * stands at the end, behind the start of a word; sql:"*rop" finds parts of words in SQL',
      [0, 4],
    ],
  ])('%s', (text, message, range) => {
    expect(error(text)).toEqual({ message, range });
  });

  test.each([
    ['a filter that is too long', 'a'.repeat(100_000), `a filter has at most ${MAX_LENGTH} characters`],
    ['10,000 parentheses', '('.repeat(10_000), `a filter has at most ${MAX_LENGTH} characters`],
    [
      'parentheses too deep',
      `${'('.repeat(1_900)}a${')'.repeat(1_900)}`,
      `a filter nests at most ${MAX_DEPTH} deep`,
    ],
    ['too many negations', `${'not '.repeat(900)}a`, `a filter nests at most ${MAX_DEPTH} deep`],
    ['too many terms', 'a '.repeat(1_900), `a filter has at most ${MAX_TERMS} terms`],
  ])('%s', (_, text, message) => {
    expect(error(text).message).toBe(message);
  });

  test('a filter at the limits is read', () => {
    const deep = `${'('.repeat(MAX_DEPTH)}a${')'.repeat(MAX_DEPTH)}`;
    expect([terms(deep)?.length, terms('a '.repeat(MAX_TERMS))?.length]).toEqual([1, MAX_TERMS]);
  });

  test('no text makes the parser throw, and what it points at lies in the text', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '-',
      ' ',
      'or',
      'and',
      'not',
      'rows:',
      '1..2',
      '"',
      'a',
      ':',
      '>',
      '*',
      'error:',
    );
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: pieces, maxLength: 30 }));
    fc.assert(
      fc.property(text, (typed) => {
        const read = parseFilter(typed);
        const ranges =
          read.error === undefined ? termsOf(read.filter.root).map(({ range }) => range) : [read.error.range];
        return ranges.every(([from, to]) => 0 <= from && from < to && to <= typed.length);
      }),
      { numRuns: 1000 },
    );
  });
});

test('an error that more text would mend says so', () => {
  const texts = ['a "b', '(a', '(', 'not', 'a or', 'tabel:x', '(a or) b', 'a)', 'rows>'];
  expect(texts.filter((text) => parseFilter(text).error?.unfinished)).toEqual([
    'a "b',
    '(a',
    '(',
    'not',
    'a or',
  ]);
});

describe('how terms are joined', () => {
  /** The tree as a text that leaves nothing open. */
  function shape(inner: Expression): string {
    if (inner.kind === 'term') return `${inner.term.field}${inner.term.comparison}${inner.term.value}`;
    if (inner.kind === 'not') return `not(${shape(inner.of)})`;
    return `${inner.kind}(${inner.of.map(shape).join(', ')})`;
  }
  const shapeOf = (text: string) => shape((parseFilter(text).filter ?? EVERYTHING).root);

  test('not binds closest, then side by side, then or', () => {
    expect(['a b or c d', 'not a b or -c', 'a and b AND c', 'a or b c OR d'].map(shapeOf)).toEqual([
      'or(and(text:a, text:b), and(text:c, text:d))',
      'or(and(not(text:a), text:b), not(text:c))',
      'and(text:a, text:b, text:c)',
      'or(text:a, and(text:b, text:c), text:d)',
    ]);
  });

  test('parentheses group, and those that change nothing leave no trace', () => {
    expect(
      ['(a or b) c', 'not (a or b)', '-(a b)', '((a)) (b c)', 'a or (b or c)', '-verb:x -"y z"'].map(shapeOf),
    ).toEqual([
      'and(or(text:a, text:b), text:c)',
      'not(or(text:a, text:b))',
      'not(and(text:a, text:b))',
      'and(text:a, text:b, text:c)',
      'or(text:a, text:b, text:c)',
      'and(not(verb:x), not(text:y z))',
    ]);
  });

  test('quotes take the meaning from words and signs', () => {
    expect(['a "or" b', '"(a)"', '"-a"', 'table:"a or b"', 'a-b or x'].map(shapeOf)).toEqual([
      'and(text:a, text:or, text:b)',
      'text:(a)',
      'text:-a',
      'table:a or b',
      'or(text:a-b, text:x)',
    ]);
  });

  test('ranges are two comparisons, open at a side where nothing stands', () => {
    expect(['rows:10..100', 'dur:1s..5s', 'bytes:1KiB..', 'rows:..5', '-rows:1..2'].map(shapeOf)).toEqual([
      'and(rows>=10, rows<=100)',
      'and(dur>=1s, dur<=5s)',
      'bytes>=1KiB',
      'rows<=5',
      'not(and(rows>=1, rows<=2))',
    ]);
  });

  test('a time means all of what was written', () => {
    expect(
      [
        'time:2026-11-01',
        'time:2026-11-01..2026-11-02',
        'time:"2026-11-01 14:30"',
        'time:2026-11-01T14:30:05.25Z..',
        'time>2026-11-01',
        'time>=2026-11-01',
        'time<2026-11-01',
        'time<=2026-11-01',
      ].map(shapeOf),
    ).toEqual([
      'and(after:2026-11-01, before:2026-11-02T00:00:00Z)',
      'and(after:2026-11-01T00:00:00Z, before:2026-11-03T00:00:00Z)',
      'and(after:2026-11-01 14:30, before:2026-11-01T14:31:00Z)',
      'after:2026-11-01T14:30:05.25Z',
      'after:2026-11-02T00:00:00Z',
      'after:2026-11-01',
      'before:2026-11-01',
      'before:2026-11-02T00:00:00Z',
    ]);
  });

  test('short forms are written out', () => {
    expect(
      [
        'attested:yes',
        'attested:no',
        'error:23',
        'error:"Integrity Constraint-violation"',
        'error:42P01',
      ].map(shapeOf),
    ).toEqual(['ci:attested', 'not(ci:attested)', 'error:23*', 'error:23*', 'error:42P01']);
  });
});

test('sizes are bytes', () => {
  expect(
    ['bytes>500', 'bytes>64KiB', 'bytes>1.5MB', 'bytes>2gib', 'bytes>1B'].map(
      (text) => terms(text)?.[0]?.number,
    ),
  ).toEqual([500, 65_536, 1_500_000, 2_147_483_648, 1]);
});
