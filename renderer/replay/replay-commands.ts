/** What one can do in a session: playing, stepping, going to a statement or a time, and what the inspector shows. */
import type { SessionRow } from '../../shared/api/session.ts';
import { SPEEDS } from '../../shared/replay/pacing.ts';
import { readGoTo } from '../../shared/replay/go-to.ts';
import { useCommands, useTypedCommands, type Command } from '../commands.ts';
import type { OpenSession } from '../player/open-session.ts';
import type { Player } from '../player/use-player.ts';
import { goBack, HOME, INSPECTOR_TABS, type InspectorTab } from '../router.ts';
import { COMMANDS, REPLAY_COMMANDS as WORDS } from '../words/commands.ts';
import { PLAYING } from '../words/playing.ts';
import { goToPlace, wordsOfPlace } from './go-to-place.ts';

/** Offers them, and takes their keys. */
export function useReplayCommands(
  player: Player,
  opened: OpenSession,
  session: SessionRow,
  setTab: (tab: InspectorTab) => void,
): void {
  useCommands([
    ...playing(player),
    ...stepping(player, session),
    ...inspecting(setTab),
    { id: 'go.back', name: COMMANDS.back, group: 'go', keys: ['Esc'], run: () => goBack(HOME) },
  ]);
  useTypedCommands((typed) => {
    const place = readGoTo(typed, { started: session.started, now: player.timeNow() });
    if (place === null) return [];
    return [
      {
        id: `replay.to.${place.to}`,
        name: PLAYING.goToPlace(wordsOfPlace(place)),
        group: 'typed',
        run: () => void goToPlace(place, session, opened),
      },
    ];
  });
}

type Replaying = readonly [
  id: string,
  name: string,
  keys: readonly string[] | undefined,
  run: () => void,
  alias?: string,
];

function replaying([id, name, keys, run, alias]: Replaying): Command {
  return { id: `replay.${id}`, name, group: 'replay', keys, alias, run };
}

function playing(player: Player): Command[] {
  const { state } = player;
  const commands: readonly Replaying[] = [
    ['play', state.playing ? WORDS.pause : WORDS.play, ['Space'], player.toggle],
    ['slower', WORDS.slower, ['-'], player.slower],
    ['faster', WORDS.faster, ['+'], player.faster, '='],
    ['idle', state.skipIdle ? WORDS.keepIdle : WORDS.skipIdle, ['i'], player.toggleSkipIdle],
    ...SPEEDS.map((speed): Replaying => [
      `speed.${speed}`,
      WORDS.speed(speed),
      undefined,
      () => player.setSpeed(speed),
    ]),
  ];
  return commands.map(replaying);
}

function stepping(player: Player, { outcome }: SessionRow): Command[] {
  const end = outcome === 'live' ? WORDS.endLive : WORDS.end;
  const commands: readonly Replaying[] = [
    ['frame.previous', WORDS.previousFrame, [','], player.previousFrame],
    ['frame.next', WORDS.nextFrame, ['.'], player.nextFrame],
    ['statement.previous', WORDS.previousStatement, ['['], player.previousStatement],
    ['statement.next', WORDS.nextStatement, [']'], player.nextStatement],
    ['error.previous', WORDS.previousError, ['E'], player.previousError],
    ['error.next', WORDS.nextError, ['e'], player.nextError],
    ['decision.previous', WORDS.previousDecision, ['D'], player.previousDecision],
    ['decision.next', WORDS.nextDecision, ['d'], player.nextDecision],
    ['start', WORDS.start, ['Home'], player.toStart],
    ['end', end, ['End'], player.toEnd],
  ];
  return commands.map(replaying);
}

function inspecting(setTab: (tab: InspectorTab) => void): Command[] {
  return INSPECTOR_TABS.map((tab, index) => ({
    id: `inspector.${tab}`,
    name: WORDS.tab(tab),
    group: 'inspector',
    keys: [String(index + 1)],
    run: () => setTab(tab),
  }));
}
