/** Which feed a package trusts for new versions, and the signature beside the feed that is made with it. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { announcedBy, signFeed, type UpdateFeed } from '../../main/desktop/updates/update-feed.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** By AUDITORIUM_UPDATE_URL and AUDITORIUM_UPDATE_KEY; null: such a package never looks for new versions. */
export function feedNamedIn(env: Environment): UpdateFeed | null {
  const [url = '', key = ''] = [env['AUDITORIUM_UPDATE_URL'], env['AUDITORIUM_UPDATE_KEY']];
  if (url === '' && key === '') return null;
  if (URL.parse(url)?.protocol !== 'https:')
    throw new Error('AUDITORIUM_UPDATE_URL must be the https address of the folder that has the feed');
  try {
    const read = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (read.asymmetricKeyType !== 'ed25519') throw new TypeError(`it is of kind ${read.asymmetricKeyType}`);
  } catch (cause) {
    const how = 'openssl pkey -in KEY.pem -pubout -outform DER | base64';
    throw new Error(`AUDITORIUM_UPDATE_KEY must be an Ed25519 public key, as by: ${how}`, { cause });
  }
  return { url, key };
}

/**
 * Signs the feeds among the packages with the key that AUDITORIUM_UPDATE_SIGNING_KEY names, a PEM file; gives their names. Throws
 * where that is not the key that the packages trust.
 */
export function signFeeds(folder: string, { key }: UpdateFeed, env: Environment): string[] {
  const named = env['AUDITORIUM_UPDATE_SIGNING_KEY'];
  if (named === undefined || named === '') return [];
  const signing = createPrivateKey(readFileSync(named));
  const feeds = readdirSync(folder).filter((name) => /^latest.*\.yml$/.test(name));
  for (const name of feeds) {
    const feed = readFileSync(join(folder, name));
    const signature = signFeed(feed, signing);
    announcedBy(feed, signature, key);
    writeFileSync(join(folder, `${name}.sig`), `${signature}\n`);
  }
  return feeds;
}
