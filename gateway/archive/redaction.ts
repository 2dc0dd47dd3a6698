/** What is to be taken out of a record, as it is asked for and as it is found. */
import type { Redaction } from './redaction-note.ts';

/** Which payloads are meant: those to which everything that is given applies. */
export interface RedactionSelection {
  /** One event; `log` in hex, null where the archive has but one. */
  readonly event: { readonly log: string | null; readonly index: number } | null;
  /** The payload of this name; null: all of an event. */
  readonly field: string | null;
  /** A session's id in hex, or the beginning of it. */
  readonly session: string | null;
  /** Statements that match, with what they were prepared and bound by, and what they answered. */
  readonly filter: string | null;
  /** Payloads that hold this text, as UTF-8, with doubled quotes as in SQL, or in hex as bytea is written. */
  readonly value: string | null;
  /** Only `value` goes: each of its bytes becomes an asterisk, the rest of the payload is kept. */
  readonly keepRest: boolean;
}

/** A payload that is to go. */
export interface RedactionTarget {
  /** 32 hex digits. */
  readonly log: string;
  /** Of its event in the log. */
  readonly index: number;
  readonly field: string;
  /** Bytes that the value has, or had. */
  readonly length: number;
  /** What is kept of it; null: nothing. */
  readonly remainder: Uint8Array | null;
}

/** Who takes something out, when (µs since 1970) and why. */
export interface Redactor {
  readonly by: string;
  readonly reason: string;
  readonly time: number;
}

/** A redaction of a log (32 hex digits). */
export interface LoggedRedaction extends Redaction {
  readonly log: string;
}

/** Targets with who takes them out. */
export function redactionsOf(
  targets: readonly RedactionTarget[],
  { by, reason, time }: Redactor,
): LoggedRedaction[] {
  return targets.map(({ log, index, field, length, remainder }) => ({
    log,
    index,
    field,
    length,
    remainder,
    by,
    reason,
    time,
  }));
}

/** What a selection comes to. */
export interface RedactionPlan {
  /** By log, then index. */
  readonly targets: readonly RedactionTarget[];
  /** How many payloads of which kind of event: `statement.text` → 3. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly sessions: number;
  /** These sessions (hex), each of its log. */
  readonly within: readonly { readonly log: string; readonly session: string }[];
  /** Payloads that were taken out before. */
  readonly gone: number;
  /** Events that hold the value in themselves, where it cannot be taken out: `<log> <index> <kind>`; at most {@link MOST_TOLD}. */
  readonly elsewhere: readonly string[];
}

/** Events listed in {@link RedactionPlan.elsewhere}. */
export const MOST_TOLD = 100;

/** Payloads that are taken out at once: each becomes an event, and a note. */
export const MOST_TARGETS = 100_000;

/** What may be kept of one payload, and of all at once, bytes: it is signed, and lies in memory. */
export const MOST_REMAINDER_BYTES = 1 << 20;
export const MOST_REMAINDERS_BYTES = 256 << 20;

/** Shorter ones are in everything. */
export const LEAST_VALUE_BYTES = 4;

export type RedactionErrorCode =
  'BAD_USAGE' | 'BAD_FILTER' | 'EVENT_NOT_FOUND' | 'REDACTION_TOO_LARGE' | 'LOG_OPEN' | 'KEY_OF_OTHERS';

/** Why nothing was taken out. */
export class RedactionError extends Error {
  readonly code: RedactionErrorCode;
  constructor(code: RedactionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RedactionError';
    this.code = code;
  }
}
