/** Keeps the address at the cursor's step, and the cursor at the address when that changes by itself. */
import { useEffect, useRef } from 'react';
import type { Player } from '../player/use-player.ts';
import { goTo, type Place } from '../router.ts';
import type { Range } from './time-scale.ts';

export type SessionPlace = Extract<Place, { name: 'session' }>;

/** Pause before the address follows the cursor, in ms: browsers limit how often it may change. */
const ADDRESS_MS = 250;

/** The place of a step, with the part that the time line shows. */
export function placeOf(
  { name, id, tab }: SessionPlace,
  step: number | null,
  range: Range | null,
): SessionPlace {
  return { name, id, tab, step, ...(range === null ? {} : { range }) };
}

/** Null is no step: what follows a live session has an address that follows it too. */
export function useAddress(
  place: SessionPlace,
  sequence: number | null,
  range: Range | null,
  { seekSequence }: Player,
): void {
  const written = useRef<number | null>(place.step);
  const latest = useRef(place);
  useEffect(() => {
    latest.current = place;
  });
  useEffect(() => {
    const timer = setTimeout(() => {
      written.current = sequence;
      goTo(placeOf(latest.current, sequence, range), { replace: true });
    }, ADDRESS_MS);
    return () => clearTimeout(timer);
  }, [sequence, range]);
  useEffect(() => {
    if (place.step === null || place.step === written.current) return;
    written.current = place.step;
    seekSequence(place.step);
  }, [place.step, seekSequence]);
}
