/**
 * Findings by status, a column each. A card is moved by dragging it, by < and >, or from its menu; arrows and j, k, h, l go
 * from card to card.
 */
import { useEffect, useRef, useState } from 'react';
import type { Finding, FindingStatus } from '../../shared/findings/finding.ts';
import { useCommands, type Command } from '../commands.ts';
import { FINDINGS, FINDINGS_COMMANDS, STATUS_WORDS } from '../words/findings.ts';
import { cardBeside, columnsOf, statusBeside, type BoardColumn, type BoardMove } from './arranged.ts';
import { BoardCard, type CardActs } from './BoardCard.tsx';
import { FindingStatusMark } from './SeverityMark.tsx';

/** What a dragged card is to the browser: nothing that another page could read as text. */
const DRAGGED = 'application/x-auditorium-finding';

function command(
  does: 'up' | 'down' | 'left' | 'right' | 'open' | 'moveLeft' | 'moveRight',
  key: string,
  run: () => unknown,
  alias?: string,
): Command {
  return { id: `board.${does}`, name: FINDINGS_COMMANDS[does], group: 'findings', keys: [key], alias, run };
}

interface BoardProps {
  readonly findings: readonly Finding[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onMove: (finding: Finding, status: FindingStatus) => void;
}

export function Board({ findings, selected, onSelect, onOpen, onMove }: BoardProps) {
  const columns = columnsOf(findings);
  const chosen = findings.find(({ id }) => id === selected);
  const [said, setSaid] = useState('');
  const board = useRef<HTMLDivElement>(null);

  const move = (finding: Finding, status: FindingStatus): void => {
    if (finding.status === status) return;
    onMove(finding, status);
    onSelect(finding.id);
    setSaid(FINDINGS.moved(finding.number, STATUS_WORDS[status]));
  };
  const acts = useCardActs({
    select: ({ id }) => onSelect(id),
    open: ({ id }) => onOpen(id),
    move,
    drag: ({ id }, data) => {
      data.setData(DRAGGED, id);
      data.effectAllowed = 'move';
    },
  });
  const moveBy = (by: 1 | -1): void => {
    const status = chosen === undefined ? null : statusBeside(chosen.status, by);
    if (chosen !== undefined && status !== null) move(chosen, status);
  };
  const go = (way: BoardMove) => () => {
    const next = cardBeside(columns, selected, way);
    if (next !== null) onSelect(next.id);
  };
  useCommands([
    command('down', 'j', go('down'), 'ArrowDown'),
    command('up', 'k', go('up'), 'ArrowUp'),
    command('left', 'h', go('left'), 'ArrowLeft'),
    command('right', 'l', go('right'), 'ArrowRight'),
    command('open', 'Enter', () => (chosen === undefined ? false : onOpen(chosen.id))),
    command('moveLeft', '<', () => moveBy(-1), 'H'),
    command('moveRight', '>', () => moveBy(1), 'L'),
  ]);

  // The focus goes with the card, also into another column, where React has made it anew.
  const place = chosen === undefined ? null : `${chosen.id} ${chosen.status}`;
  useEffect(() => {
    if (place === null) return;
    const card = board.current?.querySelector<HTMLElement>('[data-selected]');
    card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (!isTyping()) card?.focus({ preventScroll: true });
  }, [place]);

  return (
    <div className="board" ref={board} data-testid="board">
      {columns.map((column) => (
        <Column
          key={column.status}
          column={column}
          onDropped={(id) => {
            const finding = findings.find((card) => card.id === id);
            if (finding !== undefined) move(finding, column.status);
          }}
        >
          {column.cards.map((finding) => (
            <BoardCard
              key={finding.id}
              finding={finding}
              selected={finding.id === selected}
              reachable={finding.id === (chosen?.id ?? cardBeside(columns, null, 'down')?.id)}
              acts={acts}
            />
          ))}
        </Column>
      ))}
      <span className="hidden-text" role="status">
        {said}
      </span>
    </div>
  );
}

/** The same object for good, which does what the latest one would. */
function useCardActs(now: CardActs): CardActs {
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  const [acts] = useState<CardActs>(() => ({
    select: (finding) => latest.current.select(finding),
    open: (finding) => latest.current.open(finding),
    move: (finding, status) => latest.current.move(finding, status),
    drag: (finding, data) => latest.current.drag(finding, data),
  }));
  return acts;
}

interface ColumnProps {
  readonly column: BoardColumn;
  readonly onDropped: (id: string) => void;
  readonly children: React.ReactNode;
}

function Column({ column: { status, cards }, onDropped, children }: ColumnProps) {
  const [over, setOver] = useState(false);
  return (
    <section
      className="board-column"
      aria-label={`${STATUS_WORDS[status]}: ${FINDINGS.cards(cards.length)}`}
      data-testid={`column-${status}`}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDropped(event.dataTransfer.getData(DRAGGED));
      }}
    >
      <h2 className="board-head">
        <FindingStatusMark status={status} />
        <span className="cell-quiet">{cards.length}</span>
      </h2>
      <ul className="board-cards">
        {children}
        {cards.length === 0 ? <li className="board-empty cell-quiet">{FINDINGS.emptyColumn}</li> : null}
      </ul>
    </section>
  );
}

function isTyping(): boolean {
  return (
    document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLSelectElement
  );
}
