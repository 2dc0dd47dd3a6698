/**
 * Events ⇄ bytes: deterministic CBOR (RFC 8949 §4.2.1) positional arrays in the layout of the table in event.ts. Bytes are
 * hashed as stored and never encoded again to verify; the decoder is strict (nothing trailing, nothing indefinite, every
 * item of the declared type).
 */
import type { CborWriter } from './cbor.ts';
import { CborError, CborReader } from './cbor-reader.ts';
import {
  type CommitPayload,
  readIntegers,
  readNullableInteger,
  readNullablePayload,
  readNullableText,
  readPayloadRef,
  writeIntegers,
  writePayload,
} from './items.ts';
import { readOutcome, readStatement, writeOutcome, writeStatement } from './statement-codec.ts';
import {
  EVENT_VERSION,
  EVENTS,
  type Event,
  type EventFields,
  type EventHeader,
  type EventInput,
  type EventKind,
  type FieldType,
  type PayloadRef,
} from './event.ts';

/** Items before the fields of the kind. */
const HEADER_ITEMS = 8;

/** Events are small because payloads lie beside them; anything larger is not ours. */
export const MAX_EVENT_BYTES = 1 << 20;

interface Layout {
  readonly kind: EventKind;
  readonly code: number;
  readonly names: readonly string[];
  readonly types: readonly FieldType[];
  /** Names of the fields that are payloads. */
  readonly payloads: readonly string[];
}

const layouts = (Object.keys(EVENTS) as EventKind[]).map((kind): Layout => {
  const { code, fields } = EVENTS[kind];
  const types = Object.entries<FieldType>(fields);
  const payloads = types
    .filter(([, type]) => type === 'payload' || type === 'payload?')
    .map(([name]) => name);
  return { kind, code, names: types.map(([name]) => name), types: types.map(([, type]) => type), payloads };
});
const layoutOf = new Map<EventKind, Layout>(layouts.map((layout) => [layout.kind, layout]));
const STATEMENT = layoutOf.get('statement') as Layout;
const OUTCOME = layoutOf.get('outcome') as Layout;
const layoutByCode = new Map<number, Layout>(layouts.map((layout) => [layout.code, layout]));

/** An event that cannot be read: written by an older or a newer gateway, or `MALFORMED_EVENT`. */
export class EventError extends Error {
  readonly code: 'OLDER_VERSION' | 'NEWER_VERSION' | 'MALFORMED_EVENT';
  constructor(code: EventError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EventError';
    this.code = code;
  }
}

/** Writes one event. `commitPayload` is called for each payload in field order. */
export function encodeEvent<K extends EventKind>(
  writer: CborWriter,
  header: EventHeader,
  kind: K,
  fields: EventInput<K>,
  commitPayload: CommitPayload,
): void {
  // Looked up for the rare kinds alone: almost every event is of these two.
  const layout =
    kind === 'statement' ? STATEMENT : kind === 'outcome' ? OUTCOME : (layoutOf.get(kind) as Layout);
  const { names, types } = layout;
  writer.array(HEADER_ITEMS + names.length);
  writer.integer(EVENT_VERSION);
  writer.bytes(header.log);
  writer.integer(header.index);
  if (header.session === null) writer.null();
  else writer.bytes(header.session);
  writer.integer(header.sequence);
  writer.integer(layout.code);
  writer.integer(header.time);
  writer.integer(header.monotonic);
  if (kind === 'statement') return writeStatement(writer, fields as EventInput<'statement'>, commitPayload);
  if (kind === 'outcome') return writeOutcome(writer, fields as EventInput<'outcome'>, commitPayload);
  const values = fields as unknown as Record<string, InputValue>;
  for (let i = 0; i < names.length; i++) {
    writeField(writer, types[i] as FieldType, values[names[i] as string] as InputValue, commitPayload);
  }
}

type InputValue = number | string | boolean | Uint8Array | readonly number[] | readonly string[] | null;

function writeField(
  writer: CborWriter,
  type: FieldType,
  value: InputValue,
  commitPayload: CommitPayload,
): void {
  if (value === null) return writer.null();
  switch (type) {
    case 'integer':
    case 'integer?':
      return writer.integer(value as number);
    case 'text':
    case 'text?':
      return writer.text(value as string);
    case 'boolean':
      return writer.boolean(value as boolean);
    case 'bytes':
    case 'bytes?':
      return writer.bytes(value as Uint8Array);
    case 'payload':
    case 'payload?':
      return writePayload(writer, value as Uint8Array, commitPayload);
    case 'integers':
      return writeIntegers(writer, value as readonly number[]);
    case 'texts': {
      const list = value as readonly string[];
      writer.array(list.length);
      for (const item of list) writer.text(item);
    }
  }
}

