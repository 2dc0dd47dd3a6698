/** How far what a server says may reach: what of the database could have got into an error or notice, by the statement that runs. */
import type { RunningStatement } from '../exchange.ts';
import { errorField } from '../wire/backend.ts';
import { judgedNow } from './columns.ts';
import type { Lane } from './lane.ts';
import type { JudgedStatement } from '../judged.ts';

/**
 * `text`: no value of the database, so that all is about the agent's own text. `names`: nothing but pure functions of PostgreSQL ran,
 * so that it holds values only where it speaks of values. `anything`: code ran that nobody sees.
 */
export type Reach = 'text' | 'names' | 'anything';

/** Run nothing at all, not even what a transaction put off: that runs when it commits. */
const OF_TRANSACTIONS: ReadonlySet<string> = new Set([
  'BEGIN',
  'START TRANSACTION',
  'SAVEPOINT',
  'RELEASE SAVEPOINT',
  'ROLLBACK',
  'ROLLBACK TO SAVEPOINT',
]);

/** Run nothing themselves; the last of several in one text has the end of the transaction for its own. */
const OF_SESSIONS: ReadonlySet<string> = new Set([
  'SET',
  'RESET',
  'SHOW',
  'DEALLOCATE',
  'CLOSE',
  'LISTEN',
  'UNLISTEN',
]);

/** Commands that say in notices which objects of a schema they left or took with them. */
const OF_SCHEMAS =
  /^(DROP|TRUNCATE|ALTER)\b|^CREATE (TABLE|INDEX|SCHEMA|SEQUENCE|VIEW|EXTENSION|TYPE|STATISTICS)$/;

const OBJECTS_TOLD =
  /^([a-z]+ )+"[^"]*"( of [a-z]+ "[^"]*")? (does not exist|already exists), skipping$|^drop cascades to |^truncate cascades to /;

/** Of the statement alone, whatever ran before it in the transaction. Null: that matters too. */
export function ownReach(statement: RunningStatement, message: Buffer, lane: Lane): Reach | null {
  const judged = judgedNow(statement);
  const verb = judged?.verb ?? '';
  if (OF_TRANSACTIONS.has(verb)) return 'text';
  if (
    statement.judged?.statements.length === 1 &&
    (OF_SESSIONS.has(verb) || isMissing(statement, message) || isApart(judged, lane))
  )
    return 'text';
  // Functions that send a notice have a context, which leaves it out again.
  return OF_SCHEMAS.test(verb) && isSchemaNotice(message) ? 'names' : null;
}

const OF_ROWS: ReadonlySet<string> = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** Whether a statement reads and changes only tables without masked columns, and nothing of theirs could look at any other. */
export function isApart(judged: JudgedStatement | null, lane: Lane): boolean {
  const lineage = judged?.lineage ?? null;
  const { catalog } = lane;
  if (judged === null || lineage === null || catalog === null) return false;
  if (!lineage.pure || !OF_ROWS.has(judged.verb)) return false;
  const { relations, functions } = lineage.restsOn;
  return (
    relations.every((oid) => catalog.relationByOid(oid)?.quiet === true && !lane.masksIn(oid)) &&
    functions.every((name) => catalog.functions(null, name).length === 0)
  );
}

/** Of a drop that finds nothing, a create that finds it there, or what goes with what is dropped. */
function isSchemaNotice(message: Buffer): boolean {
  return errorField(message, 'V') === 'NOTICE' && OBJECTS_TOLD.test(errorField(message, 'M'));
}

/** The cursor or prepared statement that the text names is not there, so nothing ran. */
function isMissing({ sql, portal }: RunningStatement, message: Buffer): boolean {
  const missing = /^(?:cursor|prepared statement) "(.+)" does not exist$/s.exec(
    errorField(message, 'M'),
  )?.[1];
  const text = (sql ?? portal?.prepared?.source)?.toString('utf8');
  if (missing === undefined || text === undefined) return false;
  const named =
    /^\s*(?:fetch|move)\b[^'"]*?("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)\s*;?\s*$/isu.exec(text) ??
    /^\s*execute\s+("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)/iu.exec(text);
  const name = named?.[1] ?? '';
  return missing === (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase());
}
