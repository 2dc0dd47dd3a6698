import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { parse } from 'pg-protocol';
import { expect, test } from 'vitest';
import { assemble, type Unfinished } from './assemble.ts';
import {
  type ColumnSpec,
  concat,
  dataRow,
  errorResponse,
  message,
  rowDescription,
  uint16,
  uint32,
  utf8,
} from './fixtures/recording.ts';
import {
  readCells,
  readErrorFields,
  readMessages,
  readParameterTypes,
  readRowDescription,
  readTexts,
  type WireMessage,
} from './wire.ts';

/** The messages as pg-protocol reads them, which knows nothing of our reader. */
async function parsed(bytes: Uint8Array): Promise<object[]> {
  const stream = new PassThrough();
  const messages: object[] = [];
  const ended = parse(stream, (read) => messages.push(read));
  stream.end(bytes);
  await ended;
  return messages;
}

const name = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\0', ''));
const column: fc.Arbitrary<ColumnSpec> = fc.tuple(name, fc.nat({ max: 9000 }), fc.constant(0));
const row = fc.array(fc.option(fc.string()), { maxLength: 8 });

test('columns and rows read as pg-protocol reads them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(column, { maxLength: 8 }),
      fc.array(row, { maxLength: 5 }),
      async (columns, rows) => {
        const bytes = concat(rowDescription(...columns), ...rows.map((cells) => dataRow(...cells)));
        const [description, ...rest] = readMessages(bytes).messages;
        const ours = [
          { fields: readRowDescription(description?.body ?? new Uint8Array()) },
          ...rest.map(({ body }) => ({
            fields: readCells(body)?.cells.map((cell) =>
              cell === null ? null : Buffer.from(cell).toString(),
            ),
          })),
        ];
        const theirs = (await parsed(bytes)) as { fields: object[] }[];
        expect(ours).toEqual([
          {
            fields: theirs[0]?.fields.map((field) => {
              const {
                name: title,
                tableID,
                columnID,
                dataTypeID,
                dataTypeSize,
                dataTypeModifier,
              } = field as Record<string, unknown>;
              return {
                name: title,
                tableOid: tableID,
                attribute: columnID,
                typeOid: dataTypeID,
                typeSize: dataTypeSize,
                typeModifier: dataTypeModifier,
                format: 0,
              };
            }),
          },
          ...theirs.slice(1).map(({ fields }) => ({ fields })),
        ]);
      },
    ),
  );
});

test('the fields of an error have their names', () => {
  const letters = 'SVCMDHPpqWstcdnFLR';
  const bytes = errorResponse(
    'E',
    Object.fromEntries(Array.from(`${letters}?`, (letter) => [letter, `<${letter}>`])),
  );
  const [{ body } = { body: new Uint8Array() }] = readMessages(bytes).messages;
  expect(readErrorFields(body)).toEqual({
    localSeverity: '<S>',
    severity: '<V>',
    sqlstate: '<C>',
    message: '<M>',
    detail: '<D>',
    hint: '<H>',
    position: '<P>',
    internalPosition: '<p>',
    internalQuery: '<q>',
    where: '<W>',
    schema: '<s>',
    table: '<t>',
    column: '<c>',
    dataType: '<d>',
    constraint: '<n>',
    file: '<F>',
    line: '<L>',
    routine: '<R>',
  });
});

test('what does not fit reads as null, or as far as it goes', () => {
  expect(readRowDescription(concat(uint16(2), utf8('a\0'), new Uint8Array(18)))).toBeNull();
  expect(readRowDescription(concat(uint16(0), utf8('x')))).toBeNull();
  expect(readCells(concat(uint16(1), uint32(0xfffffffe)))).toBeNull();
  expect(readCells(concat(uint16(3), uint32(2), utf8('ab'), uint32(9), utf8('cd')))).toEqual({
    count: 3,
    cells: [utf8('ab'), utf8('cd')],
    missing: 7,
  });
  expect(readErrorFields(utf8('Mnever ends'))).toBeNull();
  expect(readParameterTypes(concat(uint16(2), uint32(23)))).toBeNull();
  expect(readParameterTypes(concat(uint16(2), uint32(23), uint32(4_000_000_000)))).toEqual([
    23, 4_000_000_000,
  ]);
  expect(readTexts(utf8('name\0value\0cut'), 0)).toEqual(['name', 'value']);
  expect(readMessages(concat(message('Z', utf8('I')), utf8('D\0\0\0\u0003'))).rest).toEqual(
    utf8('D\0\0\0\u0003'),
  );
});

test('no bytes make a reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const { messages, rest } = readMessages(bytes);
      expect(messages.reduce((sum, { body }) => sum + body.length + 5, rest.length)).toBe(bytes.length);
      for (const read of [readRowDescription, readCells, readErrorFields, readParameterTypes]) read(bytes);
      readTexts(bytes, 0);
    }),
  );
});

test('messages split over events anywhere come together whole', () => {
  const messages = [dataRow('a', null), message('Z', utf8('I')), dataRow('b'.repeat(40)), message('1')];
  const bytes = concat(...messages);
  const whole = readMessages(bytes).messages;
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second += 7) {
      let unfinished: Unfinished = null;
      const read: WireMessage[] = [];
      for (const part of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
        const assembled = assemble(unfinished, part);
        read.push(...assembled.messages);
        unfinished = assembled.unfinished;
      }
      expect(unfinished).toBeNull();
      expect(read).toEqual(whole);
    }
  }
});

test('of a message over many events the first 64 KiB are kept and the rest is counted', () => {
  const bytes = concat(message('D', new Uint8Array(200_000).fill(7)), message('Z', utf8('I')));
  let unfinished: Unfinished = null;
  const read: WireMessage[] = [];
  for (let at = 0; at < bytes.length; at += 60_000) {
    const assembled = assemble(unfinished, bytes.subarray(at, at + 60_000));
    read.push(...assembled.messages);
    unfinished = assembled.unfinished;
    expect(unfinished?.kept.length ?? 0).toBeLessThanOrEqual(65_536);
  }
  expect(read.map(({ type, body, dropped }) => [type, body.length, dropped])).toEqual([
    ['D', 65_531, 134_469],
    ['Z', 1, 0],
  ]);
});
