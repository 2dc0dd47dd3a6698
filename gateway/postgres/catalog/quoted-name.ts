/** Names of the catalog as SQL. */
import type { Relation } from './catalog.ts';

/** As a quoted identifier: any other could be a word of SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** With its schema. */
export function quotedRelation({ schema, name }: Pick<Relation, 'schema' | 'name'>): string {
  return `${quoted(schema)}.${quoted(name)}`;
}
