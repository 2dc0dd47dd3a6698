/** What people wrote, as Markdown: no HTML, nothing fetched, what hides made visible. */
import ReactMarkdown, { type Components } from 'react-markdown';
import { visibleLines } from '../../shared/replay/visible.ts';
import { PROSE } from '../words/prose.ts';
import { FRAME_LINK, frameReferences } from './frame-references.ts';
import { GuardedLink } from './GuardedLink.tsx';
import { visibleTexts } from './visible-texts.ts';

/** Headings of a text stand below those of the page it is shown on; images are told, not fetched. */
const COMPONENTS: Components = {
  h1: 'h4',
  h2: 'h5',
  h3: 'h6',
  h4: 'h6',
  h5: 'h6',
  a: ({ href = '', children }) =>
    href.startsWith(FRAME_LINK) ? (
      <FrameLink id={href.slice(1)}>{children}</FrameLink>
    ) : (
      <GuardedLink url={href}>{children}</GuardedLink>
    ),
  img: ({ alt, src }) => (
    <code>
      [{PROSE.image(alt ?? '')} {typeof src === 'string' ? src : ''}]
    </code>
  ),
};

interface ProseProps {
  readonly text: string;
  /** Frames that `[frame 1]`, `[frame 2]`, … may refer to; they stand on the same page. */
  readonly frames?: number;
}

/** A text of a person, possibly another one: its Markdown is shown, its HTML stays text. */
export function Prose({ text, frames = 0 }: ProseProps) {
  return (
    <div className="prose">
      <ReactMarkdown
        components={COMPONENTS}
        remarkPlugins={[() => visibleTexts, () => (tree) => frameReferences(tree, frames)]}
        // As written: what may be opened, and how, is the links' own to say.
        urlTransform={(url) => url}
      >
        {visibleLines(text)}
      </ReactMarkdown>
    </div>
  );
}

interface FrameLinkProps {
  readonly id: string;
  readonly children: React.ReactNode;
}

function FrameLink({ id, children }: FrameLinkProps) {
  return (
    <button
      type="button"
      className="value-button prose-frame"
      onClick={() => {
        const frame = document.getElementById(id);
        frame?.scrollIntoView({ block: 'start' });
        frame?.focus({ preventScroll: true });
      }}
    >
      {children}
    </button>
  );
}
