/** `auditorium key`: the keys that evidence is signed with. */
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
    .requiredOption('--reason <text>', 'for the record')
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
