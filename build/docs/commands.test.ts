/** Command lines of the documents are what the program understands. */
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandTable, flatten } from '../../main/completion/command-table.ts';
import { programOf } from '../../main/program.ts';
import { fencesOf, prose, TEXTS } from './testing/reading.ts';

const ENTRIES = flatten(commandTable(programOf('0.0.0')));

/** Words of a line as a shell takes them, up to what is for the shell itself. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s"'|<>;&#]|"(?:[^"\\]|\\.)*"|'[^']*')+|[|<>;&]+|#.*/g)].map(
    ([word]) => word,
  );
  const end = words.findIndex((word) => /^(?:[|<>;&]|#)/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll(/["']/g, ''));
}

/** Command lines of auditorium in a block of a terminal, lines joined that end in a back slash. */
function commandLines(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => /(?:^|[$(] ?|^\$ |; |&& )(?:npx )?auditorium ([^)\n]*)/.exec(line)?.[1] ?? []);
}

/** Why the program does not take a line; null: it does. */
function fault(line: string): string | null {
  const program = silenced(programOf('0.0.0'));
  const before = process.env['AWS_ENDPOINT_URL_S3'];
  try {
    program.parse(wordsOf(line), { from: 'user' });
    return null;
  } catch (error) {
    return error instanceof Error && !/outputHelp/.test(error.message) ? error.message : null;
  } finally {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL_S3'];
    else process.env['AWS_ENDPOINT_URL_S3'] = before;
  }
}

/** The program, every command of which does nothing. */
function silenced(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (
    command.commands.length === 0 ||
    command.registeredArguments.length > 0 ||
    command.name() !== 'auditorium'
  )
    command.action(() => undefined);
  for (const child of command.commands) silenced(child);
  return command;
}

/** What a mention of a command names and the program does not have: a command, or an option of it or those below it. */
function unknownIn(mention: string): string[] {
  const words = wordsOf(mention.replaceAll('\\|', ' ').replaceAll(/[[\](){}|]/g, ' '));
  const [command = ''] = words;
  const family = ENTRIES.filter(({ path }) => path[1] === command);
  const known = new Set(family.flatMap(({ options }) => options.map(({ long }) => long)));
  const options = words
    .filter((word) => word.startsWith('--'))
    .map((word) => word.replace(/[=,.;:].*$/, ''))
    .filter((long) => !known.has(long) && !['--help', '--version'].includes(long));
  return /^[a-z]/.test(command) && family.length === 0 ? [command, ...options] : options;
}

describe.each([...TEXTS])('%s', (path, text) => {
  test('command lines are understood', () => {
    const shown = fencesOf(text)
      .filter(({ language }) => ['', 'sh', 'console', 'yaml'].includes(language))
      .flatMap((fence) => commandLines(fence.text))
      .filter((line) => !/…|\[|\bCOMMAND\b|^\(|^COMMAND/.test(line));
    const faults = path === 'docs/cli.md' ? [] : shown.map((line) => ({ line, why: fault(line) }));
    expect(faults.filter(({ why }) => why !== null)).toEqual([]);
  });

  test('commands and options that it mentions exist', () => {
    const mentions = [...prose(text).matchAll(/`(?:npx )?auditorium ([^`\n]+)`/g)]
      .map(([, mention = '']) => mention)
      .filter((mention) => !/^(?:COMMAND|checkpoint|case 1|case entry|bundle |…)/.test(mention));
    expect(mentions.filter((mention) => unknownIn(mention).length > 0)).toEqual([]);
  });
});
