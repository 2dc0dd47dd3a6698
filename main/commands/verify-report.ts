/** What a verification found, in words and as JSON (docs/format.md §11). */
import type { Report } from '../../gateway/archive/sqlite/verify/verify.ts';
import type { RemoteReport } from '../../gateway/remote/verify/verify-remote.ts';
import type { NotOpened } from '../../gateway/remote/verify/unread-values.ts';
import type { LogResult } from '../../gateway/archive/sqlite/verify/log-verifier.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import type { Finding, Verdict } from '../../shared/recording/verdict.ts';
import { VERDICT_MEANINGS } from '../../shared/recording/verdict-meanings.ts';

/** Longest line: what a finding names may come from the archive. */
const MAX_LINE = 1_000;
/** Digits of a log's id, or a key, that tell it from others. */
const SHORT = 16;

/** What was verified: of a remote store with what could not be opened. */
type Verified = Report & Partial<Pick<RemoteReport, 'notOpened' | 'expired'>>;

interface Asked {
  /** Keys that were trusted from the start. */
  readonly keys: number;
  /** Whether lists and searches were compared with the events, where there are any. */
  readonly index: boolean;
}

/** Said where that took too long, or was not asked for. */
export const NOT_COMPARED = 'What lists and searches show was not compared with the events.';

/** Lines for people: the verdict first. */
export function reportLines(report: Verified, asked: Asked): string[] {
  const { verdict, findings, logs, notOpened, expired = 0 } = report;
  return [
    headline(verdict, notOpened),
    ...(logs.length === 0 && findings.length === 0
      ? ['Nothing is recorded here.']
      : [countsLine(logs, notOpened)]),
    ...logs.map(logLine),
    ...findings.map(findingLine),
    ...(verdict === 'UNKNOWN_KEY' ? [keyAdvice(logs, asked)] : []),
    ...(asked.index ? [] : [NOT_COMPARED]),
    ...(notOpened === undefined ? [] : sealedLines(notOpened)),
    ...(expired === 0
      ? []
      : [`EXPIRED, as signed: ${counted(expired, 'bundle')} removed by the rules of retention.`]),
    ...unknowable(logs),
  ].map((line) => visibleLine(line, MAX_LINE));
}

/** The same for programs. */
export function reportJson({ verdict, findings, logs, bytes, notOpened, expired }: Verified): unknown {
  return {
    verdict,
    findings,
    logs: logs.map(({ log, first, next, signed, signers, untrusted, anchor, open }) => ({
      log,
      first,
      next,
      signed,
      keys: signers,
      unknownKeys: untrusted,
      anchor,
      open,
    })),
    events: sum(logs, 'events'),
    sessions: sum(logs, 'sessions'),
    statements: sum(logs, 'statements'),
    redactions: sum(logs, 'redactions'),
    bytes,
    ...(notOpened && { notOpened }),
    ...(expired !== undefined && { expired }),
  };
}

/** What stands where nothing was found: with less behind it where bundles could not be opened. */
function headline(verdict: Verdict, notOpened: NotOpened | undefined): string {
  const isGood = verdict === 'VERIFIED' || verdict === 'VERIFIED_WITH_REDACTIONS';
  if (notOpened === undefined || notOpened.bundles === 0 || !isGood)
    return `${verdict}: ${VERDICT_MEANINGS[verdict]}`;
  const sealed = `${counted(notOpened.bundles, 'bundle')} of ${counted(notOpened.events, 'event')}`;
  return `${verdict} as far as it can be read without the tenant’s key: ${sealed}, in order and whole as signed; their sessions and values were not looked into.`;
}

function countsLine(logs: readonly LogResult[], notOpened: NotOpened | undefined): string {
  const counts = [
    counted(sum(logs, 'events'), 'event'),
    counted(sum(logs, 'sessions'), 'session'),
    counted(sum(logs, 'statements'), 'statement'),
    counted(sum(logs, 'redactions'), 'redaction'),
  ];
  const isPart = notOpened !== undefined && notOpened.bundles > 0;
  return `${isPart ? 'Of what could be opened: ' : ''}${counts.join(', ')}, in ${counted(logs.length, 'log')}`;
}

function logLine({ log, first, next, signed, signers, anchor, open }: LogResult): string {
  const parts = [
    `log ${log.slice(0, SHORT)}: events ${first} to ${next - 1}`,
    signed === null
      ? 'signed by no key that is trusted'
      : `signed up to ${signed - 1} by key ${signers.map((key) => key.slice(0, SHORT)).join(', ')}`,
    ...(anchor === null ? [] : [`known from elsewhere up to ${anchor.size - 1} (${anchor.from})`]),
    ...(open ? ['still being written'] : []),
  ];
  return parts.join('; ');
}

function findingLine({ verdict, message, log, event, lastEvent, volume }: Finding): string {
  const events =
    event === undefined
      ? []
      : [lastEvent === undefined ? `event ${event}` : `events ${event} to ${lastEvent}`];
  const place = [
    ...(log === undefined ? [] : [`log ${log.slice(0, SHORT)}`]),
    ...(volume === undefined ? [] : [volume]),
    ...events,
  ];
  return `${verdict}${place.length === 0 ? '' : ` (${place.join(', ')})`}: ${message}`;
}

function keyAdvice(logs: readonly LogResult[], { keys }: Asked): string {
  const named = [...new Set(logs.flatMap(({ untrusted }) => untrusted))];
  const who = named.length === 0 ? '' : ` The archive names ${named.join(', ')}.`;
  return keys === 0
    ? `No key was given: get the gateway’s public key from somebody you trust and name its file with --key.${who}`
    : `None of the keys given signed all of it.${who}`;
}

/** What was not looked into for want of a key. */
function sealedLines({ bundles, sessions }: NotOpened): string[] {
  return [
    ...(bundles === 0
      ? []
      : [
          `${counted(bundles, 'bundle')} sealed for a tenant: what is signed of them holds, and their events were not looked into (--tenant-key).`,
        ]),
    ...(sessions === 0
      ? []
      : [`Values of ${counted(sessions, 'session')} are sealed, and were not looked into (--keys).`]),
  ];
}

/** What no verifier can know. */
export function unknowable(logs: readonly Pick<LogResult, 'anchor' | 'next'>[]): string[] {
  const resting = logs.some(({ anchor, next }) => (anchor?.size ?? 0) < next);
  return resting
    ? [
        'Events behind the last checkpoint that is known from elsewhere rest on the key alone: its holder could have written them anew, and a tail cut off there cannot be found out.',
      ]
    : [];
}

function sum(logs: readonly LogResult[], of: 'events' | 'sessions' | 'statements' | 'redactions'): number {
  return logs.reduce((total, log) => total + log[of], 0);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
