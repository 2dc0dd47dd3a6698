/** Words for what people write beside the record: marks, verdicts, places. */
import type { MarkColour } from '../../shared/findings/annotation.ts';
import type { AnchorStanding, Place } from '../../shared/findings/anchor.ts';
import type { FindingSeverity } from '../../shared/findings/finding.ts';
import type { ReviewVerdict } from '../../shared/findings/review.ts';

/** Names of the colours of marks: said wherever one is shown. */
export const COLOUR_NAMES: Readonly<Record<MarkColour, string>> = {
  yellow: 'yellow',
  blue: 'blue',
  green: 'green',
  red: 'red',
  violet: 'violet',
};

/** What somebody says of a session: the word, and what it means. */
export const VERDICTS: Readonly<Record<ReviewVerdict, { readonly word: string; readonly meaning: string }>> =
  {
    'to-review': { word: 'to review', meaning: 'somebody should look at it: it stands in the review queue' },
    fine: { word: 'fine', meaning: 'somebody looked and found nothing' },
    suspicious: { word: 'suspicious', meaning: 'somebody looked and wants more known' },
    violation: { word: 'violation', meaning: 'somebody looked and says that it broke the rules' },
  };

/** Severities of findings. */
export const SEVERITY_NAMES: Readonly<Record<FindingSeverity, string>> = {
  info: 'info',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

/** How what somebody pointed at stands in the archive that is open. */
export const STANDINGS: Readonly<
  Record<AnchorStanding, { readonly word: string; readonly meaning: string }>
> = {
  holds: { word: 'holds', meaning: 'the archive has this very event: its hash is the one that was noted' },
  absent: { word: 'not in this archive', meaning: 'the session or event is not in the archive that is open' },
  differs: {
    word: 'differs',
    meaning:
      'another event stands at this place in the archive that is open: its hash is not the one that was noted',
  },
};

/** 57, and 57.2 for the second SQL statement of one Query. */
function statementNumber({ number, ordinal }: { readonly number: number; readonly ordinal: number }): string {
  return ordinal === 0 ? String(number) : `${number}.${ordinal + 1}`;
}

/** Where something is, in few words: `statement #57`, `events 400–412`. */
export function placeWords({ sequence, last, statement, cell }: Place): string {
  if (sequence === null) return 'the whole session';
  if (cell !== null) {
    const of = statementNumber({ number: cell.statement, ordinal: cell.ordinal });
    return `${cell.name === '' ? `column ${cell.column + 1}` : cell.name}, row ${cell.row + 1} of statement #${of}`;
  }
  if (statement !== null) return `statement #${statementNumber(statement)}`;
  return last === null || last === sequence ? `event ${sequence}` : `events ${sequence}–${last}`;
}
