/** What a person may not do here: shown all the same, at rest, with the reason. */
import type { ReactNode } from 'react';
import { Tip } from './Button.tsx';

interface DeniedProps {
  readonly why: string;
  readonly children: ReactNode;
}

/** In place of a button that opens what the person may not use; it can be reached, so that the reason can. */
export function DeniedButton({ why, children }: DeniedProps) {
  return (
    <Tip text={why}>
      <button type="button" className="button button-plain" aria-disabled="true" aria-description={why}>
        {children}
      </button>
    </Tip>
  );
}

/** Controls of what the person may only read. */
export function ReadOnly({ why, children }: { readonly why: string | null; readonly children: ReactNode }) {
  return (
    <fieldset className="read-only" disabled={why !== null}>
      {children}
    </fieldset>
  );
}

/** Says once for a whole place what may not be done there. */
export function DeniedLine({ why }: { readonly why: string | null }) {
  return why === null ? null : <p className="denied-line cell-quiet">{why}</p>;
}
