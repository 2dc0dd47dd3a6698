/** The recorded frame as text: its own lines marked, what its statement showed around them quieter. */
import { useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Anchor } from '../../shared/findings/anchor.ts';
import { Button } from '../ui/Button.tsx';
import { useMedia } from '../ui/use-media.ts';
import { FINDING } from '../words/finding.ts';
import { classOf, type StyledLine } from './styled-lines.ts';
import { useFrame } from './use-frame.ts';

/** Lines of a card before somebody asks for all; and around the frame. */
const SHORT = 24;
const AROUND = 12;

interface FrameViewProps {
  readonly anchor: Anchor;
  readonly session: SessionRow | undefined;
}

export function FrameView({ anchor, session }: FrameViewProps) {
  const frame = useFrame(anchor, session);
  const [asked, setAsked] = useState(false);
  // Paper cannot be asked for more.
  const whole = useMedia('print') || asked;
  if (anchor.sequence === null) return null;
  if (frame.isError) {
    return (
      <p className="frame-none tone-error" role="alert">
        ✕ {FINDING.frameFailed}: {frame.error.message}{' '}
        <Button onClick={() => void frame.refetch()}>{FINDING.again}</Button>
      </p>
    );
  }
  if (frame.data === undefined) return <pre className="evidence-frame frame-waits" aria-busy />;
  const { before, own, after, cut } = frame.data;
  const short = whole ? own : own.slice(0, SHORT);
  const hidden = own.length - short.length;
  return (
    <>
      <pre className="evidence-frame" data-testid="frame" tabIndex={0} aria-label={FINDING.frameText}>
        <Lines lines={whole ? before : before.slice(-AROUND)} look="frame-around" />
        {own.length === 0 ? (
          <span className="frame-own frame-silent">{FINDING.frameEmpty}</span>
        ) : (
          <Lines lines={short} look="frame-own" />
        )}
        {hidden > 0 ? null : <Lines lines={whole ? after : after.slice(0, AROUND)} look="frame-around" />}
      </pre>
      {hidden === 0 ? null : (
        <p className="frame-more">
          <Button look="plain" onClick={() => setAsked(true)}>
            {FINDING.moreLines(hidden)}
          </Button>
        </p>
      )}
      {cut ? <p className="frame-more cell-quiet">{FINDING.frameCut}</p> : null}
    </>
  );
}

function Lines({ lines, look }: { readonly lines: readonly StyledLine[]; readonly look: string }) {
  if (lines.length === 0) return null;
  return (
    <span className={look}>
      {lines.map((line, number) => (
        // oxlint-disable-next-line react/no-array-index-key -- a recorded frame never changes, and its lines have no names
        <span key={number} className="frame-line">
          {line.map((run, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- nor do the pieces of a line
            <span key={index} className={classOf(run.look)}>
              {run.text}
            </span>
          ))}
          {'\n'}
        </span>
      ))}
    </span>
  );
}
