/** The bar above every part of the findings place: its parts, and what can be done with the case as a whole. */
import type { ReactNode } from 'react';
import { ALL_FINDINGS, ALL_NOTES, type CasePlace } from '../findings-address.ts';
import { useDenied } from '../me.ts';
import { goTo, writePlace } from '../router.ts';
import { FINDINGS } from '../words/findings.ts';
import { CaseMenu } from './CaseMenu.tsx';

interface Part {
  readonly place: CasePlace;
  readonly name: string;
  readonly holds: readonly CasePlace['name'][];
}

const PARTS: readonly Part[] = [
  { place: ALL_FINDINGS, name: FINDINGS.parts.findings, holds: ['findings', 'finding'] },
  { place: { name: 'reviews', selected: null }, name: FINDINGS.parts.reviews, holds: ['reviews'] },
  { place: ALL_NOTES, name: FINDINGS.parts.notes, holds: ['notes'] },
  { place: { name: 'case-log' }, name: FINDINGS.parts.log, holds: ['case-log'] },
];

interface CaseHeadProps {
  readonly at: CasePlace['name'];
  /** What this part adds to the bar. */
  readonly children?: ReactNode;
}

export function CaseHead({ at, children }: CaseHeadProps) {
  // The log tells what everybody did.
  const mayReadLog = useDenied('case:log') === null;
  const parts = PARTS.filter(({ place }) => mayReadLog || place.name !== 'case-log');
  return (
    <header className="case-head">
      <nav className="case-parts" aria-label={FINDINGS.parts.label}>
        {parts.map(({ place, name, holds }) => (
          <a
            key={name}
            className="case-part"
            href={writePlace(place)}
            aria-current={holds.includes(at) ? 'page' : undefined}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              goTo(place);
            }}
          >
            {name}
          </a>
        ))}
      </nav>
      {children}
      <CaseMenu />
    </header>
  );
}
