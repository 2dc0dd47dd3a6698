/** `auditorium import`. */
import { type Command, InvalidArgumentError, Option } from 'commander';

const FORMATS = ['csvlog', 'jsonlog', 'stderr', 'asciicast', 'hoop', 'lines'] as const;

interface ImportFlags {
  readonly into: string;
  readonly format?: (typeof FORMATS)[number];
  readonly prefix?: string;
  readonly timezone?: string;
  readonly mapping?: string;
  readonly key?: string;
  readonly json: boolean;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('bring logs and recordings of other programs into an archive')
    .argument('<file...>', 'plain or gzip; - is standard input', oneMore)
    .requiredOption('--into <archive>', 'its folder, made when absent')
    .addOption(new Option('--format <format>', 'else told by the file itself').choices(FORMATS))
    .option('--prefix <text>', 'log_line_prefix of the server, for its log as text; else guessed')
    .option('--timezone <zone>', 'of the times in a log, such as Europe/Berlin; else what they say')
    .option('--mapping <file>', 'what is what in JSON lines (docs/import.md)')
    .option('--key <file>', 'sign with this private key (PEM, Ed25519); else your own, made when absent')
    .option('--json', 'one JSON value per line', false)
    .action(async (files: string[], flags: ImportFlags) => {
      const { importFiles } = await import('./commands/import.ts');
      await importFiles({ ...flags, files });
    });
}

function oneMore(file: string, before: string[] = []): string[] {
  if (file === '') throw new InvalidArgumentError('a file has a name.');
  return [...before, file];
}
