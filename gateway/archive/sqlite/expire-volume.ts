/** Removes a volume by the rules of retention. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Signer } from '../../../shared/recording/note.ts';
import { EXPIRED_SUFFIX, signExpiry, type Expiry } from '../expiry-note.ts';
import { syncFolder } from '../key-file.ts';
import { replaceFile } from './replace-file.ts';
import { SEAL_SUFFIX } from './verify/seal.ts';

/** Leaves a signed note in the place of the volume at `path`, whose event is on disk already. May be done again after a crash. */
export function expireVolume(path: string, expiry: Expiry, signer: Signer): void {
  replaceFile(path + EXPIRED_SUFFIX, signExpiry(expiry, signer));
  for (const suffix of ['', SEAL_SUFFIX]) rmSync(path + suffix, { force: true });
  syncFolder(dirname(path));
}
