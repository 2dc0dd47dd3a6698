/**
 * Whether the results of a text were told by provenance alone when they were last described. What the server says of a column of a
 * table holds for these very rows; only where it says nothing, or speaks of a view, lineage decides, and what lineage rests on
 * has to be verified before the text is sent again.
 */
import type { Lineage } from '../lineage/lineage.ts';

/** True: lineage decided on a column at least once. */
const RELIED = new WeakMap<Lineage, boolean>();

/** Results were described; `relied`: some column could not be told by what the server said of it. */
export function noteReliance(lineage: Lineage, relied: boolean): void {
  RELIED.set(lineage, relied || RELIED.get(lineage) === true);
}

/** False for what has no results yet: then nobody knows. */
export function doesWithout(lineage: Lineage): boolean {
  return RELIED.get(lineage) === false;
}
