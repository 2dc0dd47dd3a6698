/** What a verification comes to, as the window is told; what was not read again is told as it was. */
import type { ReportApart } from '../../gateway/verifying.ts';
import type { IntegrityFinding, IntegrityResult, TouchedSession } from '../../shared/api/integrity.ts';
import { SessionId } from '../../shared/api/session.ts';
import { verdictOf, type Finding, type Verdict } from '../../shared/recording/verdict.ts';
import { NOT_COMPARED, unknowable } from '../commands/verify-report.ts';

/** Findings that are told; an archive in which more is wrong is not told better by more of them. */
const MOST_FINDINGS = 200;

/** How it was verified. */
export interface How {
  /** Whether lists and searches were compared with the events. */
  readonly compared: boolean;
  /** µs. */
  readonly at: number;
  /** What was known of the volumes that were not read again; null: all were. */
  readonly before: IntegrityResult | null;
}

export function toldResult(report: ReportApart, { compared, at, before }: How): IntegrityResult {
  const findings = [...(before?.findings ?? []), ...report.findings.map(toldFinding)];
  const found = findings.length - (before?.findings.length ?? 0) + (before?.found ?? 0);
  const logs = report.logs.map(({ log, next, signed }) => {
    const earlier = before?.logs.find((known) => known.log === log);
    return {
      log,
      next,
      verifiedTo: Math.min(next, ...findings.flatMap((finding) => firstWrong(finding, log))),
      signedTo: signed ?? earlier?.signedTo ?? 0,
    };
  });
  return {
    verdict: verdictOf(findings),
    logs,
    events: logs.reduce((sum, { verifiedTo }) => sum + verifiedTo, 0),
    keys: distinct([...(before?.keys ?? []), ...report.logs.flatMap(({ signers }) => signers)]),
    unknownKeys: distinct([
      ...(before?.unknownKeys ?? []),
      ...report.logs.flatMap(({ untrusted }) => untrusted),
    ]),
    findings: findings.slice(0, MOST_FINDINGS),
    found,
    touched: [...(before?.touched ?? []), ...report.touched.flatMap(toldTouched)],
    leftOut: 0,
    compared,
    cannotKnow: [...(compared ? [] : [NOT_COMPARED]), ...unknowable(report.logs)],
    at,
  };
}

function toldFinding({ verdict, message, log, volume, event, lastEvent }: Finding): IntegrityFinding {
  return {
    verdict,
    message,
    log: log ?? null,
    volume: volume ?? null,
    event: event ?? null,
    lastEvent: lastEvent ?? null,
  };
}

/** Verdicts that say something else than that events are what was recorded. */
const SOUND: ReadonlySet<Verdict> = new Set([
  'VERIFIED',
  'VERIFIED_WITH_REDACTIONS',
  'INCOMPLETE',
  'INDEX_MISMATCH',
]);

function firstWrong({ verdict, log, event }: IntegrityFinding, of: string): number[] {
  return log === of && event !== null && !SOUND.has(verdict) ? [event] : [];
}

function toldTouched({
  session,
  sequence,
  index,
  log,
  verdict,
}: ReportApart['touched'][number]): TouchedSession[] {
  const id = SessionId.safeParse(session);
  return id.success ? [{ session: id.data, sequence, log, event: index, verdict }] : [];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
