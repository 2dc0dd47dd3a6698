/**
 * The feed that says which version is the newest: electron-updater's own file, with a signature beside it by a key that this build
 * was made with. What is not signed by it does not exist.
 */
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Named by the build. */
export interface UpdateFeed {
  /** Of the folder that holds feed and packages; https. */
  readonly url: string;
  /** Ed25519, SubjectPublicKeyInfo, base64. */
  readonly key: string;
}

export type UpdateErrorCode =
  /** It does not answer, or with something else. */
  | 'FEED_UNREACHABLE'
  /** There is no signature, or it is not by this build's key. */
  | 'FEED_UNSIGNED'
  /** It is signed, and cannot be understood. */
  | 'FEED_UNREADABLE'
  /** What is to be fetched is not what was signed. */
  | 'FEED_DIFFERS';

export class UpdateError extends Error {
  readonly code: UpdateErrorCode;
  constructor(code: UpdateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UpdateError';
    this.code = code;
  }
}

/** What the feed announces: the part of it that decides what is fetched, and what that must hash to. */
export const Announced = z.object({
  version: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/),
  files: z.array(z.object({ url: z.string(), sha512: z.string() })).min(1),
});
export type Announced = z.infer<typeof Announced>;

/** So that a signature for a feed is one for nothing else. */
const DOMAIN = 'auditorium update feed v1\n';

/** A feed has a kilobyte. */
const MOST_BYTES = 64 * 1024;

const PATIENCE_MS = 20_000;

/** In package.json, where `npm run package` was told of a feed; null: this build trusts none. */
export function updateFeedOf(root: string): UpdateFeed | null {
  const Named = z.object({ updates: z.object({ url: z.url({ protocol: /^https$/ }), key: z.base64() }) });
  return Named.safeParse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).data?.updates ?? null;
}

/** As electron-updater calls it. */
export function feedName(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'darwin') return 'latest-mac.yml';
  if (platform === 'win32') return 'latest.yml';
  return arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${arch}.yml`;
}

/** Rejects with {@link UpdateError}. */
export async function fetchFeed(
  { url, key }: UpdateFeed,
  name: string,
  fetched: typeof fetch,
): Promise<Announced> {
  const address = (file: string): string => new URL(file, url.endsWith('/') ? url : `${url}/`).href;
  const feed = await bytesOf(address(name), fetched);
  const signature = await bytesOf(address(`${name}.sig`), fetched, 'FEED_UNSIGNED');
  return announcedBy(feed, signature.toString('utf8'), key);
}

/** Throws {@link UpdateError} unless the key has signed it. */
export function announcedBy(feed: Uint8Array, signature: string, key: string): Announced {
  const given = Buffer.from(signature.trim(), 'base64');
  let signed: boolean;
  try {
    const by = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    signed = by.asymmetricKeyType === 'ed25519' && verify(null, signedBytes(feed), by, given);
  } catch (cause) {
    throw new UpdateError('FEED_UNSIGNED', 'the key of this build cannot be used', { cause });
  }
  if (!signed) throw new UpdateError('FEED_UNSIGNED', 'it is not signed by the key of this build');
  try {
    return Announced.parse(parse(Buffer.from(feed).toString('utf8')));
  } catch (cause) {
    throw new UpdateError('FEED_UNREADABLE', 'it announces no release', { cause });
  }
}

/** As the signature beside a feed, base64. */
export function signFeed(feed: Uint8Array, key: KeyObject): string {
  return sign(null, signedBytes(feed), key).toString('base64');
}

/** Whether a release is newer than this one: an old feed, however well signed, leads nobody back. */
export function isNewer(announced: string, here: string): boolean {
  const [theirs, ours] = [announced, here].map((version) => version.split(/[.+-]/).slice(0, 3).map(Number));
  for (const place of [0, 1, 2]) {
    const [a, b] = [theirs?.[place] ?? 0, ours?.[place] ?? 0];
    if (a !== b) return a > b;
  }
  return here.includes('-');
}

function signedBytes(feed: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(DOMAIN), feed]);
}

async function bytesOf(
  url: string,
  fetched: typeof fetch,
  absent: UpdateErrorCode = 'FEED_UNREACHABLE',
): Promise<Buffer> {
  let response: Response;
  let bytes: Buffer;
  try {
    response = await fetched(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    bytes = await limited(response);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UpdateError('FEED_UNREACHABLE', `${url} does not answer: ${why}`, { cause });
  }
  if (response.status === 404) throw new UpdateError(absent, `there is no ${url}`);
  if (!response.ok)
    throw new UpdateError('FEED_UNREACHABLE', `${url} answers with status ${response.status}`);
  return bytes;
}

async function limited({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}
