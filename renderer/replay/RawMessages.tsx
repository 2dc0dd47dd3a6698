/** The messages of a payload with their fields by name; choosing one marks its bytes. */
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import {
  messageFields,
  placedMessages,
  type PlacedMessage,
  type WireField,
} from '../../shared/replay/wire-fields.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatBytes } from '../ui/format.ts';
import type { ByteRange } from '../ui/hex-line.ts';
import { useInView } from '../ui/use-in-view.ts';
import { RAW } from '../words/raw.ts';

/** Height of a message or a field, in px. */
const ROW = 20;

/** Longest value of a field shown. */
const VALUE_LENGTH = 200;

interface RawMessagesProps {
  readonly bytes: Uint8Array;
  readonly onMark: (marked: ByteRange) => void;
}

type Row =
  | { readonly message: PlacedMessage; readonly field: null }
  | { readonly message: PlacedMessage; readonly field: WireField };

/** For another payload it is another component: `key` it. */
export function RawMessages({ bytes, onMark }: RawMessagesProps) {
  const { messages, rest } = useMemo(() => placedMessages(bytes), [bytes]);
  const [open, setOpen] = useState<number>(messages[0]?.at ?? -1);
  const [chosen, setChosen] = useState(-1);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(bytes, messages, open), [bytes, messages, open]);
  const list = useInView({ count: rows.length, scroll, size: () => ROW, overscan: 8 });
  if (messages.length === 0) return <p className="raw-none">{RAW.noMessages}</p>;

  const choose = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    setChosen(index);
    list.scrollToIndex(index);
    const from = row.message.at + (row.field?.at ?? 0);
    onMark({ from, to: from + (row.field ?? row.message).length });
  };
  const toggle = (index: number): void => {
    const row = rows[index];
    if (row?.field !== null) return;
    setOpen(open === row.message.at ? -1 : row.message.at);
    // The rows of another message that was open go away above it.
    setChosen(messages.indexOf(row.message));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowUp: chosen - 1, ArrowDown: chosen + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) choose(Math.min(rows.length - 1, Math.max(0, to)));
    else if (event.key === 'Enter') toggle(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroll}
      className="raw-messages"
      role="tree"
      aria-label={RAW.messages}
      tabIndex={0}
      data-testid="raw-messages"
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <RowView
              key={index}
              row={row}
              start={start}
              chosen={index === chosen}
              open={row.message.at === open}
              onClick={() => {
                choose(index);
                toggle(index);
              }}
            />
          );
        })}
      </div>
      {rest > 0 ? <p className="tone-unknown raw-none">{RAW.goesOn(formatBytes(rest))}</p> : null}
    </div>
  );
}

function rowsOf(bytes: Uint8Array, messages: readonly PlacedMessage[], open: number): Row[] {
  return messages.flatMap((message): Row[] => {
    const head: Row = { message, field: null };
    if (message.at !== open) return [head];
    const fields = messageFields(bytes.subarray(message.at, message.at + message.length));
    return [head, ...fields.map((field) => ({ message, field }))];
  });
}

interface RowViewProps {
  readonly row: Row;
  readonly start: number;
  readonly chosen: boolean;
  readonly open: boolean;
  readonly onClick: () => void;
}

function RowView({ row: { message, field }, start, chosen, open, onClick }: RowViewProps) {
  return (
    // The keys of the tree do the same.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      tabIndex={-1}
      aria-level={field === null ? 1 : 2}
      aria-expanded={field === null ? open : undefined}
      aria-selected={chosen}
      className={field === null ? 'raw-message' : 'raw-field'}
      style={{ transform: `translateY(${start}px)` }}
      onClick={onClick}
    >
      {field === null ? (
        <>
          <code>{message.type}</code> <span className="ellipsis">{message.name}</span>
          <span className="cell-quiet">{formatBytes(message.length)}</span>
        </>
      ) : (
        <>
          <span className="cell-quiet">{field.name}</span>
          <span className="mono ellipsis" title={visibleLine(field.value, VALUE_LENGTH)}>
            {visibleLine(field.value, VALUE_LENGTH)}
          </span>
        </>
      )}
    </div>
  );
}
