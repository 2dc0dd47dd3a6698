/** Puts what the events of logs tell into the index, and knows how far it is with each. */
import type { FactsOf } from '../../archive/archive.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { JSON_SETTINGS, rowsOf, type Engine } from './engine.ts';
import { expectTables } from './expect-tables.ts';
import { LogFold } from './log-fold.ts';
import type { Amendment, Batch, PositionIndexRow, SegmentIndexRow, WithdrawnIndexRow } from './rows.ts';
import { withdraw } from './withdrawn.ts';
import { columnsOf, statementsFor, TABLE_NAMES, type Layout } from './schema.ts';

export interface IndexerOptions {
  readonly factsOf: FactsOf;
  /** Wall clock, µs since 1970. */
  readonly now: () => number;
}

/** Makes the tables of the index where they are not there. Rejects with OLDER_VERSION where others of their names are. */
export async function makeTables(engine: Engine, layout: Layout = 'single'): Promise<void> {
  for (const sql of statementsFor(layout)) await engine.ask({ sql });
  await expectTables(engine);
}

/** Throws the tables away: what they hold is made anew from the store. */
export async function dropTables(engine: Engine): Promise<void> {
  for (const name of TABLE_NAMES) await engine.ask({ sql: `DROP TABLE IF EXISTS ${name} SYNC` });
}

/** How far each log is indexed. */
export function positionsOf(engine: Engine): Promise<PositionIndexRow[]> {
  return rowsOf<PositionIndexRow>(engine, 'SELECT * FROM log_position FINAL ORDER BY log');
}

export class Indexer {
  readonly #engine: Engine;
  readonly #options: IndexerOptions;
  readonly #folds = new Map<string, LogFold>();
  #positions: ReadonlyMap<string, PositionIndexRow> | null = null;

  constructor(engine: Engine, options: IndexerOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** The first event of a log that this indexer wants: below what is in the index where sessions are open. */
  async wants(log: string): Promise<number> {
    return (await this.#foldOf(log)).next;
  }

  /**
   * Takes events of one log in order, all of a bundle or of several, and inserts what they change. `token` names them: sent again,
   * they change nothing. `segments`: where in the store they lie.
   */
  async take(
    log: string,
    events: Iterable<StoredEvent>,
    { token, segments = [] }: { readonly token: string; readonly segments?: readonly SegmentIndexRow[] },
  ): Promise<void> {
    const fold = await this.#foldOf(log);
    const before = fold.next;
    for (const stored of events) fold.apply(stored);
    if (fold.next === before) return;
    await this.#insert('segment', segments, token);
    await this.#insertAll(fold.taken(this.#options.now()), token);
  }

  async #foldOf(log: string): Promise<LogFold> {
    const known = this.#folds.get(log);
    if (known !== undefined) return known;
    this.#positions ??= new Map(
      (await positionsOf(this.#engine)).map((position) => [position.log, position]),
    );
    const position = this.#positions.get(log);
    const start = {
      log,
      next: position?.next ?? 0,
      replayFrom: position?.replay_from ?? 0,
      firstTime: position?.first_time ?? null,
      withdrawn: await this.#withdrawnOf(log),
    };
    const fold = new LogFold(start, this.#options.factsOf);
    this.#folds.set(log, fold);
    return fold;
  }

  #withdrawnOf(log: string): Promise<WithdrawnIndexRow[]> {
    const sql = 'SELECT * FROM withdrawn WHERE log = {log:String}';
    return rowsOf<WithdrawnIndexRow>(this.#engine, sql, { log });
  }

  /** The position comes last: after a crash the rows before it are inserted again, and are the same. */
  async #insertAll(batch: Batch, token: string): Promise<void> {
    const { agents, jobs, tables, statements, sessions, amendments, withdrawn, position } = batch;
    await this.#insert('agent', agents, token);
    await this.#insert('job', jobs, token);
    await this.#insert(
      'table_name',
      [...new Set(tables.map(({ name }) => name))].map((name) => ({ name })),
      token,
    );
    await this.#insert('statement_table', tables, token);
    await this.#insert('statement', statements, token);
    for (const amendment of amendments) await this.#amend(amendment);
    // Noted first: whoever goes on after a crash does not show it again.
    await this.#insert('withdrawn', withdrawn, token);
    await withdraw(this.#engine, withdrawn);
    await this.#insert('session', sessions, token);
    await this.#insert('log_position', [position], token);
  }

  async #insert(table: string, rows: readonly object[], token: string): Promise<void> {
    if (rows.length === 0) return;
    await this.#engine.ask({
      sql: `INSERT INTO ${table} (${columnsOf(table)
        .map((name) => `\`${name}\``)
        .join(', ')}) FORMAT JSONEachRow`,
      rows: rows.map((row) => JSON.stringify(row)).join('\n'),
      settings: {
        ...JSON_SETTINGS,
        insert_deduplication_token: `${token} ${table}`,
        // What was imported into one bundle may be of any days.
        max_partitions_per_insert_block: 0,
      },
    });
  }

  /** Rows that are not at hand any more are read from the index and written again as a later version. */
  async #amend({ session, version, change }: Amendment): Promise<void> {
    const isRollback = change.kind === 'rolled-back';
    const columns = columnsOf('statement').map((name) => `\`${name}\``);
    const changed = columns.map((name) => {
      if (name === '`version`') return '{version:UInt64}';
      if (isRollback && name === '`status`') return `'rolled-back'`;
      return !isRollback && name === '`job`' ? '{job:String}' : name;
    });
    const where = isRollback
      ? `status IN ('completed', 'suspended') AND (number, ordinal) >= ({first:UInt32}, {firstOrdinal:UInt32})
         AND (number, ordinal) <= ({last:UInt32}, {lastOrdinal:UInt32})`
      : 'job <> {job:String}';
    const { kind: _kind, ...values } = change;
    await this.#engine.ask({
      sql: `INSERT INTO statement (${columns.join(', ')}) SELECT ${changed.join(', ')} FROM (
          SELECT * FROM statement WHERE session = {session:String}
          ORDER BY number, ordinal, version DESC LIMIT 1 BY number, ordinal
        ) WHERE ${where}`,
      values: { session, version, ...values },
    });
  }
}
