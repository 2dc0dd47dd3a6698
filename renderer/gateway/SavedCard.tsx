/** A connection or an issuer in the list; the one that was saved just now has the focus, and says what came of it. */
import { useEffect, useRef, type ReactNode } from 'react';
import { CONNECTIONS } from '../words/gateway.ts';
import { TakenLine } from './TakenLine.tsx';
import type { Changed } from './use-gateway.ts';

/** What was saved last, by the name it has since. */
export interface Saved {
  readonly name: string;
  readonly changed: Changed;
}

interface SavedCardProps {
  readonly name: string;
  /** null: it was not it. */
  readonly saved: Changed | null;
  readonly testId: string;
  readonly children: ReactNode;
}

export function SavedCard({ name, saved, testId, children }: SavedCardProps) {
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (saved !== null) card.current?.focus();
  }, [saved]);
  return (
    <section ref={card} className="gateway-card" aria-label={name} data-testid={testId} tabIndex={-1}>
      {children}
      {saved === null ? null : (
        <p className="cell-quiet">
          ✓ {CONNECTIONS.saved} · <TakenLine taken={saved.taken} />
        </p>
      )}
      {saved?.narrowed === true ? (
        <p className="cell-quiet" role="status" data-testid="narrowed">
          {CONNECTIONS.narrowed}
        </p>
      ) : null}
    </section>
  );
}
