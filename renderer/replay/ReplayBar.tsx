/** The bar above the time line: playing, ways through the session, where one stands, what protects it, which views. */
import { Link, Repeat } from 'lucide-react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useCommands } from '../commands.ts';
import type { Player } from '../player/use-player.ts';
import { IconButton } from '../ui/Button.tsx';
import { PolicyName } from '../ui/decision-marks.tsx';
import { formatClock, formatCount } from '../ui/format.ts';
import { useCopied } from '../ui/use-copied.ts';
import { PLAYING } from '../words/playing.ts';
import { Controls } from './Controls.tsx';
import { GoToField } from './GoToField.tsx';
import { Loaded } from './Loaded.tsx';
import { Protection } from './Protection.tsx';
import { TouchControl } from './TouchControl.tsx';
import type { Touches } from './use-touches.ts';
import { LOOP_KEY, type LoopMarks } from './use-loop.ts';
import type { OpenViews } from './use-views.ts';
import { ViewsMenu } from './ViewsMenu.tsx';

/** The key that copies the address. */
const LINK_KEY = 'y';

interface ReplayBarProps {
  readonly session: SessionRow;
  readonly player: Player;
  readonly position: string;
  readonly loop: LoopMarks;
  readonly touches: Touches;
  readonly views: OpenViews;
  /** The address of the frame that is shown. */
  readonly link: () => string;
}

export function ReplayBar({ session, player, position, loop, touches, views, link }: ReplayBarProps) {
  const { step, state } = player;
  return (
    <div className="controls-bar">
      <Controls player={player} decisions={session.denied + session.held > 0} />
      <span className="controls-group">
        <LoopButton {...loop} />
        <TouchControl player={player} touches={touches} />
        <GoToField session={session} player={player} />
        <LinkButton link={link} />
      </span>
      <p className="position" data-testid="position">
        {position}
        <span className="position-time mono">{step === undefined ? '' : formatClock(step.time)}</span>
        <LoopWords {...loop} />
        {state.loading ? <span className="cell-quiet">{PLAYING.seeking}</span> : null}
      </p>
      <span className="fill" />
      <Loaded player={player} session={session} />
      {session.policy === null ? null : (
        <p className="replay-policy">
          <span className="cell-quiet">{PLAYING.policy}</span>
          <PolicyName {...session.policy} />
          <Protection player={player} />
        </p>
      )}
      <ViewsMenu {...views} />
    </div>
  );
}

function LoopButton({ name, begun, loop, press }: LoopMarks) {
  return (
    <IconButton
      name={name}
      shortcut={LOOP_KEY}
      pressed={loop !== null || begun !== null}
      icon={<Repeat size={16} aria-hidden />}
      onClick={press}
    />
  );
}

function LoopWords({ begun, loop }: LoopMarks) {
  if (loop === null && begun === null) return null;
  return (
    <span className="tone-live loop-words">
      {loop === null
        ? PLAYING.loopFrom(formatCount((begun ?? 0) + 1))
        : PLAYING.loops(formatCount(loop.first + 1), formatCount(loop.last + 1))}
    </span>
  );
}

function LinkButton({ link }: Pick<ReplayBarProps, 'link'>) {
  const { said, copy } = useCopied();
  useCommands([
    { id: 'replay.link', name: PLAYING.link, group: 'replay', keys: [LINK_KEY], run: () => copy(link()) },
  ]);
  return (
    <span className="link-button">
      <IconButton
        name={PLAYING.link}
        shortcut={LINK_KEY}
        icon={<Link size={15} aria-hidden />}
        onClick={() => copy(link())}
      />
      <span className={said === null ? 'hidden-text' : 'tooltip link-said'} role="status">
        {said}
      </span>
    </span>
  );
}
