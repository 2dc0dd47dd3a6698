/** The gateways that dial this host: asked once, then told by the live stream. */
import { useQuery } from '@tanstack/react-query';
import type { FleetView } from '../shared/api/fleet.ts';
import { api } from './api.ts';

/** null until it is known; a host that no gateway may dial has none. */
export function useFleet(): FleetView | null {
  return useQuery({ queryKey: ['fleet'], queryFn: ({ signal }) => api.fleet({}, { signal }) }).data ?? null;
}
