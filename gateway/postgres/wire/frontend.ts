/** Fields of the frontend messages that the relay reads (PostgreSQL manual, "Message Formats"), from a whole message. */
import { isUtf8 } from 'node:buffer';
import { int16, int32, MESSAGE_HEAD_BYTES, ProtocolViolation } from './framing.ts';

/** Type bytes of frontend messages after start-up. */
export const FRONTEND = {
  bind: 0x42, // B
  close: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  describe: 0x44, // D
  execute: 0x45, // E
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
} as const;

export interface ParseMessage {
  readonly name: string;
  readonly text: Buffer;
  readonly parameterTypes: readonly number[];
}

export interface BindMessage {
  readonly portal: string;
  readonly name: string;
  readonly parameterFormats: readonly number[];
  /** From the count of parameters to the last value. */
  readonly parameters: Buffer;
  readonly resultFormats: readonly number[];
}

/** No message changes the lists read from it, so the many empty ones are one. */
const NONE: readonly number[] = [];

/** Up to this length looking at every byte of a text here costs less than asking for it twice elsewhere. */
const SHORT_SQL_BYTES = 256;

/** Names up to this length are kept as strings: the same few come with every message. */
const KEPT_NAME_BYTES = 32;

/** Kept names by {@link slotOf}; a power of two. */
const KEPT = Array.from({ length: 64 }, () => '');

/** Reads the fields of one message after another in order; leaves no byte unread and none beyond the message's end. */
class Fields {
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  at = 0;

  /** Begins with the message that lies from `start` to `end` of `buffer`. */
  of(buffer: Buffer, start: number, end: number): this {
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
    this.at = start + MESSAGE_HEAD_BYTES;
    return this;
  }

