import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { issueCertificate } from './testing/issue-certificate.ts';
import { isCertificateFor } from './upstream-identity.ts';

/** Which of the hosts a certificate with these names is for. */
function accepted(names: { name: string; dns?: string[]; ip?: string[] }, hosts: string[]): string[] {
  const { raw } = new X509Certificate(issueCertificate(names).cert);
  return hosts.filter((host) => isCertificateFor(raw, host));
}

test('a host name must be one of the names, in whatever case', () => {
  const hosts = ['db.example.com', 'DB.example.com', 'example.com', 'x.db.example.com', 'cn.example.com'];
  expect(accepted({ name: 'cn.example.com', dns: ['db.example.com'] }, hosts)).toEqual(hosts.slice(0, 2));
});

test('the common name counts where there is no other name', () => {
  const hosts = ['cn.example.com', '10.0.0.5'];
  expect(accepted({ name: 'cn.example.com' }, hosts)).toEqual(['cn.example.com']);
  expect(accepted({ name: 'cn.example.com', ip: ['10.0.0.5'] }, hosts)).toEqual(hosts);
});

test('a wildcard stands for one whole label', () => {
  const hosts = ['a.example.com', 'a.b.example.com', 'example.com'];
  expect(accepted({ name: 'x', dns: ['*.example.com'] }, hosts)).toEqual(['a.example.com']);
  expect(accepted({ name: 'x', dns: ['d*.example.com'] }, ['db.example.com'])).toEqual([]);
});

test('an address must be one of the addresses, or a name that is one', () => {
  const hosts = ['10.0.0.5', '10.0.0.6'];
  expect(accepted({ name: '10.0.0.6', ip: ['10.0.0.5'] }, hosts)).toEqual(['10.0.0.5']);
  expect(accepted({ name: 'x', dns: ['10.0.0.5'] }, hosts)).toEqual(['10.0.0.5']);
  expect(accepted({ name: '10.0.0.5' }, hosts)).toEqual(['10.0.0.5']);
  expect(accepted({ name: 'x', dns: ['*.0.0.5', '*'] }, hosts)).toEqual([]);
});
