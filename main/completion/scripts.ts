/** Completion scripts for shells, made from the commands themselves. They look at nothing but the line and the file system. */
import { type CommandEntry, flatten } from './command-table.ts';

/** Shells there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script of a shell, for the program that `table` describes. */
export function completionScript(shell: Shell, table: CommandEntry): string {
  return SCRIPTS[shell](flatten(table));
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandEntry[]) => string>> = { bash, zsh, fish };

const keyOf = ({ path }: CommandEntry): string => path.join(' ');

/** Everything that may stand in place of a word that is not a value: commands, choices of arguments. */
function wordsOf({ commands, arguments: taken }: CommandEntry): string[] {
  return [...commands.map(({ path }) => path.at(-1) ?? ''), ...taken.flatMap(({ choices }) => choices)];
}

const flagsOf = ({ options }: CommandEntry): string[] => [
  ...options.flatMap(({ short, long }) => (short === null ? [long] : [short, long])),
  '--help',
];

const takesFiles = ({ arguments: taken }: CommandEntry): boolean => taken.some(({ kind }) => kind === 'file');

/** `'…'` for bash and zsh. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Lines `command:--option) …` for options that take a value. */
function valueCases(commands: readonly CommandEntry[], act: (choices: readonly string[]) => string) {
  return commands.flatMap((command) =>
    command.options
      .filter(({ value, choices }) => value !== null && choices.length > 0)
      .map(({ long, choices }) => `    ${quoted(`${keyOf(command)}:${long}`)}) ${act(choices)} ;;`),
  );
}

/** `'command:--option'|…` of options whose value is `file`, or any other than a choice. */
function optionsTaking(commands: readonly CommandEntry[], files: boolean): string {
  const keys = commands.flatMap((command) =>
    command.options
      .filter(({ value, kind }) => value !== null && kind !== 'choice' && (kind === 'file') === files)
      .map(({ long }) => quoted(`${keyOf(command)}:${long}`)),
  );
  return keys.join('|');
}

function bash(commands: readonly CommandEntry[]): string {
  return `# bash completion for auditorium, as \`auditorium completion bash\` prints it
_auditorium() {
  if [ "\${COMP_WORDS[0]}" = npx ]; then
    if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W auditorium -- "\${COMP_WORDS[1]}")); return; fi
    [ "\${COMP_WORDS[1]}" = auditorium ] || return
    COMP_WORDS=("\${COMP_WORDS[@]:1}")
    COMP_CWORD=$((COMP_CWORD - 1))
  fi
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local at=auditorium index words='' flags='' files=''
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$at \${COMP_WORDS[index]}" in
    ${commands.slice(1).map(keyOf).map(quoted).join('|')}) at="$at \${COMP_WORDS[index]}" ;;
    esac
  done
  case "$at:$before" in
${valueCases(commands, (choices) => `COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$current")); return`).join('\n')}
    ${optionsTaking(commands, true)}) compopt -o filenames 2> /dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${optionsTaking(commands, false)}) return ;;
  esac
  case "$at" in
${commands
  .map(
    (command) =>
      `    ${quoted(keyOf(command))}) words=${quoted(wordsOf(command).join(' '))} flags=${quoted(flagsOf(command).join(' '))} files=${takesFiles(command) ? 'yes' : ''} ;;`,
  )
  .join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *)
      COMPREPLY=($(compgen -W "$words" -- "$current"))
      if [ -n "$files" ]; then
        compopt -o filenames 2> /dev/null
        local IFS=$'\\n'
        COMPREPLY+=($(compgen -f -- "$current"))
      fi
      ;;
  esac
}
complete -F _auditorium auditorium
complete -p npx > /dev/null 2>&1 || complete -o default -F _auditorium npx
`;
}

/** A word and what it means, for zsh's _describe; a colon parts the two. */
const described = (word: string, meaning: string): string =>
  quoted(`${word.replaceAll(':', '\\:')}:${meaning}`);

function zsh(commands: readonly CommandEntry[]): string {
  return `#compdef auditorium npx
