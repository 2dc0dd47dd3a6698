/**
 * A narrative's Markdown as HTML of a page: its structure is kept, and nothing of it acts. HTML in it stays text, a link is text with
 * its target beside it, a picture is told, and what hides in a text is written out, entities of Markdown included.
 */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { visibleLines } from '../../../shared/replay/visible.ts';
import { escaped } from '../html/markup.ts';

type Root = ReturnType<typeof fromMarkdown>;
type Content = Root['children'][number];

/** Structure within structure beyond this is shown as it was written: nobody means it. */
const DEEPEST = 30;

/** Marks of emphasis and links beyond which a text is no prose: what reads it takes their square in time. */
const MOST_MARKS = 3_000;
const MARKS = /[*_[\]`]/g;

/** Quotes and lists within each other, on one line, likewise. */
const NESTED = /^[ \t]*(?:[>*+-][ \t]*){40}/m;

/** `[frame 3]` leads to the third frame of the page. */
const FRAME = /\[frame (\d{1,4})\]/gi;

/** The narrative, with links to frames 1 … `frames` of the page. */
export function narrativeMarkup(narrative: string, frames: number): string {
  const isProse = (narrative.match(MARKS)?.length ?? 0) <= MOST_MARKS && !NESTED.test(narrative);
  return isProse ? new Narrative(narrative, frames).all() : `<pre>${plain(narrative)}</pre>\n`;
}

class Narrative {
  readonly #source: string;
  readonly #frames: number;
  #depth = 0;

  constructor(source: string, frames: number) {
    this.#source = source;
    this.#frames = frames;
  }

  all(): string {
    return this.#within(fromMarkdown(this.#source).children);
  }

  #within(nodes: readonly Content[]): string {
    this.#depth++;
    const markup = nodes.map((node) => (this.#depth > DEEPEST ? this.#written(node) : this.#one(node)));
    this.#depth--;
    return markup.join('');
  }

  #one(node: Content): string {
    switch (node.type) {
      case 'text':
        return this.#text(node.value);
      case 'paragraph':
        return `<p>${this.#within(node.children)}</p>\n`;
      case 'heading': {
        // Below those of the page.
        const name = node.depth === 1 ? 'h3' : 'h4';
        return `<${name}>${this.#within(node.children)}</${name}>\n`;
      }
      case 'emphasis':
        return `<em>${this.#within(node.children)}</em>`;
      case 'strong':
        return `<strong>${this.#within(node.children)}</strong>`;
      case 'inlineCode':
        return `<code>${plain(node.value)}</code>`;
      case 'code':
        return `<pre>${plain(node.value)}</pre>\n`;
      case 'blockquote':
        return `<blockquote>${this.#within(node.children)}</blockquote>\n`;
      case 'list':
        return node.ordered === true
          ? `<ol start="${node.start ?? 1}">${this.#within(node.children)}</ol>\n`
          : `<ul>${this.#within(node.children)}</ul>\n`;
      case 'listItem':
        return `<li>${this.#within(node.children)}</li>\n`;
      case 'thematicBreak':
        return '<hr>\n';
      case 'break':
        return '<br>';
      case 'link':
        return `${this.#within(node.children)} <code>(${plain(node.url)})</code>`;
      case 'image':
        return `<code>[picture ${plain(node.alt ?? '')} ${plain(node.url)}]</code>`;
      default:
        return this.#written(node);
    }
  }

  /** As it stands in the source: HTML, references, and what other versions of Markdown may bring. */
  #written({ position }: Content): string {
    return plain(this.#source.slice(position?.start.offset, position?.end.offset));
  }

  #text(text: string): string {
    return plain(text).replaceAll(FRAME, (reference, number: string) =>
      Number(number) >= 1 && Number(number) <= this.#frames
        ? `<a href="#frame-${Number(number)}">${reference.slice(1, -1)}</a>`
        : reference,
    );
  }
}

function plain(text: string): string {
  return escaped(visibleLines(text));
}
