/**
 * JSON where a name occurs once per object. `JSON.parse` silently keeps the last of duplicates, so that two readers of one
 * token could see different claims (RFC 8725 §2.4, RFC 7519 §4: duplicates must be rejected or the last one used).
 */

/** Parses one JSON object. Throws SyntaxError for anything else and for a name that occurs twice in one object. */
export function parseObject(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new SyntaxError('not a JSON object');
  rejectDuplicates(json);
  return value;
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Walks a text that is known to be JSON; within it only strings, brackets and commas matter. */
function rejectDuplicates(json: string): void {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;
  /** Names seen per open object, null per open array. */
  const open: (Set<string> | null)[] = [];
  let nameNext = false;
  for (const [token] of json.matchAll(tokens)) {
    const names = open.at(-1) ?? null;
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      nameNext = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      nameNext = false;
    } else if (token === ',') {
      nameNext = names !== null;
    } else if (nameNext && names !== null) {
      const name = String(JSON.parse(token));
      if (names.has(name)) throw new SyntaxError('a name occurs twice in one object');
      names.add(name);
      nameNext = false;
    }
  }
}
