/** The columns of a comparison: what it is, the statement of A, that of B, and in what they differ. */
import { createColumnHelper } from '@tanstack/react-table';
import type { Compared, ComparedPair, Difference } from '../../shared/compare/compare.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import type { gridFeatures } from '../ui/columns.ts';
import type { GridColumn } from '../ui/DataGrid.tsx';
import { formatCompact, formatDuration } from '../ui/format.ts';
import { Verb } from '../ui/marks.tsx';
import { COMPARE } from '../words/compare.ts';
import { KindMark } from './KindMark.tsx';

/** Characters of a statement shown on its line. */
const LINE_LENGTH = 300;

const column = createColumnHelper<typeof gridFeatures, ComparedPair>();

export const idOfPair = ({ index }: ComparedPair): string => String(index);

export const COMPARE_COLUMNS = column.columns([
  column.accessor('kind', {
    id: 'kind',
    header: COMPARE.columns.kind,
    meta: { width: 92, grow: 0, leaves: 0 },
    cell: ({ row }) => <KindMark kind={row.original.kind} />,
  }),
  column.accessor(({ a, b }) => (a ?? b)?.verb ?? '', {
    id: 'verb',
    header: COMPARE.columns.verb,
    meta: { width: 104, grow: 0, leaves: 2 },
    cell: ({ getValue }) => <Verb verb={getValue()} />,
  }),
  column.accessor(({ a }) => a?.statement ?? 0, {
    id: 'number-a',
    header: `${COMPARE.columns.number} ${COMPARE.a}`,
    meta: { width: 56, grow: 0, leaves: 1, align: 'end' },
    cell: ({ row }) => <NumberOf statement={row.original.a} />,
  }),
  column.accessor(({ a }) => a?.text ?? '', {
    id: 'text-a',
    header: COMPARE.side('a'),
    meta: { width: 160, grow: 1, leaves: 0 },
    cell: ({ row }) => <Line statement={row.original.a} />,
  }),
  column.accessor(({ b }) => b?.statement ?? 0, {
    id: 'number-b',
    header: `${COMPARE.columns.number} ${COMPARE.b}`,
    meta: { width: 56, grow: 0, leaves: 1, align: 'end' },
    cell: ({ row }) => <NumberOf statement={row.original.b} />,
  }),
  column.accessor(({ b }) => b?.text ?? '', {
    id: 'text-b',
    header: COMPARE.side('b'),
    meta: { width: 160, grow: 1, leaves: 0 },
    cell: ({ row }) => <Line statement={row.original.b} />,
  }),
  column.accessor(({ differences }) => differences.join(' '), {
    id: 'differences',
    header: COMPARE.columns.what,
    meta: { width: 240, grow: 0, leaves: 0 },
    cell: ({ row }) => (
      <span className="ellipsis compare-what">
        {row.original.differences.map((what) => differenceWords(what, row.original)).join(' · ')}
      </span>
    ),
  }),
]) as readonly GridColumn<ComparedPair>[];

function NumberOf({ statement }: { readonly statement: Compared | null }) {
  if (statement === null) return null;
  const { statement: number, ordinal } = statement;
  return <span className="cell-quiet">{ordinal === 0 ? number : `${number}.${ordinal + 1}`}</span>;
}

function Line({ statement }: { readonly statement: Compared | null }) {
  return statement === null ? (
    <span className="compare-gap">{COMPARE.notSent}</span>
  ) : (
    <code className="ellipsis">{visibleLine(statement.text, LINE_LENGTH)}</code>
  );
}

/** `rows 50 → 48`; where that would be long, only what it is. */
function differenceWords(what: Difference, { a, b }: ComparedPair): string {
  if (a === null || b === null) return '';
  const word = COMPARE.what[what];
  if (what === 'rows') return `${word} ${formatCompact(a.rows ?? 0)} → ${formatCompact(b.rows ?? 0)}`;
  if (what === 'duration')
    return `${word} ${formatDuration(a.duration ?? 0)} → ${formatDuration(b.duration ?? 0)}`;
  if (what === 'outcome') return `${outcomeWord(a)} → ${outcomeWord(b)}`;
  if (what === 'decision') return `${a.decision ?? COMPARE.noDecision} → ${b.decision ?? COMPARE.noDecision}`;
  return word;
}

function outcomeWord({ status, sqlstate }: Compared): string {
  return sqlstate ?? status;
}
