/** A tenant's keys: the one that seals now, and those before it, which only open. */
import { KEY_BYTES, keyIdOf } from './seal.ts';

export interface TenantKeys {
  readonly current: { readonly id: string; readonly key: Uint8Array };
  /** All of them, by id. */
  readonly byId: ReadonlyMap<string, Uint8Array>;
}

/** The key that a text holds: 32 bytes as base64 or hex; null when it holds none. */
export function tenantKeyIn(text: string): Uint8Array | null {
  const written = text.trim();
  const isHex = /^[0-9a-f]{64}$/i.test(written);
  if (!isHex && !/^[A-Za-z0-9+/]{43}=?$/.test(written)) return null;
  const key = Buffer.from(written, isHex ? 'hex' : 'base64');
  return key.length === KEY_BYTES ? key : null;
}

/** The first of them is the current one; null where there is none. */
export function tenantKeysOf(keys: readonly Uint8Array[]): TenantKeys | null {
  const [key] = keys;
  if (key === undefined) return null;
  return { current: { id: keyIdOf(key), key }, byId: new Map(keys.map((one) => [keyIdOf(one), one])) };
}
