/** JSON (RFC 8259) token by token: what a document's keys and leaves are replaced by, its structure and spacing kept. */

/** A leaf or key as the document spells it. */
export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'word';
  readonly text: string;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const COLON_FOLLOWS = /[ \t\n\r]*:/y;

/** The document with every token as `replace` spells it; null when it is no JSON. */
export function mappedJson(document: string, replace: (token: JsonToken) => string): string | null {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < document.length;) {
    if (' \t\n\r{}[],:'.includes(document[at] as string)) {
      at++;
      continue;
    }
    const token = tokenAt(document, at);
    if (token === null) return null;
    parts.push(document.slice(from, at), replace(token));
    at += token.text.length;
    from = at;
  }
  parts.push(document.slice(from));
  return parts.join('');
}

function tokenAt(document: string, at: number): JsonToken | null {
  if (document[at] === '"') {
    const end = stringEnd(document, at);
    if (end < 0) return null;
    COLON_FOLLOWS.lastIndex = end;
    return { kind: COLON_FOLLOWS.test(document) ? 'key' : 'string', text: document.slice(at, end) };
  }
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['word', WORD],
  ] as const) {
    pattern.lastIndex = at;
    const found = pattern.exec(document);
    if (found !== null) return { kind, text: found[0] };
  }
  return null;
}

function stringEnd(document: string, start: number): number {
  for (let at = start + 1; at < document.length; at++) {
    if (document[at] === '\\') at++;
    else if (document[at] === '"') return at + 1;
  }
  return -1;
}
