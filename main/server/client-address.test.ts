import { expect, test } from 'vitest';
import { peerReader } from './client-address.ts';

function peer(trusted: readonly string[], remote: string, forwarded: string | null) {
  const headers: Record<string, string> = forwarded === null ? {} : { 'x-forwarded-for': forwarded };
  return peerReader(trusted)(new Request('http://host/', { headers }), remote);
}

test.each([
  ['nobody speaks for others where no proxy is named', [], '10.0.0.1', '1.2.3.4', '10.0.0.1', false],
  ['a trusted proxy does', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4', true],
  ['one by its address', ['10.0.0.1'], '::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4', true],
  ['another does not', ['10.0.0.1'], '10.0.0.2', '1.2.3.4', '10.0.0.2', false],
  [
    'what a client wrote itself counts for nothing',
    ['10.0.0.0/8'],
    '10.0.0.1',
    '9.9.9.9, 1.2.3.4',
    '1.2.3.4',
    true,
  ],
  ['proxies in a row', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4, 10.0.0.2', '1.2.3.4', true],
  ['one that tells nobody', ['10.0.0.0/8'], '10.0.0.1', null, '10.0.0.1', true],
  ['one that tells nonsense', ['10.0.0.0/8'], '10.0.0.1', 'unknown', '10.0.0.1', true],
  ['IPv6', ['fd00::/8', '::1'], '::1', '2001:db8::5, fd00::2', '2001:db8::5', true],
])('%s', (_, trusted, remote, forwarded, address, proxied) => {
  expect(peer(trusted, remote, forwarded)).toEqual({ address, proxied });
});
