/** Keys of what few rows tell of and many have: agents, jobs, sessions. Few are named one by one, so that projections lead to them. */
import { bound, type Condition } from './condition.ts';
import { rowsOf, type Engine } from './engine.ts';

/** Keys named one by one at most: beyond, ClickHouse gathers them itself. */
const MOST = 1_000;

/** Some keys, or what selects them. */
export type Keys = { readonly words: readonly string[] } | { readonly select: Condition };

export class KnownKeys {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  agents(condition: Condition): Promise<Keys> {
    return this.#keys('SELECT DISTINCT key FROM agent WHERE', condition);
  }

  jobs(condition: Condition): Promise<Keys> {
    return this.#keys('SELECT DISTINCT key FROM job WHERE', condition);
  }

  /** Ids of sessions, as they are by now. */
  sessions(condition: Condition): Promise<Keys> {
    return this.#keys('SELECT toString(id) AS key FROM session FINAL WHERE', condition);
  }

  /** Names of tables that meet a condition on `name`; null: they are many. */
  async tables(condition: Condition): Promise<readonly string[] | null> {
    const keys = await this.#keys('SELECT DISTINCT name AS key FROM table_name WHERE', condition);
    return 'words' in keys ? keys.words : null;
  }

  async #keys(select: string, { sql, values }: Condition): Promise<Keys> {
    const asked = bound({ sql: `${select} ${sql} LIMIT ${MOST + 1}`, values });
    const found = await rowsOf<{ key: string }>(this.#engine, asked.sql, asked.values);
    return found.length > MOST
      ? { select: { sql: `${select} ${sql}`, values } }
      : { words: found.map(({ key }) => key) };
  }
}
