/** docs/auditorium.1: the manual page, in the macros of man(7), from the commands themselves. */
import type { Command } from 'commander';
import { type CommandEntry, flatten, type OptionEntry } from '../../main/completion/command-table.ts';
import { EXIT_STATUS } from '../../main/failure.ts';
import { VERDICTS } from '../../shared/recording/verdict.ts';
import { commandAt, ENVIRONMENT, STATUS_MEANINGS, textAfter, withChoices } from './cli.ts';

/** When the page was last gone over; pages of a manual are dated. */
const DATE = '2026-11-22';

export function manualPage(entry: CommandEntry, program: Command, version: string): string {
  const commands = flatten(entry).slice(1);
  const lines = [
    '.\\" Written by npm run docs from the command line itself; edits here are lost.',
    `.TH AUDITORIUM 1 ${DATE} "auditorium ${version}" "Auditorium"`,
    '.SH NAME',
    `auditorium \\- ${plain(entry.description.replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    '.B auditorium',
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    plain(
      'Auditorium records what AI agents and CI jobs do to a PostgreSQL database, and replays it frame by frame. An agent connects to the gateway with its OIDC token for a password; investigators open the archive in a window, search it, and hand over findings that a stranger can verify.',
    ),
    '.PP',
    plain(
      'Lists print for people, and with --json as one JSON value a line. A failure is one line on standard error with a code, and an exit status.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandLines(command, program)),
    '.SH EXIT STATUS',
    ...tagged('0', 'Done; of verify: VERIFIED.'),
    ...Object.entries(EXIT_STATUS).flatMap(([family, status]) =>
      tagged(String(status), `${STATUS_MEANINGS[family as keyof typeof EXIT_STATUS]}.`),
    ),
    ...Object.entries(VERDICTS)
      .filter(([, status]) => status !== 0)
      .toSorted(([, one], [, other]) => one - other)
      .flatMap(([verdict, status]) => tagged(String(status), `Of verify: ${verdict}.`)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => tagged(name, `${meaning}.`)),
    '.SH FILES',
    ...tagged('auditorium.yaml', 'The configuration of a gateway and of a team server.'),
    ...tagged('policy.yaml', 'What agents may do.'),
    ...tagged('~/.local/share/auditorium', 'The user folder on Linux: keys, cases, sign-ins.'),
    '.SH SEE ALSO',
    '.BR psql (1),',
    '.BR systemd.service (5)',
    '.PP',
    'The pages under docs/ say the rest.',
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(entry: CommandEntry, program: Command): string[] {
  const after = textAfter(commandAt(program, entry.path));
  return [
    `.SS ${plain(entry.usage)}`,
    plain(`${entry.description}.`),
    ...entry.arguments.flatMap(({ term, description, choices, otherwise }) =>
      tagged(term, withChoices(description, choices, otherwise)),
    ),
    ...entry.options.flatMap((option) => optionLines(option)),
    ...(after === '' ? [] : ['.PP', '.nf', ...after.split('\n').map(plain), '.fi']),
  ];
}

function optionLines({
  short,
  long,
  value,
  description,
  choices,
  required,
  otherwise,
}: OptionEntry): string[] {
  const flag = `${short === null ? '' : `${short}, `}${long}${value === null ? '' : ` ${value}`}`;
  const needed = required && !description.includes('(required)') ? ' (required)' : '';
  return tagged(flag, withChoices(description, choices, otherwise) + needed);
}

function tagged(term: string, meaning: string): string[] {
  return ['.TP', `.B ${plain(term)}`, plain(meaning)];
}

/** Typographic signs that terminals of any encoding show. */
const SIGNS: Readonly<Record<string, string>> = {
  '’': '\\(cq',
  '‘': '\\(oq',
  '…': '...',
  '‹': '<',
  '›': '>',
  '–': '\\(en',
  '—': '\\(em',
};

/** Text as roff takes it: nothing of it is a command. */
function plain(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/[’‘…‹›–—]/g, (sign) => SIGNS[sign] ?? sign);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
