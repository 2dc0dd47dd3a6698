/** Counts of statements and sessions in the dictionaries of a volume: gathered here, written at each commit. */
import type Database from 'better-sqlite3';
import type { Counted, Tally } from '../fold/store.ts';

/** What is counted, and for which dictionary. */
const COUNTED = {
  agentStatements: ['agent', 'statements'],
  agentSessions: ['agent', 'sessions'],
  jobSessions: ['job', 'sessions'],
  jobStatements: ['job', 'statements'],
  verbStatements: ['verb', 'statements'],
  verbSessions: ['verb', 'sessions'],
  tableStatements: ['tbl', 'statements'],
  tableSessions: ['tbl', 'sessions'],
  maskSessions: ['mask', 'sessions'],
} as const satisfies Readonly<Record<Counted, readonly [string, string]>>;

interface Count {
  readonly add: Database.Statement<[number, number]>;
  readonly gathered: Map<number, number>;
}

export class UsageCounts implements Tally {
  readonly #counts: Readonly<Record<Counted, Count>>;

  constructor(db: Database.Database) {
    const counts = Object.entries(COUNTED).map(([name, [table, column]]) => [
      name,
      {
        add: db.prepare<[number, number]>(`UPDATE ${table} SET ${column} = ${column} + ? WHERE id = ?`),
        gathered: new Map<number, number>(),
      },
    ]);
    this.#counts = Object.fromEntries(counts) as Record<Counted, Count>;
  }

  /** `by` more for the entry `id` of the dictionary. */
  add(what: Counted, id: number, by = 1): void {
    const { gathered } = this.#counts[what];
    gathered.set(id, (gathered.get(id) ?? 0) + by);
  }

  /** Writes what has gathered. */
  flush(): void {
    for (const { add, gathered } of Object.values(this.#counts)) {
      for (const [id, by] of gathered) if (by !== 0) add.run(by, id);
      gathered.clear();
    }
  }
}
