/**
 * Takes values out of logs that nobody writes any more: of an archive whose gateway is gone, of imports. What is taken out is told
 * in a log beside them first, so that what a crash leaves undone is done with the next redaction.
 */
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { checkSignature, ED25519, parseNote } from '../../../shared/recording/note.ts';
import type { FactsOf } from '../archive.ts';
import { sha256, verifyEd25519 } from '../ed25519.ts';
import {
  type LoggedRedaction,
  RedactionError,
  redactionsOf,
  type RedactionTarget,
  type Redactor,
} from '../redaction.ts';
import { eventsOf, listVolumes, withVolume } from './archive-events.ts';
import type { LogKeys } from './log-signer.ts';
import { redactVolume } from './redact.ts';
import { tellRedactions, toldRedactions } from './redaction-log.ts';

export interface ClosedOptions {
  readonly factsOf: FactsOf;
  /** What the logs are signed with. */
  readonly keys: LogKeys;
  /** Name and version of this program. */
  readonly software: string;
  /** Is told how many more events were written. */
  readonly onEvents?: (events: number) => void;
}

/** Takes payloads out; all of them are gone when this returns. Throws {@link RedactionError} and ArchiveError. */
export function redactClosed(
  folder: string,
  targets: readonly RedactionTarget[],
  redactor: Redactor,
  options: ClosedOptions,
): void {
  for (const log of new Set(targets.map((target) => target.log))) mustBeClosed(folder, log, options.keys);
  const redactions = redactionsOf(targets, redactor);
  if (redactions.length > 0) tellRedactions(folder, redactions, options);
  redactTold(folder, redactions, options);
}

/** Does what earlier redactions told of and a crash left undone. Throws ArchiveError. */
export function finishRedactions(folder: string, options: ClosedOptions): void {
  redactTold(folder, toldRedactions(folder, options.keys.signer.publicKey), options);
}

function redactTold(folder: string, redactions: readonly LoggedRedaction[], options: ClosedOptions): void {
  if (redactions.length === 0) return;
  const byLog = Map.groupBy(redactions, ({ log }) => log);
  for (const { path, log } of listVolumes(folder)) {
    const own = byLog.get(log);
    if (own !== undefined) redactVolume(path, own, options);
  }
}

/** Throws {@link RedactionError} where somebody may still write the log, or its checkpoints are signed with another key. */
export function mustBeClosed(folder: string, log: string, { signer }: LogKeys): void {
  const newest = listVolumes(folder).findLast((volume) => volume.log === log);
  if (newest === undefined) throw new RedactionError('EVENT_NOT_FOUND', `the log ${log} is not in ${folder}`);
  const { closed, note } = withVolume(newest.path, (db) => ({
    closed: [...eventsOf(db, { session: null, index: newest.next - 1 })][0]?.event.kind === 'logClosed',
    note:
      db.prepare<[], string>('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1').pluck().get() ?? '',
  }));
  if (!closed)
    throw new RedactionError(
      'LOG_OPEN',
      `the log ${log} was not closed: a gateway writes it, or ended without closing it; redact through that gateway, with --config`,
    );
  const name = originOf(Buffer.from(log, 'hex'));
  const key = { name, type: ED25519, key: signer.publicKey } as const;
  const parsed = parseNote(note);
  if (parsed !== null && checkSignature(parsed, key, { sha256, verify: verifyEd25519 }).result === 'good')
    return;
  throw new RedactionError(
    'KEY_OF_OTHERS',
    `the log ${log} is signed with another key; give the one that it was recorded with`,
  );
}
