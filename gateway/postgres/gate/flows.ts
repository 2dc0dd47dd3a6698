/** What a statement would do with masked values beside returning them: write them where they could be read unmasked. */
import type { MaskStyle } from '../../../shared/policy/mask-rule.ts';
import type { SqlFacts } from '../../../shared/policy/facts.ts';
import type { Flow, Lineage } from '../lineage/lineage.ts';
import type { Lane } from '../masked/lane.ts';
import { mayHide } from './rests-on.ts';

/** `hold`: somebody has to look at it; `deny`: nobody could tell where the values went. */
export interface Laundering {
  readonly effect: 'hold' | 'deny';
  /** As of a rule: what stands behind `because of`. */
  readonly because: string;
}

/** Null: it takes no masked value anywhere. What nobody can see is taken for doing so. */
export function laundering(
  facts: SqlFacts,
  lineage: Lineage | null,
  verified: boolean,
  lane: Lane,
): Laundering | null {
  if (!lane.masksColumns) return null;
  if (facts.features.includes('opaque'))
    return { effect: 'hold', because: 'code that cannot be looked into and could read masked columns' };
  if (MAKES_CODE.has(facts.verb))
    return { effect: 'hold', because: 'new code that could read masked columns' };
  if (changesMasked(facts, lane))
    return { effect: 'hold', because: 'a change of what masked columns are known by' };
  if (facts.tables.some(({ name, writes: changed }) => changed && name.startsWith('pg_catalog.')))
    return { effect: 'hold', because: 'a change of the catalog that masked columns are known by' };
  if (lineage === null) return writes(facts) ? UNKNOWN : null;
  const known = verified || !mayHide(lineage, lane);
  for (const flow of lineage.flows) {
    const found = launders(flow, known, lane);
    if (found !== null) return found;
  }
  return null;
}

const UNKNOWN: Laundering = {
  effect: 'hold',
  because: 'writing values of unknown origin on a session with masked columns',
};

/** Code that runs later, as somebody else or for somebody else. */
const MAKES_CODE: ReadonlySet<string> = new Set([
  'CREATE FUNCTION',
  'CREATE PROCEDURE',
  'CREATE TRIGGER',
  'CREATE RULE',
  'CREATE EVENT TRIGGER',
  'CREATE OPERATOR',
  'CREATE CAST',
  'CREATE AGGREGATE',
  'CREATE POLICY',
]);

/** A rename, another schema, another parent: the rules of a policy would no longer name the column, and nothing else changes. */
function changesMasked({ verb, tables }: SqlFacts, lane: Lane): boolean {
  if (!verb.startsWith('ALTER ')) return false;
  if (verb === 'ALTER SCHEMA' || verb === 'ALTER EXTENSION') return true;
  if (!ALTERS_RELATION.has(verb)) return false;
  return tables.length === 0 || tables.some(({ name, resolved }) => !resolved || lane.masksNamed(name));
}

const ALTERS_RELATION: ReadonlySet<string> = new Set([
  'ALTER TABLE',
  'ALTER VIEW',
  'ALTER MATERIALIZED VIEW',
  'ALTER FOREIGN TABLE',
]);

function writes({ class: kind, features }: SqlFacts): boolean {
  return kind === 'write' || features.includes('into');
}

const SHOWS_NOTHING: ReadonlySet<MaskStyle> = new Set(['redact', 'null']);

function launders({ from, to }: Flow, known: boolean, lane: Lane): Laundering | null {
  const mask = from !== 'unknown' && from.length > 0 && !known ? 'unknown' : lane.sources(from);
  if (mask === null) return null;
  const what = mask === 'unknown' ? 'values of unknown origin' : `values of ${mask.name}`;
  if (to === 'elsewhere') return { effect: 'deny', because: `${what}, sent where nothing masks them` };
  if (to === 'new') return { effect: 'hold', because: `${what}, put into a new relation` };
  const target = lane.column(to.relation, to.column, true);
  if (target === null || target === 'unknown')
    return { effect: 'hold', because: `${what}, written into a column that is not masked` };
  // Under the same rule it is masked as it was; a style that shows nothing cannot show more.
  if (SHOWS_NOTHING.has(target.style) || (mask !== 'unknown' && target.rule === mask.rule)) return null;
  return { effect: 'hold', because: `${what}, written into a column that another rule masks` };
}
