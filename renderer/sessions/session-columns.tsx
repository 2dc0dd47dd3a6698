/** The columns of the session list. */
import { createColumnHelper } from '@tanstack/react-table';
import type { CiContext, SessionRow } from '../../shared/api/session.ts';
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
import { PolicyCount } from '../ui/decision-marks.tsx';
import { Outcome, Verb } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { SessionMarks } from '../casework/SessionMarks.tsx';
import { NOTES } from '../words/notes.ts';
import { Cell, ValueCell } from './Cell.tsx';
import { JobCell } from './JobCell.tsx';

/** Longest reason in a title. */
const REASON_LENGTH = 500;

const column = createColumnHelper<typeof gridFeatures, SessionRow>();

/** A job as the filter writes it. */
export function jobOf({ provider, run, job }: CiContext): string {
  return `${provider}/${run}/${job}`;
}

/** What stands for the agent: the token's subject, else the start-up user's own word. */
export function agentOf(row: SessionRow): string {
  return row.identity?.subject ?? row.user;
}

/** Why a session ended as it did, on one line; null where nothing is to be said. */
function reasonOf({ reason }: SessionRow): string | null {
  return reason === null ? null : visibleLine(reason, REASON_LENGTH);
}

/** How long a session took; null while its end is not known. */
export function durationOf(row: SessionRow): number | null {
  return row.ended === null ? null : row.ended - row.started;
}

export const SESSION_COLUMNS: readonly GridColumn<SessionRow>[] = column.columns([
  column.accessor('started', {
    id: 'started',
    header: 'Started (UTC)',
    meta: { width: 120, grow: 0, leaves: 0, orders: ['-started', 'started'] },
    cell: ({ row }) => (
      <Cell
        says="Filter from this time on"
        act={(filtering) => filtering.bound('after', ':', formatFilterTime(row.original.started))}
      >
        <time title={formatExact(row.original.started)}>{formatShortTime(row.original.started)}</time>
      </Cell>
    ),
  }),
  column.accessor(durationOf, {
    id: 'duration',
    header: 'Duration',
    meta: { width: 84, grow: 0, leaves: 4, align: 'end', orders: ['-duration'] },
    cell: ({ row }) => <Duration row={row.original} />,
  }),
  column.accessor(agentOf, {
    id: 'agent',
    header: 'Agent',
    meta: { width: 110, grow: 2, leaves: 0 },
    cell: ({ row }) => <Agent row={row.original} />,
  }),
  column.accessor((row) => (row.ci === null ? '' : jobOf(row.ci)), {
    id: 'job',
    header: 'Job',
    meta: { width: 116, grow: 2, leaves: 0 },
    cell: ({
      row: {
        original: { ci, ciMismatch },
      },
    }) => (
      <JobCell
        job={ci === null ? null : jobOf(ci)}
        provenance={ci?.provenance ?? null}
        mismatch={ciMismatch}
      />
    ),
  }),
  column.accessor('connection', {
    id: 'connection',
    header: 'Connection',
    meta: { width: 86, grow: 1, leaves: 3 },
    cell: ({ row }) => <ValueCell field="connection" value={row.original.connection} />,
  }),
  column.accessor((row) => row.verbs.join(' '), {
    id: 'verbs',
    header: 'Verbs',
    meta: { width: 150, grow: 2, leaves: 5 },
    cell: ({ row }) => <Verbs verbs={row.original.verbs} />,
  }),
  column.accessor('statements', {
    id: 'statements',
    header: 'Stmts',
    meta: { width: 54, grow: 0, leaves: 0, align: 'end', orders: ['-statements'] },
    cell: ({ row }) => formatCompact(row.original.statements),
  }),
  column.accessor('rows', {
    id: 'rows',
    header: 'Rows',
    meta: { width: 64, grow: 0, leaves: 2, align: 'end', orders: ['-rows'] },
    cell: ({ row }) => <Rows row={row.original} />,
  }),
  column.accessor('errors', {
    id: 'errors',
    header: 'Errors',
    meta: { width: 58, grow: 0, leaves: 0, align: 'end', orders: ['-errors'] },
    cell: ({ row }) => <Errors errors={row.original.errors} />,
  }),
  column.accessor((row) => row.denied + row.held + row.masked, {
    id: 'policy',
    header: 'Policy',
    meta: { width: 112, grow: 0, leaves: 1 },
    cell: ({ row }) => <PolicyCounts row={row.original} />,
  }),
  column.accessor('id', {
    id: 'marks',
    header: NOTES.column,
    meta: { width: 58, grow: 0, leaves: 3 },
    cell: ({ row }) => <SessionMarks session={row.original.id} />,
  }),
  column.accessor('outcome', {
    id: 'outcome',
    header: 'Outcome',
    meta: { width: 112, grow: 0, leaves: 1 },
    cell: ({ row }) => (
      <ValueCell field="outcome" value={row.original.outcome}>
        {row.original.outcome === 'unknown' && row.original.imported !== null ? (
          <NotRecorded />
        ) : (
          <Outcome outcome={row.original.outcome} reason={reasonOf(row.original)} />
        )}
      </ValueCell>
    ),
  }),
]) as readonly GridColumn<SessionRow>[];

function Duration({ row }: { readonly row: SessionRow }) {
  const duration = durationOf(row);
  if (duration !== null) return formatDuration(duration);
  if (row.imported !== null) return <NotRecorded short />;
  return <span className="cell-quiet">{row.outcome === 'live' ? 'running' : '–'}</span>;
}

/** A source that tells rows of some statements alone tells no sum. */
function Rows({ row }: { readonly row: SessionRow }) {
  return lacks(row, 'row count') && row.rows === 0 ? <NotRecorded short /> : formatCompact(row.rows);
}

function Agent({ row }: { readonly row: SessionRow }) {
  if (row.identity !== null) return <ValueCell field="token" value={row.identity.subject} />;
  if (row.user === '' && row.imported !== null) return <NotRecorded />;
  return (
    <ValueCell field="user" value={row.user}>
      <span className="tone-unknown" title={userTitle(row)}>
        ~ {row.user}
      </span>
    </ValueCell>
  );
}

/** What is known of who it was. */
export function userTitle(row: SessionRow): string {
  return lacks(row, 'identity')
    ? 'identity not recorded: the user that its source names'
    : 'no verified token: the start-up user, the agent’s own word';
}

function Verbs({ verbs }: { readonly verbs: readonly string[] }) {
  return (
    <span className="verbs">
      {verbs.map((verb) => (
        <Verb key={verb} verb={verb} />
      ))}
    </span>
  );
}

function Errors({ errors }: { readonly errors: number }) {
  if (errors === 0) return <span className="cell-quiet">0</span>;
  return (
    <Cell says="Filter sessions with errors" act={(filtering) => filtering.toggle('error', '*')}>
      <span className="tone-error">✕ {formatCompact(errors)}</span>
    </Cell>
  );
}

function PolicyCounts({ row: { denied, held, masked } }: { readonly row: SessionRow }) {
  if (denied + held + masked === 0) return <span className="cell-quiet">–</span>;
  return (
    <span className="policy-counts">
      <PolicyCount what="denied" count={denied} />
      <PolicyCount what="held" count={held} />
      <PolicyCount what="masked" count={masked} />
    </span>
  );
}
