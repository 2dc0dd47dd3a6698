/** The commands about evidence: `auditorium verify`. */
import type { Command } from 'commander';
import { ARCHIVE, withEndpoint, withKeys } from './endpoint-option.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;

export function addEvidence(program: Command): void {
  addVerify(program);
}

interface VerifyFlags {
  readonly key?: string[];
  readonly anchor?: string[];
  readonly config?: string;
  readonly seal: boolean;
  readonly index: boolean;
  readonly forget: boolean;
  readonly json: boolean;
}

function addVerify(program: Command): void {
  withKeys(withEndpoint(program.command('verify')))
    .description('say whether an archive is what was recorded; the exit status says it too')
    .argument('<archive>', `${ARCHIVE}, or an evidence bundle`)
    .option(
      '--key <file>',
      'a public key that is trusted, PEM or C2SP verifier key; may be given more than once',
      several,
    )
    .option('--config <file>', 'of the gateway whose key is trusted, where no --key is given')
    .option(
      '--anchor <file>',
      'checkpoints that somebody else kept: notes, or a log with lines of them; may be given more than once',
      several,
    )
    .option('--seal', 'every sealed volume must have its seal', false)
    .option('--no-index', 'only the events: do not make lists and searches anew to compare them')
    .option('--forget', 'do not compare with what was verified here before, and remember this instead', false)
    .option(...JSON_OPTION)
    .addHelpText('after', EXIT_STATUSES)
    .action(async (archive: string, flags: VerifyFlags) => {
      const { verify } = await import('./commands/verify.ts');
      await verify(archive, { key: [], anchor: [], ...flags });
    });
}

function several(value: string, before: string[] = []): string[] {
  return [...before, value];
}

const EXIT_STATUSES = `
Exit status: 0 VERIFIED, 21 VERIFIED_WITH_REDACTIONS, 22 INCOMPLETE, 23 TRUNCATED, 24 FORKED, 25 CORRUPT,
26 INDEX_MISMATCH, 27 UNKNOWN_KEY, 28 UNSUPPORTED_VERSION; others: it could not be verified at all.`;
