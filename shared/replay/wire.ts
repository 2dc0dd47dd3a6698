/**
 * Reads the backend messages that payloads hold as relayed (PostgreSQL manual, §54.7 "Message Formats"). Recorded bytes
 * are the server's and the agent's: every length is checked, what does not fit reads as null, nothing throws.
 */
import { decodeText } from './text.ts';

/** A message: its type letter and what follows its length; `dropped` bytes of that are not at hand (see assemble.ts). */
export interface WireMessage {
  readonly type: string;
  readonly body: Uint8Array;
  readonly dropped: number;
}

/** Bytes before a message's body: type and Int32 length, which counts itself. */
export const HEAD_BYTES = 5;

/** The whole messages at the start of `bytes`, and the rest: a message cut short, or bytes that are no message. */
export function readMessages(bytes: Uint8Array): {
  readonly messages: WireMessage[];
  readonly rest: Uint8Array;
} {
  const messages: WireMessage[] = [];
  let at = 0;
  for (;;) {
    const length = messageLength(bytes, at);
    if (length === null || at + length > bytes.length) break;
    const body = bytes.subarray(at + HEAD_BYTES, at + length);
    messages.push({ type: String.fromCharCode(bytes[at] ?? 0), body, dropped: 0 });
    at += length;
  }
  return { messages, rest: bytes.subarray(at) };
}

/** Bytes of the message at `at` with its head; null when its head is cut short or its length impossible. */
export function messageLength(bytes: Uint8Array, at: number): number | null {
  const length = int32(bytes, at + 1);
  return length === null || length < 4 ? null : 1 + length;
}

/** The body of the first message of type `type`; null when there is none. */
export function firstBody(bytes: Uint8Array, type: string): Uint8Array | null {
  return readMessages(bytes).messages.find((message) => message.type === type)?.body ?? null;
}

/** A column as RowDescription tells it; `format` 0 is text, 1 binary. */
export interface Column {
  readonly name: string;
  readonly tableOid: number;
  readonly attribute: number;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typeModifier: number;
  readonly format: number;
}

/** RowDescription ('T'). */
export function readRowDescription(body: Uint8Array): Column[] | null {
  const count = int16(body, 0);
  if (count === null || count < 0) return null;
  const columns: Column[] = [];
  const view = viewOf(body);
  let at = 2;
  for (let i = 0; i < count; i++) {
    const end = body.indexOf(0, at);
    if (end < 0 || end + 19 > body.length) return null;
    columns.push({
      name: decodeText(body.subarray(at, end)),
      tableOid: view.getUint32(end + 1),
      attribute: view.getInt16(end + 5),
      typeOid: view.getUint32(end + 7),
      typeSize: view.getInt16(end + 11),
      typeModifier: view.getInt32(end + 13),
      format: view.getInt16(end + 17),
    });
    at = end + 19;
  }
  return at === body.length ? columns : null;
}

/**
 * Values as DataRow and Bind hold them. `cells` may be fewer than `count` and the last one shorter than it was when the
 * bytes end early; `missing` is how many bytes the last one lacks.
 */
export interface Cells {
  readonly count: number;
  readonly cells: (Uint8Array | null)[];
  readonly missing: number;
}

/** The body of DataRow ('D'), or the parameters of Bind from their count on: Int16 count, then Int32 length (-1 is NULL) and bytes each. */
export function readCells(body: Uint8Array): Cells | null {
  const count = int16(body, 0);
  if (count === null) return null;
  const columns = count & 0xffff; // Bind counts to 65,535 parameters
  const cells: (Uint8Array | null)[] = [];
  let at = 2;
  let missing = 0;
  while (cells.length < columns && missing === 0) {
    const length = int32(body, at);
    if (length === null) break;
    if (length < -1) return null;
    at += 4;
    const bytes = length === -1 ? null : body.subarray(at, at + length);
    cells.push(bytes);
    missing = bytes === null ? 0 : length - bytes.length;
    at += bytes?.length ?? 0;
  }
  return { count: columns, cells, missing };
}

/** Names of the fields of ErrorResponse and NoticeResponse (manual §54.8); `V` is the severity that is never localised. */
const ERROR_FIELDS = {
  S: 'localSeverity',
  V: 'severity',
  C: 'sqlstate',
  M: 'message',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internalPosition',
  q: 'internalQuery',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
} as const;

/** What an error or notice says, field by field; positions count characters from 1. */
export type ErrorFields = { readonly [F in (typeof ERROR_FIELDS)[keyof typeof ERROR_FIELDS]]?: string };

/** ErrorResponse ('E') or NoticeResponse ('N'). */
export function readErrorFields(body: Uint8Array): ErrorFields | null {
  const fields: { -readonly [F in keyof ErrorFields]: ErrorFields[F] } = {};
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const end = body.indexOf(0, at + 1);
    if (end < 0) return null;
    const letter = String.fromCharCode(body[at] ?? 0);
    if (isErrorField(letter)) fields[ERROR_FIELDS[letter]] = decodeText(body.subarray(at + 1, end));
    at = end + 1;
  }
  return fields;
}

function isErrorField(letter: string): letter is keyof typeof ERROR_FIELDS {
  return Object.hasOwn(ERROR_FIELDS, letter);
}

/** NUL-terminated texts one after the other from `at` on: ParameterStatus ('S') at 0, NotificationResponse ('A') at 4. */
export function readTexts(body: Uint8Array, at: number): string[] {
  const texts: string[] = [];
  for (let from = at; from < body.length;) {
    const end = body.indexOf(0, from);
    if (end < 0) break;
    texts.push(decodeText(body.subarray(from, end)));
    from = end + 1;
  }
  return texts;
}

/** ParameterDescription ('t'): the OIDs of a prepared statement's parameters. */
export function readParameterTypes(body: Uint8Array): number[] | null {
  const count = int16(body, 0);
  if (count === null || body.length !== 2 + 4 * (count & 0xffff)) return null;
  const view = viewOf(body);
  return Array.from({ length: count & 0xffff }, (_, i) => view.getUint32(2 + 4 * i));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function int16(bytes: Uint8Array, at: number): number | null {
  if (at + 2 > bytes.length) return null;
  return (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16)) >> 16;
}

function int32(bytes: Uint8Array, at: number): number | null {
  if (at + 4 > bytes.length) return null;
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
