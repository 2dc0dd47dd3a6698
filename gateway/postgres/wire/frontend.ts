/** Fields of the frontend messages that the relay reads (PostgreSQL manual, "Message Formats"), from a whole message. */
import { isUtf8 } from 'node:buffer';
import { int32, MESSAGE_HEAD_BYTES, ProtocolViolation } from './framing.ts';

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
  readonly parameterTypes: number[];
}

export interface BindMessage {
  readonly portal: string;
  readonly name: string;
  readonly parameterFormats: number[];
  /** From the count of parameters to the last value. */
  readonly parameters: Buffer;
  readonly resultFormats: number[];
}

/** Reads a message's fields in order; leaves no byte unread and none beyond its end. */
class Fields {
  readonly #message: Buffer;
  at = MESSAGE_HEAD_BYTES;
  constructor(message: Buffer) {
    this.#message = message;
  }

  /** A string up to its NUL, as bytes. */
  string(): Buffer {
    const end = this.#message.indexOf(0, this.at);
    if (end < 0) throw this.violation('a string without its terminating NUL');
    const bytes = this.#message.subarray(this.at, end);
    this.at = end + 1;
    return bytes;
  }

  /** A name; two that are different must not be decoded to the same. */
  name(): string {
    const start = this.at;
    if (this.#message[start] === 0) {
      this.at++;
      return '';
    }
    const end = this.#message.indexOf(0, start);
    if (end < 0) throw this.violation('a string without its terminating NUL');
    const name = this.#message.toString('utf8', start, end);
    if (name.includes('\uFFFD') && !isUtf8(this.#message.subarray(start, end))) throw this.notUtf8();
    this.at = end + 1;
    return name;
  }

  /** SQL: it must be read here as the server reads it. */
  sql(): Buffer {
    const text = this.string();
    if (!isUtf8(text)) throw this.notUtf8();
    return text;
  }

  int16(): number {
    if (this.at + 2 > this.#message.length) throw this.violation('cut short');
    const value = this.#message.readUInt16BE(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    if (this.at + 4 > this.#message.length) throw this.violation('cut short');
    const value = int32(this.#message, this.at);
    this.at += 4;
    return value;
  }

  byte(): number {
    if (this.at >= this.#message.length) throw this.violation('cut short');
    return this.#message[this.at++] as number;
  }

  skip(bytes: number): void {
    if (this.at + bytes > this.#message.length) throw this.violation('cut short');
    this.at += bytes;
  }

  int16s(): number[] {
    const count = this.int16();
    const values = [];
    for (let i = 0; i < count; i++) values.push(this.int16());
    return values;
  }

  bytesFrom(start: number): Buffer {
    return this.#message.subarray(start, this.at);
  }

  end(): void {
    if (this.at !== this.#message.length)
      throw this.violation(`${this.#message.length - this.at} bytes too many`);
  }

  notUtf8(): ProtocolViolation {
    return new ProtocolViolation('invalid byte sequence for encoding "UTF8"', '22021');
  }

  violation(what: string): ProtocolViolation {
    const type = String.fromCharCode(this.#message[0] as number);
    return new ProtocolViolation(`malformed message ${JSON.stringify(type)}: ${what}`);
  }
}

/** The SQL of a Query, without its terminator. */
export function readQuery(message: Buffer): Buffer {
  const fields = new Fields(message);
  const text = fields.sql();
  fields.end();
  return text;
}

export function readParse(message: Buffer): ParseMessage {
  const fields = new Fields(message);
  const name = fields.name();
  const text = fields.sql();
  const count = fields.int16();
  const parameterTypes = [];
  for (let i = 0; i < count; i++) parameterTypes.push(fields.int32() >>> 0);
  fields.end();
  return { name, text, parameterTypes };
}

export function readBind(message: Buffer): BindMessage {
  const fields = new Fields(message);
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

export function readExecute(message: Buffer): { readonly portal: string; readonly maxRows: number } {
  const fields = new Fields(message);
  const portal = fields.name();
  const maxRows = fields.int32();
  fields.end();
  return { portal, maxRows };
}

/** Describe and Close name a prepared statement (S) or a portal (P). */
export function readTarget(message: Buffer): { readonly target: 'S' | 'P'; readonly name: string } {
  const fields = new Fields(message);
  const byte = fields.byte();
  const name = fields.name();
  fields.end();
  if (byte === 0x53) return { target: 'S', name };
  if (byte === 0x50) return { target: 'P', name };
  throw fields.violation('neither a statement nor a portal');
}

export function readCopyFail(message: Buffer): string {
  const fields = new Fields(message);
  const reason = fields.name();
  fields.end();
  return reason;
}

/** OID of the function a FunctionCall calls. */
export function readFunctionCall(message: Buffer): number {
  return new Fields(message).int32() >>> 0;
}
