/** Evidence out and in: `auditorium export` and `auditorium import`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ARCHIVE, READ_CONFIG, withEndpoint, withKeys } from './endpoint-option.ts';
import { FORMAT_NAMES, FORMATS, type Format } from './exports/format.ts';
import { addImport } from './import-program.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;

export function addExchange(program: Command): void {
  addExport(program);
  addImport(program);
}

interface ExportFlags {
  readonly format: Format;
  readonly filter?: string;
  readonly session?: readonly string[];
  readonly finding?: number;
  readonly case?: string;
  readonly config?: string;
  readonly out: string;
  readonly force: boolean;
  readonly key?: string;
  readonly bom: boolean;
  readonly ocsf: '1.8' | '1.9';
  readonly json: boolean;
}

function addExport(program: Command): void {
  withKeys(withEndpoint(program.command('export')))
    .description('take evidence out of an archive')
    .argument('<archive>', ARCHIVE)
    .addOption(new Option('--format <format>', 'see below').choices(FORMAT_NAMES).makeOptionMandatory())
    .option('--filter <filter>', 'which statements, e.g. token:ci-deployer verb:delete; else everything')
    .option(
      '--session <id>',
      'this session alone, by its id or the beginning of it; may be given more than once',
      many,
    )
    .option(
      '--finding <number>',
      'the sessions that this finding rests on; a bundle tells it as well',
      numberOf,
    )
    .option(
      '--case <case>',
      'where the finding is, a file or a name of `auditorium case`; else the archive’s own',
    )
    .requiredOption('--out <path>', 'the file to write; - is stdout, for formats of text')
    .option('--force', 'write over a file that exists', false)
    .option('--key <file>', 'sign the bundle’s manifest with this private key (PEM, Ed25519)')
    .option(...READ_CONFIG)
    .option('--bom', 'a byte order mark before CSV, by which Excel knows UTF-8', false)
    .addOption(
      new Option('--ocsf <version>', 'of OCSF: 1.9 adds ai_agent and attestations')
        .choices(['1.8', '1.9'])
        .default('1.8'),
    )
    .option(...JSON_OPTION)
    .addHelpText('after', FORMATS_HELP)
    .action(async (archive: string, flags: ExportFlags) => {
      const { exportArchive } = await import('./commands/export.ts');
      await exportArchive({ session: [], ...flags, archive });
    });
}

/** The formats, a line each. */
const FORMATS_HELP = `
Formats:
${FORMAT_NAMES.map((name) => `  ${name.padEnd(11)}${FORMATS[name].meaning}`).join('\n')}`;

function many(value: string, before: readonly string[] = []): readonly string[] {
  if (value === '') throw new InvalidArgumentError('an id is not empty.');
  return [...before, value];
}

function numberOf(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('findings are numbered from 1.');
  return number;
}
