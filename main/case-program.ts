/** `auditorium case`: what investigators wrote and did, as files: list, read, check, hand over, take in. */
import type { Command } from 'commander';
import { countOf } from './arguments.ts';
import { ARCHIVE, withEndpoint } from './endpoint-option.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;
const CASE = ['[case]', 'a file, or the name of a case as listed; default: the one written last'] as const;

export function addCase(program: Command): void {
  const command = program
    .command('case')
    .description('list the cases here: notes, findings and reviews of archives, and what was done with them')
    .option(...JSON_OPTION)
    .action(async (flags: { readonly json: boolean }) => {
      const { listCases } = await import('./commands/case.ts');
      await listCases(flags);
    });
  addReading(command);
  addExchange(command);
}

function addReading(command: Command): void {
  command
    .command('log')
    .description('print what was written and done, the newest first')
    .argument(...CASE)
    .option('--limit <count>', 'how many at most', countOf, 100)
    .action(async (name: string | undefined, _: unknown, self: Command) => {
      const { printLog } = await import('./commands/case.ts');
      printLog(name ?? null, self.optsWithGlobals());
    });
  withEndpoint(command.command('verify'))
    .description('check every signature and chain; the exit status is 25 where something does not verify')
    .argument('[case]', 'a file, one that was exported too, or the name of a case as listed')
    .option(
      '--archive <archive>',
      `look there whether what notes and findings stand on is still so: ${ARCHIVE}`,
    )
    .action(async (name: string | undefined, _: unknown, self: Command) => {
      const { verifyCase } = await import('./commands/case-verify.ts');
      await verifyCase(name ?? null, self.optsWithGlobals());
    });
}

function addExchange(command: Command): void {
  command
    .command('export')
    .description('write the case to a file for a colleague')
    .argument(...CASE)
    .requiredOption('--out <file>', 'the file to write')
    .option('--force', 'write over a file that exists', false)
    .action(async (name: string | undefined, _: unknown, self: Command) => {
      const { exportCase } = await import('./commands/case.ts');
      await exportCase(name ?? null, self.optsWithGlobals());
    });
  command
    .command('merge')
    .description('take in what a colleague exported; what is here already stays as it is')
    .argument('<file>', 'what auditorium case export, or the window, wrote')
    .argument(...CASE)
    .action(async (file: string, name: string | undefined, _: unknown, self: Command) => {
      const { mergeCase } = await import('./commands/case.ts');
      await mergeCase(file, name ?? null, self.optsWithGlobals());
    });
}
