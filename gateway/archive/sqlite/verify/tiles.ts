/** The tiles of a volume: stored hashes of its tree's subtrees (docs/format.md §4), for comparison with what the events make. */
import type Database from 'better-sqlite3';
import { typedRows, type RowTypes } from './typed-rows.ts';

const TILE_HEIGHT = 8;
const TILE_WIDTH = 256;
const HASH_BYTES = 32;
/** 2^53 events have subtrees of 6 levels. */
const LEVELS = 6;

interface Row {
  readonly level: number;
  readonly number: number;
  readonly start: number;
  readonly hashes: Buffer;
}

const TYPES: RowTypes<Row> = { level: 'integer', number: 'integer', start: 'integer', hashes: 'blob' };

/** The hash of a perfect subtree as Latin-1; null when no tile has it. */
export type StoredHash = (height: number, number: number) => string | null;

/** Reads all tiles of a volume of the events from `first` up to, without, `next`; `onProblem` is told in words what is wrong with them. */
export function readTiles(
  db: Database.Database,
  first: number,
  next: number,
  onProblem: (what: string) => void,
): StoredHash {
  const levels = Array.from({ length: LEVELS + 1 }, () => new Map<number, string>());
  const rows = db.prepare<[], Row>(
    'SELECT level, number, start, hashes FROM tile ORDER BY level, number, start',
  );
  const other = () => onProblem('a row of its tiles is none');
  for (const row of typedRows(rows.iterate(), TYPES, other))
    if (!keep(levels, row, first, next)) onProblem(`${nameOf(row)} does not fit`);
  for (let level = 1; level <= LEVELS; level++) {
    const { from, to } = subtreesWithin(level, first, next);
    const kept = levels[level]?.size ?? 0;
    if (kept !== to - from)
      onProblem(`tiles of level ${level} lack ${to - from - kept} of ${to - from} hashes`);
  }
  return (height, number) => levels[height / TILE_HEIGHT]?.get(number) ?? null;
}

/** Numbers of the subtrees of a level whose last leaf lies in the volume. */
function subtreesWithin(level: number, first: number, next: number): { from: number; to: number } {
  const width = TILE_WIDTH ** level;
  return { from: Math.floor(first / width), to: Math.floor(next / width) };
}

function keep(
  levels: readonly Map<number, string>[],
  { level, number, start, hashes }: Row,
  first: number,
  next: number,
): boolean {
  const kept = level >= 1 ? levels[level] : undefined;
  const count = hashes.length / HASH_BYTES;
  if (kept === undefined || count === 0 || start < 0 || start + count > TILE_WIDTH) return false;
  const { from, to } = subtreesWithin(level, first, next);
  for (let i = 0; i < count; i++) {
    const subtree = number * TILE_WIDTH + start + i;
    if (subtree < from || subtree >= to || kept.has(subtree)) return false;
    kept.set(subtree, hashes.toString('latin1', i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }
  return Number.isInteger(count);
}

function nameOf({ level, number, start }: Row): string {
  return `tile ${number} of level ${level} from ${start} on`;
}
