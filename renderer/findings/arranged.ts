/** Findings as the board and the list show them: which, in what order, and what stands beside what. Pure. */
import {
  FINDING_SEVERITIES,
  FINDING_STATUSES,
  type Finding,
  type FindingSeverity,
  type FindingStatus,
} from '../../shared/findings/finding.ts';
import type { FindingSort } from '../findings-address.ts';

/** What findings are asked for. `assignee`: '' is nobody, null anybody. */
export interface Wanted {
  readonly text: string;
  readonly severity: FindingSeverity | null;
  readonly assignee: string | null;
}

/** A status with its cards, worst first, then newest. */
export interface BoardColumn {
  readonly status: FindingStatus;
  readonly cards: readonly Finding[];
}

/** Those that fit all that is asked; each word may stand anywhere in number, title, story, captions or names. */
export function matching(findings: readonly Finding[], { text, severity, assignee }: Wanted): Finding[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return findings.filter(
    (finding) =>
      (severity === null || finding.severity === severity) &&
      (assignee === null || (finding.assignee ?? '') === assignee) &&
      words.every((word) => saysWord(finding, word)),
  );
}

function saysWord(finding: Finding, word: string): boolean {
  if (word === `#${finding.number}` || word === String(finding.number)) return true;
  const { title, narrative, assignee, author, evidence } = finding;
  const captions = evidence.flatMap(({ caption, anchor }) => [caption, anchor.label]);
  return [title, narrative, assignee ?? '', author.name, ...captions].some((said) =>
    said.toLowerCase().includes(word),
  );
}

/** The board, every column there, empty or not. */
export function columnsOf(findings: readonly Finding[]): BoardColumn[] {
  return FINDING_STATUSES.map((status) => ({
    status,
    cards: findings.filter((finding) => finding.status === status).toSorted(worstFirst),
  }));
}

/** The list in an order; those that are alike, newest first. */
export function ordered(findings: readonly Finding[], sort: FindingSort): Finding[] {
  const newest = (a: Finding, b: Finding): number => b.number - a.number;
  switch (sort) {
    case 'number':
      return findings.toSorted((a, b) => a.number - b.number);
    case '-number':
      return findings.toSorted(newest);
    case '-severity':
      return findings.toSorted(worstFirst);
    case 'status':
      return findings.toSorted(
        (a, b) => FINDING_STATUSES.indexOf(a.status) - FINDING_STATUSES.indexOf(b.status) || newest(a, b),
      );
    case '-changed':
      return findings.toSorted((a, b) => b.changed - a.changed || newest(a, b));
  }
}

function worstFirst(a: Finding, b: Finding): number {
  const rank = ({ severity }: Finding): number => FINDING_SEVERITIES.indexOf(severity);
  return rank(b) - rank(a) || b.number - a.number;
}

/** Ways to go on the board. */
export type BoardMove = 'up' | 'down' | 'left' | 'right';

/** The card that a move from `selected` leads to; sideways over empty columns. Without a selection, the first card. */
export function cardBeside(
  columns: readonly BoardColumn[],
  selected: string | null,
  move: BoardMove,
): Finding | null {
  const from = columns.findIndex(({ cards }) => cards.some(({ id }) => id === selected));
  const column = columns[from];
  if (column === undefined) return columns.find(({ cards }) => cards.length > 0)?.cards[0] ?? null;
  const row = column.cards.findIndex(({ id }) => id === selected);
  if (move === 'up' || move === 'down') return column.cards[row + (move === 'down' ? 1 : -1)] ?? null;
  const beside =
    move === 'right'
      ? columns.slice(from + 1).find(({ cards }) => cards.length > 0)
      : columns.slice(0, from).findLast(({ cards }) => cards.length > 0);
  return beside === undefined ? null : (beside.cards[Math.min(row, beside.cards.length - 1)] ?? null);
}

/** The status left or right of one; null at the edge. */
export function statusBeside(status: FindingStatus, by: 1 | -1): FindingStatus | null {
  return FINDING_STATUSES[FINDING_STATUSES.indexOf(status) + by] ?? null;
}

/** The list with one of its items moved to another place. */
export function movedTo<T>(items: readonly T[], from: number, to: number): T[] {
  const moved = items[from];
  if (moved === undefined) return [...items];
  const others = items.filter((_, index) => index !== from);
  return [...others.slice(0, Math.max(0, to)), moved, ...others.slice(Math.max(0, to))];
}

/** Names that findings are assigned to, in order. */
export function assigneesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.flatMap(({ assignee }) => (assignee === null ? [] : [assignee])))].toSorted();
}
