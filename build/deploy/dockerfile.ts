/** What a Dockerfile says, and the rules that ours is held to: for machines without hadolint. */

/** One instruction with what follows it, its lines joined. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

export function instructionsOf(text: string): Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      return { word: word.toUpperCase(), rest };
    });
}

/** What follows the last of these instructions, which is the one that counts; null where there is none. */
export function lastOf(instructions: readonly Instruction[], word: string): string | null {
  return instructions.findLast((each) => each.word === word)?.rest ?? null;
}

/** A rule by what it asks for, and what of a Dockerfile breaks it. */
interface Rule {
  readonly asks: string;
  readonly broken: (instructions: readonly Instruction[]) => boolean;
}

const RULES: readonly Rule[] = [
  {
    asks: 'a base image has an exact version, as a tag of three numbers or a digest',
    broken: (all) =>
      bases(all).some((base) => !/(:\d+\.\d+\.\d+(-[\w.-]+)?|@sha256:[0-9a-f]{64})$/.test(base)),
  },
  {
    asks: 'it runs as a user by number, who is not root',
    broken: (all) => !/^[1-9]\d*(:[1-9]\d*)?$/.test(lastOf(final(all), 'USER') ?? ''),
  },
  {
    asks: 'what is copied comes from here, not by ADD',
    broken: (all) => all.some(({ word }) => word === 'ADD'),
  },
  { asks: 'it says how its health is checked', broken: (all) => lastOf(final(all), 'HEALTHCHECK') === null },
  {
    asks: 'commands are lists, so that signals reach the program',
    broken: (all) => ['ENTRYPOINT', 'CMD'].some((word) => !(lastOf(final(all), word) ?? '[').startsWith('[')),
  },
  {
    asks: 'packages are installed as the lock file has them, and none may run a program',
    broken: (all) => all.some(({ word, rest }) => word === 'RUN' && !isLocked(rest)),
  },
  {
    asks: 'what runs has no parts for developers',
    broken: (all) => !copiesOf(final(all)).every((stage) => isLean(stageNamed(all, stage))),
  },
  {
    asks: 'no secret is handed over as an argument or a variable',
    broken: (all) =>
      all.some(
        ({ word, rest }) => ['ARG', 'ENV'].includes(word) && /password|secret|token|_key\b/i.test(rest),
      ),
  },
];

/** What a Dockerfile does not keep. */
export function faultsOf(text: string): string[] {
  const instructions = instructionsOf(text);
  return RULES.filter(({ broken }) => broken(instructions)).map(({ asks }) => asks);
}

/** Base images, with the defaults of arguments filled in; stages of the file itself are none. */
function bases(all: readonly Instruction[]): string[] {
  const given = new Map(
    all
      .filter(({ word }) => word === 'ARG')
      .map(({ rest }) => {
        const [name = '', value = ''] = rest.split('=', 2);
        return [name, value] as const;
      }),
  );
  const froms = all.filter(({ word }) => word === 'FROM').map(({ rest }) => rest);
  const stages = new Set(froms.map((rest) => / AS (\S+)$/i.exec(rest)?.[1]));
  return froms
    .map((rest) =>
      (rest.split(' ')[0] ?? '').replaceAll(/\$\{(\w+)\}/g, (_, name: string) => given.get(name) ?? ''),
    )
    .filter((base) => !stages.has(base));
}

/** The last stage. */
function final(all: readonly Instruction[]): readonly Instruction[] {
  return all.slice(all.findLastIndex(({ word }) => word === 'FROM'));
}

function stageNamed(all: readonly Instruction[], name: string): readonly Instruction[] {
  const from = all.findIndex(({ word, rest }) => word === 'FROM' && rest.endsWith(` AS ${name}`));
  const next = all.findIndex(({ word }, index) => word === 'FROM' && index > from);
  return from === -1 ? [] : all.slice(from, next === -1 ? undefined : next);
}

/** The stages that something is copied from. */
function copiesOf(stage: readonly Instruction[]): string[] {
  return stage.filter(({ word }) => word === 'COPY').map(({ rest }) => /--from=(\S+)/.exec(rest)?.[1] ?? '');
}

function isLocked(command: string): boolean {
  if (/\bnpm (i|install|add|update)\b/.test(command)) return false;
  return !/\bnpm ci\b/.test(command) || command.includes('--ignore-scripts');
}

function isLean(stage: readonly Instruction[]): boolean {
  const installs = stage.filter(({ word, rest }) => word === 'RUN' && rest.includes('npm ci'));
  return installs.length > 0 && installs.every(({ rest }) => rest.includes('--omit=dev'));
}
