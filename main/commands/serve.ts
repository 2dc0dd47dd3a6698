/** `auditorium serve`: the app for a team, until it is told to end. */
import { type StoreConfig, storeAt } from '../../gateway/config.ts';
import { CommandError } from '../failure.ts';
import { serveTeam } from '../serve.ts';
import { toldToEnd } from '../shutdown.ts';
import { print, printJson } from '../terminal.ts';

export interface ServeOptions {
  readonly config: string;
  /** A store that is served in place of what the configuration says, and its index. */
  readonly store?: string;
  readonly index?: string;
  /** What opens what is sealed in that store. */
  readonly keys?: string;
  readonly tenantKey?: string;
  /** The ready line as JSON. */
  readonly json: boolean;
}

export async function serve({ config, store, index, json, ...opening }: ServeOptions): Promise<void> {
  if (store === undefined && (opening.keys ?? opening.tenantKey) !== undefined)
    throw new CommandError(
      'BAD_USAGE',
      '--keys and --tenant-key open what --store names: stores of the configuration name theirs, keyStore and tenantKeys',
    );
  const served = await serveTeam(config, process.env, { store: storeNamed(store, index) });
  const { url, listen, archive } = served;
  try {
    if (json) printJson({ url, listen, archive, pid: process.pid });
    else print(`Auditorium serves ${archive} at ${url} (listening on ${listen})`);
    await toldToEnd();
  } finally {
    await served.close();
  }
}

/** null: the configuration says what is served. */
function storeNamed(store: string | undefined, index: string | undefined): StoreConfig | null {
  if (store === undefined && index === undefined) return null;
  if (store === undefined || index === undefined)
    throw new CommandError('BAD_USAGE', 'a store is served by its index: give both --store and --index');
  return storeAt(store, index);
}