  /** A name; two that are different must not be decoded to the same. */
  name(): string {
    const buffer = this.#buffer;
    const start = this.at;
    let end = start;
    let high = 0;
    while (end < this.#end && buffer[end] !== 0) high |= buffer[end++] as number;
    if (end >= this.#end) throw this.violation('a string without its terminating NUL');
    this.at = end + 1;
    if (end === start) return '';
    if (high < 0x80 && end - start <= KEPT_NAME_BYTES) return keptName(buffer, start, end);
    const name = buffer.toString('utf8', start, end);
    if (name.includes('\uFFFD') && !isUtf8(buffer.subarray(start, end))) throw this.notUtf8();
    return name;
  }

  /** SQL: it must be read here as the server reads it. */
  sql(): Buffer {
    const start = this.at;
    const plain = this.#plainEnd(start, Math.min(this.#end, start + SHORT_SQL_BYTES));
    const end = plain < 0 ? this.#buffer.indexOf(0, start) : plain;
    if (end < 0 || end >= this.#end) throw this.violation('a string without its terminating NUL');
    this.at = end + 1;
    const text = this.#buffer.subarray(start, end);
    if (plain < 0 && !isUtf8(text)) throw this.notUtf8();
    return text;
  }

  /** Where the NUL of a string stands that has it before `most` and is ASCII up to there; -1: not so. */
  #plainEnd(start: number, most: number): number {
    const buffer = this.#buffer;
    let end = start;
    let high = 0;
    while (end < most && buffer[end] !== 0) high |= buffer[end++] as number;
    return end < most && high < 0x80 ? end : -1;
  }

  int16(): number {
    const { at } = this;
    if (at + 2 > this.#end) throw this.violation('cut short');
    this.at = at + 2;
    return int16(this.#buffer, at);
  }

  int32(): number {
    const { at } = this;
    if (at + 4 > this.#end) throw this.violation('cut short');
    this.at = at + 4;
    return int32(this.#buffer, at);
  }

  byte(): number {
    if (this.at >= this.#end) throw this.violation('cut short');
    return this.#buffer[this.at++] as number;
  }

  skip(bytes: number): void {
    if (this.at + bytes > this.#end) throw this.violation('cut short');
    this.at += bytes;
  }

  int16s(): readonly number[] {
    const count = this.int16();
    if (count === 0) return NONE;
    const values = [];
    for (let i = 0; i < count; i++) values.push(this.int16());
    return values;
  }

  bytesFrom(start: number): Buffer {
    return this.#buffer.subarray(start, this.at);
  }

  end(): void {
    if (this.at !== this.#end) throw this.violation(`${this.#end - this.at} bytes too many`);
  }

  notUtf8(): ProtocolViolation {
    return new ProtocolViolation('invalid byte sequence for encoding "UTF8"', '22021');
  }

  violation(what: string): ProtocolViolation {
    const type = String.fromCharCode(this.#buffer[this.#start] as number);
    return new ProtocolViolation(`malformed message ${JSON.stringify(type)}: ${what}`);
  }
}

/** There is one, because a message is read to its end before the next is begun, and most take less time than to make another. */
const fields = new Fields();

/** The string of an ASCII name that has at least one byte. */
function keptName(buffer: Buffer, start: number, end: number): string {
  const slot = ((end - start) * 31 + (buffer[end - 1] as number) * 7 + (buffer[start] as number)) & 63;
  const kept = KEPT[slot] as string;
  if (kept.length === end - start) {
    let i = 0;
    while (i < kept.length && kept.charCodeAt(i) === buffer[start + i]) i++;
    if (i === kept.length) return kept;
  }
  return (KEPT[slot] = buffer.toString('latin1', start, end));
}

/** The SQL of a Query, without its terminator. The message is what lies from `at` to `end`, here and below. */
export function readQuery(buffer: Buffer, at: number, end: number): Buffer {
  fields.of(buffer, at, end);
  const text = fields.sql();
  fields.end();
  return text;
}

export function readParse(buffer: Buffer, at: number, end: number): ParseMessage {
  fields.of(buffer, at, end);
  const name = fields.name();
  const text = fields.sql();
  const count = fields.int16();
  const parameterTypes = [];
  for (let i = 0; i < count; i++) parameterTypes.push(fields.int32() >>> 0);
  fields.end();
  return { name, text, parameterTypes };
}

export function readBind(buffer: Buffer, at: number, end: number): BindMessage {
  fields.of(buffer, at, end);
  const portal = fields.name();
  const name = fields.name();
  const parameterFormats = fields.int16s();
  const start = fields.at;
  const count = fields.int16();
  for (let i = 0; i < count; i++) {
    const length = fields.int32();
    if (length < -1) throw fields.violation(`a parameter of ${length} bytes`);
    if (length > 0) fields.skip(length);
  }
  const parameters = fields.bytesFrom(start);
  const resultFormats = fields.int16s();
  fields.end();
  return { portal, name, parameterFormats, parameters, resultFormats };
}

export function readExecute(
  buffer: Buffer,
  at: number,
  end: number,
): { readonly portal: string; readonly maxRows: number } {
  fields.of(buffer, at, end);
  const portal = fields.name();
  const maxRows = fields.int32();
  fields.end();
  return { portal, maxRows };
}

/** Describe and Close name a prepared statement (S) or a portal (P). */
export function readTarget(
  buffer: Buffer,
  at: number,
  end: number,
): { readonly target: 'S' | 'P'; readonly name: string } {
  fields.of(buffer, at, end);
  const byte = fields.byte();
  const name = fields.name();
  fields.end();
  if (byte === 0x53) return { target: 'S', name };
  if (byte === 0x50) return { target: 'P', name };
  throw fields.violation('neither a statement nor a portal');
}

export function readCopyFail(message: Buffer): string {
  fields.of(message, 0, message.length);
  const reason = fields.name();
  fields.end();
  return reason;
}

/** OID of the function a FunctionCall calls. */
export function readFunctionCall(message: Buffer): number {
  return fields.of(message, 0, message.length).int32() >>> 0;
}
