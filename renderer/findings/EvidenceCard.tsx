/** A frame of a finding: what it shows, who did it, when and where, and whether the open archive still has it. */
import { useState } from 'react';
import type { Evidence } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { FINDING } from '../words/finding.ts';
import { EditInPlace } from './EditInPlace.tsx';
import { EvidenceFacts, EvidenceProof } from './EvidenceFacts.tsx';
import { EvidenceTools } from './EvidenceTools.tsx';
import { FrameView } from './FrameView.tsx';
import { PlayHere } from './PlayHere.tsx';
import { useSession } from './use-session.ts';

/** What the API takes of a caption; characters of a label. */
const CAPTION_LENGTH = 1000;
const LABEL_LENGTH = 300;

interface EvidenceCardProps {
  readonly evidence: Evidence;
  readonly position: number;
  readonly of: number;
  readonly onMove: (by: 1 | -1) => void;
  readonly onCaption: (caption: string) => void;
  readonly onRemove: () => void;
  readonly onDrag: (data: DataTransfer) => void;
  /** Whether what is dragged over it may be dropped. */
  readonly takes: (data: DataTransfer) => boolean;
  readonly onDropped: (data: DataTransfer) => void;
}

export function EvidenceCard(props: EvidenceCardProps) {
  const { evidence, position, onMove, onCaption, takes, onDropped } = props;
  const { anchor, standing, caption } = evidence;
  const session = useSession(anchor.session, standing !== 'absent');
  const [over, setOver] = useState(false);
  const [playing, setPlaying] = useState(false);
  return (
    <li
      id={`frame-${position}`}
      className="evidence-card"
      tabIndex={-1}
      aria-label={`${FINDING.frame(position)}: ${visibleLine(caption || anchor.label, LABEL_LENGTH)}`}
      data-testid="evidence"
      data-over={over || undefined}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
        event.preventDefault();
        onMove(event.key === 'ArrowUp' ? -1 : 1);
      }}
      onDragOver={(event) => {
        if (!takes(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDropped(event.dataTransfer);
      }}
    >
      <header className="evidence-head">
        <span className="evidence-number">{FINDING.frame(position)}</span>
        <span className="evidence-caption">
          <EditInPlace
            name={FINDING.caption}
            edit={FINDING.editCaption}
            text={caption}
            none={FINDING.noCaption}
            most={CAPTION_LENGTH}
            optional
            onSave={onCaption}
          />
        </span>
        <EvidenceTools
          {...props}
          playing={playing}
          onPlay={session.data === undefined ? null : () => setPlaying(!playing)}
        />
      </header>
      <EvidenceFacts evidence={evidence} session={session.data} />
      {standing === 'absent' || anchor.sequence === null ? (
        <p className="frame-none">
          <span className="cell-quiet">
            {anchor.sequence === null ? FINDING.wholeSession : FINDING.asNoted}
          </span>{' '}
          <code>{visibleLine(anchor.label, LABEL_LENGTH)}</code>
        </p>
      ) : playing && session.data !== undefined ? (
        <PlayHere anchor={anchor} session={session.data} />
      ) : (
        <FrameView anchor={anchor} session={session.data} />
      )}
      <EvidenceProof evidence={evidence} />
    </li>
  );
}
