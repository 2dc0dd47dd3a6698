/**
 * Events ⇄ bytes: deterministic CBOR (RFC 8949 §4.2.1) positional arrays in the layout of the table in event.ts. Bytes are
 * hashed as stored and never encoded again to verify; the decoder is strict (nothing trailing, nothing indefinite, every
 * item of the declared type).
 */
import { decode } from 'cborg';
import type { CborWriter } from './cbor.ts';
import { isDeterministic } from './deterministic.ts';
import {
  EVENT_VERSION,
  EVENTS,
  type Event,
  type EventHeader,
  type EventInput,
  type EventKind,
  type FieldType,
  type PayloadRef,
} from './event.ts';

/** RFC 8949 §4.2.1 core requirements: shortest forms only, nothing indefinite, no integers beyond the safe range. */
const STRICT = { strict: true, allowIndefinite: false, allowBigInt: false, allowUndefined: false, allowNaN: false } as const;

/** Items before the fields of the kind. */
const HEADER_ITEMS = 8;

/** Events are small because payloads lie beside them; anything larger is not ours. */
export const MAX_EVENT_BYTES = 1 << 20;

interface Layout {
  readonly kind: EventKind;
  readonly code: number;
  readonly names: readonly string[];
  readonly types: readonly FieldType[];
}

const layouts = (Object.keys(EVENTS) as EventKind[]).map((kind): Layout => {
  const { code, fields } = EVENTS[kind];
  return { kind, code, names: Object.keys(fields), types: Object.values<FieldType>(fields) };
});
const layoutOf = new Map<EventKind, Layout>(layouts.map((layout) => [layout.kind, layout]));
const layoutByCode = new Map<number, Layout>(layouts.map((layout) => [layout.code, layout]));

/** An event that cannot be read: `UNSUPPORTED_VERSION` (written by a newer gateway) or `MALFORMED_EVENT`. */
export class EventError extends Error {
  readonly code: 'UNSUPPORTED_VERSION' | 'MALFORMED_EVENT';
  constructor(code: EventError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EventError';
    this.code = code;
  }
}

/**
 * Writes one event. `commitPayload` is called for each payload in field order; it keeps value and salt and returns the
 * commitment.
 */
export function encodeEvent<K extends EventKind>(
  writer: CborWriter,
  header: EventHeader,
  kind: K,
  fields: EventInput<K>,
  commitPayload: (value: Uint8Array) => Uint8Array,
): void {
  const layout = layoutOf.get(kind) as Layout;
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
  const values = fields as unknown as Record<string, InputValue>;
  for (let i = 0; i < names.length; i++) {
    writeField(writer, types[i] as FieldType, values[names[i] as string] as InputValue, commitPayload);
  }
}

type InputValue = number | string | boolean | Uint8Array | readonly number[] | readonly string[] | null;

function writeField(writer: CborWriter, type: FieldType, value: InputValue, commitPayload: (value: Uint8Array) => Uint8Array): void {
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
    case 'payload?': {
      const commitment = commitPayload(value as Uint8Array);
      writer.array(2);
      writer.integer((value as Uint8Array).length);
      return writer.bytes(commitment);
    }
    case 'integers': {
      const list = value as readonly number[];
      writer.array(list.length);
      for (const item of list) writer.integer(item);
      return;
    }
    case 'texts': {
      const list = value as readonly string[];
      writer.array(list.length);
      for (const item of list) writer.text(item);
    }
  }
}

/** Reads one event; throws {@link EventError}. */
export function decodeEvent(bytes: Uint8Array): Event {
  const items = decodeItems(bytes);
  const [version, log, index, session, sequence, code, time, monotonic] = items;
  if (version !== EVENT_VERSION) {
    throw new EventError('UNSUPPORTED_VERSION', `event layout version ${String(version)}; this reads version ${EVENT_VERSION}`);
  }
  const layout = layoutByCode.get(code as number);
  if (layout === undefined) throw new EventError('UNSUPPORTED_VERSION', `event kind ${String(code)} is not known here`);
  if (items.length !== HEADER_ITEMS + layout.names.length) throw malformed(`${layout.kind} has ${items.length} items`);
  const header: EventHeader = {
    log: expectType('bytes', log, 'log') as Uint8Array,
    index: expectType('integer', index, 'index') as number,
    session: expectType('bytes?', session, 'session') as Uint8Array | null,
    sequence: expectType('integer', sequence, 'sequence') as number,
    time: expectType('integer', time, 'time') as number,
    monotonic: expectType('integer', monotonic, 'monotonic') as number,
  };
  const fields: Record<string, unknown> = {};
  layout.names.forEach((name, i) => {
    fields[name] = expectType(layout.types[i] as FieldType, items[HEADER_ITEMS + i], name);
  });
  return { ...header, kind: layout.kind, fields } as unknown as Event;
}

/** The payloads of an event in field order: where the payload bytes beside it belong. */
export function payloadsOf(event: Event): { readonly field: string; readonly ref: PayloadRef }[] {
  const layout = layoutOf.get(event.kind) as Layout;
  const found: { field: string; ref: PayloadRef }[] = [];
  layout.types.forEach((type, i) => {
    if (type !== 'payload' && type !== 'payload?') return;
    const field = layout.names[i] as string;
    const ref = (event.fields as Record<string, unknown>)[field] as PayloadRef | null;
    if (ref !== null) found.push({ field, ref });
  });
  return found;
}

function decodeItems(bytes: Uint8Array): unknown[] {
  if (bytes.length > MAX_EVENT_BYTES) throw malformed(`${bytes.length} bytes; the limit is ${MAX_EVENT_BYTES}`);
  let items: unknown;
  try {
    items = decode(bytes, STRICT);
  } catch (cause) {
    throw malformed('not deterministic CBOR', cause);
  }
  if (!Array.isArray(items) || items.length < HEADER_ITEMS) throw malformed('not an event array');
  if (!isDeterministic(bytes, items)) throw malformed('not deterministic CBOR');
  return items;
}

function expectType(type: FieldType, value: unknown, name: string): unknown {
  const optional = type.endsWith('?');
  if (value === null && optional) return null;
  switch (type) {
    case 'integer':
    case 'integer?':
      if (Number.isSafeInteger(value)) return value;
      break;
    case 'text':
    case 'text?':
      if (typeof value === 'string') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'bytes':
    case 'bytes?':
      if (value instanceof Uint8Array) return value;
      break;
    case 'integers':
      if (Array.isArray(value) && value.every((item) => Number.isSafeInteger(item))) return value;
      break;
    case 'texts':
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      break;
    case 'payload':
    case 'payload?':
      if (Array.isArray(value) && value.length === 2 && Number.isSafeInteger(value[0]) && value[1] instanceof Uint8Array) {
        return { length: value[0] as number, commitment: value[1] };
      }
  }
  throw malformed(`field ${name} is not ${type}`);
}

function malformed(what: string, cause?: unknown): EventError {
  return new EventError('MALFORMED_EVENT', `malformed event: ${what}`, cause === undefined ? undefined : { cause });
}
