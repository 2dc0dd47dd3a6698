/** What is loaded, when that is not all: a view of a part says so. */
import type { SessionRow } from '../../shared/api/session.ts';
import type { Player } from '../player/use-player.ts';
import { Tip } from '../ui/Button.tsx';
import { PLAYING } from '../words/playing.ts';

export function Loaded({ player, session }: { readonly player: Player; readonly session: SessionRow }) {
  const { list } = player;
  const error = list.error ?? (player.state.error instanceof Error ? player.state.error : null);
  if (error !== null) {
    return (
      <p className="loaded tone-error" role="alert">
        {PLAYING.onlySteps(list.length)} {error.message}{' '}
        <button type="button" className="value-button" onClick={player.retry}>
          {PLAYING.tryAgain}
        </button>
      </p>
    );
  }
  if (session.outcome === 'live') {
    return (
      <p className="loaded tone-live">
        {player.state.following ? (
          PLAYING.liveFollowing
        ) : (
          <Tip text={PLAYING.liveFollowMeans} shortcut="End">
            <button type="button" className="value-button" onClick={player.toEnd}>
              {PLAYING.liveBehind(list.length - 1 - player.state.index)}
            </button>
          </Tip>
        )}
      </p>
    );
  }
  if (list.complete) return null;
  return <p className="loaded">{PLAYING.loadingSteps(list.length)}</p>;
}
