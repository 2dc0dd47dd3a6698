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
import { memo } from 'react';
import type { Actions } from '../player/open-session.ts';
import { Button, IconButton, Tip } from '../ui/Button.tsx';
import { PLAYING } from '../words/playing.ts';
import { StepButton } from './StepButton.tsx';

const ICON = 16;

interface ControlsProps {
  readonly actions: Actions;
  readonly playing: boolean;
  readonly speed: number;
  readonly skipIdle: boolean;
  /** Whether a policy decided on anything. */
  readonly decisions: boolean;
}

export const Controls = memo(function Controls(props: ControlsProps) {
  const { actions, playing, speed, skipIdle, decisions } = props;
  const steps: readonly (readonly [string, string, LucideIcon, () => void])[] = [
    [PLAYING.start, 'Home', ChevronFirst, actions.toStart],
    [PLAYING.previousStatement, '[', SkipBack, actions.previousStatement],
    [PLAYING.previousFrame, ',', ChevronLeft, actions.previousFrame],
    [PLAYING.nextFrame, '.', ChevronRight, actions.nextFrame],
    [PLAYING.nextStatement, ']', SkipForward, actions.nextStatement],
    [PLAYING.end, 'End', ChevronLast, actions.toEnd],
  ];
  return (
    <div className="controls" role="toolbar" aria-label={PLAYING.toolbar}>
      <IconButton
        name={playing ? PLAYING.pause : PLAYING.play}
        shortcut="Space"
        icon={playing ? <Pause size={ICON} aria-hidden /> : <Play size={ICON} aria-hidden />}
        className="button button-primary button-icon"
        onClick={actions.toggle}
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
          onClick={actions.previousError}
        />
        <StepButton name={PLAYING.nextError} shortcut="e" tone="error" onClick={actions.nextError} />
      </span>
      {decisions ? (
        <span className="controls-group">
          <StepButton
            name={PLAYING.previousDecision}
            shortcut="D"
            tone="held"
            back
            onClick={actions.previousDecision}
          />
          <StepButton name={PLAYING.nextDecision} shortcut="d" tone="held" onClick={actions.nextDecision} />
        </span>
      ) : null}
      <select
        className="speed"
        aria-label={PLAYING.speed}
        value={speed}
        onChange={(event) => actions.setSpeed(Number(event.target.value))}
      >
        {SPEEDS.map((option) => (
          <option key={option} value={option}>
            {option}×
          </option>
        ))}
      </select>
      <Tip text={PLAYING.skipIdleMeans} shortcut="i">
        <span>
          <Button look="plain" pressed={skipIdle} onClick={actions.toggleSkipIdle}>
            <FastForward size={14} aria-hidden />
            {PLAYING.skipIdle}
          </Button>
        </span>
      </Tip>
    </div>
  );
});
