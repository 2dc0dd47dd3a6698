/** Which sessions are worth comparing with one: runs of the same job, else others of the same agent. */
import { useQuery } from '@tanstack/react-query';
import { printTerm } from '../shared/filter/print.ts';
import type { SessionRow } from '../shared/api/session.ts';
import { api } from './api.ts';
import { formatFilterTime } from './ui/format.ts';

/** Sessions looked at before and after: a run may have many. */
const LOOKED_AT = 100;

/** Sessions offered of one kind. */
const OFFERED = 8;

/** What to compare a session with. */
export interface Runs {
  /** The run before it, by its session that is most alike; null: none is known. */
  readonly previous: SessionRow | null;
  readonly next: SessionRow | null;
  /** Other runs of the job, the nearest first. */
  readonly others: readonly SessionRow[];
  /** Whether they are of the same job; else of the same agent alone. */
  readonly ofJob: boolean;
}

/** Asks for sessions around one, once it is wanted. */
export function useRuns(session: SessionRow, wanted: boolean) {
  return useQuery({
    queryKey: ['runs', session.id],
    queryFn: async ({ signal }) => {
      const around = async (bound: 'before' | 'after', sort: '-started' | 'started') =>
        (await api.sessions({ filter: likeFilter(session, bound), sort, limit: LOOKED_AT }, { signal }))
          .items;
      const [before, after] = await Promise.all([around('before', '-started'), around('after', 'started')]);
      return runsOf(session, [...before, ...after]);
    },
    enabled: wanted,
    staleTime: 10_000,
  });
}

/** The filter for sessions that may be other runs, up to or from the start of this one. */
function likeFilter({ ci, identity, user, started }: SessionRow, bound: 'before' | 'after'): string {
  const of = (field: 'job' | 'repo' | 'token' | 'user', value: string): string =>
    printTerm({ field, comparison: ':', value });
  const like =
    ci !== null
      ? [
          of('job', `${ci.provider}/*/${ci.job}`),
          ...(ci.repository === null ? [] : [of('repo', ci.repository)]),
        ]
      : identity !== null
        ? [of('token', identity.subject)]
        : [of('user', user)];
  return [...like, printTerm({ field: bound, comparison: ':', value: formatFilterTime(started) })].join(' ');
}

/** Sorts sessions out: of each run the one that is most like the session. */
export function runsOf(session: SessionRow, found: readonly SessionRow[]): Runs {
  const others = unique(found).filter(({ id }) => id !== session.id);
  const { ci } = session;
  const ofJob = ci === null ? [] : others.filter((other) => isOtherRun(session, other));
  const before = ofJob.filter(({ started }) => started < session.started).toSorted(latestFirst);
  const after = ofJob.filter(({ started }) => started >= session.started).toSorted(earliestFirst);
  const previous = mostLike(session, ofRun(before, before[0]));
  const next = mostLike(session, ofRun(after, after[0]));
  const rest = (ofJob.length > 0 ? ofJob : others.filter((other) => isSameAgent(session, other)))
    .filter(({ id }) => id !== previous?.id && id !== next?.id)
    .toSorted((a, b) => Math.abs(a.started - session.started) - Math.abs(b.started - session.started));
  return { previous, next, others: rest.slice(0, OFFERED), ofJob: ofJob.length > 0 };
}

const latestFirst = (a: SessionRow, b: SessionRow): number => b.started - a.started;
const earliestFirst = (a: SessionRow, b: SessionRow): number => a.started - b.started;

function unique(sessions: readonly SessionRow[]): SessionRow[] {
  return [...new Map(sessions.map((session) => [session.id, session])).values()];
}

function isOtherRun({ ci }: SessionRow, { ci: other }: SessionRow): boolean {
  return (
    ci !== null &&
    other !== null &&
    ci.provider === other.provider &&
    ci.repository === other.repository &&
    ci.job === other.job &&
    ci.run !== other.run
  );
}

function isSameAgent({ identity, user }: SessionRow, other: SessionRow): boolean {
  return identity === null
    ? other.identity === null && other.user === user
    : other.identity?.subject === identity.subject;
}

function ofRun(sessions: readonly SessionRow[], run: SessionRow | undefined): SessionRow[] {
  return sessions.filter(({ ci }) => ci?.run === run?.ci?.run);
}

/** A run with several sessions is compared by the one on the same connection that did most nearly as much. */
function mostLike(session: SessionRow, sessions: readonly SessionRow[]): SessionRow | null {
  const unlike = (other: SessionRow): number =>
    (other.connection === session.connection ? 0 : 1e12) + Math.abs(other.statements - session.statements);
  return sessions.toSorted((a, b) => unlike(a) - unlike(b))[0] ?? null;
}
