/** Which events a selection is about, before anybody looked into their payloads. */
import { conjunctsOf } from '../../../shared/filter/filter.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import type { RawEvent } from './raw-events.ts';
import { RedactionError, type RedactionSelection } from '../redaction.ts';
import { eventsOf, type ListedVolume, withVolume } from './archive-events.ts';
import { SqliteArchive } from './reader.ts';

/** Statements of a page of those that match a filter. */
const PAGE = 500;

/** By session (hex): its events that are meant; null: all. */
type Sessions = ReadonlyMap<string, SessionScope | null>;

interface SessionScope {
  readonly statements: Set<number>;
  /** Sequences of events that these statements point to: what they were prepared and bound by. */
  readonly referred: Set<number>;
}

export interface RedactionScope {
  /** Null: all. */
  readonly sessions: Sessions | null;
  has(raw: RawEvent): boolean;
}

/** Throws {@link RedactionError} and ArchiveError. */
export function scopeOf(
  folder: string,
  volumes: readonly ListedVolume[],
  { session, filter }: RedactionSelection,
): RedactionScope {
  const whole = session === null ? null : sessionNamed(volumes, session);
  const matching = filter === null ? null : statementsMatching(folder, filter);
  if (matching !== null) for (const { path } of volumes) refer(path, matching);
  const sessions = matching ?? (whole === null ? null : new Map([[whole, null]]));
  if (sessions === null) return { sessions: null, has: () => true };
  return { sessions, has: (raw) => isMeant(raw, sessions, whole) };
}

function isMeant({ event }: RawEvent, sessions: Sessions, only: string | null): boolean {
  if (event.session === null) return false;
  const id = Buffer.from(event.session).toString('hex');
  const scope = sessions.get(id);
  if (scope === undefined || (only !== null && id !== only)) return false;
  if (scope === null) return true;
  return scope.referred.has(event.sequence) || scope.statements.has(statementOf(event.fields) ?? -1);
}

function statementOf(fields: object): number | null {
  return 'statement' in fields && typeof fields.statement === 'number' ? fields.statement : null;
}

function sessionNamed(volumes: readonly ListedVolume[], prefix: string): string {
  const found = new Set<string>();
  for (const { path } of volumes)
    withVolume(path, (db) => {
      const rows = db
        .prepare<[string], Buffer>(`SELECT sid FROM session WHERE lower(hex(sid)) GLOB ?`)
        .pluck();
      for (const sid of rows.iterate(`${prefix.toLowerCase()}*`)) found.add(sid.toString('hex'));
    });
  const [id, ...others] = found;
  if (id === undefined) throw new RedactionError('EVENT_NOT_FOUND', `no session has the id ${prefix}`);
  if (others.length > 0)
    throw new RedactionError('BAD_USAGE', `${found.size} sessions have ids that begin with ${prefix}`);
  return id;
}

function statementsMatching(folder: string, text: string): Map<string, SessionScope> {
  const { filter, error } = parseFilter(text);
  if (filter === undefined) throw new RedactionError('BAD_FILTER', error.message);
  if (conjunctsOf(filter).length === 0)
    throw new RedactionError('BAD_FILTER', 'an empty filter means every statement; say which are meant');
  const found = new Map<string, SessionScope>();
  const archive = new SqliteArchive(folder);
  try {
    let after: string | undefined;
    do {
      const { items, next } = archive.statements({ filter, limit: PAGE, after });
      for (const { session, statement } of items) {
        const scope = found.get(session) ?? { statements: new Set(), referred: new Set() };
        scope.statements.add(statement);
        found.set(session, scope);
      }
      after = next ?? undefined;
    } while (after !== undefined);
  } finally {
    archive.close();
  }
  return found;
}

/** Notes what the statements of a volume point to. */
function refer(path: string, sessions: ReadonlyMap<string, SessionScope>): void {
  withVolume(path, (db) => {
    for (const [id, { statements, referred }] of sessions)
      for (const { event } of eventsOf(db, { session: Buffer.from(id, 'hex'), index: null })) {
        const statement = statementOf(event.fields);
        if (statement === null || !statements.has(statement)) continue;
        if (event.kind === 'runs' && event.fields.at !== null) referred.add(event.fields.at);
        if (event.kind !== 'statement') continue;
        for (const at of [event.fields.parsedAt, event.fields.boundAt]) if (at !== null) referred.add(at);
      }
  });
}
