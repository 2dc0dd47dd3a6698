/** The process that fetches from a store and folds what came, started by direct-opening.ts: the host never waits for either. */
import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ArchiveError } from './archive/archive.ts';
import { SeenManifests } from './archive/bucket/seen-manifests.ts';
import { hearParent, leaveWithParent, tellParent } from './archive/parent.ts';
import { lockFolder } from './remote/direct/folder-lock.ts';
import type { DirectAnswer, DirectAsked, DirectRequest, DirectTold } from './direct-protocol.ts';
import { factsOf, loadParser } from './postgres/facts.ts';
import { DirectStore, type Seen } from './remote/direct/direct-store.ts';
import { forgetWhatWasErased } from './remote/direct/erased.ts';
import { keySource } from './remote/keys/key-source.ts';
import { openKeys } from './remote/keys/open-keys.ts';
import { tenantKeysOf } from './remote/keys/tenant-keys.ts';
import { FolderStore } from './remote/folder-store.ts';
import type { ObjectStore } from './remote/object-store.ts';

/** How often it is looked what was shipped: gateways put a manifest a minute, or every few seconds. */
const FOLLOW_MS = 5_000;

/** While the store cannot be asked, and at most. */
const AWAY_MS = 60_000;

let direct: DirectStore | null = null;

leaveWithParent();
hearParent((asked: DirectAsked) => {
  void answer(asked);
});

async function answer(asked: DirectAsked): Promise<void> {
  const { id } = asked;
  try {
    tell({ id, value: await valueOf(asked) });
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    tell({ id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

async function valueOf(asked: DirectAsked): Promise<DirectAnswer> {
  if (asked.ask === 'open') return open(asked.request);
  if (direct === null) throw new ArchiveError('BUSY', 'the store is not open yet');
  if (asked.ask === 'status') return direct.status(asked.filter);
  if (asked.ask === 'need') return direct.need(asked.session);
  if (asked.ask === 'cancel') direct.cancel();
  // How it goes is told by the status.
  else direct.fetch({ filter: asked.filter }).catch(() => undefined);
  return null;
}

async function open({ store: named, keys, sealed, here, seen, kept }: DirectRequest): Promise<string> {
  mkdirSync(here, { recursive: true, mode: 0o700 });
  lockFolder(here);
  await loadParser();
  const store = await storeOf(named);
  const tenant = tenantKeysOf(sealed.tenant);
  const valueKeys = sealed.store === null ? null : await openKeys(sealed.store, tenant, process.env);
  const isSealed = valueKeys !== null || tenant !== null;
  if (valueKeys !== null) await forgetWhatWasErased(here, valueKeys);
  direct = await DirectStore.open({
    store,
    keys,
    folder: here,
    factsOf,
    ...(isSealed && { valueKeys: keySource(valueKeys, tenant) }),
    ...('bucket' in named && { seen: seenIn(new SeenManifests(seen), named) }),
    ...(kept !== undefined && { kept }),
  });
  void fetchFor(direct);
  return direct.folder;
}

/** The newest, and what comes, for as long as this process lives: a store that is away is asked ever less often. */
async function fetchFor(store: DirectStore): Promise<void> {
  let pause = FOLLOW_MS;
  for (;;) {
    await store.begin().catch(() => undefined);
    await wait(pause);
    await store.follow().catch(() => undefined);
    pause = store.isAway ? Math.min(AWAY_MS, pause * 2) : FOLLOW_MS;
  }
}

/** A disk that is not there is away; a store of gateways is never empty. */
class FolderCopy extends FolderStore {
  override keys(beginning: string, after?: string, most?: number): Promise<string[]> {
    if (existsSync(this.named('v1'))) return super.keys(beginning, after, most);
    return Promise.reject(
      new ArchiveError('UNREACHABLE', `${this.named('v1')} cannot be read; is its disk there?`),
    );
  }
}

async function storeOf(named: DirectRequest['store']): Promise<ObjectStore> {
  if ('folder' in named) return new FolderCopy(named.folder);
  const { S3Store } = await import('./remote/s3-store.ts');
  return new S3Store(named);
}

/** As `auditorium verify` remembers them. */
function seenIn(seen: SeenManifests, place: Parameters<SeenManifests['get']>[0]): Seen {
  return {
    get: (log) => seen.get(place, `${SHIPPED}${log}`),
    remember: (log, manifest) => seen.remember(place, `${SHIPPED}${log}`, manifest),
  };
}

const SHIPPED = 'v1/';

function tell(what: DirectTold): void {
  tellParent(what);
}
