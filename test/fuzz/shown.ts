/** All that an archive shows, in a form that can be compared. */
import { SqliteArchive } from '../../gateway/archive/sqlite/reader.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { readPackedSegment } from '../../shared/recording/record.ts';

export interface Shown {
  /** Each event with its values, by session and sequence. */
  readonly events: ReadonlyMap<string, string>;
  /** What lists tell of each statement beside what becomes of it later. */
  readonly statements: ReadonlyMap<string, string>;
}

const LIMIT = 500;

/** Reads the volumes in the folder. */
export function shownIn(folder: string): Shown {
  const archive = new SqliteArchive(folder);
  try {
    archive.info();
    archive.facets(EVERYTHING);
    const events = new Map<string, string>();
    const statements = new Map<string, string>();
    for (const { id } of archive.sessions({ filter: EVERYTHING, sort: '-started', limit: LIMIT }).items) {
      for (const { number } of archive.segments(id))
        for (const { event, bytes, payloads } of readPackedSegment(
          archive.segment(id, number) ?? new Uint8Array(4),
        ))
          events.set(
            `${id}/${event.sequence}`,
            JSON.stringify([
              hex(bytes),
              Object.entries(payloads).map(([name, value]) => [name, value && hex(value)]),
            ]),
          );
      archive.steps(id, { limit: LIMIT });
    }
    for (const row of archive.statements({ filter: EVERYTHING, limit: LIMIT }).items) {
      const { session, statement, ordinal, sequence, time, text, verb, tables, agent, job } = row;
      statements.set(
        `${session}/${statement}/${ordinal}`,
        JSON.stringify([sequence, time, text, verb, tables, agent, job]),
      );
    }
    return { events, statements };
  } finally {
    archive.close();
  }
}

/** What is shown and is not so in the true one. */
export function added(shown: Shown, truth: Shown): string[] {
  const of = (kind: 'events' | 'statements') =>
    [...shown[kind]]
      .filter(([key, value]) => truth[kind].get(key) !== value)
      .map(([key]) => `${kind} ${key}`);
  return [...of('events'), ...of('statements')];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
