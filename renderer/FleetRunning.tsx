/** How many sessions run on the gateways of a fleet now: the archive has them later, their gateways’ place at once. */
import { Radio } from 'lucide-react';
import { useFleet } from './fleet.ts';
import { goTo } from './router.ts';
import { formatNumberOf } from './ui/format.ts';
import { FLEET } from './words/fleet.ts';

/** Of a glyph beside words, in px. */
const GLYPH = 12;

export function FleetRunning() {
  const fleet = useFleet();
  const running = fleet?.gateways.reduce((sum, { sessions }) => sum + sessions, 0) ?? 0;
  if (running === 0) return null;
  return (
    <button
      type="button"
      className="value-button"
      title={FLEET.runningMeans}
      data-testid="fleet-running"
      onClick={() => goTo({ name: 'gateway', tab: 'fleet', edit: null })}
    >
      <span className="mark tone-live">
        <Radio size={GLYPH} aria-hidden />
        {FLEET.running(formatNumberOf(running, 'session'))}
      </span>
    </button>
  );
}
