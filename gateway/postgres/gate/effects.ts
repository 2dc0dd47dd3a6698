/** What a text may change that later texts are understood by. */
import type { SqlFacts, TextFacts } from '../../../shared/policy/facts.ts';

export interface Effects {
  /** Settings of the session: search_path, standard_conforming_strings. */
  readonly settings: boolean;
  /** Tables, columns, views, functions. */
  readonly schema: boolean;
  /** It may run code that no fact tells of (a trigger, a default, a view's function), so that any setting may be another one. */
  readonly unseen: boolean;
}

/** What could not be read, and code that nobody can see, may change anything. */
export function effectsOf({ statements, unparsed, resolved }: TextFacts): Effects {
  if (unparsed !== null) return { settings: true, schema: true, unseen: true };
  return {
    settings: statements.some(mayChangeSettings),
    schema: statements.some(mayChangeSchema),
    unseen: statements.some((facts) => !runsNothingElse(facts, resolved)),
  };
}

/** Whether nothing runs but what the facts name: a read of names that were all found, or a command that touches no name. */
function runsNothingElse({ class: kind, verb, tables }: SqlFacts, resolved: boolean): boolean {
  if (BEGINNINGS.has(verb)) return true;
  if (kind !== 'read' || verb === 'FETCH' || verb === 'EXECUTE') return false;
  return resolved && !tables.some(({ writes }) => writes);
}

/** COMMIT is none of them: it runs deferred triggers. */
const BEGINNINGS: ReadonlySet<string> = new Set([
  'BEGIN',
  'START TRANSACTION',
  'SAVEPOINT',
  'RELEASE',
  'SHOW',
]);

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
