/** What PREPARE and DECLARE leave behind under a name, for EXECUTE and FETCH. */
import type { TreeNode } from '../fact-verb.ts';
import type { ParsedText } from './parse-text.ts';
import { ReadText } from './read-text.ts';

/** A statement or cursor that a text makes. */
export interface InnerText {
  /** Which of the text's statements makes it, from 0. */
  readonly statement: number;
  readonly kind: 'statement' | 'cursor';
  readonly name: string;
  /** What it runs, to be resolved when it runs; always the same object. Its literals are not looked up in it. */
  readonly read: ReadText;
}

const inner = new WeakMap<ParsedText, readonly InnerText[]>();

/** In order; empty for most texts. */
export function innerTexts(read: ReadText): readonly InnerText[] {
  let found = inner.get(read.parsed);
  if (found === undefined) {
    found = read.parsed.statements.flatMap(({ node }, statement) => innerText(read, node, statement));
    inner.set(read.parsed, found);
  }
  return found;
}

function innerText(read: ReadText, node: TreeNode, statement: number): InnerText[] {
  const { PrepareStmt: prepare, DeclareCursorStmt: declare } = node as Record<string, TreeNode | undefined>;
  const maker = prepare ?? declare;
  if (maker === undefined) return [];
  const parsed: ParsedText = { ...read.parsed, statements: [{ node: maker['query'] as TreeNode }] };
  return [
    {
      statement,
      kind: prepare === undefined ? 'cursor' : 'statement',
      name: String(maker['name'] ?? maker['portalname']),
      read: new ReadText(parsed, read.dependsOnBackslash, []),
    },
  ];
}
