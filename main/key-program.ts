/** `auditorium key` and `auditorium hold`: what evidence is signed with, and what keeps it. */
import type { Command } from 'commander';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;
const CONFIG_OPTION = ['--config <file>', 'the configuration of the gateway that is meant'] as const;

export function addKey(program: Command): void {
  const key = program.command('key').description('the keys that evidence is signed with and verified by');
  key
    .command('show')
    .description('print the public key of a gateway, for those who verify')
    .requiredOption(...CONFIG_OPTION)
    .option('--vkey', 'as C2SP verifier keys, one for each log in the archive', false)
    .option(...JSON_OPTION)
    .action(async (flags: { config: string; vkey: boolean; json: boolean }) => {
      const { showKey } = await import('./commands/key.ts');
      await showKey(flags);
    });
  key
    .command('rotate')
    .description('replace the key of a gateway, running or not; who and why is recorded')
    .requiredOption(...CONFIG_OPTION)
    .requiredOption('--reason <text>', 'for the record (required)')
    .option(...JSON_OPTION)
    .action(async (flags: { config: string; reason: string; json: boolean }) => {
      const { rotateKey } = await import('./commands/key.ts');
      await rotateKey(flags);
    });
  key
    .command('pin')
    .description('trust the keys in a file when you verify from now on')
    .argument('<file>', 'public keys: PEM, or C2SP verifier keys one a line')
    .option('--name <name>', 'what to call them; default: as the file')
    .option(...JSON_OPTION)
    .action(async (file: string, flags: { name?: string; json: boolean }) => {
      const { pinKey } = await import('./commands/key.ts');
      pinKey(file, flags);
    });
}

interface HoldFlags {
  readonly filter: string;
  readonly reason: string;
  readonly json: boolean;
}

export function addHolds(program: Command): void {
  program
    .command('hold')
    .description('keep volumes from being removed by the rules of retention')
    .argument('<archive>', 'a volume, or a folder of volumes')
    .option('--filter <filter>', 'volumes in which something matches; default: all', '')
    .requiredOption('--reason <text>', 'for whoever asks later (required)')
    .option(...JSON_OPTION)
    .action(async (archive: string, flags: HoldFlags) => {
      const { hold } = await import('./commands/hold.ts');
      await hold({ ...flags, archive });
    });
  program
    .command('release')
    .description('let volumes go again that were held')
    .argument('<archive>', 'a volume, or a folder of volumes')
    .option('--filter <filter>', 'what was held with this filter; default: everything', '')
    .requiredOption('--reason <text>', 'for whoever asks later (required)')
    .option(...JSON_OPTION)
    .action(async (archive: string, flags: HoldFlags) => {
      const { release } = await import('./commands/hold.ts');
      release({ ...flags, archive });
    });
  program
    .command('holds')
    .description('list the volumes that are held, by whom and why')
    .argument('<archive>', 'a volume, or a folder of volumes')
    .option(...JSON_OPTION)
    .action(async (archive: string, { json }: { json: boolean }) => {
      const { holds } = await import('./commands/hold.ts');
      holds({ archive, json });
    });
}
