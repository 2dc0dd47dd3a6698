/**
 * What the server gets in place of a refused message: a text that is no SQL in any version, so that the server itself fails, rolls back
 * and skips exactly as after a failing statement of the agent's. Its own log shows that text and nothing of the agent's.
 */
import { parse, query } from './wire/extended.ts';

/** PostgreSQL's grammar has no statement that begins with this word, and extensions cannot add one. */
const FAILING_TEXT = 'auditorium refused this statement';

const QUERY = query(FAILING_TEXT);

/** In place of a Query. */
export function failingQuery(): Buffer {
  return QUERY;
}

/** In place of a Parse of this name: the server does away with the unnamed statement before it reads the text. */
export function failingParse(name: string): Buffer {
  return parse(name, FAILING_TEXT);
}

/** In place of a Bind or Execute; under a name, so that the agent's unnamed statement stays. */
export function failingInstead(): Buffer {
  return INSTEAD;
}

const INSTEAD = parse('auditorium refused', FAILING_TEXT);
