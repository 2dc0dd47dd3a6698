/** `auditorium keys`: the keys that values in a remote store are sealed with (docs/remote.md). */
import type { Command } from 'commander';
import { withEndpoint, withKeys } from './endpoint-option.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('the keys that values in a remote store are sealed with: a session each');
  withKeys(withEndpoint(keys.command('list')))
    .description('which sessions have a key, and which keys were destroyed, by whom and why')
    .option('--config <file>', 'of a gateway, which names its key store')
    .option('--session <id>', 'of this session; the beginning of its id is enough')
    .option(...JSON_OPTION)
    .action(async (flags: { config?: string; session?: string; json: boolean }) => {
      const { listKeys } = await import('./commands/keys.ts');
      await listKeys(flags);
    });
  keys
    .command('destroy')
    .description('take back all values of sessions in the remote store for good; proofs stay')
    .argument('<session...>', 'ids of sessions; the beginning of each is enough')
    .requiredOption('--config <file>', 'of the gateway, running or not, that recorded them (required)')
    .requiredOption('--reason <text>', 'for the record; it stays (required)')
    .option('--by <name>', 'who asks for it, for the record; default: you')
    .option('--yes', 'do it; without it is only told what would go', false)
    .option(...JSON_OPTION)
    .action(async (sessions: string[], flags: DestroyFlags) => {
      const { destroyKeys } = await import('./commands/keys.ts');
      await destroyKeys(sessions, flags);
    });
}

export interface DestroyFlags {
  readonly config: string;
  readonly reason: string;
  readonly by?: string;
  readonly yes: boolean;
  readonly json: boolean;
}
