/** The policy that the corpus is tried under. */
import { MASKED } from './schema.ts';

/** Masks the numbers and says nothing else: what masking itself needs held, it holds. */
export const MASKING = `version: 1
approvals: { approvers: [reviewers], timeout: 30s }
rules:
  - name: numbers
    effect: mask
    mask:
      style: redact
      columns: [${MASKED.join(', ')}]
`;
