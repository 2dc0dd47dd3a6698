import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, parseConfig, type ConnectionConfig } from './config.ts';
import { PasswordCommand } from './postgres/password-command.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'auditorium-config-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** The connection of a file whose only item has these settings beside the necessary ones. */
function connection(settings: string): ConnectionConfig | undefined {
  const text = `connections: [{ name: a, host: h, database: d, user: u, ${settings} }]`;
  return parseConfig(text, dir).connections[0];
}

const refusal = (settings: string): string => {
  try {
    connection(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace(/^.*? connections\[0\]\./, '');
    throw error;
  }
  return 'accepted';
};

test('every setting of a connection is read, its paths relative to the file', () => {
  expect(
    connection(
      'password: x, auth: [md5, password, none], channel_binding: disable, sslmode: verify-ca, sslnegotiation: direct, sslrootcert: ca.pem, sslcert: me.crt, sslkey: /etc/me.key, groups: [g]',
    ),
  ).toEqual({
    name: 'a',
    host: 'h',
    port: 5432,
    database: 'd',
    user: 'u',
    password: 'x',
    auth: ['md5', 'password', 'none'],
    channelBinding: 'disable',
    sslmode: 'verify-ca',
    sslnegotiation: 'direct',
    sslrootcert: join(dir, 'ca.pem'),
    sslcert: join(dir, 'me.crt'),
    sslkey: '/etc/me.key',
    groups: ['g'],
  });
});

test('the authorities of this machine are a word, not a path, and mean one host', () => {
  expect(connection('password: x, sslrootcert: system')).toMatchObject({
    sslrootcert: 'system',
    sslmode: 'verify-full',
  });
});

test('a server that asks for no password needs none', () => {
  expect(connection('auth: [none]')).not.toHaveProperty('password');
});

test.each([
  ['', 'password is missing: give text in quotes, { env: VARIABLE }, { file: PATH } or { command: […] }'],
  ['password: x, auth: []', 'auth must be a list of scram-sha-256, md5, password, none'],
  ['password: x, auth: [trust]', 'auth[0] must be one of scram-sha-256, md5, password, none'],
  [
    'password: x, sslmode: on',
    'sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full',
  ],
  [
    'password: x, sslmode: verify-ca',
    'sslrootcert is missing: sslmode verify-ca needs a file of root certificates, or system',
  ],
  [
    'password: x, sslmode: require, sslrootcert: system',
    'sslmode must be verify-full with sslrootcert: system, since anyone can get such a certificate',
  ],
  ['password: x, sslnegotiation: direct', 'sslnegotiation must be postgres unless sslmode demands TLS'],
  ['password: x, sslcert: a', 'sslcert needs the other of sslcert and sslkey too'],
  ['password: x, sslkey: a', 'sslkey needs the other of sslcert and sslkey too'],
  [
    'password: x, channel_binding: require, sslmode: disable',
    'channel_binding cannot be had without TLS and scram-sha-256',
  ],
  [
    'password: x, channel_binding: require, auth: [md5]',
    'channel_binding cannot be had without TLS and scram-sha-256',
  ],
  [
    'password: { command: [] }',
    'password must be text in quotes, { env: VARIABLE }, { file: PATH } or { command: [PROGRAM, ARGUMENT, …] }',
  ],
])('a connection with "%s" is refused: %s', (settings, message) => {
  expect(refusal(settings)).toBe(message);
});

test('a password that a command prints is not asked for before it is needed', async () => {
  const password = connection(
    `password: { command: [sh, -c, 'touch ran; echo "a b"'] }, sslmode: disable`,
  )?.password;
  expect(password).toBeInstanceOf(PasswordCommand);
  await expect(rm(join(dir, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect((password as PasswordCommand).password()).resolves.toBe('a b');
  await rm(join(dir, 'ran'));
});

test('two configurations tell whether they run the same command', () => {
  const first = connection('password: { command: [pass, show] }');
  expect(isDeepStrictEqual(first, connection('password: { command: [pass, show] }'))).toBe(true);
  expect(isDeepStrictEqual(first, connection('password: { command: [pass, list] }'))).toBe(false);
});

const inFile = 'password: { file: ./secret }';

test('a password may be in a file that only its owner can read, without its line end', async () => {
  await writeFile(join(dir, 'secret'), 'pass word \n', { mode: 0o600 });
  expect(connection(inFile)?.password).toBe('pass word ');
  for (const mode of [0o640, 0o604, 0o620]) {
    await chmod(join(dir, 'secret'), mode);
    expect(refusal(inFile)).toBe(
      `password names a file that others can read; run: chmod 600 ${join(dir, 'secret')}`,
    );
  }
});

test.skipIf(userInfo().uid !== 0)('a password file of another user is refused', async () => {
  await writeFile(join(dir, 'secret'), 'x', { mode: 0o600 });
  await chown(join(dir, 'secret'), 65534, 65534);
  expect(refusal(inFile)).toBe(
    `password names a file that belongs to another user; run: chown 0 ${join(dir, 'secret')}`,
  );
});

test('a password file that is none is refused', () => {
  expect(refusal(inFile)).toMatch(/^password names a file that cannot be read \(ENOENT/);
  expect(refusal('password: { file: . }')).toBe('password names a file that is not a regular file');
});
