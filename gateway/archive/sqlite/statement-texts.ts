/**
 * What free text searches of a statement: its SQL, its parameters, its error, and its rows as they were recorded. The same texts
 * are indexed by the writer and looked at by the reader.
 */
import type { Event } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { clipBytes, decodeText } from '../../../shared/replay/text.ts';
import { readCells, readErrorFields, readMessages } from '../../../shared/replay/wire.ts';

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

  /** The part of `bytes` that there is room for; null where there is none. */
  take(bytes: Uint8Array): Uint8Array | null {
    if (bytes.length > this.#left) this.cut = true;
    if (this.#left <= 0) return null;
    const taken = clipBytes(bytes, this.#left);
    this.#left -= Math.max(taken.length, 1);
    return taken;
  }
}

/** Parameters of a Bind, from their count on. */
export function* parameterTexts(payload: Uint8Array, budget: Budget): Generator<string> {
  for (const cell of readCells(payload)?.cells ?? []) yield* cellTexts(cell, budget);
}

/** Whether an event holds something of what a SQL statement answered or took in. */
export function isAnswerTo({ kind, fields }: Event, statement: number, ordinal: number): boolean {
  if (kind === 'copyIn') return fields.statement === statement && ordinal === 0;
  if (kind !== 'outcome' && kind !== 'rows' && kind !== 'copyOut') return false;
  return fields.statement === statement && fields.ordinal === ordinal;
}

/** What an answer, or a chunk of COPY data, says. */
export function* answerTexts({ event, payloads }: StoredEvent, budget: Budget): Generator<string> {
  if (event.kind === 'copyIn' || event.kind === 'copyOut') {
    const { data } = payloads;
    if (data) yield* cellTexts(data, budget);
    return;
  }
  const { answer } = payloads;
  if (!answer) return;
  for (const { type, body } of readMessages(answer).messages) {
    if (type === 'D') for (const cell of readCells(body)?.cells ?? []) yield* cellTexts(cell, budget);
    if (type === 'E') yield* errorTexts(body);
  }
}

function* errorTexts(body: Uint8Array): Generator<string> {
  const fields = readErrorFields(body);
  for (const text of [fields?.message, fields?.detail, fields?.hint]) if (text !== undefined) yield text;
}

function* cellTexts(cell: Uint8Array | null, budget: Budget): Generator<string> {
  if (cell === null || !isText(cell)) return;
  const taken = budget.take(cell);
  if (taken !== null) yield decodeText(taken);
}

/** Numbers and times in binary form hold bytes that text does not. */
function isText(cell: Uint8Array): boolean {
  const end = Math.min(cell.length, BINARY_BYTES);
  for (let i = 0; i < end; i++) {
    const byte = cell[i] ?? 0;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}

/** Binary values of fixed length have at most so many bytes: numbers, times, addresses, UUIDs. */
const BINARY_BYTES = 64;
