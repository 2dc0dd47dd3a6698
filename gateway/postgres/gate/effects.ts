/** What a text may change that later texts are understood by. */
import type { SqlFacts, TextFacts } from '../../../shared/policy/facts.ts';

export interface Effects {
  /** Settings of the session: search_path, standard_conforming_strings. */
  readonly settings: boolean;
  /** Tables, columns, views, functions. */
  readonly schema: boolean;
}

/** What could not be read, and code that nobody can see, may change anything. */
export function effectsOf({ statements, unparsed }: TextFacts): Effects {
  if (unparsed !== null) return { settings: true, schema: true };
  return { settings: statements.some(mayChangeSettings), schema: statements.some(mayChangeSchema) };
}

function mayChangeSettings({ class: kind, verb, features, functions }: SqlFacts): boolean {
  if (features.includes('opaque') || kind === 'procedure') return true;
  if (verb === 'SET' || verb === 'RESET' || verb === 'DISCARD' || verb.startsWith('ROLLBACK')) return true;
  return functions.some(({ kind: sight, name }) => sight === 'opaque' || SETTING.test(name));
}

/** PostgreSQL's own functions that change settings. */
const SETTING = /(?:^|\.)(?:set_config|pg_reload_conf)$/u;

function mayChangeSchema({ class: kind, features, verb }: SqlFacts): boolean {
  if (kind === 'schema' || kind === 'privilege' || kind === 'procedure') return true;
  return features.includes('opaque') || features.includes('into') || verb.startsWith('ROLLBACK');
}
