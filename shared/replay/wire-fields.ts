/**
 * The fields of a backend message by name (PostgreSQL manual, §54.7), each with its bytes: for looking at a recording byte by
 * byte. What does not fit its format is told as bytes that are left over, and nothing throws.
 */
import { messageLength } from './wire.ts';
import { decodeText } from './text.ts';
import { typeName } from './types.ts';
import { hexText } from './value.ts';

/** A message within bytes. */
export interface PlacedMessage {
  readonly type: string;
  readonly name: string;
  readonly at: number;
  /** With its head. */
  readonly length: number;
}

/** A part of a message; `at` counts from where the message begins. */
export interface WireField {
  readonly name: string;
  readonly value: string;
  readonly at: number;
  readonly length: number;
}

/** Bytes of a value that are shown: the rest is beside it. */
const VALUE_BYTES = 400;

/** Fields of one message at most: PostgreSQL has no more columns, and what says so is no message. */
const MOST_FIELDS = 20_000;

/** Messages that payloads hold; COPY's are the same from both ends. */
const NAMES: Readonly<Record<string, string>> = {
  T: 'RowDescription',
  D: 'DataRow',
  E: 'ErrorResponse',
  N: 'NoticeResponse',
  A: 'NotificationResponse',
  S: 'ParameterStatus',
  t: 'ParameterDescription',
  n: 'NoData',
  H: 'CopyOutResponse',
  G: 'CopyInResponse',
  W: 'CopyBothResponse',
  d: 'CopyData',
  c: 'CopyDone',
  f: 'CopyFail',
  F: 'FunctionCall',
  V: 'FunctionCallResponse',
  C: 'CommandComplete',
};

/** The whole messages of `bytes`; `rest` counts the bytes behind them. Bytes that are no messages hold none. */
export function placedMessages(bytes: Uint8Array): {
  readonly messages: readonly PlacedMessage[];
  readonly rest: number;
} {
  const messages: PlacedMessage[] = [];
  let at = 0;
  for (;;) {
    const length = messageLength(bytes, at);
    if (length === null || at + length > bytes.length) break;
    const type = String.fromCharCode(bytes[at] ?? 0);
    const name = NAMES[type];
    if (name === undefined) return { messages: [], rest: bytes.length };
    messages.push({ type, name, at, length });
    at += length;
  }
  return { messages, rest: bytes.length - at };
}

/** The fields of the message that `bytes` are, in order; all of its bytes belong to one. */
export function messageFields(bytes: Uint8Array): WireField[] {
  const reader = new FieldReader(bytes);
  const type = String.fromCharCode(bytes[0] ?? 0);
  reader.add('type', `${type} ${NAMES[type] ?? ''}`.trim(), 1);
  reader.int32('length');
  READERS[type]?.(reader);
  reader.rest();
  return reader.fields;
}

const ERROR_FIELDS: Readonly<Record<string, string>> = {
  S: 'severity (localised)',
  V: 'severity',
  C: 'SQLSTATE',
  M: 'message',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internal position',
  q: 'internal query',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'data type',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
};

const READERS: Readonly<Record<string, (reader: FieldReader) => void>> = {
  T: (reader) => {
    const columns = reader.int16('columns');
    for (let at = 1; at <= columns && reader.goesOn; at++) {
      reader.text(`${at} name`);
      reader.int32(`${at} table OID`);
      reader.int16(`${at} attribute`);
      reader.int32(`${at} type OID`, (oid) => `${oid} ${typeName(oid)}`);
      reader.int16(`${at} type size`);
      reader.int32(`${at} type modifier`);
      reader.int16(`${at} format`, formatWords);
    }
  },
  D: (reader) => {
    const columns = reader.int16('columns');
    for (let at = 1; at <= columns && reader.goesOn; at++) reader.value(`${at}`);
  },
  E: complaint,
  N: complaint,
  A: (reader) => {
    reader.int32('process');
    reader.text('channel');
    reader.text('payload');
  },
  S: (reader) => {
    reader.text('name');
    reader.text('value');
  },
  t: (reader) => {
    const count = reader.int16('parameters');
    for (let at = 1; at <= count && reader.goesOn; at++)
      reader.int32(`$${at} type OID`, (oid) => `${oid} ${typeName(oid)}`);
  },
  H: copy,
  G: copy,
  W: copy,
  f: (reader) => reader.text('message'),
  F: (reader) => {
    reader.int32('function OID');
    const formats = reader.int16('format codes');
    for (let at = 1; at <= formats && reader.goesOn; at++) reader.int16(`${at} format`, formatWords);
    const count = reader.int16('arguments');
    for (let at = 1; at <= count && reader.goesOn; at++) reader.value(`${at}`);
    reader.int16('result format', formatWords);
  },
  V: (reader) => reader.value('result'),
  C: (reader) => reader.text('tag'),
};

