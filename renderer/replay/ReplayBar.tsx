/** The bar above the time line: playing, ways through the session, where one stands, what protects it, which views. */
import { Link, Repeat } from 'lucide-react';
import { memo } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useCommands } from '../commands.ts';
import type { OpenSession } from '../player/open-session.ts';
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
  readonly open: OpenSession;
  readonly player: Player;
  /** The same as it is drawn: see Replay.tsx. */
  readonly seen: Player;
  readonly position: string;
  readonly loop: LoopMarks;
  readonly touches: Touches;
  readonly views: OpenViews;
  /** The address of the frame that is shown. */
  readonly link: () => string;
}

export function ReplayBar(props: ReplayBarProps) {
  const { session, open, player, seen, position, loop, touches, views, link } = props;
  const { playing, speed, skipIdle, loading } = player.state;
  return (
    <div className="controls-bar">
      <Controls
        actions={open.actions}
        playing={playing}
        speed={speed}
        skipIdle={skipIdle}
        decisions={session.denied + session.held > 0}
      />
      <span className="controls-group">
        <LoopButton name={loop.name} pressed={loop.loop !== null || loop.begun !== null} press={loop.press} />
        <TouchControl actions={open.actions} touches={touches} />
        <GoToField session={session} opened={open} />
        <LinkButton link={link} />
      </span>
      <p className="position" data-testid="position">
        {position}
        <span className="position-time mono">
          {seen.step === undefined ? '' : formatClock(seen.step.time)}
        </span>
        <LoopWords {...loop} />
        {loading ? <span className="cell-quiet">{PLAYING.seeking}</span> : null}
      </p>
      <span className="fill" />
      <Loaded player={player} session={session} />
      {session.policy === null ? null : (
        <p className="replay-policy">
          <span className="cell-quiet">{PLAYING.policy}</span>
          <PolicyName {...session.policy} />
          <Protection list={seen.list} segments={open.segments} />
        </p>
      )}
      <ViewsMenu {...views} />
    </div>
  );
}

interface LoopButtonProps extends Pick<LoopMarks, 'name' | 'press'> {
  readonly pressed: boolean;
}

const LoopButton = memo(function LoopButton({ name, pressed, press }: LoopButtonProps) {
  return (
    <IconButton
      name={name}
      shortcut={LOOP_KEY}
      pressed={pressed}
      icon={<Repeat size={16} aria-hidden />}
      onClick={press}
    />
  );
});

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

const LinkButton = memo(function LinkButton({ link }: Pick<ReplayBarProps, 'link'>) {
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
});
