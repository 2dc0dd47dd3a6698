import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { programOf } from '../../main/program.ts';
import { instructionsOf, lastOf } from './dockerfile.ts';

const here = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');
const words = z.array(z.string());

/** The words behind `auditorium` of everything here that runs it. */
const COMMANDS: readonly (readonly [where: string, command: readonly string[]])[] = [
  ...['CMD', 'HEALTHCHECK'].map((word) => {
    const said = lastOf(instructionsOf(here('Dockerfile')), word) ?? '';
    const list = words.parse(JSON.parse(said.slice(said.indexOf('['))));
    return [`Dockerfile ${word}`, list.filter((each) => each !== 'auditorium')] as const;
  }),
  ...['auditorium-gateway.service', 'auditorium-serve.service'].map((unit) => {
    const [, command = ''] = /^ExecStart=\S+\/auditorium\.mjs (.*)$/m.exec(here(unit)) ?? [];
    return [unit, command.split(' ')] as const;
  }),
  ...['statefulset.yaml', 'server.yaml'].flatMap((file) =>
    [...here(`chart/templates/${file}`).matchAll(/^ +args: (\[.*\])$/gm)].map(
      ([, args = '']) => [file, words.parse(parse(args))] as const,
    ),
  ),
  // Of code in the page that says how to run it.
  ...[...here('../../docs/deploy.md').matchAll(/\bauditorium ((?:gateway|token|verify) [^)`|#\n]*)/g)].map(
    ([, command = '']) => ['docs/deploy.md', command.trim().split(/\s+/)] as const,
  ),
];

test('there are commands to look at', () => {
  expect(COMMANDS.length).toBeGreaterThan(8);
});

test.each(COMMANDS)('%s says what the command line knows', (_, command) => {
  expect(unknownIn(programOf('0'), command)).toEqual([]);
});

test('what the command line does not know is found', () => {
  expect(unknownIn(programOf('0'), ['gateway', '--config', 'x', '--daemon'])).toEqual(['--daemon']);
  expect(unknownIn(programOf('0'), ['gatway', '--config', 'x'])).toEqual(['gatway', '--config', 'x']);
});

/** Words that are neither a command where they stand, nor one of its options or arguments. */
function unknownIn(program: Command, command: readonly string[]): string[] {
  const chain = [program];
  const unknown: string[] = [];
  for (let index = 0; index < command.length; index++) {
    const word = command[index] ?? '';
    const last = chain.at(-1) ?? program;
    const option = chain
      .flatMap(({ options }) => options)
      .find(({ long, short }) => [long, short].includes(word));
    const next = last.commands.find((each) => each.name() === word);
    if (option !== undefined) index += option.required ? 1 : 0;
    else if (next !== undefined) chain.push(next);
    else if (word.startsWith('-') || last.registeredArguments.length === 0) unknown.push(word);
  }
  return unknown;
}
