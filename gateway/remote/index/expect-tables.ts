/** Whether an index has the tables that this version asks: one that another version made is made anew, not guessed at. */
import { ArchiveError } from '../../archive/archive.ts';
import { rowsOf, type Engine } from './engine.ts';
import { columnsOf, TABLE_NAMES } from './schema.ts';

/** Rejects with NOT_FOUND where nothing is indexed, with OLDER_VERSION where columns are missing, each with what to run. */
export async function expectTables(engine: Engine): Promise<void> {
  const found = await rowsOf<{ name: string }>(
    engine,
    `SELECT concat(table, '.', name) AS name FROM system.columns WHERE database = currentDatabase()`,
  );
  const known = new Set(found.map(({ name }) => name));
  const wanted = TABLE_NAMES.flatMap((table) => columnsOf(table).map((column) => `${table}.${column}`));
  const missing = wanted.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  if (missing.length === wanted.length)
    throw new ArchiveError('NOT_FOUND', 'there is no index here yet: make it with auditorium index run');
  throw new ArchiveError(
    'OLDER_VERSION',
    `the index was made by another version of auditorium (it has no ${missing[0]}): make it anew with auditorium index rebuild`,
  );
}
