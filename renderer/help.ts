/** The sheet of keys: what works where one stands, from the commands themselves, and what lists and text fields take. */
import type { Command } from './commands.ts';
import type { KeyGroup } from './ui/HelpDialog.tsx';
import { COMMAND_GROUPS, OTHER_KEYS } from './words/commands.ts';

/** Commands that have keys, by group, then the rest. */
export function keyGroups(commands: readonly Command[]): KeyGroup[] {
  const groups = Object.entries(COMMAND_GROUPS).map(([group, title]) => ({
    title,
    rows: commands.flatMap(({ keys, name, group: own }) =>
      own === group && keys !== undefined ? [{ keys, does: name }] : [],
    ),
  }));
  return [...groups.filter(({ rows }) => rows.length > 0), ...OTHER_KEYS];
}
