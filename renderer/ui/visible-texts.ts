/** What entities of Markdown hide is written out as well: `&#x202E;` is harmless in a source and not in what is made of it. */
import { visibleLines } from '../../shared/replay/visible.ts';

/** The part of Markdown's syntax tree (mdast) that matters here. */
interface Node {
  value?: string;
  readonly children?: readonly Node[];
}

/** Changes the tree. */
export function visibleTexts(node: Node): void {
  if (node.value !== undefined) node.value = visibleLines(node.value);
  for (const child of node.children ?? []) visibleTexts(child);
}
