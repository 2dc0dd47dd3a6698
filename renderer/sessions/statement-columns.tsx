/** The columns of the statement list. */
import { createColumnHelper } from '@tanstack/react-table';
import type { StatementRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import type { gridFeatures } from '../ui/columns.ts';
import type { GridColumn } from '../ui/DataGrid.tsx';
import {
  formatCompact,
  formatDuration,
  formatExact,
  formatFilterTime,
  formatShortTime,
} from '../ui/format.ts';
import { DecisionMark, MaskedNames } from '../ui/decision-marks.tsx';
import { MaskedMark, Status, Verb } from '../ui/marks.tsx';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { Cell, ValueCell } from './Cell.tsx';
import { JobCell } from './JobCell.tsx';

const column = createColumnHelper<typeof gridFeatures, StatementRow>();

/** Characters of a statement shown on its line: more than a wide screen holds. */
const LINE_LENGTH = 400;

export const STATEMENT_COLUMNS: readonly GridColumn<StatementRow>[] = column.columns([
  column.accessor('time', {
    id: 'time',
    header: 'Time (UTC)',
    meta: { width: 128, grow: 0, leaves: 0 },
    cell: ({ row }) => (
      <Cell
        says="Filter from this time on"
        act={(filtering) => filtering.bound('after', ':', formatFilterTime(row.original.time))}
      >
        <time title={formatExact(row.original.time)}>{formatShortTime(row.original.time)}</time>
      </Cell>
    ),
  }),
  column.accessor('agent', {
    id: 'agent',
    header: 'Agent',
    meta: { width: 120, grow: 0.2, leaves: 1 },
    cell: ({ row }) => <ValueCell field="token" value={row.original.agent} />,
  }),
  column.accessor('job', {
    id: 'job',
    header: 'Job',
    meta: { width: 132, grow: 0, leaves: 3 },
    cell: ({ row }) => <JobCell job={row.original.job} provenance={row.original.provenance} />,
  }),
  column.accessor('verb', {
    id: 'verb',
    header: 'Verb',
    meta: { width: 128, grow: 0, leaves: 0 },
    cell: ({ row }) =>
      row.original.verb === '' ? (
        <Verb verb="" />
      ) : (
        <ValueCell field="verb" value={row.original.verb}>
          <Verb verb={row.original.verb} />
        </ValueCell>
      ),
  }),
  column.accessor((row) => row.tables.join(', '), {
    id: 'tables',
    header: 'Tables',
    meta: { width: 136, grow: 0.2, leaves: 4 },
    cell: ({ row }) => <Tables tables={row.original.tables} />,
  }),
  column.accessor('text', {
    id: 'text',
    header: 'Statement',
    meta: { width: 240, grow: 1, leaves: 0 },
    cell: ({ row }) => (
      <span className="statement-line">
        {row.original.masked ? <MaskedMark /> : null}
        <code className="ellipsis statement-text" title={row.original.errorMessage ?? undefined}>
          {visibleLine(row.original.text, LINE_LENGTH)}
        </code>
        <MaskedNames row={row.original} />
      </span>
    ),
  }),
  column.accessor('decision', {
    id: 'decision',
    header: 'Decision',
    meta: { width: 148, grow: 0, leaves: 2 },
    cell: ({ row }) => <DecisionCell row={row.original} />,
  }),
  column.accessor('rows', {
    id: 'rows',
    header: 'Rows',
    meta: { width: 68, grow: 0, leaves: 2, align: 'end' },
    cell: ({ row }) => <Rows rows={row.original.rows} />,
  }),
  column.accessor('duration', {
    id: 'duration',
    header: 'Duration',
    meta: { width: 84, grow: 0, leaves: 5, align: 'end' },
    cell: ({ row }) => <Duration row={row.original} />,
  }),
  column.accessor('status', {
    id: 'status',
    header: 'Status',
    meta: { width: 96, grow: 0, leaves: 0 },
    cell: ({ row }) => <StatusCell row={row.original} />,
  }),
]) as readonly GridColumn<StatementRow>[];

function Tables({ tables }: { readonly tables: readonly string[] }) {
  const [first, ...others] = tables;
  if (first === undefined) return <span className="cell-quiet">–</span>;
  return (
    <ValueCell field="table" value={first}>
      <span title={tables.join(', ')}>
        {first}
        {others.length === 0 ? null : <span className="cell-quiet"> +{others.length}</span>}
      </span>
    </ValueCell>
  );
}

function Rows({ rows }: { readonly rows: number | null }) {
  if (rows === null) return <NotRecorded short />;
  return (
    <Cell says={`Filter rows>=${rows}`} act={(filtering) => filtering.bound('rows', '>=', String(rows))}>
      {formatCompact(rows)}
    </Cell>
  );
}

function Duration({ row: { duration, imported } }: { readonly row: StatementRow }) {
  if (duration === null) return imported ? <NotRecorded short /> : <span className="cell-quiet">–</span>;
  return (
    <Cell
      says={`Filter dur>=${duration}us`}
      act={(filtering) => filtering.bound('dur', '>=', `${duration}us`)}
    >
      {formatDuration(duration)}
    </Cell>
  );
}

function DecisionCell({ row: { decision, rules } }: { readonly row: StatementRow }) {
  if (decision === null) return <span className="cell-quiet">–</span>;
  return (
    <ValueCell field="policy" value={decision}>
      <DecisionMark decision={decision} rules={rules} />
    </ValueCell>
  );
}

function StatusCell({ row }: { readonly row: StatementRow }) {
  const term = row.sqlstate === null ? (['status', row.status] as const) : (['error', row.sqlstate] as const);
  return (
    <ValueCell field={term[0]} value={term[1]}>
      <Status {...row} />
    </ValueCell>
  );
}
