/** Tells what occurs in a sealed volume, for whoever keeps it elsewhere. */
import type { Database } from 'better-sqlite3';
import { summarised } from '../bucket/candidates.ts';
import type { PutVolume } from '../bucket/manifest.ts';
import { ID_DIGITS, SUMMARISED, type Summarised, type Summary } from '../bucket/summary.ts';
import { ArchiveError } from '../archive.ts';
import { guarded, openVolume, type Volume } from './read-volume.ts';
import { IN_PARTS } from './session-query.ts';
import { SessionReader } from './session-reader.ts';
import { readVolumeRow } from './volume-row.ts';

/** What a manifest says of a volume beside where its bytes are. */
type Span = Pick<PutVolume, 'first' | 'next' | 'from' | 'to' | 'statements' | 'sessions'>;

/** What is told of a volume. */
export interface SummarisedVolume extends Span {
  /** 16 bytes. */
  readonly log: Uint8Array;
  readonly summary: Summary;
}

/** Ids of more sessions than this would be megabytes. */
const MOST_SESSIONS = 250_000;

/** Reads the volume at `path`; throws {@link ArchiveError}, BUSY where it is still written. */
export function summariseVolume(path: string): SummarisedVolume {
  const volume = openVolume(path);
  const { db } = volume;
  try {
    return guarded(path, () => {
      const { log, first, next, sealed } = readVolumeRow(db);
      if (sealed === null) throw new ArchiveError('BUSY', `${path} is not sealed`);
      return { log, first, next, ...spanOf(db), summary: summaryOf(volume) };
    });
  } finally {
    db.close();
  }
}

/** A clock that was set back may give a later event an earlier time: so all times that lists know are looked at. */
function spanOf(db: Database): Omit<Span, 'first' | 'next'> {
  const span = db
    .prepare<[], Omit<Span, 'first' | 'next'>>(
      `SELECT statements, sessions,
         min(coalesce(first_time, 0), coalesce(oldest, first_time, 0),
           coalesce((SELECT min(started) FROM session WHERE carried = 0), first_time, 0)) AS "from",
         max(coalesce(last_time, 0), coalesce(newest, 0),
           coalesce((SELECT max(started) FROM session), 0), coalesce((SELECT max(ended) FROM session), 0)) AS "to"
       FROM total`,
    )
    .get();
  return span ?? { statements: 0, sessions: 0, from: 0, to: 0 };
}

const VALUES: Readonly<Record<Summarised, string>> = {
  who: `SELECT subject FROM agent UNION SELECT client FROM agent UNION SELECT user_id FROM agent UNION SELECT jti FROM token`,
  fingerprint: 'SELECT fingerprint FROM token',
  issuer: 'SELECT issuer FROM agent',
  subject: 'SELECT subject FROM agent',
  client: 'SELECT client FROM agent',
  job: 'SELECT path FROM job',
  repository: 'SELECT repository FROM job',
  connection: 'SELECT connection FROM session',
  user: 'SELECT user FROM session UNION SELECT db_user FROM session',
  table: 'SELECT name FROM tbl',
  column: "SELECT name FROM fact WHERE kind = 'column'",
  function: "SELECT name FROM fact WHERE kind = 'function'",
  verb: 'SELECT verb FROM verb',
  error: 'SELECT sqlstate FROM statement WHERE sqlstate IS NOT NULL',
};

function summaryOf(volume: Volume): Summary {
  const { db } = volume;
  const pluck = <T>(sql: string) => db.prepare<[], T>(sql).pluck();
  const count = (where: string) => pluck<number>(`SELECT count(*) FROM session WHERE ${where}`).get() ?? 0;
  const setOf = (name: Summarised) => {
    const values = pluck<string | null>(`SELECT DISTINCT * FROM (${VALUES[name]})`).all();
    return summarised(name, values.filter((value) => value !== null).toSorted());
  };
  const ids = pluck<string>(`SELECT lower(hex(substr(sid, 1, ${ID_DIGITS / 2}))) FROM session ORDER BY 1`);
  const parts = pluck<number>(`SELECT id FROM session s WHERE ${IN_PARTS} ORDER BY id`).all();
  const rows = new SessionReader(volume);
  const checkpoint = pluck<string>('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1').get() ?? null;
  return {
    checkpoint,
    sets: Object.fromEntries(SUMMARISED.map((name) => [name, setOf(name)])) as Summary['sets'],
    sessions: count('1') > MOST_SESSIONS ? null : ids.all().join(''),
    inParts: [...rows.rows(parts).values()],
    unended: count("ended IS NULL AND outcome <> 'continued'"),
    continued: count("outcome = 'continued'"),
    carried: count('carried = 1'),
  };
}
