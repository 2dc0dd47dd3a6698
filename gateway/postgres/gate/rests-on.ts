/** What the lineage of a whole text rests on. */
import type { RestsOn } from '../lineage/lineage.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { Lane } from '../masked/lane.ts';

const NOTHING: RestsOn = { relations: [], names: [], functions: [], operators: [] };

export function restsOnAll({ lineage }: ResolvedText): RestsOn {
  const known = lineage.filter((each) => each !== null).map(({ restsOn }) => restsOn);
  const [only] = known;
  if (known.length <= 1) return only ?? NOTHING;
  return {
    relations: [...new Set(known.flatMap(({ relations }) => relations))],
    names: known.flatMap(({ names }) => names),
    functions: [...new Set(known.flatMap(({ functions }) => functions))],
    operators: [...new Set(known.flatMap(({ operators }) => operators))],
  };
}

/**
 * Whether nothing has to be verified: no column is masked, so that provenance does not matter, or there is no lineage to
 * be relied on, so that whatever depends on it is masked anyway.
 */
export function restsOnNothing(resolved: ResolvedText, lane: Lane): boolean {
  if (!lane.masksColumns) return true;
  const { relations, names, functions, operators } = restsOnAll(resolved);
  return relations.length + names.length + functions.length + operators.length === 0;
}
