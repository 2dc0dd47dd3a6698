/** What the source of an imported session does not tell: said so, and never shown as nothing. */
import type { SessionRow } from '../../shared/api/session.ts';
import type { ImportGap } from '../../shared/recording/event.ts';

/** Whether it does not tell this. */
export function lacks({ imported }: Pick<SessionRow, 'imported'>, gap: ImportGap): boolean {
  return imported?.lacks.includes(gap) ?? false;
}

/** `short` is for columns of numbers. */
export function NotRecorded({ short = false }: { readonly short?: boolean }) {
  const says = 'not recorded by what it was imported from';
  return (
    <span className="cell-quiet" title={says}>
      {short ? <abbr aria-label="not recorded">n/r</abbr> : 'not recorded'}
    </span>
  );
}
