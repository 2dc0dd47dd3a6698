/**
 * Sessions that lie in several volumes of a log: each part counts what its own volume holds, the last tells how it ended. Few
 * sessions are open when a volume ends, so they are joined here rather than found by indexes.
 */
import type { SessionId, SessionRow } from '../../../shared/api/session.ts';
import type { Ask } from './asking.ts';
import { joinedRows } from './joined-rows.ts';
import { all } from '../conditions.ts';
import { oneOf, type Condition } from './match.ts';
import type { OpenVolume } from './open-volumes.ts';
import type { Question } from './question.ts';
import { IN_PARTS, matchByStatement, sortColumn, withMatch, type SessionPlace } from './session-query.ts';
import type { SessionSort } from '../../../shared/api/routes.ts';

/** A session in one volume. */
export interface Part {
  readonly volume: OpenVolume;
  /** Of its row there. */
  readonly id: number;
}

/** A part with what lists are sorted by. */
interface ListedPart extends Part {
  readonly carried: boolean;
  readonly outcome: string;
  readonly started: number;
  readonly ended: number | null;
  readonly statements: number;
  readonly rows: number;
  readonly errors: number;
}

/** A session in parts, in the order of the volumes. */
export interface Parts {
  readonly parts: readonly ListedPart[];
}

interface Row {
  readonly sid: Buffer;
  readonly id: number;
  readonly carried: number;
  readonly outcome: string;
  readonly started: number;
  readonly ended: number | null;
  readonly statements: number;
  readonly rows: number;
  readonly errors: number;
}

const ROWS = `SELECT s.sid, s.id, s.carried, s.outcome, s.started, s.ended, s.statements, s.rows, s.errors FROM session s WHERE ${IN_PARTS}`;

/** How a session that goes on in a volume which is not here is told. */
const ELSEWHERE = 'unknown';

/** The sessions in parts of volumes that come in their order; each volume is told how those ended that go on behind it. */
export function sessionsInParts(volumes: readonly OpenVolume[]): Parts[] {
  const found = new Map<string, ListedPart[]>();
  for (const volume of volumes) {
    for (const row of volume.run(() => rowsOf(volume))) {
      const part = { ...row, volume, carried: row.carried === 1 };
      const key = row.sid.toString('hex');
      const known = found.get(key);
      if (known === undefined) found.set(key, [part]);
      else known.push(part);
    }
  }
  const sessions = [...found.values()].map((parts) => ({ parts }));
  tellLater(volumes, sessions);
  return sessions;
}

interface Kept {
  /** Another whenever somebody wrote to the volume. */
  readonly version: unknown;
  readonly rows: readonly Row[];
}

const kept = new WeakMap<OpenVolume, Kept>();

/** Every page of a list needs them, and to find them takes a look at all sessions. */
function rowsOf(volume: OpenVolume): readonly Row[] {
  const { db } = volume;
  const version: unknown = db.pragma('data_version', { simple: true });
  const known = kept.get(volume);
  if (known !== undefined && known.version === version) return known.rows;
  const rows = db.prepare<[], Row>(ROWS).all();
  kept.set(volume, { version, rows });
  return rows;
}

/** Fills each volume's `later`: what its sessions that go on became. */
function tellLater(volumes: readonly OpenVolume[], sessions: readonly Parts[]): void {
  const rows = new Map<OpenVolume, (number | string | null)[][]>(volumes.map((volume) => [volume, []]));
  for (const session of sessions) {
    const { outcome, ended } = endOf(session);
    for (const part of session.parts)
      if (part.outcome === 'continued') rows.get(part.volume)?.push([part.id, outcome, ended]);
  }
  for (const [volume, later] of rows) {
    const json = JSON.stringify(later);
    if (volume.later === json) continue;
    volume.later = json;
    volume.run(() => {
      volume.db.exec('DELETE FROM temp.later');
      volume.db
        .prepare(
          'INSERT INTO temp.later SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2 FROM json_each(?) e',
        )
        .run(json);
    });
  }
}

