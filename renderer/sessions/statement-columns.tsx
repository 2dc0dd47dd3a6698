/** The columns of the statement list, those that are shown at first; the others: statement-more-columns.tsx. */
import type { StatementRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { DecisionMark, MaskedNames } from '../ui/decision-marks.tsx';
import { formatCompact, formatDuration, formatExact } from '../ui/format.ts';
import { MaskedMark, Status, Verb } from '../ui/marks.tsx';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { COLUMNS } from '../words/columns.ts';
import { Job, quiet, timeCell } from './cells.tsx';
import { areValues, isQuantity, isTime, isValue } from './conditions.ts';
import { columnOf, type FilterColumn } from './filter-column.ts';
import { MORE_STATEMENT_COLUMNS, NO_DECISION } from './statement-more-columns.tsx';

/** Characters of a statement shown on its line: more than a wide screen holds. */
const LINE_LENGTH = 400;

const SHOWN: readonly Parameters<typeof columnOf<StatementRow>>[0][] = [
  {
    id: 'time',
    title: COLUMNS.time,
    look: { width: 120, grow: 0, leaves: 0, orders: ['-time', 'time'] },
    text: ({ time }) => formatExact(time),
    cell: ({ time }) => timeCell(time),
    conditions: ({ time }) => isTime(time),
  },
  {
    id: 'agent',
    title: COLUMNS.agent,
    look: { width: 120, grow: 0.2, leaves: 1 },
    text: ({ agent }) => agent,
    conditions: ({ agent }) => isValue('token', agent === '' ? null : agent),
  },
  {
    id: 'job',
    title: COLUMNS.job,
    look: { width: 132, grow: 0, leaves: 3 },
    text: ({ job }) => job ?? '',
    cell: ({ job, provenance }) => <Job job={job} provenance={provenance} />,
    conditions: ({ job }) => isValue('job', job, 'ci:none'),
  },
  {
    id: 'verb',
    title: COLUMNS.verb,
    look: { width: 128, grow: 0, leaves: 0 },
    text: ({ verb }) => verb,
    cell: ({ verb }) => <Verb verb={verb} />,
    conditions: ({ verb }) => (verb === '' ? isValue('class', null) : isValue('verb', verb)),
  },
  {
    id: 'tables',
    title: COLUMNS.tables,
    look: { width: 136, grow: 0.2, leaves: 4 },
    text: ({ tables }) => tables.join(', '),
    cell: ({ tables }) => <Tables tables={tables} />,
    conditions: ({ tables }) => areValues('table', tables),
  },
  {
    id: 'text',
    title: COLUMNS.statement,
    look: { width: 240, grow: 1, leaves: 0 },
    text: ({ text }) => text,
    cell: (row) => (
      <span className="statement-line">
        {row.masked ? <MaskedMark /> : null}
        <code className="ellipsis statement-text" title={row.errorMessage ?? undefined}>
          {visibleLine(row.text, LINE_LENGTH)}
        </code>
        <MaskedNames row={row} />
      </span>
    ),
    conditions: ({ fingerprint }) => isValue('fingerprint', fingerprint),
  },
  {
    id: 'decision',
    title: COLUMNS.decision,
    look: { width: 148, grow: 0, leaves: 2 },
    text: ({ decision }) => decision ?? '',
    cell: ({ decision, rules }) =>
      decision === null ? quiet('') : <DecisionMark decision={decision} rules={rules} />,
    conditions: ({ decision }) => isValue('policy', decision, NO_DECISION),
  },
  {
    id: 'rows',
    title: COLUMNS.rows,
    look: { width: 68, grow: 0, leaves: 2, align: 'end' },
    text: ({ rows }) => (rows === null ? '' : String(rows)),
    cell: ({ rows }) => (rows === null ? <NotRecorded short /> : formatCompact(rows)),
    conditions: ({ rows }) => isQuantity('rows', rows),
  },
  {
    id: 'duration',
    title: COLUMNS.duration,
    look: { width: 84, grow: 0, leaves: 5, align: 'end' },
    text: ({ duration }) => (duration === null ? '' : formatDuration(duration)),
    cell: ({ duration, imported }) =>
      duration !== null ? formatDuration(duration) : imported ? <NotRecorded short /> : quiet(''),
    conditions: ({ duration }) => isQuantity('dur', duration, 'us'),
  },
  {
    id: 'status',
    title: COLUMNS.status,
    look: { width: 96, grow: 0, leaves: 0 },
    text: ({ status, sqlstate }) => sqlstate ?? status,
    cell: (row) => <Status {...row} />,
    conditions: ({ status, sqlstate }) => [
      ...isValue('status', status),
      ...(sqlstate === null ? [] : isValue('error', sqlstate)),
    ],
  },
];

/** All columns, in the order they stand in at first. */
export const STATEMENT_COLUMNS: readonly FilterColumn<StatementRow>[] = [
  ...SHOWN.map((column) => columnOf({ ...column, shown: true }, quiet)),
  ...MORE_STATEMENT_COLUMNS,
];

function Tables({ tables }: { readonly tables: readonly string[] }) {
  const [first, ...others] = tables;
  if (first === undefined) return quiet('');
  return (
    <span title={visibleLine(tables.join(', '), LINE_LENGTH)}>
      {quiet(first)}
      {others.length === 0 ? null : <span className="cell-quiet"> +{others.length}</span>}
    </span>
  );
}
