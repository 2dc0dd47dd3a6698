/** What one does with a frame of a finding. */
import { ArrowDown, ArrowUp, GripVertical, Play, SquareArrowOutUpRight, TextInitial, X } from 'lucide-react';
import type { Evidence } from '../../shared/findings/finding.ts';
import { useDenied } from '../me.ts';
import { goTo } from '../router.ts';
import { placeOfAnchor } from './place-of-anchor.ts';
import { IconButton } from '../ui/Button.tsx';
import { FINDING } from '../words/finding.ts';

const ICON = 14;

interface EvidenceToolsProps {
  readonly evidence: Evidence;
  readonly position: number;
  readonly of: number;
  readonly playing: boolean;
  /** Plays it here, or shows it as text again; null: it cannot be played now. */
  readonly onPlay: (() => void) | null;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
  readonly onDrag: (data: DataTransfer) => void;
}

export function EvidenceTools(props: EvidenceToolsProps) {
  const { evidence, position, of, playing, onPlay, onMove, onRemove, onDrag } = props;
  const { anchor, standing } = evidence;
  const denied = useDenied('case:write');
  return (
    <span className="evidence-tools">
      <IconButton
        name={playing ? FINDING.stopPlaying : FINDING.play}
        icon={playing ? <TextInitial size={ICON} aria-hidden /> : <Play size={ICON} aria-hidden />}
        disabled={onPlay === null || anchor.sequence === null}
        pressed={playing}
        onClick={() => onPlay?.()}
      />
      <IconButton
        name={FINDING.openReplay}
        icon={<SquareArrowOutUpRight size={ICON} aria-hidden />}
        disabled={standing === 'absent'}
        onClick={() => goTo(placeOfAnchor(anchor))}
      />
      {denied === null ? (
        <>
          <IconButton
            name={FINDING.up}
            shortcut="Alt+↑"
            icon={<ArrowUp size={ICON} aria-hidden />}
            disabled={position === 1}
            onClick={() => onMove(-1)}
          />
          <IconButton
            name={FINDING.down}
            shortcut="Alt+↓"
            icon={<ArrowDown size={ICON} aria-hidden />}
            disabled={position === of}
            onClick={() => onMove(1)}
          />
          <IconButton name={FINDING.remove} icon={<X size={ICON} aria-hidden />} onClick={onRemove} />
          <span
            className="evidence-handle"
            draggable
            title={FINDING.handle}
            aria-hidden
            onDragStart={(event) => onDrag(event.dataTransfer)}
          >
            <GripVertical size={ICON} />
          </span>
        </>
      ) : null}
    </span>
  );
}
