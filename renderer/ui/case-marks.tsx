/** Glyphs and words for what people said: verdicts on sessions, colours of notes, how an anchor stands. */
import { CircleCheck, Flag, OctagonAlert, ScanSearch, TriangleAlert, Unlink } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AnchorStanding } from '../../shared/findings/anchor.ts';
import type { MarkColour } from '../../shared/findings/annotation.ts';
import type { ReviewVerdict } from '../../shared/findings/review.ts';
import { COLOUR_NAMES, STANDINGS, VERDICTS } from '../words/casework.ts';
import { GLYPH, Mark, type Tone } from './marks.tsx';

const VERDICT_LOOKS: Readonly<Record<ReviewVerdict, { readonly tone: Tone; readonly icon: ReactNode }>> = {
  'to-review': { tone: 'live', icon: <ScanSearch size={GLYPH} aria-hidden /> },
  fine: { tone: 'approved', icon: <CircleCheck size={GLYPH} aria-hidden /> },
  suspicious: { tone: 'held', icon: <TriangleAlert size={GLYPH} aria-hidden /> },
  violation: { tone: 'denied', icon: <OctagonAlert size={GLYPH} aria-hidden /> },
};

interface VerdictProps {
  readonly verdict: ReviewVerdict;
  /** Only the glyph, where there is no room; the word is its name then. */
  readonly short?: boolean;
}

/** What somebody said of a session. */
export function VerdictMark({ verdict, short = false }: VerdictProps) {
  const { tone, icon } = VERDICT_LOOKS[verdict];
  const { word, meaning } = VERDICTS[verdict];
  return (
    <Mark tone={tone} icon={icon} title={`${word}: ${meaning}`}>
      {short ? <span className="hidden-text">{word}</span> : word}
    </Mark>
  );
}

interface ColourProps {
  readonly colour: MarkColour;
  /** Says the name beside the flag. */
  readonly named?: boolean;
}

/** The flag of a note in its colour, which its name says too. */
export function ColourMark({ colour, named = false }: ColourProps) {
  return (
    <span className="mark" title={COLOUR_NAMES[colour]}>
      <Flag size={GLYPH} fill="currentColor" className={`note-${colour}`} aria-hidden />
      {named ? COLOUR_NAMES[colour] : <span className="hidden-text">{COLOUR_NAMES[colour]}</span>}
    </span>
  );
}

/** Says where an anchor does not hold in the open archive; where it does there is nothing to say. */
export function StandingMark({ standing }: { readonly standing: AnchorStanding }) {
  if (standing === 'holds') return null;
  const { word, meaning } = STANDINGS[standing];
  const icon =
    standing === 'absent' ? <Unlink size={GLYPH} aria-hidden /> : <TriangleAlert size={GLYPH} aria-hidden />;
  return (
    <Mark tone={standing === 'absent' ? 'unknown' : 'error'} icon={icon} title={meaning}>
      {word}
    </Mark>
  );
}
