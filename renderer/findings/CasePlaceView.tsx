/** The part of the findings place that an address names. */
import type { CasePlace } from '../findings-address.ts';
import { CaseLogPlace } from './CaseLogPlace.tsx';
import { FindingPlace } from './FindingPlace.tsx';
import { FindingsPlace } from './FindingsPlace.tsx';
import { NotesPlace } from './NotesPlace.tsx';
import { ReviewsPlace } from './ReviewsPlace.tsx';

export function CasePlaceView({ place }: { readonly place: CasePlace }) {
  switch (place.name) {
    case 'findings':
      return <FindingsPlace place={place} />;
    case 'finding':
      return <FindingPlace key={place.id} id={place.id} />;
    case 'reviews':
      return <ReviewsPlace place={place} />;
    case 'notes':
      return <NotesPlace place={place} />;
    case 'case-log':
      return <CaseLogPlace />;
  }
}