function complaint(reader: FieldReader): void {
  while (reader.goesOn && reader.peek() !== 0) {
    const letter = String.fromCharCode(reader.peek());
    reader.add('field', letter, 1);
    reader.text(ERROR_FIELDS[letter] ?? letter);
  }
  reader.add('end', '', 1);
}

function copy(reader: FieldReader): void {
  reader.int8('format', formatWords);
  const columns = reader.int16('columns');
  for (let at = 1; at <= columns && reader.goesOn; at++) reader.int16(`${at} format`, formatWords);
}

function formatWords(code: number): string {
  return code === 0 ? '0 text' : code === 1 ? '1 binary' : String(code);
}

/** Reads one field after the other; what is cut short is left over. */
class FieldReader {
  readonly fields: WireField[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #broken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether there may be more fields. */
  get goesOn(): boolean {
    return !this.#broken && this.#at < this.#bytes.length && this.fields.length < MOST_FIELDS;
  }

  peek(): number {
    return this.#bytes[this.#at] ?? 0;
  }

  add(name: string, value: string, length: number): void {
    if (!this.#has(length)) return;
    this.fields.push({ name, value, at: this.#at, length });
    this.#at += length;
  }

  int8(name: string, words: (value: number) => string = String): number {
    return this.#number(name, 1, (at) => this.#view.getInt8(at), words);
  }

  int16(name: string, words: (value: number) => string = String): number {
    return this.#number(name, 2, (at) => this.#view.getInt16(at), words);
  }

  int32(name: string, words: (value: number) => string = String): number {
    return this.#number(name, 4, (at) => this.#view.getInt32(at), words);
  }

  /** NUL-terminated. */
  text(name: string): void {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) this.#broken = true;
    else this.add(name, this.#textOf(this.#at, end), end + 1 - this.#at);
  }

  /** Int32 length, -1 for NULL, and as many bytes. */
  value(name: string): void {
    const length = this.int32(`${name} length`, (told) => (told === -1 ? '-1 NULL' : String(told)));
    if (length > 0) this.add(`${name} value`, this.#textOf(this.#at, this.#at + length), length);
  }

  /** What no field took. */
  rest(): void {
    const left = this.#bytes.length - this.#at;
    this.#broken = false;
    const name = this.fields.length > 2 ? 'left over' : 'data';
    if (left > 0) this.add(name, this.#textOf(this.#at, this.#bytes.length), left);
  }

  #number(
    name: string,
    size: number,
    read: (at: number) => number,
    words: (value: number) => string,
  ): number {
    if (!this.#has(size)) return 0;
    const value = read(this.#at);
    this.add(name, words(value), size);
    return value;
  }

  #has(length: number): boolean {
    if (this.#broken || this.#at + length > this.#bytes.length) this.#broken = true;
    return !this.#broken;
  }

  /** Text where it is UTF-8, else its bytes. */
  #textOf(from: number, to: number): string {
    const bytes = this.#bytes.subarray(from, Math.min(to, from + VALUE_BYTES));
    const text = decodeText(bytes);
    const shown = text.includes('\uFFFD') ? hexText(bytes) : text;
    return to - from > VALUE_BYTES ? `${shown}…` : shown;
  }
}
