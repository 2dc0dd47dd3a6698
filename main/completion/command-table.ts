/** The commands as plain data, read from the program itself: completions, docs/cli.md and the manual page are made from it. */
import type { Argument, Command, Option } from 'commander';

/** What a word of the command line may be. */
export type ValueKind = 'file' | 'choice' | 'other';

/** A word after a command. */
export interface ArgumentEntry {
  /** As the usage shows it: `<archive>`, `[case]`, `<file...>`. */
  readonly term: string;
  readonly description: string;
  readonly kind: ValueKind;
  readonly choices: readonly string[];
  /** What stands for one that is left out; null where nothing does. */
  readonly otherwise: string | null;
}

/** An option of a command. */
export interface OptionEntry {
  readonly short: string | null;
  readonly long: string;
  /** `<file>`; null where the option takes nothing. */
  readonly value: string | null;
  readonly description: string;
  readonly kind: ValueKind;
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly otherwise: string | null;
}

/** One command, and those below it. */
export interface CommandEntry {
  /** `auditorium gateway kill` as words. */
  readonly path: readonly string[];
  readonly description: string;
  readonly usage: string;
  readonly arguments: readonly ArgumentEntry[];
  /** Its own, then those of the commands above it that it takes too. */
  readonly options: readonly OptionEntry[];
  readonly commands: readonly CommandEntry[];
}

/** What a program and all commands below it take. */
export function commandTable(command: Command, above: readonly Command[] = []): CommandEntry {
  const path = [...above, command].map((each) => each.name());
  // The root's own options are for itself alone: `auditorium find --version` is no command line.
  const groups = above.slice(1);
  return {
    path,
    description: command.description(),
    usage: [...path.slice(0, -1), command.name(), command.usage()].join(' ').trim(),
    arguments: command.registeredArguments.map((argument) => argumentEntry(argument)),
    options: [command, ...groups]
      .flatMap((each) => each.options.slice())
      .filter((option, index, all) => all.findIndex(({ long }) => long === option.long) === index)
      .map((option) => optionEntry(option)),
    commands: command.commands.map((child) => commandTable(child, [...above, command])),
  };
}

/** A command and all below it, in the order of the help. */
export function flatten(entry: CommandEntry): CommandEntry[] {
  return [entry, ...entry.commands.flatMap((child) => flatten(child))];
}

function argumentEntry(argument: Argument): ArgumentEntry {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  const term = argument.required ? `<${name}>` : `[${name}]`;
  const choices = argument.argChoices ?? [];
  return {
    term,
    description: argument.description,
    kind: kindOf(argument.name(), choices),
    choices,
    otherwise: shownDefault(argument.defaultValue),
  };
}

function optionEntry(option: Option): OptionEntry {
  const value = /[<[][^>\]]+[>\]]$/.exec(option.flags)?.[0] ?? null;
  const choices = option.argChoices ?? [];
  return {
    short: option.short ?? null,
    long: option.long ?? option.flags,
    value,
    description: option.description,
    kind: value === null ? 'other' : kindOf(value.slice(1, -1), choices),
    choices,
    required: option.mandatory,
    otherwise: value === null ? null : shownDefault(option.defaultValue),
  };
}

/** Placeholders that stand for something on disk. */
const FILES = /^(?:file|archive|case|policy|path|socket)(?:\.\.\.)?$/;

function kindOf(placeholder: string, choices: readonly string[]): ValueKind {
  if (choices.length > 0) return 'choice';
  return FILES.test(placeholder) ? 'file' : 'other';
}

function shownDefault(value: unknown): string | null {
  if (value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
