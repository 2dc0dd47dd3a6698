/** The session's statements, in step with the cursor; choosing one goes there. */
import { memo, useState } from 'react';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { StatementNotes } from '../casework/StatementNotes.tsx';
import { formatCompact } from '../ui/format.ts';
import { DecisionMark, MaskedNames } from '../ui/decision-marks.tsx';
import type { ListColumn } from '../ui/list/list-column.ts';
import { ListGrid } from '../ui/list/ListGrid.tsx';
import { MaskedMark, Status, Verb } from '../ui/marks.tsx';
import { Fault } from '../ui/Note.tsx';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { Pane } from '../ui/Pane.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { PANES } from '../words/replay.ts';
import { SESSION_STATEMENTS } from '../words/session-statements.ts';
import type { CurrentStatement } from './statement-at.ts';
import { idOfStatement, numberOf } from './statement-number.ts';
import type { Statements } from './use-statements.ts';

/** Characters of a statement shown on its line. */
const LINE_LENGTH = 300;

const COLUMNS: readonly ListColumn<StatementRow>[] = [
  {
    id: 'number',
    title: SESSION_STATEMENTS.number,
    look: { width: 52, grow: 0, leaves: 0, align: 'end' },
    shown: true,
    cell: (row) => <span className="cell-quiet">{numberOf(row)}</span>,
    text: numberOf,
  },
  {
    id: 'verb',
    title: SESSION_STATEMENTS.verb,
    look: { width: 112, grow: 0, leaves: 1 },
    shown: true,
    cell: ({ verb }) => <Verb verb={verb} />,
    text: ({ verb }) => verb,
  },
  {
    id: 'text',
    title: SESSION_STATEMENTS.text,
    look: { width: 150, grow: 1, leaves: 0 },
    shown: true,
    cell: (row) => (
      <span className="statement-line">
        {row.masked ? <MaskedMark /> : null}
        <code className="ellipsis">{visibleLine(row.text, LINE_LENGTH)}</code>
        <MaskedNames row={row} />
        <StatementNotes row={row} />
      </span>
    ),
    text: ({ text }) => visibleLine(text, LINE_LENGTH),
  },
  {
    id: 'rows',
    title: SESSION_STATEMENTS.rows,
    look: { width: 52, grow: 0, leaves: 2, align: 'end' },
    shown: true,
    cell: ({ rows }) => (rows === null ? <NotRecorded short /> : formatCompact(rows)),
    text: ({ rows }) => (rows === null ? '' : String(rows)),
  },
  {
    id: 'status',
    title: SESSION_STATEMENTS.status,
    look: { width: 156, grow: 0, leaves: 0 },
    shown: true,
    cell: (row) => <How row={row} />,
    text: ({ status }) => status,
  },
];

/** What policy did where it did not just let pass, else how the statement ended. */
function How({ row }: { readonly row: StatementRow }) {
  const { decision, rules, status } = row;
  const ran = decision === null || decision === 'allowed' || decision.startsWith('observed');
  if (ran || (decision === 'approved' && status !== 'completed')) return <Status {...row} />;
  return <DecisionMark decision={decision} rules={rules} />;
}

function saysNone({ outcome, imported }: SessionRow): string {
  if (outcome === 'live') return SESSION_STATEMENTS.noneYet;
  return imported === null ? SESSION_STATEMENTS.none : SESSION_STATEMENTS.noneIn(imported.file);
}

interface StatementListProps {
  readonly session: SessionRow;
  readonly statements: Statements;
  readonly current: CurrentStatement | null;
  readonly onSeek: (sequence: number) => void;
  readonly onClose: () => void;
}

export const StatementList = memo(function StatementList(props: StatementListProps) {
  return (
    <Pane
      name={PANES.names.statements}
      closeName={PANES.close(PANES.names.statements)}
      onClose={props.onClose}
    >
      <List {...props} />
    </Pane>
  );
});

function List({ session, statements, current, onSeek }: StatementListProps) {
  const [layout, setLayout] = useState('');
  const { copy } = useCopied();
  const { rows } = statements;
  const { error, loaded, goOn } = rows.window;
  if (error !== null && !loaded)
    return <Fault title={SESSION_STATEMENTS.failed} error={error} onRetry={goOn} />;
  if (loaded && rows.count === 0) return <p className="panel-none">{saysNone(session)}</p>;
  const toIntent = (row: StatementRow): void => onSeek(row.sequence);
  const toOutcome = (row: StatementRow): void => onSeek(row.outcomeSequence ?? row.sequence);
  return (
    <div className="panel statement-list">
      <ListGrid
        name={SESSION_STATEMENTS.name}
        columns={COLUMNS}
        layout={layout}
        onLayout={setLayout}
        source={rows}
        rowId={idOfStatement}
        rowTestId="statement-row"
        selected={
          current === null ? null : idOfStatement({ statement: current.number, ordinal: current.ordinal })
        }
        onSelect={toOutcome}
        onOpen={toIntent}
        order=""
        onOrder={() => undefined}
        total={session.statements}
        menuOf={(row) => [
          { label: SESSION_STATEMENTS.toIntent, run: () => toIntent(row) },
          { label: SESSION_STATEMENTS.toOutcome, run: () => toOutcome(row) },
          null,
          { label: SESSION_STATEMENTS.copy, run: () => copy(row.text) },
        ]}
        cellName={(row, id) =>
          SESSION_STATEMENTS.cell(COLUMNS.find((one) => one.id === id)?.title ?? id, numberOf(row))
        }
        keysEverywhere={false}
      />
    </div>
  );
}
