/** Whether a certificate is one for the host that was asked for, as libpq decides it for `verify-full`. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A wildcard stands for the whole first label of a name and for nothing else. */
const NAMES = { partialWildcards: false, multiLabelWildcards: false } as const;

/**
 * Whether the certificate (DER) is for `host`: a name must be one of its dNSNames, or its common name where it has none;
 * an address one of its iPAddresses or dNSNames, or its common name where it has neither (PostgreSQL manual §32.19.1
 * "Client Verification of Server Certificates").
 */
export function isCertificateFor(certificate: Buffer, host: string): boolean {
  const parsed = new X509Certificate(certificate);
  if (isIP(host) === 0) return parsed.checkHost(host, NAMES) !== undefined;
  if (parsed.checkIP(host) !== undefined) return true;
  const hasAddress = parsed.subjectAltName?.includes('IP Address:') ?? false;
  return (
    parsed.checkHost(host, { wildcards: false, subject: hasAddress ? 'never' : 'default' }) !== undefined
  );
}
