/** Where in the replay an anchor is. */
import type { Anchor } from '../../shared/findings/anchor.ts';
import { placeAt, type Place } from '../router.ts';

export function placeOfAnchor({ session, sequence }: Anchor): Place {
  return placeAt(sequence === null ? `/sessions/${session}` : `/sessions/${session}?step=${sequence}`);
}
