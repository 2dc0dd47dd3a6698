import { expect, test } from 'vitest';
import { SessionSecrets } from './session-secrets.ts';

const TOKEN = `eyJ${'hbGciOiJub25lIn0'.repeat(2)}.eyJzdWIiOiJ4In0.c2lnbmF0dXJl`;

/** Parameters of a Bind: a count, then length and bytes of each, -1 for NULL. */
function parameters(...values: readonly (string | null)[]): Buffer {
  const parts = values.map((value) => {
    const bytes = Buffer.from(value ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat([Buffer.from([0, values.length]), ...parts]);
}

test('what a statement took for a secret is covered in answers, their lengths kept', () => {
  const secrets = new SessionSecrets();
  secrets.sql(Buffer.from("ALTER ROLE b PASSWORD 'it''s hunter2'"));
  const said = [
    ['"it\'s hunter2" at or near', '"************" at or near'],
    ["at or near \"'it''s hunter2'\"", 'at or near "***************"'],
    ['nothing of it', 'nothing of it'],
  ];
  expect(said.map(([answer = '']) => secrets.answer(Buffer.from(answer)).toString())).toEqual(
    said.map(([, recorded]) => recorded),
  );
});

test('errors and notices are masked whoever named the secret', () => {
  const secrets = new SessionSecrets();
  const said = [
    [
      'SQL statement "ALTER ROLE b PASSWORD \'hunter2\'"\nPL/pgSQL function f()\0L12\0',
      'SQL statement "ALTER ROLE b PASSWORD ********************************\0L12\0',
    ],
    [
      'could not connect: host=h password=hunter2 dbname=d',
      'could not connect: host=h password=******* dbname=d',
    ],
    [`invalid token ${TOKEN}`, `invalid token ${'*'.repeat(TOKEN.length)}`],
    ['password authentication failed for user "b"', 'password authentication failed for user "b"'],
  ];
  expect(said.map(([answer = '']) => secrets.message(Buffer.from(answer)).toString())).toEqual(
    said.map(([, recorded]) => recorded),
  );
});

test('a session without secrets records its answers without a copy', () => {
  const secrets = new SessionSecrets();
  secrets.sql(Buffer.from("INSERT INTO users (password) VALUES ('hunter2')"));
  const answer = Buffer.from('hunter2');
  expect(secrets.answer(answer)).toBe(answer);
});

test('all parameters of a statement that takes secrets are masked, of others what is a secret anywhere', () => {
  const secrets = new SessionSecrets();
  const given = parameters('bob', null, '', `Bearer ${TOKEN}`, 'host=h password=hunter2');
  expect([secrets.parameters(given, true), secrets.parameters(given, false)]).toEqual([
    parameters('[masked]', null, '', '[masked]', '[masked]'),
    parameters('bob', null, '', 'Bearer [masked]', 'host=h password=[masked]'),
  ]);
});

test('parameters without a secret are the same object', () => {
  const given = parameters('bob', null, 'C:\\passage', '12');
  expect(new SessionSecrets().parameters(given, false)).toBe(given);
});
