/** Whom a connection believes in TLS, and who it says it is itself. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates, type ConnectionOptions } from 'node:tls';
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

/** The part of Node's TLS options that is about trust. Throws {@link UpstreamError} CONFIGURATION. */
export async function trustOf(target: TrustTarget): Promise<ConnectionOptions> {
  return { ...(await rootsOf(target)), ...(await ownCertificate(target)) };
}

/** As in libpq, root certificates are believed alone wherever they are given: `require` with them means `verify-ca`. */
async function rootsOf({ sslmode, sslrootcert, name }: TrustTarget): Promise<ConnectionOptions> {
  if (sslrootcert === 'system') {
    if (sslmode !== 'verify-full') {
      throw misconfigured(
        name,
        'sslrootcert=system needs sslmode=verify-full: anyone can get such a certificate',
      );
    }
    return verifying([...getCACertificates('default'), ...getCACertificates('system')], true);
  }
  if (sslrootcert === undefined) {
    if (sslmode === 'verify-full' || sslmode === 'verify-ca') {
      throw misconfigured(
        name,
        `sslmode=${sslmode} needs sslrootcert: a file of root certificates, or "system"`,
      );
    }
    return { rejectUnauthorized: false };
  }
  const roots = await readFile(sslrootcert, 'utf8').catch((cause: unknown) => {
    throw misconfigured(name, `cannot read sslrootcert ${sslrootcert}`, cause);
  });
  refuseNone(roots, `sslrootcert ${sslrootcert}`, name);
  return verifying([roots], sslmode === 'verify-full');
}

/** The chain is always verified; the host, only for `verify-full`. */
function verifying(ca: string[], host: boolean): ConnectionOptions {
  return {
    ca,
    rejectUnauthorized: true,
    checkServerIdentity: (asked, { raw }) =>
      !host || isCertificateFor(raw, asked)
        ? undefined
        : new Error(`the server's certificate is not for ${asked}`),
  };
}

async function ownCertificate({ sslcert, sslkey, name }: TrustTarget): Promise<ConnectionOptions> {
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
