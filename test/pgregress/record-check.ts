/** Whether the archive of a run holds all of it: every session ended, every statement with its outcome, none missing. */
import { readEvents } from '../../gateway/postgres/fidelity/run.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionRow } from '../../shared/api/session.ts';
import { EVERYTHING, termOf, type Filter } from '../../shared/filter/filter.ts';
import { MASK } from '../../shared/recording/mask.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';

/** What a check of an archive against the server's log found. */
export interface RecordCheck {
  /** How many sessions ended in which way. */
  readonly sessions: ReadonlyMap<string, number>;
  readonly statements: number;
  readonly rows: number;
  readonly events: number;
  /** Statements whose secrets were taken out. */
  readonly masked: number;
  /** Statements the server logged. */
  readonly logged: number;
  /** What no record may have, in words; empty when all is well. */
  readonly faults: readonly string[];
}

/** A statement's text as the record has it, a byte a character. */
export interface RecordedText {
  readonly text: string;
  /** Whether secrets in it were replaced. */
  readonly masked: boolean;
}

/** What one session's events say. */
interface SessionRecord {
  readonly row: SessionRow;
  /** The server's process, 0 when there was none. */
  readonly backend: number;
  /** In order. */
  readonly texts: readonly RecordedText[];
  readonly faults: string[];
}

/** Statements shown of a session whose record lacks some. */
const SHOWN = 3;

/** Reads the whole archive and holds it against `logged`, the statements each backend says it got. */
export async function checkRecord(
  archive: ArchiveReader,
  logged: ReadonlyMap<number, readonly string[]>,
): Promise<RecordCheck> {
  const sessions = new Map<string, number>();
  const unknown = await unknownStatements(archive);
  const faults: string[] = [];
  const recorded = new Map<number, RecordedText[]>();
  let [statements, rows, events, masked] = [0, 0, 0, 0];
  for await (const row of everySession(archive)) {
    const session = recordOf(row, await readEvents(archive, row.id));
    sessions.set(row.outcome, (sessions.get(row.outcome) ?? 0) + 1);
    statements += row.statements;
    rows += row.rows;
    events += row.events;
    masked += session.texts.filter((text) => text.masked).length;
    if (!tornDown(row)) session.faults.push(...(unknown.get(row.id) ?? []));
    for (const fault of session.faults) faults.push(`session ${row.id} (${row.applicationName}): ${fault}`);
    // Process ids are given anew; their sessions come in order.
    recorded.set(session.backend, [...(recorded.get(session.backend) ?? []), ...session.texts]);
  }
  let count = 0;
  for (const [backend, texts] of logged) {
    count += texts.length;
    const missing = missingFrom(recorded.get(backend) ?? [], texts);
    for (const text of missing.slice(0, SHOWN))
      faults.push(`not recorded, and backend ${backend} ran it: ${JSON.stringify(text.slice(0, 200))}`);
  }
  return { sessions, statements, rows, events, masked, logged: count, faults };
}

/** A session that was torn down leaves the fate of what ran then open: that is said, not wrong. */
function tornDown({ outcome }: SessionRow): boolean {
  return outcome === 'failed' || outcome === 'disconnected';
}

/** The statements that the archive lists with an unknown outcome, in words, by session. */
async function unknownStatements(archive: ArchiveReader): Promise<Map<string, string[]>> {
  const filter: Filter = {
    root: termOf({ field: 'status', comparison: ':', value: 'unknown', range: [0, 0] }),
  };
  const listed = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const page = await archive.statements({ filter, after, limit: 500 });
    for (const { session, text } of page.items)
      listed.set(session, [...(listed.get(session) ?? []), `listed as unknown: ${text.slice(0, 200)}`]);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return listed;
}

async function* everySession(archive: ArchiveReader): AsyncGenerator<SessionRow> {
  let after: string | undefined;
  do {
    const page = await archive.sessions({ filter: EVERYTHING, sort: 'started', after, limit: 500 });
    yield* page.items;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

function recordOf(row: SessionRow, events: readonly StoredEvent[]): SessionRecord {
  let backend = 0;
  let closed = false;
  let ended = 0;
  const texts: RecordedText[] = [];
  const bySequence = new Map(events.map((stored) => [stored.event.sequence, stored]));
  const waiting = new Map<number, string>();
  for (const { event, payloads } of events) {
    switch (event.kind) {
      case 'connected':
        backend = event.fields.backend;
        break;
      case 'statement': {
        const { parsedAt } = event.fields;
        const holder = parsedAt === null ? { event, payloads } : bySequence.get(parsedAt);
        const text = Buffer.from(holder?.payloads['text'] ?? []).toString('latin1');
        const masked = holder !== undefined && 'masked' in holder.event.fields && holder.event.fields.masked;
        texts.push({ text, masked });
        waiting.set(event.fields.statement, text);
        break;
      }
      case 'functionCall':
        waiting.set(event.fields.statement, `function ${event.fields.function}`);
        break;
      case 'outcome':
        waiting.delete(event.fields.statement);
        if (event.fields.statement > 0) ended++;
        break;
      case 'sessionClosed':
        closed = true;
        break;
      default:
    }
  }
  const open = [...waiting.values()].map((text) => `no outcome: ${text.slice(0, 200)}`);
  const faults = [
    ...(tornDown(row) ? [] : open),
    ...(closed ? [] : ['not closed']),
    ...(row.statements < ended ? [`lists ${row.statements} statements, and ${ended} ended`] : []),
  ];
  return { row, backend, texts, faults };
}

/** The texts of `logged` that do not stand in `recorded` in the same order. */
export function missingFrom(recorded: readonly RecordedText[], logged: readonly string[]): string[] {
  let at = 0;
  return logged.filter((text) => {
    const found = recorded.findIndex((candidate, index) => index >= at && isTextOf(candidate, text));
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

/** Whether the record is of this text: the same, or the same around what was masked. */
function isTextOf({ text, masked }: RecordedText, logged: string): boolean {
  if (!masked) return text === logged;
  const parts = text.split(MASK);
  let at = 0;
  for (const part of parts) {
    const found = logged.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return logged.startsWith(parts[0] ?? '') && logged.endsWith(parts.at(-1) ?? '');
}
