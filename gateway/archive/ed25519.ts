/** SHA-256 and Ed25519 (RFC 8032) of Node, as the pure code of shared/recording takes them. */
import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { Signer, VerifyEd25519 } from '../../shared/recording/note.ts';

/** What stands before the 32 bytes of a public key in DER (RFC 8410 §4): the algorithm is Ed25519, a bit string follows. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** Whether the signature is the key's; a key that is no point of the curve has signed nothing. */
export const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) => {
  try {
    return verify(null, message, keyObject(publicKey), signature);
  } catch {
    return false;
  }
};

/** Who signs with a private key in PEM (PKCS#8); throws TypeError when it is of another kind than Ed25519. */
export function signerOf(pem: string): Signer {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`the key is of the kind ${key.asymmetricKeyType}, not Ed25519`);
  const publicKey = new Uint8Array(rawKey(createPublicKey(key)));
  return { publicKey, sign: (message) => sign(null, message, key) };
}

/** A public key's 32 bytes as PEM (`PUBLIC KEY`, RFC 8410). */
export function publicKeyPem(publicKey: Uint8Array): string {
  return keyObject(publicKey).export({ format: 'pem', type: 'spki' }).toString();
}

/** The 32 bytes of a public key in PEM; throws TypeError when it is of another kind than Ed25519. */
export function publicKeyOf(pem: string): Uint8Array {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`the key is of the kind ${key.asymmetricKeyType}, not Ed25519`);
  return new Uint8Array(rawKey(key));
}

function keyObject(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

function rawKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}
