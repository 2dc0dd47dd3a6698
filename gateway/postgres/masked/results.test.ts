import { describe, expect, test } from 'vitest';
import { readMessages } from '../../../shared/replay/wire.ts';
import { canonical } from '../fidelity/canonical.ts';
import { cutBy, type Script, walk, type Walked } from '../fidelity/walked.ts';
import { judgeAll, emailRule, laneOf, lineageOf, PEOPLE } from '../testing/lane.ts';
import {
  bind,
  complete,
  dataRow,
  describe as describeMessage,
  error,
  execute,
  int16,
  message,
  parse,
  ready,
  sync,
} from '../testing/messages.ts';
import type { JudgedStatement } from '../judged.ts';
import type { Lane } from './lane.ts';

/** A column as RowDescription has it. */
type Column = readonly [name: string, relation: number, column: number, type: number];

const ID: Column = ['id', PEOPLE, 1, 23];
const NAME: Column = ['name', PEOPLE, 2, 25];
const EMAIL: Column = ['email', PEOPLE, 3, 25];
const COUNT: Column = ['count', 0, 0, 20];

function columns(described: readonly Column[], format = 0): Buffer {
  const parts = described.flatMap(([name, relation, column, type]) => [
    name,
    relation,
    int16(column),
    type,
    int16(0xffff),
    -1,
    int16(format),
  ]);
  return message('T', int16(described.length), ...parts);
}

const query = message('Q', 'select');

function run(
  script: Script,
  lane: Lane | null,
  statements: readonly JudgedStatement[] = [known([1, 2, 3])],
  rows?: number,
  size?: number,
): Walked {
  const cut = size === undefined ? undefined : (bytes: Buffer) => cutBy(bytes, [size]);
  return walk(script, cut, (exchange) => {
    exchange.lane = lane;
    judgeAll(exchange, statements, rows);
  });
}

function known(outputs: Parameters<typeof lineageOf>[0], options: Parameters<typeof lineageOf>[1] = {}) {
  return { verb: 'SELECT', lineage: lineageOf(outputs, options), verified: true };
}

/** What the agent got, a line for each message: type and what is readable. */
function got({ forwarded }: Walked): string[] {
  return readMessages(forwarded.server).messages.map(({ type, body }) =>
    type === 'D' ? `D ${cells(Buffer.from(body)).join(' ')}` : type,
  );
}

