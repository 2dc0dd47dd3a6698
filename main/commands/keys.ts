/** `auditorium keys list` and `destroy`. */
import { readConfig } from '../../gateway/config.ts';
import { type KeysRequest, KeysResult } from '../../gateway/control-schema.ts';
import type { HeldKey, KeyStore } from '../../gateway/remote/keys/key-store.ts';
import { counted } from '../../shared/recording/describe.ts';
import type { ReadDestruction } from '../../shared/remote/key-journal.ts';
import { CommandError } from '../failure.ts';
import type { DestroyFlags } from '../keys-program.ts';
import { listing } from '../listing.ts';
import { packageOf } from '../package.ts';
import { namedKeys } from '../remote-keys.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { userName } from '../user-name.ts';
import { ask } from './control.ts';

/** A gateway destroys thousands of keys one after the other before it answers. */
const PATIENCE_MS = 3_600_000;

/** A key that is there, or was. */
interface Row extends HeldKey {
  readonly destroyed: { readonly time: number; readonly by: string; readonly reason: string } | null;
}

export async function listKeys({
  config,
  session = '',
  json,
}: {
  readonly config?: string;
  readonly session?: string;
  readonly json: boolean;
}): Promise<void> {
  using store = await storeOf(config ?? null);
  const held = await store.held();
  const logs = new Set([...held.map(({ log }) => log), ...(await store.journals())]);
  const gone: Row[] = [];
  for (const log of logs) for (const line of await store.destroyed(log)) gone.push(...rowsOf(log, line));
  const rows = [...held.map((key): Row => Object.assign({}, key, { destroyed: null })), ...gone].filter(
    (row) => (row.session ?? '').startsWith(session.toLowerCase()),
  );
  if (json) return rows.forEach((row) => printJson(row));
  const titles = [
    { title: 'SESSION', value: ({ session: id }: Row) => id ?? 'the log itself' },
    { title: 'LOG', value: ({ log }: Row) => log.slice(0, 8) },
    { title: 'KEY', value: ({ id }: Row) => id },
    { title: 'DESTROYED', value: ({ destroyed }: Row) => (destroyed === null ? '' : told(destroyed)) },
  ];
  print(listing(titles, rows, terminalWidth()).join('\n'));
}

/** Has the gateway do it that recorded them; where it does not run, its logs are opened here. */
export async function destroyKeys(beginnings: readonly string[], flags: DestroyFlags): Promise<void> {
  const { config, reason, by = userName(), yes, json } = flags;
  using store = await storeOf(config);
  const sessions = await sessionsNamed(store, beginnings);
  const { keys, destroyed } = await through(config, { sessions, by, reason, apply: yes });
  if (json) return printJson({ keys, destroyed });
  if (keys.length === 0) return note('this gateway has no keys of these sessions');
  const what = `all values of ${counted(new Set(keys.map(({ session }) => session)).size, 'session')} in the remote store`;
  if (destroyed) print(`${what} taken back: ${counted(keys.length, 'key')} destroyed`);
  else note(`${what} would be taken back, and nothing was: say so with --yes`);
}

async function through(config: string, request: KeysRequest): Promise<KeysResult> {
  try {
    return await ask({ config, json: false }, 'POST', '/keys', KeysResult, request, {
      patience: PATIENCE_MS,
    });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'GATEWAY_NOT_RUNNING') throw error;
  }
  const { destroyKeysStopped } = await import('../../gateway/redact-stopped.ts');
  const { openLog } = await import('../../gateway/gateway.ts');
  return destroyKeysStopped(await readConfig(config, process.env), request, {
    software: `auditorium ${packageOf(import.meta.dirname).version}`,
    log: openLog('error'),
  });
}

async function storeOf(config: string | null): Promise<KeyStore> {
  const { store } = await namedKeys(config);
  if (store !== null) return store;
  throw new CommandError(
    'BAD_USAGE',
    'no key store is named: give --keys, or the --config of a gateway that has archive.remote.keys',
  );
}

/** Whole ids; each beginning means one session. */
async function sessionsNamed(store: KeyStore, beginnings: readonly string[]): Promise<string[]> {
  const all = new Set((await store.held()).flatMap(({ session }) => session ?? []));
  return beginnings.map((written) => {
    const [found, ...others] = [...all].filter((id) => id.startsWith(written.toLowerCase()));
    if (found === undefined)
      throw new CommandError('BAD_USAGE', `no session with a key begins with ${written}`);
    if (others.length > 0)
      throw new CommandError('BAD_USAGE', `${others.length + 1} sessions with keys begin with ${written}`);
    return found;
  });
}

function rowsOf(log: string, { keys, time, by, reason }: ReadDestruction): Row[] {
  return keys.map(({ session, id }) => ({ log, session, id, destroyed: { time, by, reason } }));
}

function told({ time, by, reason }: NonNullable<Row['destroyed']>): string {
  return `by ${by} on ${new Date(time / 1000).toISOString().slice(0, 10)}: ${reason}`;
}
