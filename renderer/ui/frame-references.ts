/** `[frame 3]` in a text leads to the third frame of its page. Pure: over Markdown's syntax tree (mdast). */

/** The part of mdast that matters here. */
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  children?: Node[];
}

/** What a link to a frame begins with; what follows is its number. */
export const FRAME_LINK = '#frame-';

const REFERENCE = /\[frame (\d{1,4})\]/gi;

/** Turns references to frames 1 … `frames` into links; others stay text. Changes the tree. */
export function frameReferences(tree: Node, frames: number): void {
  if (tree.children === undefined) return;
  tree.children = tree.children.flatMap((child) => {
    if (child.type === 'text') return linked(child.value ?? '', frames);
    // What a person made a link stays what it is, unless it passes itself off as one of these.
    if (child.type === 'link')
      return child.url?.startsWith(FRAME_LINK) === true ? (child.children ?? []) : child;
    frameReferences(child, frames);
    return child;
  });
}

function linked(text: string, frames: number): Node[] {
  const nodes: Node[] = [];
  let from = 0;
  for (const found of text.matchAll(REFERENCE)) {
    const number = Number(found[1]);
    if (number < 1 || number > frames) continue;
    nodes.push({ type: 'text', value: text.slice(from, found.index) });
    nodes.push({
      type: 'link',
      url: `${FRAME_LINK}${number}`,
      children: [{ type: 'text', value: found[0].slice(1, -1) }],
    });
    from = found.index + found[0].length;
  }
  nodes.push({ type: 'text', value: text.slice(from) });
  return nodes.filter(({ value }) => value !== '');
}
