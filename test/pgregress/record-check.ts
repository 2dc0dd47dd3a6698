/** Whether the archive of a run holds all of it: every session ended, every statement with its outcome, none missing. */
import { readEvents } from '../../gateway/postgres/fidelity/run.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionRow } from '../../shared/api/session.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';

/** What a check of an archive against the server's log found. */
export interface RecordCheck {
  /** How many sessions ended in which way. */
  readonly sessions: ReadonlyMap<string, number>;
  readonly statements: number;
  readonly rows: number;
  readonly events: number;
  /** Statements the server logged. */
  readonly logged: number;
  /** What no record may have, in words; empty when all is well. */
  readonly faults: readonly string[];
}

/** What one session's events say. */
interface SessionRecord {
  readonly row: SessionRow;
  /** The server's process, 0 when there was none. */
  readonly backend: number;
  /** Texts of the statements in order, a byte a character. */
  readonly texts: readonly string[];
  readonly faults: readonly string[];
}

/** Statements shown of a session whose record lacks some. */
const SHOWN = 3;

/** Reads the whole archive and holds it against `logged`, the statements each backend says it got. */
export async function checkRecord(
  archive: ArchiveReader,
  logged: ReadonlyMap<number, readonly string[]>,
): Promise<RecordCheck> {
  const sessions = new Map<string, number>();
  const faults: string[] = [];
  const recorded = new Map<number, string[]>();
  let [statements, rows, events] = [0, 0, 0];
  for await (const row of everySession(archive)) {
    const session = recordOf(row, await readEvents(archive, row.id));
    sessions.set(row.outcome, (sessions.get(row.outcome) ?? 0) + 1);
    statements += row.statements;
    rows += row.rows;
    events += row.events;
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
  return { sessions, statements, rows, events, logged: count, faults };
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
  const texts: string[] = [];
  const bySequence = new Map(events.map((stored) => [stored.event.sequence, stored]));
  const waiting = new Map<number, string>();
  for (const { event, payloads } of events) {
    switch (event.kind) {
      case 'connected':
        backend = event.fields.backend;
        break;
      case 'statement': {
        const { parsedAt } = event.fields;
        const holder = parsedAt === null ? payloads : bySequence.get(parsedAt)?.payloads;
        const text = Buffer.from(holder?.['text'] ?? []).toString('latin1');
        texts.push(text);
        waiting.set(event.fields.statement, text);
        break;
      }
      case 'functionCall':
        waiting.set(event.fields.statement, `function ${event.fields.function}`);
        break;
      case 'outcome':
        waiting.delete(event.fields.statement);
        break;
      case 'sessionClosed':
        closed = true;
        break;
      default:
    }
  }
  // A session that was torn down leaves the fate of what ran then open: that is said, not wrong.
  const explained = row.outcome === 'failed' || row.outcome === 'disconnected';
  const open = explained ? [] : [...waiting.values()].map((text) => `no outcome: ${text.slice(0, 200)}`);
  return { row, backend, texts, faults: closed ? open : ['not closed', ...open] };
}

/** The texts of `logged` that do not stand in `recorded` in the same order. */
export function missingFrom(recorded: readonly string[], logged: readonly string[]): string[] {
  let at = 0;
  return logged.filter((text) => {
    const found = recorded.indexOf(text, at);
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}
