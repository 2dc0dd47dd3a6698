/** What a running gateway made of a change. */
import type { TakenOver } from '../../shared/api/gateway.ts';
import { STATUS } from '../words/gateway.ts';

export function TakenLine({ taken }: { readonly taken: TakenOver }) {
  if (taken === null)
    return (
      <span className="cell-quiet" role="status">
        {STATUS.notRunning}
      </span>
    );
  const { applied, kept, refused } = taken;
  if (refused !== null)
    return (
      <span className="tone-error" role="alert">
        ✕ {STATUS.refused(refused)}
      </span>
    );
  const words = applied.length === 0 ? STATUS.nothingApplied : STATUS.applied(applied.join(', '));
  return (
    <span className="cell-quiet" role="status" data-testid="taken">
      ✓ {words}
      {kept.length === 0 ? '' : `; ${STATUS.kept(kept.join(', '))}`}
    </span>
  );
}
