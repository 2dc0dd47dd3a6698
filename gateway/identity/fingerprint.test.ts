import { expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';

const HEADER = 'eyJhbGciOiJFUzI1NiJ9';
const PAYLOAD = 'eyJzdWIiOiJjaS1kZXBsb3llciJ9';

test('the fingerprint is SHA-256 over domain, header and payload', () => {
  // printf 'auditorium/token/v1\0%s.%s' HEADER PAYLOAD | sha256sum
  expect(Buffer.from(fingerprint(`${HEADER}.${PAYLOAD}.c2lnbmF0dXJl`)).toString('hex')).toBe(
    '764e6bcb84e8a769d23fd3ab69787fc1fa0b46a62065fe089acf1074d5c8eaef',
  );
});

test('the signature does not change it', () => {
  expect(fingerprint(`${HEADER}.${PAYLOAD}.AAAA`)).toEqual(fingerprint(`${HEADER}.${PAYLOAD}.BBBB`));
});

test('the payload changes it', () => {
  expect(fingerprint(`${HEADER}.${PAYLOAD}.AAAA`)).not.toEqual(fingerprint(`${HEADER}.e30.AAAA`));
});
