/** To the next of a kind, or the one before: an arrow in a ring, in the colour of the kind. */
import { CircleChevronLeft, CircleChevronRight } from 'lucide-react';
import { IconButton } from '../ui/Button.tsx';
import type { Tone } from '../ui/marks.tsx';

interface StepButtonProps {
  readonly name: string;
  readonly shortcut: string;
  readonly tone: Tone;
  readonly back?: boolean;
  readonly onClick: () => void;
}

export function StepButton({ name, shortcut, tone, back = false, onClick }: StepButtonProps) {
  const Icon = back ? CircleChevronLeft : CircleChevronRight;
  return (
    <IconButton
      name={name}
      shortcut={shortcut}
      icon={<Icon size={16} className={`tone-${tone}`} aria-hidden />}
      onClick={onClick}
    />
  );
}
