import { assert, property, uint8Array } from 'fast-check';
import { serialize } from 'pg-protocol';
import { expect, test } from 'vitest';
import { parseStartupPacket, startupLengthAllowed, StartupPacketError } from './startup-packet.ts';

const V3_0 = '\0\x03\0\0';

function refusal(text: string): unknown {
  try {
    return parseStartupPacket(Buffer.from(text, 'latin1'));
  } catch (error) {
    return error instanceof StartupPacketError ? error.postgres : error;
  }
}

test("a driver's start-up packet is read", () => {
  expect(parseStartupPacket(serialize.startup({ user: 'ü', database: 'shop' }).subarray(4))).toEqual({
    kind: 'session',
    minor: 0,
    parameters: new Map([
      ['user', 'ü'],
      ['database', 'shop'],
      ['client_encoding', 'UTF8'],
    ]),
    protocolOptions: [],
  });
});

test('options of the protocol are told apart from parameters, and empty values are values', () => {
  expect(parseStartupPacket(Buffer.from('\0\x03\x27\x0f_pq_.x\0y\0user\0u\0options\0\0\0'))).toEqual({
    kind: 'session',
    minor: 9999,
    parameters: new Map([
      ['user', 'u'],
      ['options', ''],
    ]),
    protocolOptions: ['_pq_.x'],
  });
});

test('requests for encryption and cancel requests are read, with keys of 4 and of 256 bytes', () => {
  const cancel = (key: string) => Buffer.from(`\x04\xd2\x16\x2e\x7f\xff\xff\xff${key}`, 'latin1');
  expect([
    parseStartupPacket(serialize.requestSsl().subarray(4)),
    parseStartupPacket(Buffer.from('\x04\xd2\x16\x30', 'latin1')),
    parseStartupPacket(serialize.cancel(1, -2).subarray(4)),
    parseStartupPacket(cancel('k'.repeat(256))),
  ]).toEqual([
    { kind: 'ssl' },
    { kind: 'gssenc' },
    { kind: 'cancel', processId: 1, key: Buffer.from([255, 255, 255, 254]) },
    { kind: 'cancel', processId: 0x7fffffff, key: Buffer.alloc(256, 'k') },
  ]);
  expect(refusal(cancel('k'.repeat(257)).toString('latin1'))).toMatchObject({ sqlstate: '08P01' });
});

test.each([
  ['no terminator', `${V3_0}user\0u\0`, '08P01'],
  ['a text without an end', `${V3_0}user\0u`, '08P01'],
  ['a name without a value', `${V3_0}user\0`, '08P01'],
  ['bytes after the terminator', `${V3_0}user\0u\0\0x`, '08P01'],
  ['a second terminator', `${V3_0}user\0u\0\0\0`, '08P01'],
  ['a name twice', `${V3_0}user\0u\0user\0admin\0\0`, '08P01'],
  [
    'a NUL that makes a value two parameters',
    `${V3_0}user\0u\0application_name\0a\0user\0admin\0\0`,
    '08P01',
  ],
  ['bytes that are not UTF-8', `${V3_0}user\0\xff\0\0`, '22021'],
  ['protocol 2.0', '\0\x02\0\0user\0u\0\0', '0A000'],
  ['protocol 4.0', '\0\x04\0\0user\0u\0\0', '0A000'],
  ['a request for TLS with more in it', '\x04\xd2\x16\x2fx', '08P01'],
  ['a cancel request without a key', '\x04\xd2\x16\x2e\0\0\0\x01', '08P01'],
  ['a cancel request cut short', '\x04\xd2\x16\x2e\0', '08P01'],
])('%s is refused', (_, text, sqlstate) => {
  expect(refusal(text)).toMatchObject({ severity: 'FATAL', sqlstate });
});

test('any other bytes are read or refused, and nothing else happens', () => {
  const outcome = (bytes: Uint8Array): boolean => {
    try {
      parseStartupPacket(Buffer.from(bytes));
      return true;
    } catch (error) {
      return error instanceof StartupPacketError;
    }
  };
  const session = (bytes: Uint8Array) => Buffer.concat([Buffer.from(V3_0), bytes]);
  assert(property(uint8Array({ minLength: 4, maxLength: 64 }), outcome));
  assert(property(uint8Array({ max: 3, maxLength: 32 }), (bytes) => outcome(session(bytes))));
});

test('packets are 8 to 10,000 bytes long', () => {
  expect([7, 8, 10_000, 10_001, 0x80000000].map(startupLengthAllowed)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});
