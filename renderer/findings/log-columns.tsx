/** The columns of the case log. */
import { createColumnHelper } from '@tanstack/react-table';
import { SessionId } from '../../shared/api/session.ts';
import type { LogEntry } from '../../shared/findings/case.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { goTo, placeAt } from '../router.ts';
import type { gridFeatures } from '../ui/columns.ts';
import type { GridColumn } from '../ui/DataGrid.tsx';
import { formatDateTime, formatExact } from '../ui/format.ts';
import { CASE_LOG } from '../words/case-log.ts';
import { FINDING } from '../words/finding.ts';

/** Characters of a name, and of what was done, on a line. */
const NAME_LENGTH = 60;
const WHAT_LENGTH = 400;

/** Digits of a session’s id. */
const ID_LENGTH = 16;

const column = createColumnHelper<typeof gridFeatures, LogEntry>();
const words = CASE_LOG.columns;

export const LOG_COLUMNS: readonly GridColumn<LogEntry>[] = column.columns([
  column.accessor('time', {
    id: 'time',
    header: words.time,
    meta: { width: 156, grow: 0, leaves: 0 },
    cell: ({ row }) => (
      <time title={formatExact(row.original.time)}>{formatDateTime(row.original.time)}</time>
    ),
  }),
  column.accessor(({ author }) => author.name, {
    id: 'author',
    header: words.author,
    meta: { width: 120, grow: 0.2, leaves: 1 },
    cell: ({ row: { original } }) => (
      <span title={FINDING.key(original.author.key)}>{visibleLine(original.author.name, NAME_LENGTH)}</span>
    ),
  }),
  column.accessor('kind', {
    id: 'kind',
    header: words.kind,
    meta: { width: 120, grow: 0, leaves: 2 },
    cell: ({ row }) => visibleLine(row.original.kind, NAME_LENGTH),
  }),
  column.accessor('what', {
    id: 'what',
    header: words.what,
    meta: { width: 260, grow: 1, leaves: 0 },
    cell: ({ row: { original } }) => {
      const what = visibleLine(original.what, WHAT_LENGTH);
      return <span title={what}>{what}</span>;
    },
  }),
  column.accessor('session', {
    id: 'session',
    header: words.session,
    meta: { width: 140, grow: 0, leaves: 3 },
    cell: ({ row }) => <Session id={row.original.session} />,
  }),
  column.accessor('number', {
    id: 'number',
    header: words.number,
    meta: { width: 72, grow: 0, leaves: 4, align: 'end' },
  }),
]) as readonly GridColumn<LogEntry>[];

function Session({ id }: { readonly id: string | null }) {
  const known = SessionId.safeParse(id);
  if (!known.success) return <span className="cell-quiet">–</span>;
  return (
    <button
      type="button"
      className="value-button mono"
      title={CASE_LOG.openSession}
      // The list owns the focus; Enter on its row does the same.
      tabIndex={-1}
      onClick={() => goTo(placeAt(`/sessions/${known.data}`))}
    >
      {known.data.slice(0, ID_LENGTH)}
    </button>
  );
}
