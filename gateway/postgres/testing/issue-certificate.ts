/**
 * Certificates for tests, made on the spot: Node can sign but not make them, and a machine need not have OpenSSL's command.
 * Just enough of DER (X.690) and of certificates (RFC 5280) for OpenSSL to accept the result.
 */
import { generateKeyPairSync, randomBytes, sign, constants, type KeyObject } from 'node:crypto';

/** What signs, each with the AlgorithmIdentifier that goes into certificates. */
const ALGORITHMS = {
  'ecdsa-sha256': { key: 'ec', hash: 'sha256', identifier: sequence(oid('2a8648ce3d040302')) },
  'ecdsa-sha384': { key: 'ec', hash: 'sha384', identifier: sequence(oid('2a8648ce3d040303')) },
  'ecdsa-sha512': { key: 'ec', hash: 'sha512', identifier: sequence(oid('2a8648ce3d040304')) },
  'rsa-sha1': { key: 'rsa', hash: 'sha1', identifier: sequence(oid('2a864886f70d010105'), der(0x05)) },
  'rsa-sha256': { key: 'rsa', hash: 'sha256', identifier: sequence(oid('2a864886f70d01010b'), der(0x05)) },
  'rsa-pss-sha384': {
    key: 'rsa',
    hash: 'sha384',
    identifier: sequence(oid('2a864886f70d01010a'), pssParameters(oid('608648016503040202'), 48)),
  },
  // RFC 8017 §A.2.3: no parameters mean SHA-1, MGF1 with SHA-1, and 20 bytes of salt.
  'rsa-pss-sha1': { key: 'rsa', hash: 'sha1', identifier: sequence(oid('2a864886f70d01010a'), sequence()) },
  ed25519: { key: 'ed25519', hash: null, identifier: sequence(oid('2b6570')) },
} as const;

export type SignatureAlgorithm = keyof typeof ALGORITHMS;

/** A certificate and its key, both PEM; `issuer` for {@link issueCertificate} is one with its key object. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly name: string;
  readonly keyObject: KeyObject;
  readonly algorithm: SignatureAlgorithm;
}

export interface CertificateRequest {
  /** The common name. */
  readonly name: string;
  /** subjectAltName; default: none. */
  readonly dns?: readonly string[];
  /** IPv4 addresses of subjectAltName. */
  readonly ip?: readonly string[];
  /** Default: it signs itself. */
  readonly issuer?: Issued;
  /** Of the signature; with an issuer, what its key allows. */
  readonly algorithm?: SignatureAlgorithm;
  readonly authority?: boolean;
}

/** Makes a key and a certificate for it, valid from 2020 to 2049. */
export function issueCertificate(request: CertificateRequest): Issued {
  const { name, issuer, algorithm = issuer?.algorithm ?? 'ecdsa-sha256' } = request;
  const { publicKey, privateKey } = keyPair(ALGORITHMS[algorithm].key);
  const { identifier } = ALGORITHMS[algorithm];
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    identifier,
    commonName(issuer?.name ?? name),
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(request))),
  );
  const signature = signed(body, algorithm, issuer?.keyObject ?? privateKey);
  const cert = sequence(body, identifier, bitString(signature));
  return {
    cert: pem('CERTIFICATE', cert),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    name,
    keyObject: privateKey,
    algorithm,
  };
}

function keyPair(kind: 'ec' | 'rsa' | 'ed25519'): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ed25519');
}

function signed(body: Buffer, algorithm: SignatureAlgorithm, key: KeyObject): Buffer {
  const { hash } = ALGORITHMS[algorithm];
  if (!algorithm.startsWith('rsa-pss')) return sign(hash, body, key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(hash, body, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}

function extensions({ dns = [], ip = [], authority = false }: CertificateRequest): Buffer[] {
  const constraints = sequence(
    oid('551d13'),
    octets(sequence(...(authority ? [der(0x01, Buffer.from([0xff]))] : []))),
  );
  const names = [
    ...dns.map((each) => der(0x82, Buffer.from(each))),
    ...ip.map((each) => der(0x87, Buffer.from(each.split('.').map(Number)))),
  ];
  return names.length === 0
    ? [constraints]
    : [constraints, sequence(oid('551d11'), octets(sequence(...names)))];
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

/** RSASSA-PSS-params (RFC 8017 §A.2.3): hash, MGF1 with the same hash, salt length. */
function pssParameters(hash: Buffer, saltLength: number): Buffer {
  const mask = sequence(oid('2a864886f70d010108'), sequence(hash, der(0x05)));
  return sequence(
    der(0xa0, sequence(hash, der(0x05))),
    der(0xa1, mask),
    der(0xa2, integer(Buffer.from([saltLength]))),
  );
}

/** A DER value. Function declarations are hoisted, so that the table above can use them. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes);
}

function octets(content: Uint8Array): Buffer {
  return der(0x04, content);
}

function bitString(content: Uint8Array): Buffer {
  return der(0x03, Buffer.alloc(1), content);
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
