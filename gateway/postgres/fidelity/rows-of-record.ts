/**
 * A record held against the rows in it, for statements whose every row holds a number that is in their text too: positive
 * where the row was inserted with it, negative where it was only read.
 */
import { readMessages } from '../../../shared/replay/wire.ts';
import type { RecordedEvent } from './recorded-relay.ts';

interface Outcome {
  readonly number: number;
  readonly ordinal: number;
  readonly text: string;
  readonly status: string;
  readonly values: readonly number[];
}

/** Rows that are not of the text that the record says ran, one line each. */
export function wrongRows(events: readonly RecordedEvent[]): string[] {
  return outcomesOf(events).flatMap(({ number, ordinal, text, values }) =>
    values
      .filter((value) => !new RegExp(`\\b${Math.abs(value)}\\b`).test(text))
      .map((value) => `statement ${number}.${ordinal} returned ${value}, but its text is ${text}`),
  );
}

/** What completed statements inserted, by the record: numbers, ascending. */
export interface InsertedRows {
  readonly lasting: readonly number[];
  /** Rolled back or not, the record does not know. */
  readonly unknown: readonly number[];
}

export function insertedRows(events: readonly RecordedEvent[]): InsertedRows {
  const inserted = outcomesOf(events).filter(
    ({ status }) => status === 'completed' || status === 'suspended',
  );
  const fates = inserted.map(({ number, ordinal, values }) => ({
    values,
    fate: fateOf(number, ordinal, events),
  }));
  const of = (wanted: string | null) =>
    fates
      .filter(({ fate }) => fate === wanted)
      .flatMap(({ values }) => values)
      .filter((value) => value > 0)
      .toSorted((a, b) => a - b);
  return { lasting: of(null), unknown: of('unknown') };
}

/** What became of a statement's transaction; null when it committed. */
function fateOf(number: number, ordinal: number, events: readonly RecordedEvent[]): string | null {
  const ended = events.find((event) => holds(event, number, ordinal));
  return ended === undefined ? null : String(ended.fields['outcome']);
}

function holds({ kind, fields }: RecordedEvent, number: number, ordinal: number): boolean {
  if (kind !== 'transactionEnded') return false;
  const at = number * 1000 + ordinal;
  const from = Number(fields['first']) * 1000 + Number(fields['firstOrdinal']);
  const to = Number(fields['last']) * 1000 + Number(fields['lastOrdinal']);
  return from <= at && at <= to;
}

function outcomesOf(events: readonly RecordedEvent[]): Outcome[] {
  const texts = new Map<number, string>();
  const used = new Map<string, string>();
  const rows = new Map<string, string>();
  const outcomes: Outcome[] = [];
  for (const { kind, fields } of events) {
    const number = Number(fields['statement']);
    const ordinal = Number(fields['ordinal']);
    const place = `${number}.${ordinal}`;
    if (kind === 'statement') texts.set(number, textAt(fields['text'] ?? fields['parsedAt'], events));
    if (kind === 'runs') used.set(place, textAt(fields['at'], events));
    if (kind !== 'rows' && kind !== 'outcome') continue;
    const { answer } = fields;
    const bytes = (rows.get(place) ?? '') + (typeof answer === 'string' ? answer : '');
    rows.set(place, bytes);
    if (kind === 'rows') continue;
    const text = used.get(place) ?? texts.get(number)?.split('; ')[ordinal] ?? '(unknown)';
    outcomes.push({ number, ordinal, text, status: String(fields['status']), values: valuesOf(bytes) });
  }
  return outcomes;
}

function textAt(known: unknown, events: readonly RecordedEvent[]): string {
  if (typeof known === 'string') return known;
  return typeof known === 'number' ? String(events[known]?.fields['text']) : '(unknown)';
}

/** The first column of each row, in text format. */
function valuesOf(bytes: string): number[] {
  return readMessages(Buffer.from(bytes, 'latin1'))
    .messages.filter(({ type }) => type === 'D')
    .map(({ body }) => Number(Buffer.from(body.subarray(6)).toString('latin1')));
}
