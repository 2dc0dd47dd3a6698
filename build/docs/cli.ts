/** docs/cli.md: every command with its arguments and options, read from the program itself. */
import type { Command } from 'commander';
import {
  type ArgumentEntry,
  type CommandEntry,
  flatten,
  type OptionEntry,
} from '../../main/completion/command-table.ts';
import { EXIT_STATUS } from '../../main/failure.ts';
import { VERDICTS } from '../../shared/recording/verdict.ts';
import { anchorOf, block, code, generated, table } from './markdown.ts';

/** Exit statuses and what they say, for the manual page too. */
export const STATUS_MEANINGS: Readonly<Record<keyof typeof EXIT_STATUS, string>> = {
  internal: 'something nobody foresaw, or it was interrupted',
  usage: 'the command line, a filter, or a file that was named',
  config: 'the configuration, or the policy',
  archive: 'the archive or the case cannot be opened or read',
  listen: 'a port, an address or a socket to listen on',
  identity: 'a token, a key, a sign-in, or a permission',
  absent: 'the archive is fine and does not hold what was asked for',
  machine: 'this machine lacks something',
  recorder: 'the spool, or another part of the recorder',
  gateway: 'a running gateway: none answers, or it is not ready',
  database: 'a registered database',
};

/** What environment variables say. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['AUDITORIUM_HOME', 'the user folder: keys, cases, sign-ins, caches'],
  ['AUDITORIUM_DEBUG', 'set to anything: failures print where they happened'],
  ['ELECTRON_OVERRIDE_DIST_PATH', 'a folder with an Electron to open the desktop app with'],
  ['AWS_ACCESS_KEY_ID', 'and what else the SDKs of AWS read: credentials, region and endpoint of buckets'],
];

export function cliPage(entry: CommandEntry, program: Command): string {
  const commands = flatten(entry).slice(1);
  return [
    generated('the command line itself'),
    '# Commands',
    'What `auditorium --help` tells, on one page. In a checkout the command is `npx auditorium`, or `auditorium` after one `npm link`. `man auditorium` shows the same, and [completion](#auditorium-completion) lets a shell fill it in.',
    table(
      ['command', 'does'],
      commands.map(({ path, description }) => [
        `[${code(path.join(' '))}](#${anchorOf(path.join(' '))})`,
        description,
      ]),
    ),
    '## What all of them do',
    'Lists print for people on a terminal, and with `--json` as one JSON value a line. A failure is one line on standard error, `auditorium: CODE: what, where and how to mend it`, and an exit status; [the codes](errors.md#commands) stand on a page of their own.',
    table(
      ['exit status', 'says'],
      [
        ['0', 'done; of `verify`: `VERIFIED`'],
        ...Object.entries(EXIT_STATUS).map(([family, status]) => [
          String(status),
          STATUS_MEANINGS[family as keyof typeof EXIT_STATUS],
        ]),
        [
          `${Math.min(...verdictStatuses())}–${Math.max(...verdictStatuses())}`,
          'of `verify` and `case verify`: [the verdict](errors.md#verdicts)',
        ],
      ],
    ),
    table(
      ['variable', 'says'],
      ENVIRONMENT.map(([name, meaning]) => [code(name), meaning]),
    ),
    ...commands.flatMap((command) => commandPart(command, program)),
  ].join('\n\n');
}

function verdictStatuses(): number[] {
  return Object.values(VERDICTS).filter((status) => status !== 0);
}

function commandPart(entry: CommandEntry, program: Command): string[] {
  const after = textAfter(commandAt(program, entry.path));
  return [
    `${entry.path.length > 2 ? '###' : '##'} ${entry.path.join(' ')}`,
    sentence(entry.description),
    block(entry.usage),
    ...(entry.arguments.length === 0 ? [] : [table(['argument', 'is'], entry.arguments.map(argumentRow))]),
    ...(entry.options.length === 0 ? [] : [table(['option', 'means'], entry.options.map(optionRow))]),
    ...(after === '' ? [] : [block(after)]),
  ];
}

function argumentRow({ term, description, choices, otherwise }: ArgumentEntry): string[] {
  return [code(term), withChoices(description, choices, otherwise)];
}

function optionRow({ short, long, value, description, choices, required, otherwise }: OptionEntry): string[] {
  const flag = `${short === null ? '' : `${short}, `}${long}${value === null ? '' : ` ${value}`}`;
  const needed = required && !description.includes('(required)') ? ' (required)' : '';
  return [code(flag), withChoices(description, choices, otherwise) + needed];
}

/** A meaning, with the words that may be said and what holds where nothing is. */
export function withChoices(
  description: string,
  choices: readonly string[],
  otherwise: string | null,
): string {
  const one = choices.length === 0 ? '' : `; one of ${choices.join(', ')}`;
  const none = otherwise === null || /\bdefault:/.test(description) ? '' : `; default: ${otherwise}`;
  return `${description.replaceAll(/<([^>]*)>/g, '‹$1›')}${one}${none}`;
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** The command at a path, `auditorium gateway kill`. */
export function commandAt(program: Command, path: readonly string[]): Command {
  return path.slice(1).reduce((command, name) => {
    const next = command.commands.find((child) => child.name() === name);
    if (next === undefined) throw new Error(`there is no command ${path.join(' ')}`);
    return next;
  }, program);
}

/** What the help of a command says behind its options. */
export function textAfter(command: Command): string {
  let shown = '';
  command.configureOutput({ writeOut: (text) => (shown += text), getOutHelpWidth: () => 100 });
  command.outputHelp();
  return shown.slice(command.helpInformation().length).trim();
}
