/** What agents are told when policy refuses something: mostly with SQLSTATE 42501, insufficient_privilege (PostgreSQL manual, Appendix A). */
import type { Decision } from '../../../shared/policy/decision.ts';
import { faultOf, NOT_SQL } from '../facts/parse-text.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { PostgresNotice } from '../wire/encode.ts';

/** What was denied, and why. */
export interface Denied {
  readonly decision: Decision;
  readonly unparsed: string | null;
  readonly text: Buffer;
}

/** A text that is no SQL is told where it is not, as the server would: whoever wrote it can mend it. */
export function denied({ decision: { message, rules }, unparsed, text }: Denied): PostgresError {
  if (unparsed === NOT_SQL && rules.length === 0) return syntaxError(text.toString('utf8'));
  const because = rules.map(({ rule, because: why }) => `${rule}: ${why}`).join('; ');
  const names = rules.map(({ rule }) => rule).join(', ');
  return refused(`denied by policy: ${message ?? (names || (unparsed ?? 'nothing allows it'))}`, because);
}

function syntaxError(sql: string): PostgresError {
  const at = faultOf(sql);
  // A word in the grammar's way, never a constant: those begin with a quote or a digit.
  const [word] = at === null ? [] : (/^[\p{L}_]\w*/u.exec(Array.from(sql).slice(at).join('')) ?? []);
  return {
    severity: 'ERROR',
    sqlstate: '42601',
    message: `syntax error${word !== undefined ? ` at or near "${word}"` : ''}`,
    detail:
      'The gateway could not read the statement, and its policy lets nothing through that cannot be read.',
    ...(at !== null && { position: at + 1 }),
  };
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
