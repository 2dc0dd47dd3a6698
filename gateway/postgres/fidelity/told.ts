/** What a record says of a session's statements, one line each, to be compared with what is expected of it. */
import type { RecordedEvent } from './recorded-relay.ts';

type Fields = RecordedEvent['fields'];

/** Where a statement stands: its number, then its ordinal. */
type Place = readonly [number: number, ordinal: number];

/** `text → status tag`, and whether it was rolled back, for each outcome in its order; `running` while there is none. */
export function told(events: readonly RecordedEvent[]): string[] {
  const texts = new Map<number, string>();
  const endings = new Map<number, string[]>();
  for (const { kind, fields } of events) {
    const number = fields['statement'] as number;
    if (kind === 'statement') texts.set(number, textOf(fields, events));
    if (kind === 'functionCall') texts.set(number, `function ${String(fields['function'])}`);
    if (kind !== 'outcome') continue;
    const known = endings.get(number) ?? [];
    endings.set(number, known);
    known.push(endingOf(fields) + lostOf([number, fields['ordinal'] as number], fields, events));
  }
  const orphans = (endings.get(0) ?? []).map((ending) => `? → ${ending}`);
  return [
    ...[...texts].map(([number, text]) => `${text} → ${(endings.get(number) ?? ['running']).join(', ')}`),
    ...orphans,
  ];
}

/** The text of a statement, which it may refer to. */
function textOf(fields: Fields, events: readonly RecordedEvent[]): string {
  const { text, parsedAt } = fields;
  if (typeof text === 'string') return text;
  if (typeof parsedAt !== 'number') return '(unknown)';
  return String(events[parsedAt]?.fields['text']).trim();
}

function endingOf({ status, tag, sqlstate, rows }: Fields): string {
  if (status === 'failed') return `failed ${String(sqlstate)}`;
  if (status === 'suspended') return `suspended after ${String(rows)}`;
  return tag === '' ? String(status) : String(tag);
}

function lostOf(place: Place, { status }: Fields, events: readonly RecordedEvent[]): string {
  if (status !== 'completed' && status !== 'suspended') return '';
  const ended = events.find(({ kind, fields }) => {
    if (kind !== 'transactionEnded') return false;
    const { first, firstOrdinal, last, lastOrdinal } = fields as Record<string, number>;
    return !before(place, [first ?? 0, firstOrdinal ?? 0]) && !before([last ?? 0, lastOrdinal ?? 0], place);
  });
  return ended === undefined
    ? ''
    : ` · ${String(ended.fields['outcome'])} (${String(ended.fields['cause'])})`;
}

function before(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
