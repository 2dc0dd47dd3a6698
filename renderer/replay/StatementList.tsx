/** The session's statements, in step with the cursor; choosing one goes there. */
import { createColumnHelper } from '@tanstack/react-table';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { StatementNotes } from '../casework/StatementNotes.tsx';
import type { gridFeatures } from '../ui/columns.ts';
import { DataGrid, type GridColumn } from '../ui/DataGrid.tsx';
import { formatCompact } from '../ui/format.ts';
import { DecisionMark, MaskedNames } from '../ui/decision-marks.tsx';
import { MaskedMark, Status, Verb } from '../ui/marks.tsx';
import { Fault } from '../ui/Note.tsx';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { Pane } from '../ui/Pane.tsx';
import { PANES } from '../words/replay.ts';
import type { CurrentStatement } from './statement-at.ts';
import { idOfStatement, numberOf, type Statements } from './use-statements.ts';

const column = createColumnHelper<typeof gridFeatures, StatementRow>();

/** Rows drawn as skeletons while a page is on its way. */
const PENDING_ROWS = 8;

/** Characters of a statement shown on its line. */
const LINE_LENGTH = 300;

const COLUMNS = column.columns([
  column.accessor('statement', {
    id: 'number',
    header: '#',
    meta: { width: 52, grow: 0, leaves: 0, align: 'end' },
    cell: ({ row }) => <span className="cell-quiet">{numberOf(row.original)}</span>,
  }),
  column.accessor('verb', {
    id: 'verb',
    header: 'Verb',
    meta: { width: 112, grow: 0, leaves: 1 },
    cell: ({ row }) => <Verb verb={row.original.verb} />,
  }),
  column.accessor('text', {
    id: 'text',
    header: 'Statement',
    meta: { width: 150, grow: 1, leaves: 0 },
    cell: ({ row }) => (
      <span className="statement-line">
        {row.original.masked ? <MaskedMark /> : null}
        <code className="ellipsis">{visibleLine(row.original.text, LINE_LENGTH)}</code>
        <MaskedNames row={row.original} />
        <StatementNotes row={row.original} />
      </span>
    ),
  }),
  column.accessor('rows', {
    id: 'rows',
    header: 'Rows',
    meta: { width: 52, grow: 0, leaves: 2, align: 'end' },
    cell: ({ row }) =>
      row.original.rows === null ? <NotRecorded short /> : formatCompact(row.original.rows),
  }),
  column.accessor('status', {
    id: 'status',
    header: 'Status',
    meta: { width: 156, grow: 0, leaves: 0 },
    cell: ({ row }) => <How row={row.original} />,
  }),
]) as readonly GridColumn<StatementRow>[];

/** What policy did where it did not just let pass, else how the statement ended. */
function How({ row }: { readonly row: StatementRow }) {
  const { decision, rules, status } = row;
  const ran = decision === null || decision === 'allowed' || decision.startsWith('observed');
  if (ran || (decision === 'approved' && status !== 'completed')) return <Status {...row} />;
  return <DecisionMark decision={decision} rules={rules} />;
}

function saysNone({ outcome, imported }: SessionRow): string {
  if (outcome === 'live') return 'No statement yet.';
  return imported === null
    ? 'This session sent no statement.'
    : `No statement is recorded in ${imported.file}.`;
}

interface StatementListProps {
  readonly session: SessionRow;
  readonly statements: Statements;
  readonly current: CurrentStatement | null;
  readonly onSeek: (sequence: number) => void;
  readonly onClose: () => void;
}

export function StatementList(props: StatementListProps) {
  return (
    <Pane
      name={PANES.names.statements}
      closeName={PANES.close(PANES.names.statements)}
      onClose={props.onClose}
    >
      <List {...props} />
    </Pane>
  );
}

function List({ session, statements, current, onSeek }: StatementListProps) {
  const { rows, list, more } = statements;
  if (list.isError && rows.length === 0) {
    return (
      <Fault
        title="The statements could not be loaded"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (list.isSuccess && rows.length === 0) return <p className="panel-none">{saysNone(session)}</p>;
  return (
    <div className="panel statement-list">
      <DataGrid
        name="Statements of the session"
        columns={COLUMNS}
        rows={rows}
        rowId={idOfStatement}
        rowTestId="statement-row"
        selected={
          current === null ? null : idOfStatement({ statement: current.number, ordinal: current.ordinal })
        }
        onSelect={(row) => onSeek(row.outcomeSequence ?? row.sequence)}
        onOpen={(row) => onSeek(row.sequence)}
        total={session.statements}
        pending={list.isPending || list.hasNextPage ? PENDING_ROWS : 0}
        onNearEnd={more}
      />
    </div>
  );
}
