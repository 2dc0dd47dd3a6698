import { describe, expect, test } from 'vitest';
import { readMessages } from '../../../shared/replay/wire.ts';
import { canonical } from '../fidelity/canonical.ts';
import { cutBy, type Script, walk, type Walked } from '../fidelity/walked.ts';
import type { JudgedStatement } from '../judged.ts';
import type { CopyLayout } from '../lineage/lineage.ts';
import { emailRule, judgeAll, laneOf, lineageOf } from '../testing/lane.ts';
import { complete, int16, message, ready } from '../testing/messages.ts';
import { copyRefusal } from './copy-plan.ts';
import type { Lane } from './lane.ts';

const TEXT: CopyLayout = {
  format: 'text',
  columns: [
    { name: 'id', type: 23 },
    { name: 'email', type: 25 },
    { name: 'name', type: 25 },
  ],
  delimiter: '\t',
  null: '\\N',
  quote: '"',
  escape: '"',
  header: false,
};
const CSV: CopyLayout = { ...TEXT, format: 'csv', delimiter: ',', null: '', header: true };
const BINARY: CopyLayout = { ...TEXT, format: 'binary' };

function judged(layout: CopyLayout, outputs: Parameters<typeof lineageOf>[0] = [1, 3, 2]): JudgedStatement {
  return { verb: 'COPY TO', lineage: lineageOf(outputs, { copy: layout }), verified: true };
}

/** A COPY whose data come as these CopyData messages. */
function copy(...data: readonly (string | Buffer)[]): Script {
  return [
    ['agent', message('Q', 'copy')],
    [
      'server',
      message('H', Buffer.from([0]), int16(0)),
      ...data.map((bytes) => message('d', Buffer.from(bytes))),
      message('c'),
      complete('COPY 3'),
      ready('I'),
    ],
  ];
}

function run(script: Script, lane: Lane, statement: JudgedStatement, size?: number): Walked {
  const cut = size === undefined ? undefined : (bytes: Buffer) => cutBy(bytes, [size]);
  return walk(script, cut, (exchange) => {
    exchange.lane = lane;
    judgeAll(exchange, [statement]);
  });
}

/** The data that the agent got, as one. */
function dataOf({ forwarded }: Walked): Buffer {
  const parts = readMessages(forwarded.server).messages.filter(({ type }) => type === 'd');
  return Buffer.concat(parts.map(({ body }) => Buffer.from(body)));
}

/** The same whatever the reads, and however the server's CopyData cut the data. */
function everyCut(whole: string | Buffer, lane: Lane, statement: JudgedStatement): Buffer {
  const bytes = Buffer.from(whole);
  const first = run(copy(bytes), lane, statement);
  for (let size = 1; size < bytes.length; size++) {
    const pieces = run(copy(...cutBy(bytes, [size])), lane, statement);
    expect(pieces.forwarded.server).toEqual(first.forwarded.server);
    const reads = run(copy(bytes), lane, statement, size);
    expect(reads.forwarded.server).toEqual(first.forwarded.server);
    expect(canonical(reads.events)).toEqual(canonical(first.events));
  }
  expect(JSON.stringify(first.events)).not.toMatch(/x\.org|secret/);
  return dataOf(first);
}

function cell(value: Buffer | null): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(value?.length ?? -1);
  return Buffer.concat([length, value ?? Buffer.alloc(0)]);
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

