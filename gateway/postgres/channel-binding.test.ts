import { createHash, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { tlsServerEndPoint } from './channel-binding.ts';
import { issueCertificate, type SignatureAlgorithm } from './testing/issue-certificate.ts';

test.each<[SignatureAlgorithm, string]>([
  ['ecdsa-sha256', 'sha256'],
  ['ecdsa-sha384', 'sha384'],
  ['ecdsa-sha512', 'sha512'],
  ['rsa-sha256', 'sha256'],
  // RFC 5929 §4.1: SHA-1 is replaced.
  ['rsa-sha1', 'sha256'],
  ['rsa-pss-sha384', 'sha384'],
  ['rsa-pss-sha1', 'sha256'],
])('a certificate signed with %s is hashed with %s', (algorithm, hash) => {
  const certificate = new X509Certificate(issueCertificate({ name: 'localhost', algorithm }).cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(tlsServerEndPoint(certificate.raw)).toEqual(createHash(hash).update(certificate.raw).digest());
});

test('a signature without a hash of its own binds nothing', () => {
  const { raw } = new X509Certificate(issueCertificate({ name: 'localhost', algorithm: 'ed25519' }).cert);
  expect(tlsServerEndPoint(raw)).toBeNull();
});

test('what is no certificate binds nothing, wherever it is cut', () => {
  const { raw } = new X509Certificate(
    issueCertificate({ name: 'localhost', algorithm: 'rsa-pss-sha384' }).cert,
  );
  const body = raw.readUInt16BE(6) + 8; // where tbsCertificate ends
  for (let length = 0; length < body; length++) {
    expect(tlsServerEndPoint(raw.subarray(0, length))).toBeNull();
  }
  expect(tlsServerEndPoint(Buffer.from('3084ffffffff', 'hex'))).toBeNull();
});
