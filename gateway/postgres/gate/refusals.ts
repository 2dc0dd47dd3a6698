/** What agents are told when policy refuses something: SQLSTATE 42501, insufficient_privilege (PostgreSQL manual, Appendix A). */
import type { Decision } from '../../../shared/policy/decision.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { PostgresNotice } from '../wire/encode.ts';

export function denied({ message, rules }: Decision): PostgresError {
  const because = rules.map(({ rule, because: why }) => `${rule}: ${why}`).join('; ');
  return refused(
    `denied by policy: ${message ?? (rules.length === 0 ? 'nothing allows it' : rules.map(({ rule }) => rule).join(', '))}`,
    because,
  );
}

/** `reason` as {@link HoldEnd.reason}: `rejected by ada: no WHERE`. */
export function notApproved(reason: string, id: string): PostgresError {
  return { ...refused(reason), detail: `It was held for approval as request #${id}.` };
}

export function refused(message: string, detail = ''): PostgresError {
  return { severity: 'ERROR', sqlstate: '42501', message, ...(detail !== '' && { detail }) };
}

/** The statement could mean another one, by a setting that may have changed since the server last reported it. */
export const AMBIGUOUS: PostgresError = {
  ...refused('denied by policy: a back slash in a plain string constant'),
  detail:
    'What it means depends on standard_conforming_strings, which is off, or may have changed since the server reported it.',
  hint: "Write the constant as E'…', or as a parameter.",
};

/** In another encoding a back slash may be half of a character: the server could see other statements in the text. */
export const OTHER_ENCODING: PostgresError = {
  ...refused('denied by policy: a text beyond ASCII'),
  detail:
    'What it means depends on client_encoding, which is not UTF8, or may have changed since the server reported it.',
  hint: 'Keep client_encoding UTF8.',
};

/** A statement is held between its Bind and its Execute, so both must come together. */
export const UNHOLDABLE: PostgresError = {
  ...refused('denied by policy: a statement that needs approval must be executed right behind its Bind'),
  hint: 'Send Bind and Execute without Sync, Flush or another message than Describe between them.',
};

/** Told while the statement waits. */
export function heldNotice(id: string, deadline: Date, message: string | null): PostgresNotice {
  return {
    severity: 'NOTICE',
    sqlstate: '00000',
    message: `held for approval (#${id})${message === null ? '' : `: ${message}`}`,
    detail: `It runs once it is approved, and is refused if nobody has decided by ${deadline.toISOString()}.`,
  };
}
