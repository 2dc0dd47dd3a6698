/** `--endpoint`, for commands that take an archive which may lie in a bucket. */
import type { Command } from 'commander';

/** What such an archive is called in help. */
export const ARCHIVE = 'a volume, a folder of volumes, or s3://BUCKET/PREFIX';

/** `--config` of commands that only read: it names what `--keys` and `--tenant-key` name, and whose key is trusted. */
export const READ_CONFIG = [
  '--config <file>',
  'of the gateway that recorded it: whose key is trusted, and what opens what is sealed',
] as const;

/** Adds the option; it counts as AWS_ENDPOINT_URL_S3 of the environment does, which child processes are given too. */
export function withEndpoint(command: Command): Command {
  return command
    .option('--endpoint <url>', 'of the store that holds the bucket, where it is not AWS’s own')
    .hook('preAction', (_, action) => {
      const { endpoint } = action.opts<{ endpoint?: string }>();
      if (endpoint !== undefined) process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
    });
}

/** Adds `--index` for commands that read an archive; it counts as AUDITORIUM_INDEX of the environment does. */
export function withIndex(command: Command): Command {
  return command
    .option('--index <where>', 'of a store of many gateways: the URL of a ClickHouse server, or a folder')
    .hook('preAction', (_, action) => {
      const { index } = action.opts<{ index?: string }>();
      if (index !== undefined) process.env['AUDITORIUM_INDEX'] = index;
    });
}

/** Adds `--keys` and `--tenant-key` for commands that read what is sealed in a store; they count as variables of the environment do. */
export function withKeys(command: Command): Command {
  return command
    .option('--keys <where>', 'the key store of sealed values: a folder, or s3://BUCKET/PREFIX')
    .option(
      '--tenant-key <file>',
      'that opens what a store is sealed with; several, with commas between them',
    )
    .hook('preAction', (_, action) => {
      const { keys, tenantKey } = action.opts<{ keys?: string; tenantKey?: string }>();
      if (keys !== undefined) process.env['AUDITORIUM_KEYS'] = keys;
      if (tenantKey !== undefined) process.env['AUDITORIUM_TENANT_KEY'] = tenantKey;
    });
}
