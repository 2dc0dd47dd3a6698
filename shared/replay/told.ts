/** What a replay has said already of a refusal, so that it is told once: by the decision, or by the vote that ended a hold. */
import { decidedBy, endedAs, type Decided } from '../policy/recorded-decision.ts';
import type { Event } from '../recording/event.ts';

/** Plain data, to be cloned with the state that holds it. */
export interface Told {
  /** The statement that a decision refused last. */
  refused: number | null;
  /** The last vote. */
  vote: { readonly request: string; readonly verdict: string } | null;
}

/** Before a session's first event. */
export function nothingTold(): Told {
  return { refused: null, vote: null };
}

/** Takes in each event of a session in order. */
export function noteTold({ kind, fields }: Event, told: Told): void {
  if (kind === 'vote') told.vote = { request: fields.request, verdict: fields.verdict };
  else if (kind === 'decision' && decidedBy(fields) === 'denied') told.refused = fields.statement;
  else if (kind === 'holdEnded' && endedAs(fields) !== 'approved') told.refused = fields.statement;
}

/** Whether an event only carries out a refusal that was told. A refused call of a function has no decision: it is told here. */
export function carriesOutRefusal({ kind, fields }: Event, { refused }: Told): boolean {
  return kind === 'gatewayStatement' && fields.statement === refused;
}

const ENDED_BY: Readonly<Partial<Record<Decided, string>>> = { approved: 'approve', rejected: 'reject' };

/** Whether the vote that was told last has said already how a hold ended. */
export function saidByVote({ kind, fields }: Event, { vote }: Told): boolean {
  if (kind !== 'holdEnded' || vote?.request !== fields.request) return false;
  return vote.verdict === ENDED_BY[endedAs(fields)];
}
