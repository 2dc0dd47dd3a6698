/** What two texts have in common, in order, for showing them as one. */
import { diffWordsWithSpace } from 'diff';

/** A run of text that both have, or only one. */
export interface TextPart {
  readonly of: 'both' | 'a' | 'b';
  readonly text: string;
}

/** Edits beyond which two texts are shown as wholly different: their cost grows with the square. */
const MOST_EDITS = 500;

/** The parts of two texts, word by word. */
export function textDifference(a: string, b: string): TextPart[] {
  const changes = diffWordsWithSpace(a, b, { maxEditLength: MOST_EDITS });
  const parts: TextPart[] =
    changes === undefined
      ? [
          { of: 'a', text: a },
          { of: 'b', text: b },
        ]
      : changes.map(({ added, removed, value }) => ({
          of: added ? 'b' : removed ? 'a' : 'both',
          text: value,
        }));
  return parts.filter(({ text }) => text !== '');
}
