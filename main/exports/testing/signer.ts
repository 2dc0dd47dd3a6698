/** Keys for tests. */
import { generateKeyPairSync } from 'node:crypto';
import { signerOf } from '../../../gateway/archive/ed25519.ts';
import type { Signer } from '../../../shared/recording/note.ts';

/** Somebody with a key of their own. */
export function generateSigner(): Signer {
  return signerOf(
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
}
