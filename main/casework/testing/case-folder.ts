/** Cases over a small archive, in folders that are removed, for tests. */
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { SessionId } from '../../../shared/api/session.ts';
import type { Place } from '../../../shared/findings/anchor.ts';
import type { Signer } from '../../../shared/recording/note.ts';
import { opened, temporaryFolder } from '../../exports/testing/exported.ts';
import { generateSigner } from '../../exports/testing/signer.ts';
import { writeSmallArchive } from '../../testing/small-archive.ts';
import { Casework } from '../casework.ts';

/** 2026-11-22, 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12);

/** A folder with a small archive in it, and who opens cases there. */
export interface CaseFolder {
  readonly folder: string;
  readonly archive: ArchiveReader;
  readonly session: SessionId;
  /** Time passes by a millisecond with every look, and as the test says. */
  readonly clock: { now: number };
  /** Opens a case of that name, until the test is over. */
  readonly open: (name: string, author?: { readonly name: string; readonly signer: Signer }) => Casework;
}

/** Somebody with a key of their own. */
export function person(name: string): { readonly name: string; readonly signer: Signer } {
  return { name, signer: generateSigner() };
}

export const ADA = person('Ada');

/** Of an archive that holds one session: a SELECT, then a DELETE that fails. It is one for all tests of a file. */
export async function caseFolder(): Promise<CaseFolder> {
  const { archive, session } = await (smallArchive ??= openSmallArchive());
  const folder = temporaryFolder(onTestFinished);
  const clock = { now: NOON };
  return {
    folder,
    archive,
    session,
    clock,
    open(name, author = ADA) {
      const casework = new Casework({
        path: join(folder, name),
        archive,
        signer: author.signer,
        name: async () => author.name,
        now: () => clock.now++,
      });
      onTestFinished(() => casework.close());
      return casework;
    },
  };
}

let smallArchive: ReturnType<typeof openSmallArchive> | null = null;
const cleanups: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

async function openSmallArchive(): Promise<Pick<CaseFolder, 'archive' | 'session'>> {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  const path = join(temporaryFolder(finished), 'archive');
  const session = SessionId.parse(writeSmallArchive(path));
  return { session, archive: await opened(path, finished) };
}

/** A place in a session; with nothing else named, the session as a whole. */
export function placeIn(session: SessionId, more: Partial<Place> = {}): Place {
  return { session, sequence: null, last: null, statement: null, cell: null, ...more };
}

/** What tells a host that it closes, when the test is over. */
export function closingAfterTest(): AbortSignal {
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  return closing.signal;
}
