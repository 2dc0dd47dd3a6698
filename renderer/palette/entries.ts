/** What the palette lists for what was typed, in order. */
import type { Command } from '../commands.ts';
import { COMMAND_GROUPS } from '../words/commands.ts';
import { PALETTE } from '../words/palette.ts';
import { fit } from './rank.ts';

/** One line of the palette. */
export interface Entry {
  readonly command: Command;
  /** What stands above it; absent: the same as above the one before. */
  readonly heading?: string;
  /** Positions in the name that were typed. */
  readonly at: readonly number[];
}

/** More than anybody looks through; who does not find it types on. */
const SHOWN = 80;

/** Commands used last, of which so many stand in front before anything is typed. */
const RECENT_SHOWN = 5;

/** A command whose detail is found, and not its name, comes behind those whose name is. */
const DETAIL_WEIGHT = 0.5;

/** What a command used lately is ahead of others that fit as well. */
const RECENT_BONUS = 3;

/**
 * `made` are commands that were made of what was typed: they come first. `recent` are ids of commands, the one used last in
 * front.
 */
export function entriesFor(
  typed: string,
  commands: readonly Command[],
  made: readonly Command[],
  recent: readonly string[],
): Entry[] {
  const entries = typed.trim() === '' ? listed(commands, recent) : found(typed, commands, recent);
  const first = made.map((command, n) =>
    n === 0 ? { command, at: [], heading: COMMAND_GROUPS.typed } : { command, at: [] },
  );
  return [...first, ...entries].slice(0, SHOWN);
}

/** All of them by group, below the few used last. */
function listed(commands: readonly Command[], recent: readonly string[]): Entry[] {
  const used = recent.flatMap((id) => commands.filter((command) => command.id === id)).slice(0, RECENT_SHOWN);
  const groups = Object.entries(COMMAND_GROUPS).map(
    ([group, title]) => [title, commands.filter((command) => command.group === group)] as const,
  );
  return [[PALETTE.recent, used] as const, ...groups].flatMap(([title, members]) =>
    members.map((command, n) => (n === 0 ? { command, at: [], heading: title } : { command, at: [] })),
  );
}

function found(typed: string, commands: readonly Command[], recent: readonly string[]): Entry[] {
  return commands
    .flatMap((command) => {
      const byName = fit(typed, command.name);
      const byAll = fit(typed, `${command.name} ${command.detail ?? ''} ${COMMAND_GROUPS[command.group]}`);
      const score = byName?.score ?? (byAll === null ? null : byAll.score * DETAIL_WEIGHT);
      if (score === null) return [];
      const bonus = recent.includes(command.id) ? RECENT_BONUS : 0;
      return [{ entry: { command, at: byName?.at ?? [] }, score: score + bonus }];
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
