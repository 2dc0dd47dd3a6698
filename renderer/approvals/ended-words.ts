/** What is said to whoever wants to decide on a request that has ended. */
import type { ApprovalRow } from '../../shared/api/approvals.ts';

/** `#12 was rejected`. */
export function endedWords({ id, state }: Pick<ApprovalRow, 'id' | 'state'>): string {
  return `#${id} ${WORDS[state]}`;
}

const WORDS: Readonly<Record<ApprovalRow['state'], string>> = {
  pending: 'waits',
  approved: 'was approved',
  rejected: 'was rejected',
  timeout: 'timed out',
  changed: 'was refused: it had changed',
  abandoned: 'was abandoned by its agent',
};
