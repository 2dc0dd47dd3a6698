/** What a filter asks of each volume of an archive, found when the volume is asked: a page seldom asks all. */
import type { Filter } from '../../../shared/filter/filter.ts';
import type { OpenVolume } from './open-volumes.ts';
import { questionOf, type Question } from './question.ts';

export type Ask = (volume: OpenVolume) => Question;

export function asking(filter: Filter): Ask {
  const known = new Map<OpenVolume, Question>();
  return (volume) => {
    const found = known.get(volume) ?? volume.run(() => questionOf(volume.db, filter));
    known.set(volume, found);
    return found;
  };
}
