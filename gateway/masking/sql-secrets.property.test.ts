/** Secret statements in every spelling: not a part of the secret is left, and what PostgreSQL reads keeps its form. */
import fc from 'fast-check';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { maskSql } from './sql-secrets.ts';

beforeAll(() => loadModule());

/** In every part of a secret, and in nothing else here. */
const MARK = 'qz';

/** Characters that mean something in one spelling or another, each with the mark behind it: no part of a secret is without. */
const secret = fc
  .array(fc.constantFrom(...`a7'"\\$%=@/:;-( é☃`.split('')), { maxLength: 12 })
  .map((characters) => `${MARK}${characters.map((character) => character + MARK).join('')}`);

const plain = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Spellings of a value as a constant. */
const spelling = fc.constantFrom<((value: string) => string)[]>(
  plain,
  (value) => `N${plain(value)}`,
  (value) => `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  (value) => `e'${hex(value)}'`,
  (value) => `U&${plain(value.replaceAll('\\', '\\\\'))}`,
  (value) => `u&${plain(value.replaceAll('!', '!!'))} UESCAPE '!'`,
  (value) => `$tag$${value}$tag$`,
  (value) => `${plain(value.slice(0, -3))} -- c\n ${plain(value.slice(-3))}`,
);

/** As with standard_conforming_strings off. */
const escaping = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function hex(value: string): string {
  return Buffer.from(value).reduce((text, byte) => `${text}\\x${byte.toString(16).padStart(2, '0')}`, '');
}

/** Statements with a secret in the place of `?`. */
const place = fc.constantFrom(
  "ALTER ROLE b WITH LOGIN PASSWORD ? VALID UNTIL 'infinity'",
  'CREATE USER "B b" ENCRYPTED PASSWORD ?',
  "CREATE USER MAPPING FOR b SERVER s OPTIONS (user 'u', password ?)",
  "ALTER SERVER s OPTIONS (SET sslpassword ?, SET host 'h')",
  'CREATE SUBSCRIPTION s CONNECTION ? PUBLICATION p',
  'ALTER SYSTEM SET ssl_passphrase_command = ?',
  "SELECT set_config('app.secret', ?, true)",
);

/** Statements with a connection string in the place of `?`. */
const connection = fc.constantFrom(
  'SELECT dblink_connect(?)',
  "SELECT * FROM public.dblink(?, 'select 1') AS t(a int)",
  'CREATE SUBSCRIPTION s CONNECTION ? PUBLICATION p',
  'ALTER SYSTEM SET primary_conninfo TO ?',
  'EXECUTE connect(?)',
);

/** Connection strings with a password. */
const connecting = fc.constantFrom<((password: string) => string)[]>(
  (password) => `host=h password='${password.replaceAll(/[\\']/g, String.raw`\$&`)}' dbname=d`,
  (password) => `password = ${password.replaceAll(/[\\' ]/g, String.raw`\$&`)} host = h`,
  (password) => `postgresql://u:${encodeURIComponent(password)}@h:5432/d?sslmode=require`,
  (password) => `postgres://u@h/d?password=${encodeURIComponent(password)}`,
);

/** Texts around a statement. */
const surrounding = fc.constantFrom<((sql: string) => string)[]>(
  (sql) => sql,
  (sql) => `SELECT 'x'; ${sql}; SELECT 'y'`,
  (sql) => `/* a 'b /* c */ */ ${sql} -- d'`,
  (sql) => `DO $do$ BEGIN ${sql}; END $do$`,
  (sql) => `DO $do$ BEGIN EXECUTE ${plain(sql)}; END $do$`,
  (sql) => `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ${plain(`BEGIN EXECUTE $x$${sql}$x$; END`)}`,
  (sql) => `SELECT dblink_exec('c', ${plain(sql)})`,
);

