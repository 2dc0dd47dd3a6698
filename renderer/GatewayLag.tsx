/** How far the archive is behind the gateway that fills it: shown when it is more than a moment. */
import { useQuery } from '@tanstack/react-query';
import { Hourglass, Unplug } from 'lucide-react';
import type { GatewayNews } from '../shared/api/routes.ts';
import { formatBytes, formatDuration } from './ui/format.ts';
import { LAG } from './words/operating.ts';

/** A gateway that keeps up ships four times a second; so much is a sign that it does not, s. */
const BEHIND_S = 1;

export function GatewayLag() {
  // Only the live stream tells it.
  const { data } = useQuery<GatewayNews>({ queryKey: ['gateway'], enabled: false });
  if (data === undefined) return null;
  if (!data.answers) {
    return (
      <span className="mark tone-write" title={LAG.silentMeans} data-testid="lag">
        <Unplug size={12} aria-hidden />
        {LAG.silent}
      </span>
    );
  }
  if (data.lag < BEHIND_S || data.unshipped === 0) return null;
  return (
    <span className="mark tone-write" title={LAG.means} data-testid="lag">
      <Hourglass size={12} aria-hidden />
      {LAG.behind(formatDuration(Math.round(data.lag * 1e6)), formatBytes(data.unshipped))}
    </span>
  );
}
