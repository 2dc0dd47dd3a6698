/** What the server said of the columns of results: kept for rows that come later, names that nobody may see left out. */
import type { JudgedStatement } from '../judged.ts';
import type { RunningStatement } from '../exchange.ts';
import type { Named } from '../symbols.ts';
import { type Field, withNames } from './field.ts';
import type { Lane } from './lane.ts';
import type { Scrub } from './scrub.ts';

/** What policy found of the SQL statement that runs now. */
export function judgedNow({ judged, sql, ordinal }: RunningStatement): JudgedStatement | null {
  return judged?.statements[sql === null ? 0 : ordinal] ?? null;
}

/**
 * Whether the text that a name stands for names its columns itself; one that runs another by its name does not, unless policy found what
 * that is.
 */
export function isKnownText(target: 'S' | 'P', named: Named | null): boolean {
  const judged = named?.judgement?.judged?.statements[0] ?? null;
  if (judged !== null) return judged.lineage !== null;
  return (target === 'S' ? named : named?.prepared)?.command === null;
}

export class Columns {
  readonly #described = new WeakMap<Named, readonly Field[]>();

  /** Keeps the RowDescription at `at` for the portal's rows. */
  keep(portal: Named, fields: readonly Field[]): void {
    this.#described.set(portal, fields);
  }

  /** The columns of a portal's rows; null when nobody described them. */
  of(portal: Named | null): readonly Field[] | null {
    return portal === null ? null : (this.#described.get(portal) ?? null);
  }
}

/**
 * The RowDescription at `at` with names as they may be shown; null: as it is. Of a text that nobody knows, the names may be anything
 * that ran made of them: they are counted instead.
 */
export function shownNames(
  buffer: Buffer,
  at: number,
  fields: readonly Field[],
  { lane, known, scrub }: { readonly lane: Lane; readonly known: boolean; readonly scrub: Scrub },
): Buffer | null {
  const counted = lane.masksColumns && !known;
  if (!counted && lane.detecting.length === 0) return null;
  const names = fields.map(({ name }, i) => (counted ? `column${i + 1}` : scrub(name)));
  if (names.every((name, i) => name === fields[i]?.name)) return null;
  return withNames(buffer, at, names);
}
