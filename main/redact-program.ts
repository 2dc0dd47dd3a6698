/** `auditorium redact`: takes values out of the record. */
import { Option, type Command } from 'commander';

export interface RedactFlags {
  readonly config?: string;
  readonly key?: string;
  readonly event?: string;
  readonly field?: string;
  readonly session?: string;
  readonly filter?: string;
  readonly value?: string;
  readonly keepRest: boolean;
  readonly remote?: 'destroy' | 'keep';
  readonly reason: string;
  readonly by?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

export function addRedact(program: Command): void {
  program
    .command('redact')
    .description(
      'take values out of the record for good; who, when and why stays in it (see docs/redaction.md)',
    )
    .argument('[archive]', 'an archive that no gateway writes any more')
    .option('--config <file>', 'of the gateway, running or not, whose archive is meant')
    .option('--key <file>', 'the private key that the archive was recorded with')
    .option('--event <[log:]number>', 'an event by its number, of the log whose id begins so')
    .option('--field <name>', 'only payloads of this name, such as text, parameters or answer')
    .option('--session <id>', 'of this session; the beginning of its id is enough')
    .option('--filter <filter>', 'of statements that match (see docs/filter.md)')
    .option(
      '--value <text>',
      'that hold this text; - reads it from standard input, where no list of processes shows it',
    )
    .option('--keep-rest', 'only the value goes, the rest of each payload is kept', false)
    .addOption(
      new Option(
        '--remote <what>',
        'in a remote store no value can be taken out alone: destroy all values of the sessions there, or keep them; default: destroy with --session alone, else keep',
      ).choices(['destroy', 'keep']),
    )
    .requiredOption('--reason <text>', 'for the record; it stays, so the value must not be in it (required)')
    .option('--by <name>', 'who asks for it, for the record; default: you')
    .option('--yes', 'do it; without it is only told what would go', false)
    .option('--json', 'one JSON value per line', false)
    .action(async (archive: string | undefined, flags: RedactFlags) => {
      const { redact } = await import('./commands/redact.ts');
      await redact(archive ?? null, flags);
    });
}
