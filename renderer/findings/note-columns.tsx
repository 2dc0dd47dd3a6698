/** The columns of the list of all notes. */
import { createColumnHelper } from '@tanstack/react-table';
import type { SessionId } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import type { Thread } from '../casework/threads.ts';
import { ColourMark, StandingMark } from '../ui/case-marks.tsx';
import type { gridFeatures } from '../ui/columns.ts';
import type { GridColumn } from '../ui/DataGrid.tsx';
import { formatExact, formatShortTime } from '../ui/format.ts';
import { ALL_NOTES_WORDS } from '../words/all-notes.ts';
import { placeWords } from '../words/casework.ts';
import { AgentName } from './AgentName.tsx';
import { useSession } from './use-session.ts';

/** Characters of a name, and of a text, on a line. */
const NAME_LENGTH = 60;
const TEXT_LENGTH = 300;

const column = createColumnHelper<typeof gridFeatures, Thread>();
const words = ALL_NOTES_WORDS.columns;

export const NOTE_COLUMNS: readonly GridColumn<Thread>[] = column.columns([
  column.accessor(({ root }) => root.colour, {
    id: 'colour',
    header: words.colour,
    meta: { width: 80, grow: 0, leaves: 0 },
    cell: ({ row }) => <ColourMark colour={row.original.root.colour} named />,
  }),
  column.accessor(({ root }) => root.anchor.session, {
    id: 'session',
    header: words.session,
    meta: { width: 200, grow: 0.2, leaves: 1 },
    cell: ({ row: { original } }) => (
      <Session id={original.root.anchor.session} here={original.root.standing !== 'absent'} />
    ),
  }),
  column.accessor(({ root }) => placeWords(root.anchor), {
    id: 'place',
    header: words.place,
    meta: { width: 148, grow: 0, leaves: 3 },
    cell: ({ row: { original } }) => (
      <>
        {placeWords(original.root.anchor)} <StandingMark standing={original.root.standing} />
      </>
    ),
  }),
  column.accessor(({ root }) => root.text, {
    id: 'text',
    header: words.text,
    meta: { width: 220, grow: 1, leaves: 0 },
    cell: ({ row: { original } }) => <Text thread={original} />,
  }),
  column.accessor(({ root }) => root.tags.join(' '), {
    id: 'tags',
    header: words.tags,
    meta: { width: 120, grow: 0.2, leaves: 4 },
    cell: ({ row: { original } }) => (
      <span className="tags">
        {original.root.tags.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </span>
    ),
  }),
  column.accessor(({ replies }) => replies.length, {
    id: 'answers',
    header: words.answers,
    meta: { width: 72, grow: 0, leaves: 6, align: 'end' },
  }),
  column.accessor(({ root }) => root.author.name, {
    id: 'author',
    header: words.author,
    meta: { width: 100, grow: 0.1, leaves: 2 },
    cell: ({ row }) => visibleLine(row.original.root.author.name, NAME_LENGTH),
  }),
  column.accessor(({ root }) => root.made, {
    id: 'made',
    header: words.made,
    meta: { width: 124, grow: 0, leaves: 5 },
    cell: ({ row: { original } }) => (
      <time title={formatExact(original.root.made)}>{formatShortTime(original.root.made)}</time>
    ),
  }),
]) as readonly GridColumn<Thread>[];

function Text({ thread: { root } }: { readonly thread: Thread }) {
  if (root.removed) return <span className="cell-quiet">{ALL_NOTES_WORDS.takenBack}</span>;
  if (root.text === '') return <span className="cell-quiet">{ALL_NOTES_WORDS.empty}</span>;
  return visibleLine(root.text, TEXT_LENGTH);
}

/** Who and when, once it is known. */
function Session({ id, here }: { readonly id: SessionId; readonly here: boolean }) {
  const { data } = useSession(id, here);
  if (data === undefined) return <code>{id.slice(0, 16)}</code>;
  return (
    <span title={id}>
      {formatShortTime(data.started)} <AgentName session={data} />
    </span>
  );
}
