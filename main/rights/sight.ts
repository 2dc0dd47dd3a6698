/** What a person sees of a team's stores: which of them, and of each all connections or some. */
import type { RightConfig } from '../../gateway/config.ts';

/** Names of connections; null: all of them. */
export type Connections = ReadonlySet<string> | null;

/**
 * By the name of each store that somebody of these groups sees, in the order of the stores. Rights add up: who has several sees what
 * any of them shows.
 */
export function sightsOf(
  groups: readonly string[],
  rights: readonly RightConfig[] | null,
  stores: readonly string[],
): ReadonlyMap<string, Connections> {
  if (rights === null) return new Map(stores.map((name) => [name, null]));
  const own = rights.filter((right) => right.groups.some((group) => groups.includes(group)));
  const seen = stores.flatMap((name): (readonly [string, Connections])[] => {
    const here = own.filter(({ stores: named }) => named === null || named.includes(name));
    return here.length === 0 ? [] : [[name, joined(here.map(({ connections }) => connections))]];
  });
  return new Map(seen);
}

function joined(parts: readonly (readonly string[] | null)[]): Connections {
  return parts.includes(null) ? null : new Set(parts.flatMap((names) => names ?? []));
}
