/** What the source of an imported session does not tell: said so, and never shown as nothing. */
import type { SessionRow } from '../../shared/api/session.ts';
import type { ImportGap } from '../../shared/recording/event.ts';
import { NOT_RECORDED } from '../words/marks.ts';

/** Whether it does not tell this. */
export function lacks({ imported }: Pick<SessionRow, 'imported'>, gap: ImportGap): boolean {
  return imported?.lacks.includes(gap) ?? false;
}

/** `short` is for columns of numbers. */
export function NotRecorded({ short = false }: { readonly short?: boolean }) {
  return (
    <span className="cell-quiet" title={NOT_RECORDED.meaning}>
      {short ? <abbr aria-label={NOT_RECORDED.word}>{NOT_RECORDED.short}</abbr> : NOT_RECORDED.word}
    </span>
  );
}
