/** A session's key as it lies in the key store: one line of JSON, the key wrapped with the tenant's where there is one. */
import { aboutSessionKey } from './abouts.ts';
import { KEY_BYTES, keyIdOf, seal, unseal } from './seal.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** Whose key: of a session (hex; null: of the log's own values) of a log (hex). */
export interface KeyOwner {
  readonly log: string;
  readonly session: string | null;
}

/** A key with what it is called. */
export interface SessionKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** Where all keys lie. */
export const KEYS = 'v1/keys/';

/** Where the keys of an owner lie. */
export function keysFolder({ log, session }: KeyOwner): string {
  return `${KEYS}${log}/${session ?? 'log'}/`;
}

/** Whose key an object is, and which; null when it is none. */
export function parseKeyPlace(place: string): (KeyOwner & { readonly id: string }) | null {
  const [, log = '', session, id = ''] =
    /^v1\/keys\/([0-9a-f]{32})\/([0-9a-f]{32}|log)\/([0-9a-f]{16})$/.exec(place) ?? [];
  return session === undefined ? null : { log, session: session === 'log' ? null : session, id };
}

/** What is put. `made` in µs since 1970. */
export function printKey(
  owner: KeyOwner,
  { id, key }: SessionKey,
  tenant: TenantKeys | null,
  made: number,
): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const held =
    tenant === null
      ? { key: base64(key) }
      : {
          tenant: tenant.current.id,
          wrapped: base64(seal(tenant.current.key, aboutSessionKey(owner.log, owner.session), key)),
        };
  return `${JSON.stringify({ version: 1, ...owner, id, made, ...held })}\n`;
}

/** The key that an object holds, or in words why it holds none that is called `id`. `isLack`: it is this reader that lacks something. */
export function keyIn(
  text: string,
  owner: KeyOwner,
  id: string,
  tenant: TenantKeys | null,
): { readonly key: Uint8Array } | { readonly problem: string; readonly isLack: boolean } {
  const read = recordIn(text);
  const { key: plain, tenant: by, wrapped } = read;
  let key: Uint8Array | null = null;
  if (typeof by === 'string' && typeof wrapped === 'string') {
    const own = tenant?.byId.get(by);
    if (own === undefined)
      return {
        isLack: true,
        problem: `its key is wrapped with the tenant’s key ${by.slice(0, 16)}, which is not here: name its file with --tenant-key, or as archive.remote.encryption of --config`,
      };
    key = unseal(own, aboutSessionKey(owner.log, owner.session), Buffer.from(wrapped, 'base64'));
  } else if (typeof plain === 'string') key = Buffer.from(plain, 'base64');
  if (key?.length !== KEY_BYTES || keyIdOf(key) !== id)
    return {
      isLack: false,
      problem: 'the key store holds another key in its place, or none that can be read',
    };
  return { key };
}

function recordIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