describe('COPY of a masked column', () => {
  test('in text: escapes and NULL are understood, other columns stay byte for byte', () => {
    const shown = everyCut(
      '1\ta@x.org\tAda\\tLovelace\n2\t\\N\tB\\\\ob\n3\tsecret\\nof\\ttwo\\\\lines\t\\N\n',
      laneOf([emailRule('redact')]),
      judged(TEXT),
    );
    expect(shown.toString()).toBe('1\t[masked]\tAda\\tLovelace\n2\t\\N\tB\\\\ob\n3\t[masked]\t\\N\n');
  });

  test('in text with another delimiter and NULL, masked as NULL', () => {
    const layout = { ...TEXT, delimiter: '|', null: 'nil', header: true };
    const shown = everyCut(
      'id|email|name\n1|sec\\|ret|A\\|da\n2|nil|Bob\n',
      laneOf([emailRule('null')]),
      judged(layout),
    );
    expect(shown.toString()).toBe('id|email|name\n1|nil|A\\|da\n2|nil|Bob\n');
  });

  test('in CSV: quotes, newlines within values and the header are understood', () => {
    const shown = everyCut(
      'id,email,name\n1,"secret ""quoted"", and\nlong",Ada\n2,,"B,ob"\n3,"",x\n4,a@x.org,"q""q"\n',
      laneOf([emailRule('redact')]),
      judged(CSV),
    );
    expect(shown.toString()).toBe(
      'id,email,name\n1,[masked],Ada\n2,,"B,ob"\n3,[masked],x\n4,[masked],"q""q"\n',
    );
  });

  test('in CSV with an escape of its own', () => {
    const shown = everyCut(
      `1,'secret \\' and \\\\',Ada\n2,'it\\'s,secret\n',Bob\n`,
      laneOf([emailRule('redact')]),
      judged({ ...CSV, quote: "'", escape: '\\', header: false }),
    );
    expect(shown.toString()).toBe('1,[masked],Ada\n2,[masked],Bob\n');
  });

  test('in binary: header, NULL and trailer stay', () => {
    const four = (n: number) => cell(Buffer.from([0, 0, 0, n]));
    const binary = (email: string) =>
      Buffer.concat([
        SIGNATURE,
        Buffer.alloc(8),
        int16(3),
        four(1),
        cell(Buffer.from(email)),
        cell(Buffer.from('Ada')),
        int16(3),
        four(2),
        cell(null),
        cell(Buffer.from('Bob')),
        int16(0xffff),
      ]);
    const shown = everyCut(binary('ada@x.org'), laneOf([emailRule('redact')]), judged(BINARY));
    expect(shown).toEqual(binary('[masked]'));
  });

  test('masks what a value says, not how it is written', () => {
    const partial = everyCut('1\tada\\@e.net\tAda\n', laneOf([emailRule('partial')]), judged(TEXT));
    expect(partial.toString()).toBe('1\ta***@e.net\tAda\n');
    const hash = everyCut('1\tx\\@x.org\tAda\n2\tx@x.org\tBob\n', laneOf([emailRule('hash')]), judged(TEXT));
    expect(hash.toString()).toMatch(/^1\t(h:[0-9a-f]{16})\tAda\n2\t\1\tBob\n$/);
  });

  test('passes as it is where the policy observes', () => {
    const script = copy('1\ta@x.org\tAda\n');
    const walked = run(script, laneOf([emailRule('redact')], false), judged(TEXT));
    expect(dataOf(walked).toString()).toBe('1\ta@x.org\tAda\n');
    expect(JSON.stringify(walked.events)).not.toContain('a@x.org');
  });

  test('is not sent where nobody knows its columns, should it ever run', () => {
    const lane = laneOf([emailRule('redact')]);
    for (const statement of [
      judged(TEXT, [1, 'unknown', 2]),
      judged({ ...TEXT, columns: null }),
      { ...judged(TEXT), verified: false },
      { ...judged(TEXT), lineage: null },
    ]) {
      const walked = run(copy('1\ta@x.org\tAda\n', '2\tb@x.org\tBob\n'), lane, statement);
      expect(dataOf(walked).toString()).toBe('');
      expect(JSON.stringify(walked.events)).not.toContain('x.org');
      const { decision, policy } = { decision: null as never, policy: new Uint8Array(32) };
      const refusal = copyRefusal({ statements: [statement], decision, policy, lane, enforced: true }, lane);
      expect(refusal?.sqlstate).toBe('42501');
    }
  });

  test('may run where its columns are known', () => {
    const { decision, policy } = { decision: null as never, policy: new Uint8Array(32) };
    const lane = laneOf([emailRule('redact')]);
    const text = { statements: [judged(TEXT)], decision, policy, lane, enforced: true };
    expect(copyRefusal(text, lane)).toBeNull();
  });
});
