/** A held statement as those who decide see it: nothing in it is more than the record may hold. */
import type { HeldStatement } from '../../approvals/hold.ts';
import type { TextFacts } from '../../../shared/policy/facts.ts';
import type { SessionRecorder } from '../../recorder/recorder.ts';
import { boundValues } from '../wire/bound-values.ts';
import type { Verdict } from './verdict.ts';

export interface Held {
  readonly session: SessionRecorder;
  readonly statement: number;
  readonly connection: string;
  readonly asker: HeldStatement['asker'];
  readonly text: Buffer;
  /** Tail of the Bind; null for none. */
  readonly parameters: Buffer | null;
  readonly formats: readonly number[];
  readonly facts: TextFacts;
  readonly verdict: Verdict;
  readonly hash: string;
  readonly resolved: boolean;
  readonly estimate: string | null;
}

export function heldStatement(held: Held): HeldStatement {
  const { session, statement, connection, asker, hash, resolved, estimate } = held;
  const { decision, terms } = held.verdict;
  return {
    session: Buffer.from(session.id).toString('hex'),
    statement,
    connection,
    asker,
    text: held.text.toString('utf8'),
    parameters: held.parameters === null ? [] : shown(held.parameters, held.formats),
    facts: JSON.stringify(held.facts),
    rules: decision.rules,
    message: decision.message,
    severity: decision.severity,
    terms,
    hash,
    resolved,
    estimate,
  };
}

/** Values of a Bind (PostgreSQL manual §54.7): as text, binary ones in hex. */
function shown(tail: Buffer, formats: readonly number[]): (string | null)[] {
  return boundValues(tail).map((value, index) => {
    const format = formats.length === 1 ? formats[0] : formats[index];
    if (value === null) return null;
    return format === 1 ? `\\x${value.toString('hex')}` : value.toString('utf8');
  });
}
