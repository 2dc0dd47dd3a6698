/** What one does with a frame of a finding. */
import { ArrowDown, ArrowUp, GripVertical, SquareArrowOutUpRight, X } from 'lucide-react';
import type { Evidence } from '../../shared/findings/finding.ts';
import { goTo } from '../router.ts';
import { placeOfAnchor } from './place-of-anchor.ts';
import { IconButton } from '../ui/Button.tsx';
import { FINDING } from '../words/finding.ts';

const ICON = 14;

interface EvidenceToolsProps {
  readonly evidence: Evidence;
  readonly position: number;
  readonly of: number;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
  readonly onDrag: (data: DataTransfer) => void;
}

export function EvidenceTools({ evidence, position, of, onMove, onRemove, onDrag }: EvidenceToolsProps) {
  const { anchor, standing } = evidence;
  return (
    <span className="evidence-tools">
      <IconButton
        name={FINDING.openReplay}
        icon={<SquareArrowOutUpRight size={ICON} aria-hidden />}
        disabled={standing === 'absent'}
        onClick={() => goTo(placeOfAnchor(anchor))}
      />
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
    </span>
  );
}
