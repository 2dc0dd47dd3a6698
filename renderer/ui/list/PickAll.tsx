/** The box in the head of a list: picks all that are listed, or lets all go. */
import { Check, Minus } from 'lucide-react';
import { LISTS } from '../../words/lists.ts';
import type { Picks } from './picking.ts';

interface PickAllProps {
  readonly picks: Picks;
  /** How many are listed; null: nobody counted them. */
  readonly total: number | null;
}

export function PickAll({ picks, total }: PickAllProps) {
  const { size } = picks.picked;
  const state = size === 0 ? 'unchecked' : size === total ? 'checked' : 'indeterminate';
  const name = size === 0 ? LISTS.pick.all : LISTS.pick.none;
  return (
    <div role="columnheader" className="pick-cell">
      <button
        type="button"
        className="check pick-box"
        data-state={state}
        aria-label={name}
        title={name}
        onClick={() => (size === 0 ? picks.onAll() : picks.onPicked([]))}
      >
        {state === 'checked' ? <Check size={12} aria-hidden /> : null}
        {state === 'indeterminate' ? <Minus size={12} aria-hidden /> : null}
      </button>
    </div>
  );
}
