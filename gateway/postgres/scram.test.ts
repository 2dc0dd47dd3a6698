import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { scramExchange } from './scram.ts';

const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** A server that knows the verifier of a password and nothing else (RFC 5802 §3). */
function server(password: string, iterations = 4096) {
  const salted = pbkdf2Sync(password, SALT, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  const first = `r=${NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=${SALT.toString('base64')},i=${iterations}`;
  return {
    first,
    /** The final message for a client's, or null when its proof is wrong. */
    answer: (clientFirst: string, clientFinal: string): string | null => {
      const [withoutProof = '', proof = ''] = clientFinal.split(',p=');
      const message = `${clientFirst.slice('n,,'.length)},${first},${withoutProof}`;
      const signature = hmac(storedKey, message);
      const key = Buffer.from(proof, 'base64').map((byte, at) => byte ^ (signature[at] ?? 0));
      if (!createHash('sha256').update(key).digest().equals(storedKey)) return null;
      return `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`;
    },
  };
}

test('a password proves itself, and the server proves that it knows it', async () => {
  for (const iterations of [1, 4096]) {
    const { first, answer } = server('pencil', iterations);
    const exchange = scramExchange('pencil', 'none', NONCE);
    expect(exchange.first).toBe(`n,,n=,r=${NONCE}`);
    const final = answer(exchange.first, await exchange.final(first));
    expect(() => exchange.verify(final ?? '')).not.toThrow();
  }
});

test('a wrong password proves nothing', async () => {
  const { first, answer } = server('pencil');
  const exchange = scramExchange('pencils', 'none', NONCE);
  expect(answer(exchange.first, await exchange.final(first))).toBeNull();
});

test('every exchange has a nonce of its own', () => {
  expect(scramExchange('pencil', 'none').first).not.toBe(scramExchange('pencil', 'none').first);
});

test('what a later version of the mechanism may add is passed over', async () => {
  const exchange = scramExchange('pencil', 'none', NONCE);
  await expect(exchange.final(`${server('pencil').first},x=new`)).resolves.toContain(',p=');
});

test.each([
  ['nothing', ''],
  ["a nonce that does not continue the client's", 'r=other,s=c2FsdA==,i=4096'],
  ["a nonce that is only the client's", `r=${NONCE},s=c2FsdA==,i=4096`],
  ['no salt', `r=${NONCE}x,i=4096`],
  ['a salt that is not base64', `r=${NONCE}x,s=!,i=4096`],
  ['no iterations', `r=${NONCE}x,s=c2FsdA==,i=0`],
  ['negative iterations', `r=${NONCE}x,s=c2FsdA==,i=-1`],
  ['iterations that are no number', `r=${NONCE}x,s=c2FsdA==,i=1e9`],
  ['a million and one iterations', `r=${NONCE}x,s=c2FsdA==,i=1000001`],
  ['2^31 iterations', `r=${NONCE}x,s=c2FsdA==,i=2147483648`],
  ['an extension that must be understood', `m=x,r=${NONCE}x,s=c2FsdA==,i=4096`],
  ['a huge nonce', `r=${NONCE}${'x'.repeat(10_000)},s=c2FsdA==,i=4096`],
  ['a line break', `r=${NONCE}x,s=c2FsdA==,i=4096\n`],
])('a first message with %s is refused', async (_, message) => {
  await expect(scramExchange('pencil', 'none', NONCE).final(message)).rejects.toMatchObject({
    code: 'MALFORMED',
  });
});

test('a server that does not know the password is found out', async () => {
  const { first, answer } = server('pencil');
  const exchange = scramExchange('pencil', 'none', NONCE);
  const right = answer(exchange.first, await exchange.final(first)) ?? '';
  const verify = (message: string) => () => exchange.verify(message);
  const flipped = Buffer.from(right.slice(2), 'base64');
  flipped.writeUInt8(flipped.readUInt8(31) ^ 1, 31);
  expect(verify(`v=${flipped.toString('base64')}`)).toThrow(
    expect.objectContaining({ code: 'SERVER_UNPROVEN' }),
  );
  expect(verify('v=')).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  expect(verify(`${right}${right}`)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  expect(verify('e=other-error')).toThrow(expect.objectContaining({ code: 'REFUSED' }));
  expect(verify(right)).not.toThrow();
});

test('a server cannot prove itself before the client did', () => {
  expect(() =>
    scramExchange('pencil', 'none', NONCE).verify(`v=${Buffer.alloc(32).toString('base64')}`),
  ).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
});
