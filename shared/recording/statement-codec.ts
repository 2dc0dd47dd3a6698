/**
 * The fields of the two kinds that every statement brings, written and read one by one: looking fields up by name in a
 * table costs as much as all the rest. The codec's tests hold these to the table in event.ts.
 */
import type { CborWriter } from './cbor.ts';
import type { CborReader } from './cbor-reader.ts';
import type { EventFields, EventInput } from './event.ts';
import {
  type CommitPayload,
  readIntegers,
  readNullableInteger,
  readNullablePayload,
  readNullableText,
  writeIntegers,
  writeNullableInteger,
  writeNullablePayload,
  writeNullableText,
} from './items.ts';

/** The fields of {@link EVENTS}.statement in their order. */
export function writeStatement(
  writer: CborWriter,
  fields: EventInput<'statement'>,
  commitPayload: CommitPayload,
): void {
  writer.integer(fields.statement);
  writer.text(fields.protocol);
  writeNullableText(writer, fields.name);
  writeNullableText(writer, fields.portal);
  writeNullablePayload(writer, fields.text, commitPayload);
  writeNullableInteger(writer, fields.parsedAt);
  writeNullableInteger(writer, fields.boundAt);
  writeIntegers(writer, fields.parameterTypes);
  writeIntegers(writer, fields.parameterFormats);
  writeNullablePayload(writer, fields.parameters, commitPayload);
  writeIntegers(writer, fields.resultFormats);
  writer.integer(fields.maxRows);
  writer.boolean(fields.sync);
  writer.boolean(fields.masked);
}

/** The fields of {@link EVENTS}.outcome in their order. */
export function writeOutcome(
  writer: CborWriter,
  fields: EventInput<'outcome'>,
  commitPayload: CommitPayload,
): void {
  writer.integer(fields.statement);
  writer.integer(fields.ordinal);
  writer.text(fields.status);
  writer.text(fields.tag);
  writer.integer(fields.rows);
  writer.integer(fields.bytes);
  writeNullableText(writer, fields.sqlstate);
  writeNullableText(writer, fields.transaction);
  writer.integer(fields.duration);
  writeNullableInteger(writer, fields.describedAt);
  writeNullablePayload(writer, fields.answer, commitPayload);
}

/** See {@link writeStatement}. */
export function readStatement(reader: CborReader): EventFields<'statement'> {
  return {
    statement: reader.integer(),
    protocol: reader.text(),
    name: readNullableText(reader),
    portal: readNullableText(reader),
    text: readNullablePayload(reader),
    parsedAt: readNullableInteger(reader),
    boundAt: readNullableInteger(reader),
    parameterTypes: readIntegers(reader),
    parameterFormats: readIntegers(reader),
    parameters: readNullablePayload(reader),
    resultFormats: readIntegers(reader),
    maxRows: reader.integer(),
    sync: reader.boolean(),
    masked: reader.boolean(),
  };
}

/** See {@link writeOutcome}. */
export function readOutcome(reader: CborReader): EventFields<'outcome'> {
  return {
    statement: reader.integer(),
    ordinal: reader.integer(),
    status: reader.text(),
    tag: reader.text(),
    rows: reader.integer(),
    bytes: reader.integer(),
    sqlstate: readNullableText(reader),
    transaction: readNullableText(reader),
    duration: reader.integer(),
    describedAt: readNullableInteger(reader),
    answer: readNullablePayload(reader),
  };
}
