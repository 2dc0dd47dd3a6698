/** Chooses what a note or a frame is about: the frame, its statement, a range, a cell, the session. */
import { useId } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { placeWords } from '../words/casework.ts';
import { NOTES } from '../words/notes.ts';
import type { Scope, ScopeName } from './scopes.ts';

/** Longest words of a place shown: names of columns are the database's. */
const PLACE_LENGTH = 120;

interface ScopeFieldProps {
  readonly scopes: readonly Scope[];
  readonly chosen: Scope;
  readonly onScope: (name: ScopeName) => void;
}

export function ScopeField({ scopes, chosen, onScope }: ScopeFieldProps) {
  const name = useId();
  return (
    <fieldset className="choice-field" data-testid="scope">
      <legend className="hidden-text">{NOTES.about}</legend>
      {scopes.map((scope) => (
        <label key={scope.name} className="choice" title={wordsOf(scope)}>
          <input
            type="radio"
            name={name}
            checked={scope.name === chosen.name}
            onChange={() => onScope(scope.name)}
          />
          {NOTES.scopes[scope.name]}
        </label>
      ))}
      <span className="cell-quiet choice-said">{wordsOf(chosen)}</span>
    </fieldset>
  );
}

function wordsOf({ place, further = [] }: Scope): string {
  if (further.length > 0) return NOTES.sessions(further.length + 1);
  return visibleLine(placeWords(place), PLACE_LENGTH);
}
