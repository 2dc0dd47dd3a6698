/** What of a manifest is readable under a tenant's key alone: names, sessions, and what occurs. */
import { zstdDecompressSync } from 'node:zlib';
import { fromBase64 } from '../../shared/recording/base64.ts';
import {
  isTold,
  type SealedWords,
  type ShippedBundle,
  type ShippedManifest,
} from '../../shared/remote/manifest.ts';
import { oneFrame } from '../archive/sqlite/one-frame.ts';
import { aboutManifest } from './keys/abouts.ts';
import type { KeySource } from './keys/key-source.ts';
import { seal, unseal } from './keys/seal.ts';
import type { TenantKeys } from './keys/tenant-keys.ts';

/** A manifest of five hundred bundles tells some megabytes. */
const MAX_WORDS_BYTES = 256 << 20;

/** The manifest as it is signed for a tenant; as it is where there is none. */
export function sealWords(
  log: string,
  manifest: ShippedManifest,
  tenant: TenantKeys | null,
): ShippedManifest {
  if (tenant === null) return manifest;
  const { gateway, bundles } = manifest;
  const told = { gateway, bundles: bundles.map(({ sessions, sets }) => ({ sessions, sets })) };
  const { id, key } = tenant.current;
  const data = seal(key, aboutManifest(log, manifest.number), oneFrame(Buffer.from(JSON.stringify(told))));
  const sealed: SealedWords = { key: id, data: data.toString('base64') };
  return {
    ...manifest,
    gateway: '',
    sealed,
    bundles: bundles.map((one) => Object.assign({}, one, { sessions: null, sets: null })),
  };
}

/** The manifest with its words, where the tenant's key is here; else as it is: null stands for what nobody knows, so that nothing is left out. */
export function withWords<M extends ShippedManifest>(log: string, manifest: M, keys: KeySource): M {
  const { sealed, number, bundles } = manifest;
  const key = sealed === undefined ? null : keys.tenantKey(sealed.key);
  const data = sealed === undefined ? null : fromBase64(sealed.data);
  const packed = key === null || data === null ? null : unseal(key, aboutManifest(log, number), data);
  const told = packed === null ? null : wordsIn(packed, bundles.length);
  if (told === null) return manifest;
  return {
    ...manifest,
    gateway: told.gateway,
    bundles: bundles.map((one, i) => Object.assign({}, one, told.bundles[i])),
  };
}

function wordsIn(
  packed: Uint8Array,
  count: number,
): {
  readonly gateway: string;
  readonly bundles: readonly Pick<ShippedBundle, 'sessions' | 'sets'>[];
} | null {
  let read: Partial<Record<'gateway' | 'bundles', unknown>>;
  try {
    const text = zstdDecompressSync(packed, { maxOutputLength: MAX_WORDS_BYTES }).toString('utf8');
    read = JSON.parse(text) as typeof read;
  } catch {
    return null;
  }
  const { gateway, bundles } = read;
  if (typeof gateway !== 'string' || !Array.isArray(bundles) || bundles.length !== count) return null;
  return bundles.every(isTold) ? { gateway, bundles } : null;
}
