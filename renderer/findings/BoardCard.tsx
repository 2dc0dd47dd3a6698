/** A finding on the board. */
import { Ellipsis, Images, UserRound } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { memo } from 'react';
import { FINDING_STATUSES, type Finding, type FindingStatus } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatExact } from '../ui/format.ts';
import { GLYPH } from '../ui/marks.tsx';
import { FINDINGS } from '../words/findings.ts';
import { ageOf } from './age.ts';
import { FindingStatusMark, SeverityMark } from './SeverityMark.tsx';
import { useNow } from './use-now.ts';

/** Characters of a title, and of a name, on a card. */
const TITLE_LENGTH = 160;
const NAME_LENGTH = 30;

interface BoardCardProps {
  readonly finding: Finding;
  readonly selected: boolean;
  /** Tab stops at it: of all cards, one. */
  readonly reachable: boolean;
  readonly acts: CardActs;
}

/** What one does with cards; the same object for all of them, for as long as the board is there. */
export interface CardActs {
  readonly select: (finding: Finding) => void;
  readonly open: (finding: Finding) => void;
  readonly move: (finding: Finding, status: FindingStatus) => void;
  readonly drag: (finding: Finding, data: DataTransfer) => void;
}

/** Drawn again only when it changed: a board may have hundreds, of which a key changes two. */
export const BoardCard = memo(Card);

function Card({ finding, selected, reachable, acts }: BoardCardProps) {
  const onOpen = (): void => acts.open(finding);
  const { number, title, severity, assignee, evidence, made } = finding;
  const age = ageOf(made, useNow());
  return (
    <li
      className="board-card"
      draggable
      tabIndex={reachable ? 0 : -1}
      aria-label={`#${number} ${visibleLine(title, TITLE_LENGTH)}`}
      aria-current={selected || undefined}
      data-selected={selected || undefined}
      data-testid="finding-card"
      onDragStart={(event) => acts.drag(finding, event.dataTransfer)}
      onClick={() => acts.select(finding)}
      onFocus={(event) => (event.target === event.currentTarget ? acts.select(finding) : undefined)}
      onDoubleClick={onOpen}
    >
      <span className="board-line">
        <span className="finding-number">#{number}</span>
        <SeverityMark severity={severity} />
        <span className="fill" />
        <CardMenu
          number={number}
          status={finding.status}
          onOpen={onOpen}
          onMove={(to) => acts.move(finding, to)}
        />
      </span>
      <button type="button" className="board-title" tabIndex={-1} onClick={onOpen}>
        {visibleLine(title, TITLE_LENGTH)}
      </button>
      <span className="board-line cell-quiet">
        <UserRound size={GLYPH} aria-hidden />
        <span className="ellipsis">
          {assignee === null ? FINDINGS.unassigned : visibleLine(assignee, NAME_LENGTH)}
        </span>
        <span className="fill" />
        <time className="cell-quiet" title={`${FINDINGS.age(age)}: ${formatExact(made)}`}>
          {age}
        </time>
        <span className="mark" title={FINDINGS.frames(evidence.length)}>
          <Images size={GLYPH} aria-hidden />
          {evidence.length}
          <span className="hidden-text">{FINDINGS.frames(evidence.length)}</span>
        </span>
      </span>
    </li>
  );
}

interface CardMenuProps {
  readonly number: number;
  readonly status: FindingStatus;
  readonly onOpen: () => void;
  readonly onMove: (status: FindingStatus) => void;
}

function CardMenu({ number, status, onOpen, onMove }: CardMenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="button button-plain board-menu" aria-label={FINDINGS.menu(number)}>
        <Ellipsis size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Item className="menu-item menu-offer" onSelect={onOpen}>
            {FINDINGS.open}
          </DropdownMenu.Item>
          <DropdownMenu.Label className="menu-label">{FINDINGS.moveTo}</DropdownMenu.Label>
          {FINDING_STATUSES.filter((other) => other !== status).map((other) => (
            <DropdownMenu.Item key={other} className="menu-item menu-offer" onSelect={() => onMove(other)}>
              <FindingStatusMark status={other} />
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
