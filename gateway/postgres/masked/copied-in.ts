/** What agents copy into the database, as far as the record may hold it. */
import type { RunningStatement } from '../exchange.ts';
import type { JudgedStatement } from '../judged.ts';
import type { Lane } from './lane.ts';

/**
 * Whether the data of a COPY FROM STDIN must stay out of the record: they have values of masked columns, or may have, or some rule
 * looks at what values look like. `statement` is the COPY, null where that is not known yet; `lane` is the session's.
 */
export function copiesMasked(statement: RunningStatement | null, lane: Lane | null): boolean {
  const judged = statement?.judged ?? null;
  const by = judged === null ? lane : judged.lane;
  if (by === null) return false;
  if (by.detecting.length > 0) return true;
  if (!by.masksColumns) return false;
  const copies = judged?.statements.filter(({ verb }) => verb === 'COPY FROM') ?? [];
  return copies.length === 0 || copies.some((copy) => intoMasked(copy, by));
}

function intoMasked({ lineage }: JudgedStatement, lane: Lane): boolean {
  const relations = lineage?.restsOn.relations ?? [];
  return relations.length === 0 || relations.some((oid) => lane.masksIn(oid));
}