# zsh completion for auditorium, as \`auditorium completion zsh\` prints it
_auditorium() {
  if [[ "\${words[1]}" == npx ]]; then
    if (( CURRENT == 2 )); then compadd -- auditorium; return; fi
    if [[ "\${words[2]}" != auditorium ]]; then _files; return; fi
    shift words
    (( CURRENT-- ))
  fi
  local at=auditorium word index files=''
  local -a commands flags
  for ((index = 2; index < CURRENT; index++)); do
    case "$at \${words[index]}" in
    ${commands.slice(1).map(keyOf).map(quoted).join('|')}) at="$at \${words[index]}" ;;
    esac
  done
  case "$at:\${words[CURRENT-1]}" in
${valueCases(commands, (choices) => `compadd -- ${choices.map(quoted).join(' ')}; return`).join('\n')}
    ${optionsTaking(commands, true)}) _files; return ;;
    ${optionsTaking(commands, false)}) return ;;
  esac
  case "$at" in
${commands.map(zshCase).join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe option flags
    return
  fi
  (( \${#commands} )) && _describe command commands
  [[ -n "$files" ]] && _files
}
if [ "$funcstack[1]" = _auditorium ]; then
  _auditorium "$@"
else
  compdef _auditorium auditorium npx
fi
`;
}

function zshCase(command: CommandEntry): string {
  const words = [
    ...command.commands.map(({ path, description }) => described(path.at(-1) ?? '', description)),
    ...command.arguments.flatMap(({ choices, description }) =>
      choices.map((choice) => described(choice, description)),
    ),
  ];
  const flags = [
    ...command.options.map(({ long, description }) => described(long, description)),
    described('--help', 'all of this'),
  ];
  return `    ${quoted(keyOf(command))}) commands=(${words.join(' ')}) flags=(${flags.join(' ')}) files=${takesFiles(command) ? 'yes' : ''} ;;`;
}

/** For fish, which knows \\ and ' in single quotes. */
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(commands: readonly CommandEntry[]): string {
  return `# fish completion for auditorium, as \`auditorium completion fish\` prints it
function __auditorium_at
  set -l at auditorium
  set -l line (commandline -opc)
  for word in $line[2..-1]
    switch "$at $word"
      case ${commands.slice(1).map(keyOf).map(fishQuoted).join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv"
end
function __auditorium_of_npx
  set -l line (commandline -opc)
  test "$line[2]" = auditorium
end
function __auditorium_through_npx
  set -l line (commandline -opc)
  complete -C (string join ' ' -- (string escape -- $line[2..-1]) (commandline -ct))
end
complete -c npx -n 'test (count (commandline -opc)) -eq 1' -a auditorium
complete -c npx -n __auditorium_of_npx -f -a '(__auditorium_through_npx)'
complete -c auditorium -f
${commands.flatMap(fishLines).join('\n')}
`;
}

function fishLines(command: CommandEntry): string[] {
  const begin = `complete -c auditorium -n ${fishQuoted(`__auditorium_at ${keyOf(command)}`)}`;
  return [
    ...command.commands.map(
      ({ path, description }) => `${begin} -a ${path.at(-1)} -d ${fishQuoted(description)}`,
    ),
    ...command.arguments
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ choices, description }) =>
          `${begin} -a ${fishQuoted(choices.join(' '))} -d ${fishQuoted(description)}`,
      ),
    ...(takesFiles(command) ? [`${begin} -F`] : []),
    ...command.options.map(({ short, long, value, kind, choices, description }) =>
      [
        begin,
        ...(short === null ? [] : ['-s', short.slice(1)]),
        '-l',
        long.slice(2),
        ...(value === null ? [] : kind === 'file' ? ['-r', '-F'] : ['-x']),
        ...(choices.length === 0 ? [] : ['-a', fishQuoted(choices.join(' '))]),
        '-d',
        fishQuoted(description),
      ].join(' '),
    ),
    `${begin} -l help -d 'all of this'`,
  ];
}
