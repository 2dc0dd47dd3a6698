/** A place before what it is made of has been loaded: nothing for a moment, then that something comes. */
import { ON_DEMAND } from '../words/on-demand.ts';

export function PlaceSkeleton() {
  return (
    <div className="place-body" aria-busy="true" aria-label={ON_DEMAND.loading}>
      <span className="skeleton skeleton-place" />
    </div>
  );
}
