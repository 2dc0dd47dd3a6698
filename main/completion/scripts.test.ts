import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { programOf } from '../program.ts';
import { commandTable } from './command-table.ts';
import { completionScript, type Shell } from './scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditorium-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const table = commandTable(programOf('0.0.0'));
writeFileSync(join(folder, 'quarter four.audit'), '');

/** What each shell makes of a command line that was typed so far: one word a line. */
const HARNESSES: Readonly<Record<Shell, (script: string) => readonly string[]>> = {
  bash: (script) => [
    '--norc',
    '-c',
    `. "${script}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _auditorium; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
  ],
  // zsh completes in its line editor alone; what the script tells the editor is printed in its place.
  zsh: (script) => [
    '-f',
    '-c',
    `compdef() { }; _describe() { print -l -- "\${(@)\${(P)2}%%:*}" }; compadd() { shift; print -l -- "$@" }; _files() { print -l -- * }; . "${script}"; words=("$@"); CURRENT=$#; _auditorium; true`,
    'zsh',
  ],
  fish: (script) => [
    '--no-config',
    '-c',
    `source "${script}"; complete -C (string join " " -- $argv) | string replace -r "\\t.*" ""`,
  ],
};

function completed(shell: Shell, ...words: string[]): string[] {
  const script = join(folder, `completion.${shell}`);
  writeFileSync(script, completionScript(shell, table));
  const { stdout, stderr } = spawnSync(shell, [...HARNESSES[shell](script), ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  });
  expect(stderr).toBe('');
  const last = words.at(-1) ?? '';
  return stdout
    .split('\n')
    .filter((word) => word !== '' && word.startsWith(last) && !word.startsWith('completion.'));
}

function isHere(shell: Shell): boolean {
  return spawnSync(shell, ['--version']).error === undefined;
}

describe.each(['bash', 'zsh', 'fish'] as const)('in %s', (shell) => {
  const here = isHere(shell);
  if (!here) process.stdout.write(`skipped: completion in ${shell}, which is not installed here\n`);

  test.skipIf(!here)('commands, subcommands, options, choices and files are completed', () => {
    expect({
      commands: completed(shell, 'auditorium', 'po'),
      subcommands: completed(shell, 'auditorium', 'gateway', 'k'),
      options: completed(shell, 'auditorium', 'gateway', 'kill', '--'),
      checkout: completed(shell, 'npx', 'aud'),
      throughNpx: completed(shell, 'npx', 'auditorium', 'gateway', 'k'),
      optionsThroughNpx: completed(shell, 'npx', 'auditorium', 'gateway', 'kill', '--rea'),
      choices: completed(shell, 'auditorium', 'export', '--format', 'c').toSorted(),
      words: completed(shell, 'auditorium', 'completion', 'f'),
      files: completed(shell, 'auditorium', 'verify', 'q').map((name) => name.replaceAll('\\', '')),
      values: completed(shell, 'auditorium', 'open', '--config', 'q').map((name) =>
        name.replaceAll('\\', ''),
      ),
    }).toEqual({
      commands: ['policy'],
      subcommands: ['kill'],
      checkout: ['auditorium'],
      throughNpx: ['kill'],
      optionsThroughNpx: ['--reason'],
      options: expect.arrayContaining(['--reason', '--config', '--json', '--help']),
      choices: ['cef', 'csv'],
      words: ['fish'],
      files: ['quarter four.audit'],
      values: ['quarter four.audit'],
    });
  });
});
