/**
 * What free text searches of a statement: its SQL, its parameters, its error, and its rows as they were recorded. The same texts
 * are indexed by the writer and looked at by the reader.
 */
import type { Event } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { clipBytes, decodeText } from '../../../shared/replay/text.ts';
import { messageLength, readErrorFields } from '../../../shared/replay/wire.ts';

/**
 * Bytes of a statement that are searchable, of each: its parameters, what it copied in, and its rows with its error. A result
 * of a million rows would cost as much as all the statements of an hour; the first of it tells what it was.
 */
export const SEARCHED_BYTES = 16 * 1024;

/** Bytes of SQL that are searchable: those of any statement that somebody wrote. */
export const SEARCHED_SQL_BYTES = 256 * 1024;

/** Takes texts up to a number of bytes, and notes when there were more. */
export class Budget {
  #left: number;
  /** Something was left out. */
  cut = false;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Where the part of the bytes from `from` to `to` ends that there is room for; -1 where there is none. */
  take(bytes: Uint8Array, from: number, to: number): number {
    const left = this.#left;
    if (to - from > left) this.cut = true;
    if (left <= 0) return -1;
    const end = to - from <= left ? to : from + clipBytes(bytes.subarray(from, to), left).length;
    this.#left -= Math.max(end - from, 1);
    return end;
  }
}

/** What is told the texts of a statement. */
export interface Searched {
  /** A value: the bytes from `from` to `to`. */
  value(bytes: Uint8Array, from: number, to: number): void;
  text(text: string): void;
}

/** The same as texts, of a few statements that are looked at. */
export class SearchedTexts implements Searched {
  readonly texts: string[] = [];

  value(bytes: Uint8Array, from: number, to: number): void {
    this.texts.push(decodeText(bytes.subarray(from, to)));
  }

  text(text: string): void {
    this.texts.push(text);
  }
}

/** Parameters of a Bind, from their count on. */
export function searchParameters(payload: Uint8Array, budget: Budget, searched: Searched): void {
  searchCells(payload, 0, payload.length, budget, searched);
}

/** Whether an event holds something of what a SQL statement answered or took in. */
export function isAnswerTo({ kind, fields }: Event, statement: number, ordinal: number): boolean {
  if (kind === 'copyIn') return fields.statement === statement && ordinal === 0;
  if (kind !== 'outcome' && kind !== 'rows' && kind !== 'copyOut') return false;
  return fields.statement === statement && fields.ordinal === ordinal;
}

/** What an answer, or a chunk of COPY data, says. */
export function searchAnswer({ event, payloads }: StoredEvent, budget: Budget, searched: Searched): void {
  if (event.kind === 'copyIn' || event.kind === 'copyOut') {
    const { data } = payloads;
    if (data) searchValue(data, 0, data.length, budget, searched);
    return;
  }
  const { answer } = payloads;
  if (!answer) return;
  for (let at = 0; ;) {
    const length = messageLength(answer, at);
    if (length === null || at + length > answer.length) return;
    const type = answer[at];
    if (type === DATA_ROW) searchCells(answer, at + HEAD_BYTES, at + length, budget, searched);
    if (type === ERROR_RESPONSE) searchError(answer.subarray(at + HEAD_BYTES, at + length), searched);
    at += length;
  }
}

const DATA_ROW = 0x44;
const ERROR_RESPONSE = 0x45;

/** Before the body of a message. */
const HEAD_BYTES = 5;

function searchError(body: Uint8Array, searched: Searched): void {
  const fields = readErrorFields(body);
  for (const text of [fields?.message, fields?.detail, fields?.hint])
    if (text !== undefined) searched.text(text);
}

/** Values as DataRow and Bind hold them (PostgreSQL manual §54.7); what is cut short is searched as far as it is there. */
function searchCells(bytes: Uint8Array, from: number, to: number, budget: Budget, searched: Searched): void {
  if (from + 2 > to) return;
  let at = from + 2;
  for (let left = ((bytes[from] as number) << 8) | (bytes[from + 1] as number); left > 0; left--) {
    if (at + 4 > to) return;
    const length = int32(bytes, at);
    at += 4;
    if (length < -1) return;
    if (length === -1) continue;
    const end = Math.min(at + length, to);
    searchValue(bytes, at, end, budget, searched);
    at = end;
  }
}

function searchValue(bytes: Uint8Array, from: number, to: number, budget: Budget, searched: Searched): void {
  if (!isText(bytes, from, to)) return;
  const end = budget.take(bytes, from, to);
  if (end >= 0) searched.value(bytes, from, end);
}

/** Numbers and times in binary form hold bytes that text does not. */
function isText(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, from + BINARY_BYTES);
  for (let i = from; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}

function int32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** Binary values of fixed length have at most so many bytes: numbers, times, addresses, UUIDs. */
const BINARY_BYTES = 64;