/** How and when a session in parts ended. */
export function endOf({ parts }: Parts): { readonly outcome: string; readonly ended: number | null } {
  const { outcome = ELSEWHERE, ended = null } = parts.at(-1) ?? {};
  return { outcome: outcome === 'continued' ? ELSEWHERE : outcome, ended };
}

/** The sessions in parts that match. */
export function matchingParts(sessions: readonly Parts[], ask: Ask): Parts[] {
  const byStatement = partsThat(sessions, ask, partsByStatement);
  const byThemselves = partsThat(sessions, ask, (volume, { session }, ids) => meeting(volume, session, ids));
  return sessions.filter(({ parts }) => {
    const asks = parts.some(({ volume }) => ask(volume).asks);
    const statements = parts.reduce((sum, part) => sum + part.statements, 0);
    const last = parts.at(-1);
    return asks && statements > 0
      ? parts.some((part) => byStatement.has(part))
      : last !== undefined && byThemselves.has(last);
  });
}

/** The ids of those of some sessions of a volume that something is true of. */
type Those = (volume: OpenVolume, question: Question, ids: readonly number[]) => ReadonlySet<number>;

function partsThat(sessions: readonly Parts[], ask: Ask, those: Those): ReadonlySet<ListedPart> {
  const every = sessions.flatMap(({ parts }) => parts);
  const found = new Set<ListedPart>();
  for (const [volume, parts] of Map.groupBy(every, (part) => part.volume)) {
    const ids = parts.map(({ id }) => id);
    const meant = volume.run(() => those(volume, ask(volume), ids));
    for (const part of parts) if (meant.has(part.id)) found.add(part);
  }
  return found;
}

/** A session that goes on for hours has more statements than can be looked at one by one, where few of the volume match. */
const partsByStatement: Those = (volume, question, ids) =>
  (question.holdsDecides ? null : withMatch(volume, question)) ??
  meeting(volume, matchByStatement(question), ids);

function meeting({ db }: OpenVolume, condition: Condition, ids: readonly number[]): ReadonlySet<number> {
  const { sql, values } = all([oneOf('s.id', ids), condition]);
  const meant = db.prepare<unknown[], number>(`SELECT s.id FROM session s WHERE ${sql}`).pluck();
  return new Set(meant.all(...values));
}

/** Where a session in parts stands in an order: by what its parts are together, at its first. */
export function placeOf({ parts }: Parts, sort: SessionSort): SessionPlace | null {
  const [first] = parts;
  if (first === undefined) return null;
  const { volume, id, started } = first;
  const column = sortColumn(sort);
  const place = (value: number | null) => ({ value, volume: volume.name, id });
  if (column === 'started') return place(started);
  if (column === 'duration') {
    const { ended } = endOf({ parts });
    return place(ended === null ? null : ended - started);
  }
  return place(parts.reduce((sum, part) => sum + part[column], 0));
}

/** The parts of one session, in the order of the volumes; empty where it is in none. */
export function partsOf(volumes: readonly OpenVolume[], id: SessionId): Part[] {
  return volumes.flatMap((volume) => {
    const found = volume.run(() => volume.sessions.idOf(id));
    return found === null ? [] : [{ volume, id: found }];
  });
}

/** The row of a session, its parts joined; null where there is none. */
export function joinedRow(parts: readonly Part[]): SessionRow | null {
  return rowsOfSessions([parts])[0] ?? null;
}

/** The rows of some sessions, the parts of each joined; one without a row is left out. */
export function rowsOfSessions(sessions: readonly (readonly Part[])[]): SessionRow[] {
  const read = new Map<OpenVolume, ReadonlyMap<number, SessionRow>>();
  for (const [volume, parts] of Map.groupBy(sessions.flat(), (part) => part.volume))
    read.set(
      volume,
      volume.run(() => volume.sessions.rows(parts.map(({ id }) => id))),
    );
  return sessions.flatMap(
    (parts) => joinedRows(parts.flatMap(({ volume, id }) => read.get(volume)?.get(id) ?? [])) ?? [],
  );
}
