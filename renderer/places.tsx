/** The places that one goes to from the lists: each is loaded when somebody goes there, or before, in a quiet moment. */
import { ReplaySkeleton } from './replay/ReplaySkeleton.tsx';
import { onDemand } from './ui/on-demand.tsx';
import { PlaceSkeleton } from './ui/PlaceSkeleton.tsx';

export const ReplayPlace = onDemand(
  async () => (await import('./replay/ReplayPlace.tsx')).ReplayPlace,
  ReplaySkeleton,
);

export const CasePlaceView = onDemand(
  async () => (await import('./findings/CasePlaceView.tsx')).CasePlaceView,
  PlaceSkeleton,
);

export const ApprovalsPlace = onDemand(
  async () => (await import('./approvals/ApprovalsPlace.tsx')).ApprovalsPlace,
  PlaceSkeleton,
);

export const ComparePlace = onDemand(
  async () => (await import('./compare/ComparePlace.tsx')).ComparePlace,
  PlaceSkeleton,
);

export const GatewayPlace = onDemand(
  async () => (await import('./gateway/GatewayPlace.tsx')).GatewayPlace,
  PlaceSkeleton,
);

export const StartPlace = onDemand(
  async () => (await import('./gateway/StartPlace.tsx')).StartPlace,
  PlaceSkeleton,
);
