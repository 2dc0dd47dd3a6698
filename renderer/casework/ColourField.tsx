/** Chooses the colour of a mark; each has its name beside it. */
import { useId } from 'react';
import { MARK_COLOURS, type MarkColour } from '../../shared/findings/annotation.ts';
import { ColourMark } from '../ui/case-marks.tsx';
import { NOTES } from '../words/notes.ts';

interface ColourFieldProps {
  readonly colour: MarkColour;
  readonly onColour: (colour: MarkColour) => void;
}

export function ColourField({ colour, onColour }: ColourFieldProps) {
  const name = useId();
  return (
    <fieldset className="choice-field">
      <legend className="hidden-text">{NOTES.colour}</legend>
      {MARK_COLOURS.map((each) => (
        <label key={each} className="choice">
          <input type="radio" name={name} checked={each === colour} onChange={() => onColour(each)} />
          <ColourMark colour={each} named />
        </label>
      ))}
    </fieldset>
  );
}
