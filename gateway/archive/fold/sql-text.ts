/** The SQL of a statement event as its facts are found from it. */
import type { FactsOf, StatementFacts } from '../archive.ts';

/** A statement's own bytes of a text that holds several. */
export interface Slice {
  readonly start: number;
  readonly length: number;
}

/** One SQL statement of a text; `slice` is null where the text is nothing else. */
export interface SqlStatement {
  readonly facts: StatementFacts;
  readonly slice: Slice | null;
}

const utf8 = new TextDecoder();
const latin1 = new TextDecoder('latin1');

/** A text as it came over the wire. What is not UTF-8 is read byte by byte, so that slices fit. */
export function decodeSql(bytes: Uint8Array): { readonly text: string; readonly isUtf8: boolean } {
  const text = utf8.decode(bytes);
  return text.includes('\ufffd') ? { text: latin1.decode(bytes), isUtf8: false } : { text, isUtf8: true };
}

/** The SQL statements of a text. */
export function statementsOf(text: string, isUtf8: boolean, factsOf: FactsOf): SqlStatement[] {
  const facts = factsOf(text);
  const [only] = facts;
  if (only !== undefined && facts.length === 1) return [{ facts: only, slice: null }];
  const bytesOf = (part: string) => (isUtf8 ? Buffer.byteLength(part) : part.length);
  let at = 0;
  let start = 0;
  return facts.map((one) => {
    start += bytesOf(text.slice(at, one.start));
    at = one.start;
    return { facts: one, slice: { start, length: bytesOf(one.text) } };
  });
}
