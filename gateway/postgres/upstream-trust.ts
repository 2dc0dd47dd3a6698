/** Whom a connection believes in TLS, and who it says it is itself. */
import { constants, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import type { SslMode } from '../config.ts';
import { PrivateFileError, readPrivateFile } from './private-file.ts';
import { UpstreamError } from './upstream-error.ts';
import { isCertificateFor } from './upstream-identity.ts';

/** What trust needs to know of a connection. */
export interface TrustTarget {
  readonly name: string;
  readonly sslmode: SslMode;
  /** Path of a PEM file of root certificates, or `system` for those this machine trusts. */
  readonly sslrootcert?: string | undefined;
  /** Paths of PEM files: the gateway's own certificate and its key, for servers that ask for them. */
  readonly sslcert?: string | undefined;
  readonly sslkey?: string | undefined;
}

/** Keys, roots and how far a certificate is verified: the part of Node's options that is about trust. */
export type Trust = Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized' | 'checkServerIdentity'>;

/** As libpq has it by default, and does: what was judged about a connection may not change later. */
const PROTOCOL: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
};

/** Throws {@link UpstreamError} CONFIGURATION. */
export async function trustOf(target: TrustTarget): Promise<Trust> {
  const { sslmode, sslrootcert } = target;
  const own = await ownCertificate(target);
  if (sslrootcert === undefined) {
    refuseBlind(target);
    return { secureContext: contextOf(own, target), rejectUnauthorized: false };
  }
  // As in libpq, root certificates are believed alone wherever they are given: `require` with them means `verify-ca`.
  return {
    secureContext:
      sslrootcert === 'system'
        ? systemContext(own, target)
        : contextOf({ ...own, ca: await readRoots(sslrootcert, target) }, target),
    rejectUnauthorized: true,
    checkServerIdentity: (host, { raw }) =>
      sslmode !== 'verify-full' || isCertificateFor(raw, host)
        ? undefined
        : new Error(`the server's certificate is not for ${host}`),
  };
}

function refuseBlind({ sslmode, name }: TrustTarget): void {
  if (sslmode !== 'verify-full' && sslmode !== 'verify-ca') return;
  throw misconfigured(name, `sslmode=${sslmode} needs sslrootcert: a file of root certificates, or "system"`);
}

async function readRoots(path: string, { name }: TrustTarget): Promise<string> {
  const roots = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw misconfigured(name, `cannot read sslrootcert ${path}`, cause);
  });
  refuseNone(roots, `sslrootcert ${path}`, name);
  return roots;
}

/** Hundreds of certificates take tens of milliseconds to read, which sessions should not wait for one after the other. */
let systemRoots: SecureContext | undefined;

function systemContext(own: SecureContextOptions, target: TrustTarget): SecureContext {
  if (target.sslmode !== 'verify-full') {
    throw misconfigured(
      target.name,
      'sslrootcert=system needs sslmode=verify-full: anyone can get such a certificate',
    );
  }
  const ca = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  if (own.cert !== undefined) return contextOf({ ...own, ca }, target);
  systemRoots ??= contextOf({ ca }, target);
  return systemRoots;
}

function contextOf(options: SecureContextOptions, { name }: TrustTarget): SecureContext {
  try {
    return createSecureContext({ ...PROTOCOL, ...options });
  } catch (cause) {
    // The files are there and are not what they should be; OpenSSL says which only in its own words.
    throw misconfigured(name, 'sslrootcert, sslcert or sslkey cannot be used', cause);
  }
}

async function ownCertificate({ sslcert, sslkey, name }: TrustTarget): Promise<SecureContextOptions> {
  if (sslcert === undefined || sslkey === undefined) return {};
  const cert = await readFile(sslcert, 'utf8').catch((cause: unknown) => {
    throw misconfigured(name, `cannot read sslcert ${sslcert}`, cause);
  });
  refuseNone(cert, `sslcert ${sslcert}`, name);
  try {
    return { cert, key: readPrivateFile(sslkey) };
  } catch (cause) {
    if (!(cause instanceof PrivateFileError)) throw cause;
    throw misconfigured(name, `sslkey names a file that ${cause.message}`, cause);
  }
}

/** Node takes a file of no certificates for a list of none. */
function refuseNone(pem: string, file: string, name: string): void {
  try {
    void new X509Certificate(pem);
  } catch (cause) {
    throw misconfigured(name, `${file} does not begin with a certificate in PEM`, cause);
  }
}

function misconfigured(name: string, what: string, cause?: unknown): UpstreamError {
  return new UpstreamError('CONFIGURATION', `connection "${name}": ${what}`, { cause });
}
