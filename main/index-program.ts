/** `auditorium index`: the index of a store of many gateways (docs/remote-index.md). */
import { InvalidArgumentError, type Command } from 'commander';
import { withEndpoint, withKeys } from './endpoint-option.ts';

const STORE = 's3://BUCKET/PREFIX that gateways ship to, or a folder with a copy of it';
const INDEX_OPTION = [
  '--index <where>',
  'http(s)://USER@HOST:PORT/DATABASE of a ClickHouse server, or a folder for one in this program',
] as const;
const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;
const CONFIG_OPTION = [
  '--config <file>',
  'of a gateway whose key is trusted; default: the pinned keys',
] as const;

interface IndexFlags {
  readonly index: string;
  readonly json: boolean;
  readonly config?: string;
}

export function addIndex(program: Command): void {
  const index = program.command('index').description('the index of a store of many gateways, in ClickHouse');
  index
    .command('install')
    .description(
      'put chdb, ClickHouse in a process, into the user’s cache: 543 MB, needed for indexes in a folder',
    )
    .action(async () => {
      const { installChdb } = await import('./commands/install-chdb.ts');
      await installChdb();
    });
  withKeys(withEndpoint(index.command('run')))
    .description('index what gateways ship, as it comes')
    .argument('<store>', STORE)
    .requiredOption(...INDEX_OPTION)
    .option('--once', 'end when everything that is there is indexed', false)
    .option('--share <part/of>', 'of several indexers the logs of this one, such as 1/3', shareOf, {
      part: 0,
      of: 1,
    })
    .option(...CONFIG_OPTION)
    .option('--key <file...>', 'public keys of its gateways that are trusted, in place of the pinned ones')
    .option(...JSON_OPTION)
    .action(
      async (
        store: string,
        flags: IndexFlags & { key?: string[]; once: boolean; share: { part: number; of: number } },
      ) => {
        const { runIndex } = await import('./commands/remote-index.ts');
        await runIndex({ ...flags, store, anew: false });
      },
    );
  withKeys(withEndpoint(index.command('rebuild')))
    .description('throw the index away and make it anew from the store alone')
    .argument('<store>', STORE)
    .requiredOption(...INDEX_OPTION)
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (store: string, flags: IndexFlags) => {
      const { runIndex } = await import('./commands/remote-index.ts');
      await runIndex({ ...flags, store, once: true, share: { part: 0, of: 1 }, anew: true });
    });
  withKeys(withEndpoint(index.command('status')))
    .description('how far each log is indexed, and how much of it is in the store')
    .argument('<store>', STORE)
    .requiredOption(...INDEX_OPTION)
    .option(...JSON_OPTION)
    .action(async (store: string, flags: IndexFlags) => {
      const { indexStatus } = await import('./commands/remote-index.ts');
      await indexStatus({ ...flags, store });
    });
}

function shareOf(text: string): { readonly part: number; readonly of: number } {
  const [, part = '', of = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const share = { part: Number(part) - 1, of: Number(of) };
  if (part === '' || share.part < 0 || share.part >= share.of)
    throw new InvalidArgumentError('is not a part of several, such as 1/3');
  return share;
}
