/** Playing: play, step, speed, idle; each with its key. */
import {
  ChevronFirst,
  ChevronLast,
  ChevronLeft,
  ChevronRight,
  FastForward,
  Pause,
  Play,
  SkipBack,
  SkipForward,
  type LucideIcon,
} from 'lucide-react';
import { SPEEDS } from '../../shared/replay/pacing.ts';
import type { Player } from '../player/use-player.ts';
import { Button, IconButton, Tip } from '../ui/Button.tsx';
import { PLAYING } from '../words/playing.ts';
import { StepButton } from './StepButton.tsx';

const ICON = 16;

interface ControlsProps {
  readonly player: Player;
  /** Whether a policy decided on anything. */
  readonly decisions: boolean;
}

export function Controls({ player, decisions }: ControlsProps) {
  const { playing, speed, skipIdle } = player.state;
  const steps: readonly (readonly [string, string, LucideIcon, () => void])[] = [
    [PLAYING.start, 'Home', ChevronFirst, player.toStart],
    [PLAYING.previousStatement, '[', SkipBack, player.previousStatement],
    [PLAYING.previousFrame, ',', ChevronLeft, player.previousFrame],
    [PLAYING.nextFrame, '.', ChevronRight, player.nextFrame],
    [PLAYING.nextStatement, ']', SkipForward, player.nextStatement],
    [PLAYING.end, 'End', ChevronLast, player.toEnd],
  ];
  return (
    <div className="controls" role="toolbar" aria-label={PLAYING.toolbar}>
      <IconButton
        name={playing ? PLAYING.pause : PLAYING.play}
        shortcut="Space"
        icon={playing ? <Pause size={ICON} aria-hidden /> : <Play size={ICON} aria-hidden />}
        className="button button-primary button-icon"
        onClick={player.toggle}
      />
      <span className="controls-group">
        {steps.map(([name, shortcut, Icon, onClick]) => (
          <IconButton
            key={name}
            name={name}
            shortcut={shortcut}
            icon={<Icon size={ICON} aria-hidden />}
            onClick={onClick}
          />
        ))}
      </span>
      <span className="controls-group">
        <StepButton
          name={PLAYING.previousError}
          shortcut="E"
          tone="error"
          back
          onClick={player.previousError}
        />
        <StepButton name={PLAYING.nextError} shortcut="e" tone="error" onClick={player.nextError} />
      </span>
      {decisions ? (
        <span className="controls-group">
          <StepButton
            name={PLAYING.previousDecision}
            shortcut="D"
            tone="held"
            back
            onClick={player.previousDecision}
          />
          <StepButton name={PLAYING.nextDecision} shortcut="d" tone="held" onClick={player.nextDecision} />
        </span>
      ) : null}
      <select
        className="speed"
        aria-label={PLAYING.speed}
        value={speed}
        onChange={(event) => player.setSpeed(Number(event.target.value))}
      >
        {SPEEDS.map((option) => (
          <option key={option} value={option}>
            {option}×
          </option>
        ))}
      </select>
      <Tip text={PLAYING.skipIdleMeans} shortcut="i">
        <span>
          <Button look="plain" pressed={skipIdle} onClick={player.toggleSkipIdle}>
            <FastForward size={14} aria-hidden />
            {PLAYING.skipIdle}
          </Button>
        </span>
      </Tip>
    </div>
  );
}
