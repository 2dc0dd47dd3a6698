/** What became of a statement in words, for reports. */
import { decisionText } from '../../shared/policy/recorded-decision.ts';
import type { RecordedSession, StatementRecord } from '../../gateway/archive/lines/record.ts';
import { tell, type Told } from './told-session.ts';
import { lacks, NOT_RECORDED, votersOf } from '../../gateway/archive/lines/words.ts';

/** How it ended. */
export function outcomeTold({ row }: StatementRecord, session: RecordedSession): Told {
  switch (row.status) {
    case 'failed':
      return tell(`${row.sqlstate ?? 'failed'} ${row.errorMessage ?? ''}`.trim(), 'bad');
    case 'unknown':
      if (lacks(session, 'outcome')) return tell(NOT_RECORDED);
      return tell('unknown: the record ends before the answer', 'warning');
    case 'rolled-back':
      return tell('rolled back', 'warning');
    default:
      return tell(row.status);
  }
}

/** What policy said and why, who decided, and what is masked; a piece a line. */
export function policyTold(statement: StatementRecord): Told[] {
  const { row, decision } = statement;
  const refused = row.decision !== null && row.decision !== 'allowed' && row.decision !== 'approved';
  const parts = [
    tell(row.decision === null ? '' : decisionText(row.decision), refused ? 'bad' : 'good'),
    tell(row.rules.length === 0 ? '' : `by ${row.rules.join(', ')}`),
    tell(decision?.because.join('; ') ?? ''),
    ...votersOf(statement).map((voter) => tell(voter)),
    tell(row.masked ? 'secrets masked' : '', 'mask'),
    tell(row.maskedColumns.length === 0 ? '' : `masked: ${row.maskedColumns.join(', ')}`, 'mask'),
    tell(row.detectors.length === 0 ? '' : `found and masked: ${row.detectors.join(', ')}`, 'mask'),
  ];
  return parts.filter(({ text }) => text !== '');
}