function cells(body: Buffer): string[] {
  const values: string[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? 'NULL' : body.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return values;
}

function kinds({ events }: Walked): string[] {
  return events.map(({ kind }) => kind);
}

const THREE: Script = [
  ['agent', query],
  [
    'server',
    columns([ID, NAME, EMAIL]),
    dataRow('1', 'Ada', 'ada@example.com'),
    dataRow('2', 'Bob', null),
    dataRow('3', 'x'.repeat(300), 'c@d.e'),
    complete('SELECT 3'),
    ready('I'),
  ],
];

describe('rows with a masked column', () => {
  test('reach agent and record masked, all else as it was', () => {
    const walked = run(THREE, laneOf([emailRule('redact')]));
    expect(got(walked)).toEqual([
      'T',
      'D 1 Ada [masked]',
      'D 2 Bob NULL',
      `D 3 ${'x'.repeat(300)} [masked]`,
      'C',
      'Z',
    ]);
    expect(kinds(walked)).toEqual(['statement', 'columnsMasked', 'outcome']);
    expect(walked.events[1]?.fields).toEqual({
      statement: 1,
      ordinal: 0,
      positions: [2],
      columns: ['public.people.email'],
      rules: ['emails'],
      styles: ['redact'],
      levels: ['gateway'],
    });
    expect(JSON.stringify(walked.events)).not.toContain('ada@example.com');
  });

  test('are the same to agent and record however the bytes are cut', () => {
    for (const style of ['redact', 'partial', 'hash', 'null'] as const) {
      const lane = laneOf([emailRule(style)]);
      const whole = run(THREE, lane);
      for (let size = 1; size < 120; size++) {
        const cut = run(THREE, lane, undefined, undefined, size);
        expect(cut.forwarded.server).toEqual(whole.forwarded.server);
        expect(canonical(cut.events)).toEqual(canonical(whole.events));
      }
    }
  });

  test('have one pseudonym for the agent and another on the record', () => {
    const walked = run(THREE, laneOf([emailRule('hash')]));
    const shown = cells(Buffer.from(readMessages(walked.forwarded.server).messages[1]?.body ?? []))[2] ?? '';
    expect(shown).toMatch(/^h:[0-9a-f]{16}$/);
    const record = JSON.stringify(walked.events);
    expect(record).toMatch(/h:[0-9a-f]{16}/);
    expect(record).not.toContain(shown);
    expect(record).not.toContain('ada@example.com');
  });

  test('pass as they are where the policy observes, and are masked on the record', () => {
    const walked = run(THREE, laneOf([emailRule('redact')], false));
    expect(walked.forwarded.server).toEqual(Buffer.concat(THREE[1]?.slice(1) as Buffer[]));
    expect(JSON.stringify(walked.events)).not.toContain('ada@example.com');
    expect(JSON.stringify(walked.events)).toContain('[masked]');
  });

  test('pass untouched when no column is masked, and are recorded as without a lane', () => {
    const script: Script = [
      ['agent', query],
      ['server', columns([ID, NAME]), dataRow('1', 'Ada'), complete('SELECT 1'), ready('I')],
    ];
    const walked = run(script, laneOf([emailRule('redact')]), [known([1, 2])]);
    expect(walked.forwarded).toEqual(run(script, null).forwarded);
    expect(canonical(walked.events)).toEqual(canonical(run(script, null).events));
    expect(kinds(walked)).toEqual(['statement', 'outcome']);
  });

  test('in binary stay values of their types', () => {
    const email = Buffer.from('ada@example.com');
    const row = message('D', int16(2), 4, 7, email.length, email);
    const script: Script = [
      ['agent', query],
      ['server', columns([ID, EMAIL], 1), row, complete('SELECT 1'), ready('I')],
    ];
    const walked = run(script, laneOf([emailRule('redact')]), [known([1, 3])]);
    const mask = Buffer.from('[masked]');
    expect(walked.forwarded.server).toEqual(
      Buffer.concat([
        columns([ID, EMAIL], 1),
        message('D', int16(2), 4, 7, mask.length, mask),
        complete('SELECT 1'),
        ready('I'),
      ]),
    );
  });
});

describe('a column of no relation', () => {
  const script: Script = [
    ['agent', query],
    ['server', columns([COUNT]), dataRow('42'), complete('SELECT 1'), ready('I')],
  ];
  const lane = laneOf([emailRule('partial')]);
  const shown = (statements: Parameters<typeof run>[2]) => got(run(script, lane, statements))[1];

  test('passes when its lineage has no masked column', () => {
    expect(shown([known([null])])).toBe('D 42');
    expect(shown([known([2])])).toBe('D 42');
  });

  test('is masked when its lineage has one, is unknown, or was not verified', () => {
    expect(shown([known([3])])).toBe('D 10');
    expect(shown([known(['unknown'])])).toBe('D 0');
    expect(shown([{ ...known([null]), verified: false }])).toBe('D 0');
    expect(shown([{ ...known([null]), lineage: null }])).toBe('D 0');
    expect(shown([])).toBe('D 0');
    expect(shown([known([null, null])])).toBe('D 0');
  });

  test('of a text that nobody knows has a number for its name', () => {
    const walked = run(script, lane, []);
    expect(walked.forwarded.server.includes('column1')).toBe(true);
    expect(walked.forwarded.server.includes('count')).toBe(false);
    expect(JSON.stringify(walked.events)).not.toContain('count');
  });
});

describe('portals', () => {
  test('read in turns keep their own layout and masks', () => {
    const script: Script = [
      ['agent', parse('a', 'a'), bind('a', 'a'), describeMessage('P', 'a')],
      ['agent', parse('b', 'b'), bind('b', 'b'), describeMessage('P', 'b')],
      ['agent', execute('a', 1), execute('b', 1), execute('a', 1), execute('b', 1), sync],
      ['server', message('1'), message('2'), columns([EMAIL, ID])],
      ['server', message('1'), message('2'), columns([NAME, EMAIL])],
      ['server', dataRow('a1@x.org', '1'), message('s'), dataRow('Ada', 'b1@x.org'), message('s')],
      ['server', dataRow('a2@x.org', '2'), complete('SELECT 1'), dataRow('Bob', 'b2@x.org'), message('s')],
      ['server', ready('I')],
    ];
    const lane = laneOf([emailRule('redact')]);
    const whole = run(script, lane, [{ verb: 'SELECT', lineage: null, verified: false }]);
    expect(got(whole).filter((line) => line.startsWith('D'))).toEqual([
      'D [masked] 1',
      'D Ada [masked]',
      'D [masked] 2',
      'D Bob [masked]',
    ]);
    const rows = whole.events.filter(({ kind }) => kind === 'outcome').map(({ fields }) => fields['rows']);
    expect(rows).toEqual([1, 1, 1, 1]);
    for (let size = 1; size < 60; size++) {
      const cut = run(script, lane, [{ verb: 'SELECT', lineage: null, verified: false }], undefined, size);
      expect(cut.forwarded.server).toEqual(whole.forwarded.server);
      expect(canonical(cut.events).answered).toEqual(canonical(whole.events).answered);
    }
  });

  test('that nobody described show nothing', () => {
    const script: Script = [
      ['agent', parse('', 'a'), bind('', ''), execute(''), sync],
      ['server', message('1'), message('2'), dataRow('1', 'ada@x.org'), complete('SELECT 1'), ready('I')],
    ];
    expect(got(run(script, laneOf([emailRule('redact')])))).toEqual(['1', '2', 'D NULL NULL', 'C', 'Z']);
  });
});

describe('a result beyond its limit', () => {
  const rows = ['1', '2', '3', '4'].map((id) => dataRow(id));
  const begun: Script = [['agent', query]];

  test('is cut with an error in place of that of the server, which is cancelled', () => {
    const script: Script = [
      ...begun,
      [
        'server',
        columns([ID]),
        ...rows,
        error('57014', 'canceling statement due to user request'),
        ready('I'),
      ],
    ];
    const whole = run(script, null, [known([1])], 2);
    expect(got(whole)).toEqual(['T', 'D 1', 'D 2', 'E', 'Z']);
    expect(whole.forwarded.server.includes('C54000')).toBe(true);
    expect(whole.forwarded.server.includes('more than 2 rows (rule few rows)')).toBe(true);
    expect(whole.cancels).toBe(1);
    expect(kinds(whole)).toEqual(['statement', 'rows', 'decision', 'replaced', 'outcome', 'ready']);
    for (let size = 1; size < 80; size++) {
      const cut = run(script, null, [known([1])], 2, size);
      expect([cut.forwarded.server, cut.cancels]).toEqual([whole.forwarded.server, 1]);
    }
  });

  test('ends in that error too when the server was faster, and nothing behind it is told before ReadyForQuery', () => {
    const script: Script = [
      ...begun,
      ['server', columns([ID]), ...rows, complete('SELECT 4')],
      ['server', columns([NAME]), dataRow('Ada'), complete('SELECT 1'), ready('I')],
      ['agent', query],
      ['server', columns([ID]), dataRow('1'), complete('SELECT 1'), ready('I')],
    ];
    const lane = laneOf([emailRule('redact')]);
    const whole = run(script, lane, [known([1]), known([2])], 3);
    expect(got(whole)).toEqual(['T', 'D 1', 'D 2', 'D 3', 'E', 'Z', 'T', 'D 1', 'C', 'Z']);
    const ended = whole.events.filter(({ kind }) => kind === 'outcome' || kind === 'withheld');
    expect(ended.map(({ kind, fields }) => fields['tag'] ?? fields['what'] ?? kind)).toEqual([
      'rows beyond the limit; the server had completed the statement',
      'SELECT 4',
      'SELECT 1',
      'SELECT 1',
    ]);
    for (let size = 1; size < 80; size++)
      expect(run(script, lane, [known([1]), known([2])], 3, size).forwarded.server).toEqual(
        whole.forwarded.server,
      );
  });

  test('counts all Executes of a portal', () => {
    const script: Script = [
      ['agent', parse('a', 'a'), bind('a', 'a'), describeMessage('P', 'a')],
      ['agent', execute('a', 2), execute('a', 2), sync],
      ['server', message('1'), message('2'), columns([ID]), ...rows.slice(0, 2), message('s')],
      ['server', ...rows.slice(2), message('s'), ready('I')],
    ];
    expect(got(run(script, null, [known([1])], 3))).toEqual([
      '1',
      '2',
      'T',
      'D 1',
      'D 2',
      's',
      'D 3',
      'E',
      'Z',
    ]);
  });
});
