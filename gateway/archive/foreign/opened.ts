/** What opening an archive that somebody sent comes to. */
import type { CutSession, ForeignStanding } from '../../../shared/api/foreign.ts';
import type { Finding, Verdict } from '../../../shared/recording/verdict.ts';

/** How far it is. */
export interface OpeningProgress {
  readonly stage: 'reading' | 'copying' | 'verifying' | 'listing';
  /** Bytes; events while listing. */
  readonly done: number;
  /** Of how many; null where that is not known. */
  readonly of: number | null;
}

/** Findings that are told; an archive in which more is wrong is not told better by more of them. */
const TOLD = 100;

/** Sessions that are told of; where more are cut, little of the archive is left. */
const MOST_CUT = 5_000;

/** What of it is not shown. */
export interface LeftOut {
  readonly events: number;
  readonly cut: readonly CutSession[];
}

/** The standing that a verification comes to. */
export function standingOf(
  { verdict, findings, logs }: VerifiedReport,
  kind: ForeignStanding['kind'],
  { events, cut }: LeftOut,
): ForeignStanding {
  return {
    verdict,
    findings: findings.slice(0, TOLD).map(told),
    found: findings.length,
    keys: [...new Set(logs.flatMap(({ signers }) => signers))],
    unknownKeys: [...new Set(logs.flatMap(({ untrusted }) => untrusted))],
    leftOut: events,
    cut: cut.slice(0, MOST_CUT),
    kind,
  };
}

/** What is asked of a report of verify.ts or verify-bundle.ts. */
interface VerifiedReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly logs: readonly { readonly signers: readonly string[]; readonly untrusted: readonly string[] }[];
}

function told({
  verdict,
  message,
  log,
  event,
  lastEvent,
  volume,
}: Finding): ForeignStanding['findings'][number] {
  const [of, first, last, file] = [log ?? null, event ?? null, lastEvent ?? null, volume ?? null];
  return { verdict, message, log: of, event: first, lastEvent: last, volume: file };
}
