/** Looks for text in a view: typed here, shown there. */
import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { FIND } from '../words/find.ts';
import { IconButton } from './Button.tsx';
import type { Wanted } from './wanted.ts';

interface FindBarProps {
  /** The view, as it is called. */
  readonly where: string;
  readonly wanted: Wanted;
  readonly onWant: (wanted: Wanted) => void;
  /** To the next hit, or to the one before. */
  readonly onStep: (direction: 1 | -1) => void;
  readonly onClose: () => void;
  /** How many hits there are, in words. */
  readonly says: ReactNode;
}

export function FindBar({ where, wanted, onWant, onStep, onClose, says }: FindBarProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <div className="find-bar" role="search" aria-label={FIND.field(where)}>
      <input
        ref={field}
        className="field mono"
        value={wanted.text}
        aria-label={FIND.field(where)}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onWant({ ...wanted, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <IconButton
        name={FIND.caseMatters}
        className="pane-button"
        pressed={wanted.caseMatters}
        icon={<CaseSensitive size={15} aria-hidden />}
        onClick={() => onWant({ ...wanted, caseMatters: !wanted.caseMatters })}
      />
      <IconButton
        name={FIND.regex}
        className="pane-button"
        pressed={wanted.regex}
        icon={<Regex size={13} aria-hidden />}
        onClick={() => onWant({ ...wanted, regex: !wanted.regex })}
      />
      <span className="find-says" role="status">
        {says}
      </span>
      <IconButton
        name={FIND.previous}
        className="pane-button"
        icon={<ChevronUp size={15} aria-hidden />}
        onClick={() => onStep(-1)}
      />
      <IconButton
        name={FIND.next}
        className="pane-button"
        icon={<ChevronDown size={15} aria-hidden />}
        onClick={() => onStep(1)}
      />
      <IconButton
        name={FIND.close}
        shortcut="Esc"
        className="pane-button"
        icon={<X size={13} aria-hidden />}
        onClick={onClose}
      />
    </div>
  );
}
