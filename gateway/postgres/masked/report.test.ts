import { describe, expect, test } from 'vitest';
import { errorField } from '../wire/backend.ts';
import { emailRule, laneOf } from '../testing/lane.ts';
import { message } from '../testing/messages.ts';
import { maskReport } from './report.ts';
import { scrubOf } from './scrub.ts';
import { Tally } from './tally.ts';

const LANE = laneOf([emailRule('redact')]);

function report(fields: Readonly<Record<string, string>>): Buffer {
  const body = Object.entries({ S: 'ERROR', V: 'ERROR', ...fields })
    .map(([letter, value]) => `${letter}${value}\0`)
    .join('');
  return message('E', Buffer.from(`${body}\0`));
}

/** The fields that stay, and what was left out. */
function shown(fields: Readonly<Record<string, string>>, closed: boolean | 'text', lane = LANE) {
  const reach = closed === 'text' ? closed : closed ? 'names' : 'anything';
  const said = maskReport(report(fields), reach, lane, scrubOf(lane, 'error', new Tally()));
  const kept = Object.keys({ C: '', ...fields })
    .map((letter) => [letter, errorField(said.wire, letter)] as const)
    .filter(([, value]) => value !== '');
  return { ...Object.fromEntries(kept), withheld: said.withheld };
}

const template = (condition: string) => `${condition} (the text is withheld: it may show masked values)`;

describe('what a server says of names and syntax', () => {
  const misspelt = {
    C: '42703',
    M: 'column "emial" does not exist',
    H: 'Perhaps you meant to reference the column "people.email".',
    P: '8',
  };

  test('stays where nothing but pure functions ran', () => {
    expect(shown(misspelt, true)).toEqual({ ...misspelt, withheld: [] });
  });

  test('is left out where code ran that nobody sees', () => {
    expect(shown(misspelt, false)).toEqual({
      C: '42703',
      M: template('undefined column'),
      P: '8',
      withheld: ['message', 'hint'],
    });
  });

  test('is left out with a context: that is code of the database', () => {
    const raised = { C: '42883', M: 'ada@x.org', W: 'PL/pgSQL function f() line 1 at RAISE' };
    expect(shown(raised, true)).toEqual({
      C: '42883',
      M: template('undefined function'),
      withheld: ['message', 'context'],
    });
    const silent = { C: '42883', M: 'ada@x.org', R: 'exec_stmt_raise' };
    expect(shown(silent, true)['withheld']).toEqual(['message']);
  });
});

describe('what a server says of values', () => {
  const twice = {
    C: '23505',
    M: 'duplicate key value violates unique constraint "people_email_key"',
    D: 'Key (email)=(ada@x.org) already exists.',
    s: 'public',
    t: 'people',
    n: 'people_email_key',
  };

  test('is left out, and what it is about stays', () => {
    expect(shown(twice, true)).toEqual({
      C: '23505',
      M: twice.M,
      s: 'public',
      t: 'people',
      n: 'people_email_key',
      withheld: ['detail'],
    });
    expect(shown(twice, false)).toEqual({
      C: '23505',
      M: template('unique violation'),
      s: 'public',
      t: 'people',
      withheld: ['message', 'detail', 'constraint'],
    });
    expect(shown({ C: '22012', M: 'division by zero' }, false)['withheld']).toEqual([]);
    expect(shown({ C: '22P02', M: 'invalid input syntax for type integer: "ada@x.org"' }, true)).toEqual({
      C: '22P02',
      M: template('invalid text representation'),
      withheld: ['message'],
    });
  });

  test('stays where only the text of the agent can be in it, but for what code of the database says', () => {
    expect(shown(twice, 'text')).toEqual({ ...twice, withheld: [] });
    expect(shown({ ...twice, W: 'SQL statement "…"' }, 'text')['withheld']).toContain('detail');
    expect(shown({ ...twice, R: 'exec_stmt_raise' }, 'text')['withheld']).toContain('detail');
  });

  test('may be in every field of an error that code of the database raised', () => {
    const raised = {
      C: 'ADA42',
      M: 'ada@x.org',
      D: 'ada@x.org',
      H: 'ada@x.org',
      s: 'public',
      t: 'people',
      c: 'ada@x.org',
      d: 'ada@x.org',
      n: 'ada@x.org',
      q: 'select',
      p: '42',
    };
    expect(shown(raised, false)).toEqual({
      C: 'P0001',
      M: template('error'),
      s: 'public',
      t: 'people',
      withheld: [
        'message',
        'detail',
        'hint',
        'column',
        'data type',
        'constraint',
        'internal query',
        'internal position',
      ],
    });
  });
});

test('detectors alone mask what they find, and the rest stays', () => {
  const lane = laneOf([{ rule: 'mail', columns: [], detectors: ['email'], style: 'redact' }]);
  const tally = new Tally();
  const said = maskReport(
    report({ C: '23505', M: 'twice', D: 'Key (email)=(ada@example.com) already exists.' }),
    'anything',
    lane,
    scrubOf(lane, 'error', tally),
  );
  expect(errorField(said.wire, 'D')).toBe('Key (email)=([masked]) already exists.');
});

test('a constant in a syntax error is told to the agent, who wrote it, and not recorded', () => {
  const said = maskReport(
    report({ C: '42601', M: `syntax error at or near "'ada@x.org'"` }),
    'names',
    LANE,
    scrubOf(LANE, 'error', new Tally()),
  );
  expect(errorField(said.wire, 'M')).toContain('ada@x.org');
  expect(errorField(said.record, 'M')).toBe('syntax error at or near a constant');
});
