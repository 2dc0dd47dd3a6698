/** What people wrote, as Markdown: no HTML, nothing fetched, what hides made visible. */
import ReactMarkdown, { type Components } from 'react-markdown';
import { visible } from '../../shared/replay/visible.ts';

/** Headings of a text stand below those of the page it is shown on; images are told, not fetched. */
const COMPONENTS: Components = {
  h1: 'h4',
  h2: 'h5',
  h3: 'h6',
  h4: 'h6',
  h5: 'h6',
  a: ({ href, children }) => (
    <a href={href} title={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  img: ({ alt, src }) => (
    <code>
      {alt} {typeof src === 'string' ? src : ''}
    </code>
  ),
};

/** A text of a person, possibly another one: its Markdown is shown, its HTML stays text. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <div className="prose">
      <ReactMarkdown components={COMPONENTS}>{shownLines(text)}</ReactMarkdown>
    </div>
  );
}

/** Line breaks and tabs mean something to Markdown; all else that cannot be seen is written out. */
function shownLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}
