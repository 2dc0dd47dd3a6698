/** Bytes as hex and text, of any length; some of them may be marked. */
import { useEffect, useRef } from 'react';
import { VALUES } from '../words/values.ts';
import { cutLine, hexLine, LINE_BYTES, type ByteRange, type Cut } from './hex-line.ts';
import { drawnHeight } from './list/scroll-range.ts';
import { useScrollTop } from './list/use-scroll-top.ts';
import { useSize } from './list/use-size.ts';

const LINE = 18;

interface HexViewProps {
  readonly bytes: Uint8Array;
  readonly name: string;
  /** Brought into view when it changes. */
  readonly marked?: ByteRange | null;
  /** Told when somebody copies what they selected of it. */
  readonly onCopy?: () => void;
}

export function HexView({ bytes, name, marked = null, onCopy }: HexViewProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const count = Math.ceil(bytes.length / LINE_BYTES);
  const { height } = useSize(scroll);
  const { top, show } = useScrollTop(scroll, count * LINE, height);
  useEffect(() => {
    if (marked === null) return;
    const line = Math.floor(marked.from / LINE_BYTES);
    show(line * LINE, (line + 2) * LINE);
  }, [marked, show]);
  const first = Math.floor(top / LINE);
  const last = Math.min(count - 1, Math.ceil((top + height) / LINE));
  const lines = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  return (
    <div
      ref={scroll}
      className="hex"
      role="region"
      aria-label={name}
      tabIndex={0}
      data-testid="hex"
      onCopy={onCopy}
    >
      {bytes.length === 0 ? <p className="panel-none">{VALUES.noBytes}</p> : null}
      <div className="hex-canvas" style={{ height: drawnHeight(count * LINE) }}>
        <div className="hex-window" style={{ height }}>
          {lines.map((index) => {
            const line = hexLine(bytes, index);
            const { hex, text } = cutLine(line, index, marked);
            return (
              <div
                key={index}
                className="hex-line"
                style={{ transform: `translateY(${index * LINE - top}px)` }}
              >
                <span className="cell-quiet">{line.offset}</span>
                <span>
                  <Marked cut={hex} />
                </span>
                <span className="hex-text">
                  <Marked cut={text} />
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Marked({ cut: [before, within, behind] }: { readonly cut: Cut }) {
  return (
    <>
      {before}
      {within === '' ? null : <mark className="hex-mark">{within}</mark>}
      {behind}
    </>
  );
}
