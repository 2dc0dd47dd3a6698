/** Where a request stands, with a glyph and a word. */
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import { DecisionMark } from '../ui/decision-marks.tsx';

export function StateMark({ state }: { readonly state: ApprovalRow['state'] }) {
  return <DecisionMark decision={state === 'pending' ? 'held' : state} short />;
}
