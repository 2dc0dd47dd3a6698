/** SQL that a block of PL/pgSQL holds as such (not as a string for EXECUTE). */
import { parsePlPgSQLSync } from 'libpg-query';
import { innerStatements } from './inner-sql.ts';
import type { ParsedStatement } from './parse-text.ts';
import { scanText } from './scan-text.ts';

/** Longer ones are not looked into: they are opaque either way. */
const MAX_LENGTH = 8192;
const MAX_DEPTH = 50;

/** Its statements and expressions; none where it cannot be read. */
export function blockStatements(body: string): readonly ParsedStatement[] {
  if (body.length > MAX_LENGTH || scanText(body).depth > MAX_DEPTH) return [];
  const tag = freeTag(body);
  let tree: unknown;
  try {
    tree = parsePlPgSQLSync(`do ${tag}${body}${tag}`);
  } catch {
    return []; // no PL/pgSQL
  }
  return queriesOf(tree).flatMap((sql) => innerStatements(sql) ?? innerStatements(`select ${sql}`) ?? []);
}

/** A dollar quote that the body does not hold. */
function freeTag(body: string): string {
  let tag = '$b$';
  while (body.includes(tag)) tag = `$b${tag.slice(1)}`;
  return tag;
}

/** The texts of all expressions, an assignment's without what it assigns to. */
function queriesOf(tree: unknown): string[] {
  const found: string[] = [];
  const open: unknown[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    for (const [name, child] of Object.entries(node)) {
      if (name === 'query' && typeof child === 'string') found.push(child.replace(/^[\w."]+\s*:?=\s*/, ''));
      else open.push(child);
    }
  }
  return found;
}
