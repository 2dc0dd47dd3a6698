/** Silence while playing: how long it was, that it is skipped or waited out, and the other way. */
import { Hourglass } from 'lucide-react';
import type { Player } from '../player/use-player.ts';
import { formatDuration } from '../ui/format.ts';
import { PLAYING } from '../words/playing.ts';

export function IdleNote({ player }: { readonly player: Player }) {
  const { gap, playing } = player.state;
  if (gap === null || !playing) return null;
  const length = formatDuration(gap.to - gap.from);
  return (
    <p className="idle-note">
      <Hourglass size={13} aria-hidden />
      {gap.skipped ? PLAYING.idleSkipped(length) : PLAYING.idle(length)}
      <button
        type="button"
        className="value-button"
        onClick={() => (gap.skipped ? player.toggle() : player.seekTime(gap.to))}
      >
        {gap.skipped ? PLAYING.idleStay : PLAYING.idleSkip}
      </button>
    </p>
  );
}
