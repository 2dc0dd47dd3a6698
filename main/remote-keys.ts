/** What opens what is sealed in a remote store, as a person names it: a key store and a tenant's keys, or the configuration that has both. */
import { resolve } from 'node:path';
import { readRemote, readTenantKey } from '../gateway/config.ts';
import { keySource, type KeySource } from '../gateway/remote/keys/key-source.ts';
import type { KeyStore } from '../gateway/remote/keys/key-store.ts';
import { openKeys, type KeyPlace } from '../gateway/remote/keys/open-keys.ts';
import { tenantKeysOf, type TenantKeys } from '../gateway/remote/keys/tenant-keys.ts';
import { placeNamed } from './bucket.ts';

/** What `--keys` and `--tenant-key` count as, which child processes are given too. */
const KEYS_VARIABLE = 'AUDITORIUM_KEYS';
const TENANT_KEY_VARIABLE = 'AUDITORIUM_TENANT_KEY';

/** The key store that was named, and what it wraps keys with; each null where nobody named one. */
export interface NamedKeys {
  readonly store: KeyStore | null;
  readonly tenant: TenantKeys | null;
}

/** Where keys lie, and what wraps them: what a process that opens them itself is told. */
export interface KeyPlaces {
  readonly store: KeyPlace | null;
  /** The first is the current one. */
  readonly tenant: readonly Uint8Array[];
}

/** `config` is of a gateway. Rejects with ConfigError. */
export async function namedKeys(
  config: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<NamedKeys> {
  const { store, tenant: keys } = await namedKeyPlaces(config, env);
  const tenant = tenantKeysOf(keys);
  return { store: store === null ? null : await openKeys(store, tenant, env), tenant };
}

/** The same, not opened. Rejects as {@link namedKeys}. */
export async function namedKeyPlaces(
  config: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KeyPlaces> {
  const { [KEYS_VARIABLE]: place = '', [TENANT_KEY_VARIABLE]: files = '' } = env;
  const remote = config === null ? null : await readRemote(config, env);
  const told = files === '' ? [] : files.split(',').map((file) => readTenantKey(resolve(file)));
  const configured = (remote?.tenant ?? []).map((key) => Buffer.from(key, 'base64'));
  const store = place === '' ? (remote?.keys ?? null) : placeOfKeys(place, env);
  return { store, tenant: [...told, ...configured] };
}

/** What reads with these. Rejects as {@link namedKeys}. */
export async function namedKeySource(
  config: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KeySource> {
  const { store, tenant } = await namedKeys(config, env);
  return keySource(store, tenant);
}

/** What a process is told of keys by its environment: a key store, and files that open it. */
export function keysEnvironment(
  keyStore: string | null,
  tenantKeys: readonly string[],
): Record<string, string> {
  return {
    ...(keyStore !== null && { [KEYS_VARIABLE]: keyStore }),
    ...(tenantKeys.length > 0 && { [TENANT_KEY_VARIABLE]: tenantKeys.join(',') }),
  };
}

function placeOfKeys(name: string, env: NodeJS.ProcessEnv): KeyPlace {
  const place = placeNamed(name, env);
  if (place === null) return { folder: resolve(name) };
  return { ...place, endpoint: place.endpoint ?? undefined };
}
