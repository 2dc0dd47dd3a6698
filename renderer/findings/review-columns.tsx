/** The columns of the review queue. What a session is, its own row tells: asked for when it is in view. */
import { createColumnHelper } from '@tanstack/react-table';
import type { SessionId, SessionRow } from '../../shared/api/session.ts';
import type { Review } from '../../shared/findings/review.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { VerdictMark } from '../ui/case-marks.tsx';
import type { gridFeatures } from '../ui/columns.ts';
import type { GridColumn } from '../ui/DataGrid.tsx';
import { formatCompact, formatExact, formatShortTime } from '../ui/format.ts';
import { ProvenanceMark } from '../ui/marks.tsx';
import { REVIEWS } from '../words/reviews.ts';
import { AgentName } from './AgentName.tsx';
import { useSession } from './use-session.ts';

/** Characters of a name, and of a reason, on a line. */
const NAME_LENGTH = 60;
const REASON_LENGTH = 200;

const column = createColumnHelper<typeof gridFeatures, Review>();
const words = REVIEWS.columns;

export const REVIEW_COLUMNS: readonly GridColumn<Review>[] = column.columns([
  column.accessor('verdict', {
    id: 'verdict',
    header: words.verdict,
    meta: { width: 112, grow: 0, leaves: 0 },
    cell: ({ row }) => <VerdictMark verdict={row.original.verdict} />,
  }),
  column.accessor('session', {
    id: 'started',
    header: words.started,
    meta: { width: 128, grow: 0, leaves: 0 },
    cell: ({ row }) => <Started id={row.original.session} />,
  }),
  column.display({
    id: 'agent',
    header: words.agent,
    meta: { width: 120, grow: 0.4, leaves: 0 },
    cell: ({ row }) => <Agent id={row.original.session} />,
  }),
  column.display({
    id: 'job',
    header: words.job,
    meta: { width: 120, grow: 0.2, leaves: 3 },
    cell: ({ row }) => <Job id={row.original.session} />,
  }),
  column.display({
    id: 'connection',
    header: words.connection,
    meta: { width: 96, grow: 0, leaves: 4 },
    cell: ({ row }) => <Of id={row.original.session} says={({ connection }) => connection} />,
  }),
  column.display({
    id: 'statements',
    header: words.statements,
    meta: { width: 60, grow: 0, leaves: 5, align: 'end' },
    cell: ({ row }) => <Of id={row.original.session} says={({ statements }) => formatCompact(statements)} />,
  }),
  column.accessor('reason', {
    id: 'reason',
    header: words.reason,
    meta: { width: 140, grow: 1, leaves: 1 },
    cell: ({ row }) => visibleLine(row.original.reason, REASON_LENGTH),
  }),
  column.accessor((review) => review.author.name, {
    id: 'by',
    header: words.by,
    meta: { width: 96, grow: 0.2, leaves: 2 },
    cell: ({ row }) => visibleLine(row.original.author.name, NAME_LENGTH),
  }),
  column.accessor('time', {
    id: 'when',
    header: words.when,
    meta: { width: 120, grow: 0, leaves: 6 },
    cell: ({ row: { original } }) => (
      <time title={formatExact(original.time)}>{formatShortTime(original.time)}</time>
    ),
  }),
]) as readonly GridColumn<Review>[];

function Agent({ id }: { readonly id: SessionId }) {
  const { data } = useSession(id);
  return data === undefined ? null : <AgentName session={data} />;
}

interface OfProps {
  readonly id: SessionId;
  readonly says: (session: SessionRow) => string;
}

function Of({ id, says }: OfProps) {
  const { data } = useSession(id);
  return data === undefined ? null : visibleLine(says(data), NAME_LENGTH);
}

function Started({ id }: { readonly id: SessionId }) {
  const { data, isError } = useSession(id);
  if (isError) return <span className="dashed tone-unknown">{REVIEWS.notHere}</span>;
  if (data === undefined) return <span className="skeleton" />;
  return <time title={formatExact(data.started)}>{formatShortTime(data.started)}</time>;
}

function Job({ id }: { readonly id: SessionId }) {
  const ci = useSession(id).data?.ci;
  if (ci === undefined) return null;
  if (ci === null) return <span className="cell-quiet">–</span>;
  return (
    <span className="mark">
      <span className="ellipsis">{visibleLine(`${ci.provider}/${ci.run}/${ci.job}`, NAME_LENGTH)}</span>
      <ProvenanceMark provenance={ci.provenance} />
    </span>
  );
}
