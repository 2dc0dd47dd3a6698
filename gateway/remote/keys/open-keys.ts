/** Opens the place where keys of sessions lie, as it is named in a configuration or by a person. */
import { placeOf, type ToldPlace } from '../../archive/bucket/place.ts';
import { FolderStore } from '../folder-store.ts';
import { KeyStore } from './key-store.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** A folder, or a bucket that locks nothing. */
export type KeyPlace = { readonly folder: string } | ToldPlace;

/** `signal` ends what is under way in a bucket. */
export async function openKeys(
  place: KeyPlace,
  tenant: TenantKeys | null,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<KeyStore> {
  const now = () => Date.now() * 1000;
  if ('folder' in place) return new KeyStore({ store: new FolderStore(place.folder), tenant, now });
  // The client of a store is half a second of loading, which a folder does not need.
  const { S3Store } = await import('../s3-store.ts');
  return new KeyStore({ store: new S3Store(placeOf(place, environment), signal), tenant, now });
}
