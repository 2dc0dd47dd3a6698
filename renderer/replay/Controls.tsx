/** Playing: play, step, speed, idle; each with its key. */
import {
  ChevronFirst,
  ChevronLast,
  ChevronLeft,
  ChevronRight,
  CircleChevronLeft,
  CircleChevronRight,
  FastForward,
  Pause,
  Play,
  SkipBack,
  SkipForward,
} from 'lucide-react';
import { SPEEDS } from '../../shared/replay/pacing.ts';
import { Button, IconButton, Tip } from '../ui/Button.tsx';
import type { Player } from '../player/use-player.ts';

const ICON = 16;

interface ControlsProps {
  readonly player: Player;
  /** Whether a policy decided on anything. */
  readonly decisions: boolean;
}

export function Controls({ player, decisions }: ControlsProps) {
  const { playing, speed, skipIdle } = player.state;
  return (
    <div className="controls" role="toolbar" aria-label="Playing">
      <IconButton
        name={playing ? 'Pause' : 'Play'}
        shortcut="Space"
        icon={playing ? <Pause size={ICON} aria-hidden /> : <Play size={ICON} aria-hidden />}
        className="button button-primary button-icon"
        onClick={player.toggle}
      />
      <span className="controls-group">
        <IconButton
          name="Start"
          shortcut="Home"
          icon={<ChevronFirst size={ICON} aria-hidden />}
          onClick={player.toStart}
        />
        <IconButton
          name="Previous statement"
          shortcut="["
          icon={<SkipBack size={ICON} aria-hidden />}
          onClick={player.previousStatement}
        />
        <IconButton
          name="Previous frame"
          shortcut=","
          icon={<ChevronLeft size={ICON} aria-hidden />}
          onClick={player.previousFrame}
        />
        <IconButton
          name="Next frame"
          shortcut="."
          icon={<ChevronRight size={ICON} aria-hidden />}
          onClick={player.nextFrame}
        />
        <IconButton
          name="Next statement"
          shortcut="]"
          icon={<SkipForward size={ICON} aria-hidden />}
          onClick={player.nextStatement}
        />
        <IconButton
          name="End"
          shortcut="End"
          icon={<ChevronLast size={ICON} aria-hidden />}
          onClick={player.toEnd}
        />
      </span>
      <span className="controls-group">
        <IconButton
          name="Previous error"
          shortcut="E"
          icon={<CircleChevronLeft size={ICON} className="tone-error" aria-hidden />}
          onClick={player.previousError}
        />
        <IconButton
          name="Next error"
          shortcut="e"
          icon={<CircleChevronRight size={ICON} className="tone-error" aria-hidden />}
          onClick={player.nextError}
        />
      </span>
      {decisions ? (
        <span className="controls-group">
          <IconButton
            name="Previous decision"
            shortcut="D"
            icon={<CircleChevronLeft size={ICON} className="tone-held" aria-hidden />}
            onClick={player.previousDecision}
          />
          <IconButton
            name="Next decision"
            shortcut="d"
            icon={<CircleChevronRight size={ICON} className="tone-held" aria-hidden />}
            onClick={player.nextDecision}
          />
        </span>
      ) : null}
      <select
        className="speed"
        aria-label="Speed"
        value={speed}
        onChange={(event) => player.setSpeed(Number(event.target.value))}
      >
        {SPEEDS.map((option) => (
          <option key={option} value={option}>
            {option}×
          </option>
        ))}
      </select>
      <Tip text="Play over idle time, and fold it on the time line" shortcut="i">
        <span>
          <Button look="plain" pressed={skipIdle} onClick={player.toggleSkipIdle}>
            <FastForward size={14} aria-hidden />
            Skip idle
          </Button>
        </span>
      </Tip>
    </div>
  );
}
