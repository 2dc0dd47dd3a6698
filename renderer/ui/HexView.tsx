/** Bytes as hex and text, of any length. */
import { useRef } from 'react';
import { VALUES } from '../words/values.ts';
import { hexLine, LINE_BYTES } from './hex-line.ts';
import { useInView } from './use-in-view.ts';

const LINE = 18;

interface HexViewProps {
  readonly bytes: Uint8Array;
  readonly name: string;
}

export function HexView({ bytes, name }: HexViewProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const count = Math.ceil(bytes.length / LINE_BYTES);
  const lines = useInView({ count, scroll, size: () => LINE, overscan: 10 });
  return (
    <div ref={scroll} className="hex" role="region" aria-label={name} tabIndex={0} data-testid="hex">
      {bytes.length === 0 ? <p className="panel-none">{VALUES.noBytes}</p> : null}
      <div className="hex-body" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map((item) => {
          const { offset, hex, text } = hexLine(bytes, item.index);
          return (
            <div key={item.index} className="hex-line" style={{ transform: `translateY(${item.start}px)` }}>
              <span className="cell-quiet">{offset}</span>
              <span>{hex}</span>
              <span className="hex-text">{text}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
