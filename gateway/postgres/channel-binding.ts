/**
 * The channel binding `tls-server-end-point` (RFC 5929 §4.1): a hash of the server's certificate, which SCRAM signs with the
 * password, so that nobody with another certificate can pass a login on. The hash function is that of the certificate's
 * signature; Node's `X509Certificate` does not tell it for RSASSA-PSS, hence a look at the certificate itself.
 */
import { createHash } from 'node:crypto';

type HashName = 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sha512-224' | 'sha512-256';

/** The hash of each signature algorithm; MD5 and SHA-1 count as SHA-256 (RFC 5929 §4.1). */
const HASH_OF_SIGNATURE: Readonly<Record<string, HashName>> = {
  // RFC 8017 §A.2.4: RSASSA-PKCS1-v1_5 with MD5, SHA-1, SHA-256, -384, -512, -224, -512/224, -512/256
  '1.2.840.113549.1.1.4': 'sha256',
  '1.2.840.113549.1.1.5': 'sha256',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.113549.1.1.15': 'sha512-224',
  '1.2.840.113549.1.1.16': 'sha512-256',
  // RFC 5758 §3.2: ECDSA with SHA-1, SHA-224, -256, -384, -512
  '1.2.840.10045.4.1': 'sha256',
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** RSASSA-PSS names its hash in its parameters, as one of these; SHA-1 is what it means by none (RFC 8017 §A.2.3). */
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const SHA_1 = '1.3.14.3.2.26';
const HASHES: Readonly<Record<string, HashName>> = {
  [SHA_1]: 'sha256',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
};

/**
 * What binds a login to the server with this certificate (DER). Null where the binding is not defined: signatures such as
 * Ed25519 have no hash function of their own, and PostgreSQL's server cannot bind to them either.
 */
export function tlsServerEndPoint(certificate: Buffer): Buffer | null {
  const hash = hashOf(signatureAlgorithm(certificate));
  return hash === undefined ? null : createHash(hash).update(certificate).digest();
}

function hashOf(algorithm: readonly Element[]): HashName | undefined {
  const [identifier, parameters] = algorithm;
  if (identifier === undefined) return undefined;
  const name = objectIdentifier(identifier.content);
  if (name !== RSASSA_PSS) return HASH_OF_SIGNATURE[name];
  // RSASSA-PSS-params: hashAlgorithm is the field tagged [0], an AlgorithmIdentifier.
  const tagged = elements(parameters?.content).find(({ tag }) => tag === 0xa0);
  const [hash] = elements(elements(tagged?.content)[0]?.content);
  return HASHES[hash === undefined ? SHA_1 : objectIdentifier(hash.content)];
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm AlgorithmIdentifier, signature } (RFC 5280 §4.1). */
function signatureAlgorithm(certificate: Buffer): Element[] {
  const [whole] = elements(certificate);
  const [, algorithm] = elements(whole?.content);
  return elements(algorithm?.content);
}

/** One DER value (X.690 §8.1): tag and content. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** The values that stand one after the other in `der`, which OpenSSL has read before: what is not DER ends the list. */
function elements(der: Buffer | undefined): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (der !== undefined && at + 2 <= der.length) {
    const tag = der.readUInt8(at);
    const first = der.readUInt8(at + 1);
    // From 128 on, the lower bits count the bytes that the length itself takes; no certificate needs more than three.
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    const start = at + 2 + lengthBytes;
    if (lengthBytes > 3 || start > der.length) break;
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
    found.push({ tag, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

/** Dotted notation of an OBJECT IDENTIFIER's content (X.690 §8.19). */
function objectIdentifier(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}
