/**
 * Goes over an event's bytes without making anything of them: whether they are deterministic CBOR (RFC 8949 §4.2.1) in the
 * layout of event.ts, what the header says, and which payloads the event names. A verifier looks at every event there is;
 * decoding them into values takes longer than all else it does. The tests hold this to decodeEvent of codec.ts.
 */
import { isUtf8 } from 'node:buffer';
import { MAX_EVENT_BYTES } from '../../../../shared/recording/codec.ts';
import { EVENT_VERSION, EVENTS, type FieldType } from '../../../../shared/recording/event.ts';

/** Items before the fields of the kind. */
const HEADER_ITEMS = 8;
const ID_BYTES = 16;
const COMMITMENT_BYTES = 32;

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4 } as const;
/** The least argument that needs 1, 2, 4 and 8 bytes behind its head. */
const LEAST = [24, 0x100, 0x10000, 0x100000000] as const;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

/** Types of the fields of a kind, by its code; undefined: no such kind. */
const fieldsByCode: (readonly FieldType[] | undefined)[] = [];
for (const { code, fields } of Object.values(EVENTS)) fieldsByCode[code] = Object.values<FieldType>(fields);

/**
 * What an event is: `whole`; `malformed`; or of another `version` or kind than this reads, of which the header alone was
 * looked at.
 */
export type Walked = 'whole' | 'malformed' | 'version';

/** One walker goes over many events; its fields tell of the last one. */
export class EventWalk {
  index = 0;
  /** Where the session's 16 bytes start; -1 for an event of the log itself. */
  sessionAt = -1;
  sequence = 0;
  code = 0;
  /** µs since 1970. */
  time = 0;
  /** ns. */
  monotonic = 0;
  /** How many payloads the event names; {@link lengths} and {@link commitments} tell of each. */
  payloads = 0;
  readonly lengths: number[] = [];
  /** Where each payload's 32 bytes of commitment start. */
  readonly commitments: number[] = [];
  readonly #log: Uint8Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #good = true;

  /** `log`: the 16 bytes that every event must name. */
  constructor(log: Uint8Array) {
    this.#log = log;
  }

  /** Goes over the event that lies from `from` up to `to`. */
  read(bytes: Uint8Array, from: number, to: number): Walked {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    this.#good = true;
    this.payloads = 0;
    if (to - from > MAX_EVENT_BYTES) return 'malformed';
    const items = this.#argument(MAJOR.array);
    const version = this.#integer();
    this.#header();
    if (!this.#good) return 'malformed';
    const fields = fieldsByCode[this.code];
    if (version !== EVENT_VERSION || fields === undefined) return 'version';
    if (items !== HEADER_ITEMS + fields.length) return 'malformed';
    for (let i = 0; i < fields.length; i++) this.#field(fields[i] as FieldType);
    return this.#good && this.#at === to ? 'whole' : 'malformed';
  }

  #header(): void {
    const log = this.#take(MAJOR.bytes, ID_BYTES);
    for (let i = 0; i < ID_BYTES && this.#good; i++)
      if (this.#bytes[log + i] !== this.#log[i]) this.#good = false;
    this.index = this.#integer();
    this.sessionAt = this.#skipNull() ? -1 : this.#take(MAJOR.bytes, ID_BYTES);
    this.sequence = this.#integer();
    this.code = this.#integer();
    this.time = this.#integer();
    this.monotonic = this.#integer();
  }

  #field(type: FieldType): void {
    switch (type) {
      case 'integer?':
        if (this.#skipNull()) return;
        this.#integer();
        return;
      case 'integer':
        this.#integer();
        return;
      case 'text?':
        if (this.#skipNull()) return;
        return this.#text();
      case 'text':
        return this.#text();
      case 'bytes?':
        if (this.#skipNull()) return;
        return this.#skip(this.#argument(MAJOR.bytes));
      case 'bytes':
        return this.#skip(this.#argument(MAJOR.bytes));
      case 'boolean': {
        const head = this.#bytes[this.#at++];
        if ((head !== TRUE && head !== FALSE) || this.#at > this.#end) this.#good = false;
        return;
      }
      case 'payload?':
        if (this.#skipNull()) return;
        return this.#payload();
      case 'payload':
        return this.#payload();
      case 'integers':
        for (let left = this.#argument(MAJOR.array); left > 0 && this.#good; left--) this.#integer();
        return;
      case 'texts':
        for (let left = this.#argument(MAJOR.array); left > 0 && this.#good; left--) this.#text();
    }
  }

  #payload(): void {
    if (this.#argument(MAJOR.array) !== 2) this.#good = false;
    const length = this.#integer();
    if (length < 0) this.#good = false;
    this.lengths[this.payloads] = length;
    this.commitments[this.payloads] = this.#take(MAJOR.bytes, COMMITMENT_BYTES);
    this.payloads++;
  }

  #text(): void {
    const length = this.#argument(MAJOR.text);
    const from = this.#at;
    this.#skip(length);
    if (!this.#good) return;
    const bytes = this.#bytes;
    for (let i = from; i < this.#at; i++) {
      if ((bytes[i] as number) < 0x80) continue;
      this.#good = isUtf8(bytes.subarray(i, this.#at));
      return;
    }
  }

  #skip(length: number): void {
    if (length > this.#end - this.#at) this.#good = false;
    else this.#at += length;
  }

  /** A byte string of exactly so many bytes; returns where it starts. */
  #take(major: number, length: number): number {
    if (this.#argument(major) !== length) this.#good = false;
    const at = this.#at;
    this.#skip(length);
    return at;
  }

  #skipNull(): boolean {
    if (this.#bytes[this.#at] !== NULL || this.#at >= this.#end) return false;
    this.#at++;
    return true;
  }

  #integer(): number {
    const head = this.#bytes[this.#at] as number;
    return this.#at < this.#end && head >> 5 === MAJOR.negative
      ? -1 - this.#argument(MAJOR.negative)
      : this.#argument(MAJOR.unsigned);
  }

  /** The argument of a head of the given major type, in its shortest form; 0 where it is none. */
  #argument(major: number): number {
    const bytes = this.#bytes;
    const at = this.#at;
    const head = bytes[at] as number;
    if (at >= this.#end || head >> 5 !== major) return this.#bad();
    const info = head & 0x1f;
    if (info < 24) {
      this.#at = at + 1;
      return info;
    }
    if (info > 27) return this.#bad();
    const size = 1 << (info - 24);
    if (at + 1 + size > this.#end) return this.#bad();
    let value = 0;
    for (let i = at + 1; i <= at + size; i++) value = value * 0x100 + (bytes[i] as number);
    this.#at = at + 1 + size;
    return value < (LEAST[info - 24] as number) || value > Number.MAX_SAFE_INTEGER ? this.#bad() : value;
  }

  #bad(): number {
    this.#good = false;
    return 0;
  }
}
