/** What became of statements, as an agent can tell it from what it is told. */
import { heldRequest, type Said } from '../agent.ts';
import type { Verdict } from './row.ts';

/** The worst of them. */
export function verdictOf(steps: readonly Said[]): Verdict {
  const refusals = steps.flatMap(({ errors }) => errors).filter(({ C }) => C === '42501');
  if (refusals.some(({ M }) => M?.startsWith('denied by policy'))) return 'denied';
  if (refusals.some(({ M }) => M?.startsWith('rejected by'))) return 'held';
  const wasHeld = steps.some(({ notices }) => notices.some((notice) => heldRequest(notice) !== null));
  return wasHeld ? 'approved' : 'allowed';
}
