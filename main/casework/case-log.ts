/** Pages of a case's log. */
import type { LogEntry } from '../../shared/findings/case.ts';
import type { Page } from '../../shared/api/page.ts';
import { CaseError } from './case-error.ts';

/** Newest first; a cursor is the id of the last entry of a page, which stays where it is when others come before it. */
export function logPage(
  log: readonly LogEntry[],
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Page<LogEntry> {
  const from = after === undefined ? log.length : log.findLastIndex(({ id }) => id === after);
  if (from === -1) throw new CaseError('BAD_ENTRY', 'this cursor is of no page');
  const items = log.slice(Math.max(0, from - limit), from).toReversed();
  return { items, next: from > limit ? (items.at(-1)?.id ?? null) : null, total: log.length };
}
