/** The columns of the session list, those that are shown at first; the others: session-more-columns.tsx. */
import type { SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { SessionMarks } from '../casework/SessionMarks.tsx';
import { PolicyCount } from '../ui/decision-marks.tsx';
import { formatCompact, formatDuration, formatExact } from '../ui/format.ts';
import { Outcome, Verb } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { COLUMNS } from '../words/columns.ts';
import { NOTES } from '../words/notes.ts';
import { Job, quiet, timeCell } from './cells.tsx';
import { isAny, isTime, isValue } from './conditions.ts';
import { columnOf, type FilterColumn } from './filter-column.ts';
import { agentOf, durationOf, jobOf, userTitle } from './session-facts.ts';
import { MORE_SESSION_COLUMNS } from './session-more-columns.tsx';

/** Longest reason in a title. */
const REASON_LENGTH = 500;

/** Verbs that the menu of a cell offers. */
const MOST_VERBS = 4;

const SHOWN: readonly Parameters<typeof columnOf<SessionRow>>[0][] = [
  {
    id: 'started',
    title: COLUMNS.started,
    look: { width: 120, grow: 0, leaves: 0, orders: ['-started', 'started'] },
    text: ({ started }) => formatExact(started),
    cell: ({ started }) => timeCell(started),
    conditions: ({ started }) => isTime(started),
  },
  {
    id: 'duration',
    title: COLUMNS.duration,
    look: { width: 84, grow: 0, leaves: 4, align: 'end', orders: ['-duration'] },
    text: (row) => {
      const duration = durationOf(row);
      return duration === null ? '' : formatDuration(duration);
    },
    cell: (row) => <Duration row={row} />,
  },
  {
    id: 'agent',
    title: COLUMNS.agent,
    look: { width: 110, grow: 2, leaves: 0 },
    text: agentOf,
    cell: (row) => <Agent row={row} />,
    conditions: (row) =>
      row.identity === null
        ? [...isValue('token', null), ...isValue('user', row.user)]
        : isValue('token', row.identity.subject),
  },
  {
    id: 'job',
    title: COLUMNS.job,
    look: { width: 116, grow: 2, leaves: 0 },
    text: ({ ci }) => (ci === null ? '' : jobOf(ci)),
    cell: ({ ci, ciMismatch }) => (
      <Job job={ci === null ? null : jobOf(ci)} provenance={ci?.provenance ?? null} mismatch={ciMismatch} />
    ),
    conditions: ({ ci, ciMismatch }) => [
      ...isValue('job', ci === null ? null : jobOf(ci), 'ci:none'),
      ...(ciMismatch === null ? [] : isValue('ci', 'mismatch')),
    ],
  },
  {
    id: 'connection',
    title: COLUMNS.connection,
    look: { width: 86, grow: 1, leaves: 3 },
    text: ({ connection }) => connection,
    conditions: ({ connection }) => isValue('connection', connection),
  },
  {
    id: 'verbs',
    title: COLUMNS.verbs,
    look: { width: 150, grow: 2, leaves: 5 },
    text: ({ verbs }) => verbs.join(' '),
    cell: ({ verbs }) => (
      <span className="verbs">
        {verbs.map((verb) => (
          <Verb key={verb} verb={verb} />
        ))}
      </span>
    ),
    conditions: ({ verbs }) =>
      verbs
        .slice(0, MOST_VERBS)
        .flatMap((verb) => (verb === '' ? isValue('class', null) : isValue('verb', verb))),
  },
  {
    id: 'statements',
    title: COLUMNS.statements,
    look: { width: 54, grow: 0, leaves: 0, align: 'end', orders: ['-statements'] },
    text: ({ statements }) => String(statements),
    cell: ({ statements }) => formatCompact(statements),
  },
  {
    id: 'rows',
    title: COLUMNS.rows,
    look: { width: 64, grow: 0, leaves: 2, align: 'end', orders: ['-rows'] },
    text: ({ rows }) => String(rows),
    cell: (row) => <Rows row={row} />,
    conditions: ({ rows }) => isAny('rows', rows, 'rows>0'),
  },
  {
    id: 'errors',
    title: COLUMNS.errors,
    look: { width: 58, grow: 0, leaves: 0, align: 'end', orders: ['-errors'] },
    text: ({ errors }) => String(errors),
    cell: ({ errors }) =>
      errors === 0 ? (
        <span className="cell-quiet">0</span>
      ) : (
        <span className="tone-error">✕ {formatCompact(errors)}</span>
      ),
    conditions: ({ errors }) => isAny('error', errors, 'error:*'),
  },
  {
    id: 'policy',
    title: COLUMNS.policy,
    look: { width: 112, grow: 0, leaves: 1 },
    text: ({ denied, held, masked }) =>
      [
        denied > 0 ? `${denied} denied` : '',
        held > 0 ? `${held} held` : '',
        masked > 0 ? `${masked} masked` : '',
      ]
        .filter((part) => part !== '')
        .join(', '),
    cell: (row) => <PolicyCounts row={row} />,
    conditions: ({ denied, held, masked }) => [
      ...isAny('policy', denied, 'policy:denied'),
      ...isAny('policy', held, 'policy:held'),
      ...isAny('masked', masked, 'masked:*'),
    ],
  },
  {
    id: 'marks',
    title: NOTES.column,
    look: { width: 72, grow: 0, leaves: 3 },
    text: () => '',
    cell: ({ id }) => <SessionMarks session={id} />,
  },
  {
    id: 'outcome',
    title: COLUMNS.outcome,
    look: { width: 112, grow: 0, leaves: 1 },
    text: ({ outcome }) => outcome,
    cell: (row) =>
      row.outcome === 'unknown' && row.imported !== null ? (
        <NotRecorded />
      ) : (
        <Outcome outcome={row.outcome} reason={reasonOf(row)} />
      ),
    conditions: ({ outcome }) => isValue('outcome', outcome),
  },
];

/** All columns, in the order they stand in at first. */
export const SESSION_COLUMNS: readonly FilterColumn<SessionRow>[] = [
  ...SHOWN.map((column) => columnOf({ ...column, shown: true }, quiet)),
  ...MORE_SESSION_COLUMNS,
];

/** Why a session ended as it did, on one line; null where nothing is to be said. */
function reasonOf({ reason }: SessionRow): string | null {
  return reason === null ? null : visibleLine(reason, REASON_LENGTH);
}

function Duration({ row }: { readonly row: SessionRow }) {
  const duration = durationOf(row);
  if (duration !== null) return formatDuration(duration);
  if (row.imported !== null) return <NotRecorded short />;
  return <span className="cell-quiet">{row.outcome === 'live' ? COLUMNS.running : '–'}</span>;
}

/** A source that tells rows of some statements alone tells no sum. */
function Rows({ row }: { readonly row: SessionRow }) {
  return lacks(row, 'row count') && row.rows === 0 ? <NotRecorded short /> : formatCompact(row.rows);
}

function Agent({ row }: { readonly row: SessionRow }) {
  if (row.identity !== null) return quiet(row.identity.subject);
  if (row.user === '' && row.imported !== null) return <NotRecorded />;
  return (
    <span className="tone-unknown" title={userTitle(row)}>
      ~ {quiet(row.user)}
    </span>
  );
}

function PolicyCounts({ row: { denied, held, masked } }: { readonly row: SessionRow }) {
  if (denied + held + masked === 0) return quiet('');
  return (
    <span className="policy-counts">
      <PolicyCount what="denied" count={denied} />
      <PolicyCount what="held" count={held} />
      <PolicyCount what="masked" count={masked} />
    </span>
  );
}