/** Reads one event; throws {@link EventError}. Byte fields are views of `bytes`. */
export function decodeEvent(bytes: Uint8Array): Event {
  if (bytes.length > MAX_EVENT_BYTES)
    throw malformed(`${bytes.length} bytes; the limit is ${MAX_EVENT_BYTES}`);
  try {
    return readEvent(new CborReader(bytes));
  } catch (error) {
    if (error instanceof CborError) throw malformed(error.message, error);
    throw error;
  }
}

/**
 * What sums of outcomes are made of, without the rest of one: its event was found whole before. What is no outcome throws {@link CborError}, or
 * makes no sense.
 */
export function readEnding(bytes: Uint8Array): Pick<EventFields<'outcome'>, 'tag' | 'sqlstate'> {
  const reader = new CborReader(bytes);
  reader.array();
  reader.integer(); // version
  reader.bytes(); // log
  reader.integer(); // index
  if (!reader.skipNull()) reader.bytes(); // session
  for (let left = SEQUENCE_TO_ORDINAL; left > 0; left--) reader.integer();
  reader.text(); // status
  const tag = reader.text();
  reader.integer(); // rows
  reader.integer(); // bytes
  return { tag, sqlstate: readNullableText(reader) };
}

/** Sequence, code, time and monotonic of the header, statement and ordinal of an outcome. */
const SEQUENCE_TO_ORDINAL = 6;

function readEvent(reader: CborReader): Event {
  const items = reader.array();
  const version = reader.integer();
  if (version !== EVENT_VERSION) {
    throw new EventError(
      version < EVENT_VERSION ? 'OLDER_VERSION' : 'NEWER_VERSION',
      `event layout version ${version}; this reads version ${EVENT_VERSION}`,
    );
  }
  const log = reader.bytes();
  const index = reader.integer();
  const session = reader.skipNull() ? null : reader.bytes();
  const sequence = reader.integer();
  const code = reader.integer();
  const layout = layoutByCode.get(code);
  if (layout === undefined) throw new EventError('NEWER_VERSION', `event kind ${code} is not known here`);
  const { kind, names } = layout;
  if (items !== HEADER_ITEMS + names.length) throw malformed(`${kind} has ${items} items`);
  const time = reader.integer();
  const monotonic = reader.integer();
  const fields =
    code === EVENTS.statement.code
      ? readStatement(reader)
      : code === EVENTS.outcome.code
        ? readOutcome(reader)
        : readFields(reader, layout);
  if (!reader.done) throw malformed('bytes after its end');
  return { log, index, session, sequence, time, monotonic, kind, fields } as unknown as Event;
}

function readFields(reader: CborReader, { names, types }: Layout): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++)
    fields[names[i] as string] = readField(reader, types[i] as FieldType);
  return fields;
}

function readField(reader: CborReader, type: FieldType): unknown {
  switch (type) {
    case 'integer':
      return reader.integer();
    case 'text':
      return reader.text();
    case 'bytes':
      return reader.bytes();
    case 'payload':
      return readPayloadRef(reader);
    case 'boolean':
      return reader.boolean();
    case 'integer?':
      return readNullableInteger(reader);
    case 'text?':
      return readNullableText(reader);
    case 'bytes?':
      return reader.skipNull() ? null : reader.bytes();
    case 'payload?':
      return readNullablePayload(reader);
    case 'integers':
      return readIntegers(reader);
    case 'texts':
      return readList(reader, () => reader.text());
  }
}

function readList<T>(reader: CborReader, item: () => T): T[] {
  const count = reader.array();
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(item());
  return list;
}

/** Names of the fields of a kind that are payloads, in field order. */
export function payloadFieldsOf(kind: EventKind): readonly string[] {
  return (layoutOf.get(kind) as Layout).payloads;
}

/** The payloads of an event in field order: where the payload bytes beside it belong. */
export function payloadsOf(event: Event): { readonly field: string; readonly ref: PayloadRef }[] {
  const found: { field: string; ref: PayloadRef }[] = [];
  for (const field of payloadFieldsOf(event.kind)) {
    const ref = (event.fields as Record<string, unknown>)[field] as PayloadRef | null;
    if (ref !== null) found.push({ field, ref });
  }
  return found;
}

function malformed(what: string, cause?: unknown): EventError {
  return new EventError(
    'MALFORMED_EVENT',
    `malformed event: ${what}`,
    cause === undefined ? undefined : { cause },
  );
}
