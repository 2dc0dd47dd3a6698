/** Findings as dense rows, in an order that one chooses. */
import { createColumnHelper } from '@tanstack/react-table';
import type { Finding } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { FINDING_SORTS, type FindingSort } from '../findings-address.ts';
import type { gridFeatures } from '../ui/columns.ts';
import { DataGrid, type GridColumn } from '../ui/DataGrid.tsx';
import { formatExact, formatShortTime } from '../ui/format.ts';
import { FINDINGS } from '../words/findings.ts';
import { ageOf } from './age.ts';
import { ordered } from './arranged.ts';
import { FindingStatusMark, SeverityMark } from './SeverityMark.tsx';
import { useNow } from './use-now.ts';

/** Characters of a title, and of a name, on a line. */
const TITLE_LENGTH = 200;
const NAME_LENGTH = 40;

const column = createColumnHelper<typeof gridFeatures, Finding>();
const words = FINDINGS.columns;

const COLUMNS: readonly GridColumn<Finding>[] = column.columns([
  column.accessor('number', {
    id: 'number',
    header: words.number,
    meta: { width: 56, grow: 0, leaves: 0, align: 'end', orders: ['-number', 'number'] },
  }),
  column.accessor('severity', {
    id: 'severity',
    header: words.severity,
    meta: { width: 96, grow: 0, leaves: 0, orders: ['-severity'] },
    cell: ({ row }) => <SeverityMark severity={row.original.severity} />,
  }),
  column.accessor('status', {
    id: 'status',
    header: words.status,
    meta: { width: 120, grow: 0, leaves: 0, orders: ['status'] },
    cell: ({ row }) => <FindingStatusMark status={row.original.status} />,
  }),
  column.accessor('title', {
    id: 'title',
    header: words.title,
    meta: { width: 240, grow: 1, leaves: 0 },
    cell: ({ row }) => visibleLine(row.original.title, TITLE_LENGTH),
  }),
  column.accessor('assignee', {
    id: 'assignee',
    header: words.assignee,
    meta: { width: 140, grow: 0.2, leaves: 1 },
    cell: ({ row: { original } }) =>
      original.assignee === null ? (
        <span className="cell-quiet">{FINDINGS.unassigned}</span>
      ) : (
        visibleLine(original.assignee, NAME_LENGTH)
      ),
  }),
  column.accessor((finding) => finding.evidence.length, {
    id: 'evidence',
    header: words.evidence,
    meta: { width: 72, grow: 0, leaves: 2, align: 'end' },
  }),
  column.accessor('changed', {
    id: 'changed',
    header: words.changed,
    meta: { width: 140, grow: 0, leaves: 3, orders: ['-changed'] },
    cell: ({ row }) => (
      <time title={formatExact(row.original.changed)}>{formatShortTime(row.original.changed)}</time>
    ),
  }),
  column.accessor('made', {
    id: 'age',
    header: words.age,
    meta: { width: 72, grow: 0, leaves: 4, align: 'end' },
    cell: ({ row }) => <Age made={row.original.made} />,
  }),
]) as readonly GridColumn<Finding>[];

interface FindingListProps {
  readonly findings: readonly Finding[];
  readonly sort: FindingSort;
  readonly selected: string | null;
  readonly onSort: (sort: FindingSort) => void;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

export function FindingList({ findings, sort, selected, onSort, onSelect, onOpen }: FindingListProps) {
  return (
    <section className="panel" aria-label={FINDINGS.title}>
      <DataGrid
        name={FINDINGS.title}
        columns={COLUMNS}
        rows={ordered(findings, sort)}
        rowId={({ id }) => id}
        rowTestId="finding-row"
        selected={selected}
        onSelect={({ id }) => onSelect(id)}
        onOpen={({ id }) => onOpen(id)}
        order={sort}
        onOrder={(order) => {
          const known = FINDING_SORTS.find((one) => one === order);
          if (known !== undefined) onSort(known);
        }}
        total={findings.length}
        pending={0}
        keysEverywhere
      />
    </section>
  );
}

function Age({ made }: { readonly made: number }) {
  return ageOf(made, useNow());
}
