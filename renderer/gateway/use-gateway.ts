/** The gateway as the window sees it: its state by the live stream, its configuration by react-query. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TakenOver } from '../../shared/api/gateway.ts';
import type { GatewayStatus } from '../../shared/api/gateway-status.ts';
import type { Settings } from '../../shared/api/gateway-settings.ts';
import { api, queries } from '../api.ts';

/** The host tells changes for half a minute after each question, ms. */
const ASK_AGAIN_MS = 15_000;

const SETTINGS = ['gateway-settings'];

/** Told by the stream as it changes, as long as this is shown. */
export function useStatus() {
  return useQuery<GatewayStatus>({
    queryKey: ['gateway', 'status'],
    queryFn: ({ signal }) => api.gatewayStatus({}, { signal }),
    refetchInterval: ASK_AGAIN_MS,
    refetchOnMount: 'always',
  });
}

/** Read anew whenever it is looked at: it is edited elsewhere too. */
export function useSettings() {
  return useQuery<Settings>({
    queryKey: SETTINGS,
    queryFn: ({ signal }) => api.gatewaySettings({}, { signal }),
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
  });
}

/** What a change did. */
export interface Changed {
  readonly settings: Settings;
  readonly taken: TakenOver;
  /** Whether others could read the file, and cannot now. */
  readonly narrowed: boolean;
}

/** Writes to the configuration by one of the API's calls; what it is then is shown everywhere, and `onWritten` is told. */
export function useChange<I>(
  write: (input: I) => Promise<Changed>,
  onWritten?: (changed: Changed, input: I) => void,
) {
  return useMutation({
    mutationFn: write,
    onSuccess: (changed, input) => {
      queries.setQueryData(SETTINGS, changed.settings);
      onWritten?.(changed, input);
    },
  });
}

/** Forgets what was read of the configuration. */
export function readAgain(): void {
  void queries.invalidateQueries({ queryKey: SETTINGS });
}