/** Key words in other cases, and other gaps behind PASSWORD. */
const wording = fc
  .record({
    word: fc.constantFrom<((word: string) => string)[]>(
      (word) => word,
      (word) => word.toLowerCase(),
      (word) => word.toLowerCase().replaceAll(/[aeiou]/g, (letter) => letter.toUpperCase()),
    ),
    gap: fc.constantFrom(' ', '\n\t', '/**/', " -- it's\n", '/* /* x */ */'),
  })
  .map(
    ({ word, gap }) =>
      (sql: string) =>
        sql.replaceAll(/\b[A-Z]{2,}\b/g, word).replaceAll(/(password) /gi, `$1${gap}`),
  );

/** What the record holds, after a look that the secret is not in it, plainly or in hexadecimal. */
function expectNoSecret(sql: string): string {
  const masked = maskSql(Buffer.from(sql))?.text.toString() ?? sql;
  expect([masked.includes(MARK), masked.includes(hex(MARK))], `${sql}\n→ ${masked}`).toEqual([false, false]);
  return masked;
}

/** Kinds of the statements of a text, null when PostgreSQL's parser does not take it. */
function kindsOf(sql: string): string[] | null {
  try {
    return (parseSync(sql).stmts ?? []).map(({ stmt }) => Object.keys(stmt as object).join(','));
  } catch {
    return null;
  }
}

function expectMasked(sql: string): void {
  const masked = expectNoSecret(sql);
  // What ends elsewhere with standard_conforming_strings off is masked beyond recognition.
  const kinds = sql.includes("\\'") ? null : kindsOf(sql);
  if (kinds !== null) expect(kindsOf(masked), `${sql}\n→ ${masked}`).toEqual(kinds);
}

test('a secret is masked in every place, spelling and wording, however deep it lies', () => {
  fc.assert(
    fc.property(secret, place, spelling, wording, surrounding, (value, statement, spell, reword, surround) =>
      expectMasked(surround(reword(statement).replace('?', () => spell(value)))),
    ),
    { numRuns: 4000 },
  );
});

test('a password is masked in connection strings of every form', () => {
  fc.assert(
    fc.property(
      fc.tuple(secret, connecting, connection, spelling, wording, surrounding),
      ([value, connect, statement, spell, reword, surround]) =>
        expectMasked(surround(reword(statement).replace('?', () => spell(connect(value))))),
    ),
    { numRuns: 4000 },
  );
});

test('a secret is masked however standard_conforming_strings is set', () => {
  fc.assert(
    fc.property(secret, place, wording, (value, statement, reword) => {
      expectNoSecret(reword(statement).replace('?', () => escaping(value)));
    }),
    { numRuns: 2000 },
  );
});

test('any text can be read, and it is said whether something was masked', () => {
  const piece = fc.constantFrom(
    ...`' " $ $a$ \\ -- /* */ ; ( ) = || %s , E U& PASSWORD OPTIONS dblink set app.secret x 1 $1 é \0`.split(
      ' ',
    ),
    ' ',
    '\n',
    'ALTER ROLE ',
    'password=x',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const sql = Buffer.from(pieces.join(''));
      const masked = maskSql(sql);
      if (masked !== null) expect(masked.masked).toBe(!masked.text.equals(sql));
    }),
    { numRuns: 5000 },
  );
});

test('time grows with the length, whatever the text', () => {
  for (const unit of [
    "('bob', 'it''s some text'), ",
    "SELECT 'password=x'; ",
    "'pass' || ",
    "'",
    '$a$ $b$',
    '/*',
    '"',
    'password ',
    "CREATE ROLE x PASSWORD 'a' ",
    "'pass\\",
    '(',
    "U&'\\0070ass' uescape ",
    'dblink(a||b)',
    'password=://a:',
    'eyJhbGciOiJub25lIn0.',
    "'password ''",
  ]) {
    const sql = Buffer.from(`${unit.repeat((1 << 20) / unit.length)} password`);
    const started = performance.now();
    maskSql(sql);
    expect(performance.now() - started, JSON.stringify(unit)).toBeLessThan(3000);
  }
});
