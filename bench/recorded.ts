/** Whether the archive holds what was run: a benchmark of a recorder that lost something is worth nothing. */
import { ArchiveError, type ArchiveReader } from '../gateway/archive/archive.ts';
import { openArchive } from '../gateway/archive/sqlite/open.ts';
import type { SessionRow } from '../shared/api/session.ts';
import { termOf, type Filter } from '../shared/filter/filter.ts';
import { readPackedSegment } from '../shared/recording/record.ts';

/** What was run under one application name. */
export interface Expected {
  readonly applicationName: string;
  readonly sessions: number;
  readonly statements: number;
  readonly rows: number;
}

export interface Recorded {
  /** From the end of the run until the archive showed all of it, s. */
  readonly lag: number;
  /** Share of the statements, or of the rows where it is less, that the archive shows: 1 or it lost something. */
  readonly share: number;
  readonly sessions: readonly SessionRow[];
}

/** How long the archive may take; then what it does not show counts as lost. */
const PATIENCE_MS = 60_000;

/** Opens the archive of a gateway that has just started: there is one once its first event was shipped. */
export async function openYoungArchive(path: string): Promise<ArchiveReader> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await openArchive(path);
    } catch (error) {
      const young = error instanceof ArchiveError && error.code === 'NOT_FOUND';
      if (!young || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Waits until the archive shows the run. */
export async function awaitRecorded(
  archive: ArchiveReader,
  expected: Expected,
  ended: number,
): Promise<Recorded> {
  for (;;) {
    const sessions = await sessionsOf(archive, expected.applicationName);
    const closed = sessions.filter((session) => session.outcome !== 'live').length;
    const share = Math.min(
      sum(sessions, (session) => session.statements - session.errors) / expected.statements,
      sum(sessions, (session) => session.rows) / expected.rows,
    );
    const waited = performance.now() - ended;
    if ((closed >= expected.sessions && share >= 1) || waited > PATIENCE_MS)
      return { lag: waited / 1000, share, sessions };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Bytes of the server's messages that the segments of a session hold for its statements. */
export async function recordedBytes(archive: ArchiveReader, session: SessionRow): Promise<number> {
  let bytes = 0;
  for (const { number } of await archive.segments(session.id)) {
    const packed = await archive.segment(session.id, number);
    if (packed === null)
      throw new Error(`segment ${number} of session ${session.id} is listed and not there`);
    for (const { event, payloads } of readPackedSegment(packed)) {
      if (event.kind === 'rows' || event.kind === 'outcome') bytes += payloads['answer']?.length ?? 0;
    }
  }
  return bytes;
}

async function sessionsOf(archive: ArchiveReader, applicationName: string): Promise<SessionRow[]> {
  const filter: Filter = {
    root: termOf({ field: 'app', comparison: ':', value: applicationName, range: [0, 0] }),
  };
  const sessions: SessionRow[] = [];
  let after: string | undefined;
  do {
    const page = await archive.sessions({ filter, sort: 'started', after, limit: 500 });
    sessions.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return sessions;
}

function sum(sessions: readonly SessionRow[], of: (session: SessionRow) => number): number {
  return sessions.reduce((total, session) => total + of(session), 0);
}
