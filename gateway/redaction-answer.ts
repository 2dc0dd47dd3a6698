/** What the workers of a gateway say to a redaction, as one answer. */
import {
  ControlError,
  type ControlErrorCode,
  type KeysResult,
  type RedactionResult,
} from './control-schema.ts';

/** Codes of RedactionError and ArchiveError as the control API answers them. */
const ANSWERS: Readonly<Record<string, ControlErrorCode>> = {
  BAD_USAGE: 'BAD_REQUEST',
  BAD_FILTER: 'BAD_REQUEST',
  EVENT_NOT_FOUND: 'NOT_FOUND',
  REDACTION_TOO_LARGE: 'BAD_REQUEST',
  BUSY: 'UNAVAILABLE',
  REFUSED: 'BAD_REQUEST',
  UNREACHABLE: 'UNAVAILABLE',
};

/** Adds up what was done. What one worker could not do is told, though others did theirs. Throws {@link ControlError}. */
export function joinedRedaction(answers: readonly PromiseSettledResult<RedactionResult>[]): RedactionResult {
  const failures = answers
    .filter((answer) => answer.status === 'rejected')
    .map(({ reason }) => failureOf(reason));
  const done = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
  // What a selection names lies in one of the logs: the others do not know it.
  const grave =
    failures.find(({ code }) => code !== 'NOT_FOUND') ?? (done.length === 0 ? failures[0] : undefined);
  if (grave !== undefined) throw grave;
  const kinds: Record<string, number> = {};
  for (const result of done)
    for (const [kind, count] of Object.entries(result.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  const sum = (of: (result: RedactionResult) => number) =>
    done.reduce((total, result) => total + of(result), 0);
  return {
    redacted: done.some(({ redacted }) => redacted),
    payloads: sum(({ payloads }) => payloads),
    kinds,
    sessions: sum(({ sessions }) => sessions),
    gone: sum(({ gone }) => gone),
    elsewhere: done.flatMap(({ elsewhere }) => elsewhere),
    remote: {
      destroyed: sum(({ remote }) => remote.destroyed),
      left: sum(({ remote }) => remote.left),
      keys: done.some(({ remote }) => remote.keys),
    },
  };
}

/** Keys of all logs. What one worker could not do is told, though others did theirs. Throws {@link ControlError}. */
export function joinedKeys(answers: readonly PromiseSettledResult<KeysResult>[]): KeysResult {
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) throw failureOf(failed.reason);
  const done = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  return { destroyed: done.some(({ destroyed }) => destroyed), keys: done.flatMap(({ keys }) => keys) };
}

function failureOf(reason: unknown): ControlError {
  if (reason instanceof ControlError) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : '';
  return new ControlError(ANSWERS[code] ?? 'INTERNAL', message, { cause: reason });
}
