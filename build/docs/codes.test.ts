/** Every code that a program may meet stands in docs/errors.md: found in the sources, whatever table it stands in. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorsPage } from './errors.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = globSync('{gateway,main,shared}/**/*.ts', { cwd: ROOT })
  .filter((path) => !/\.test\.|\/testing\/|\/fidelity\/|conformance/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
const PAGE = errorsPage();

/** Codes of errors that stay within the program: who catches them tells another code, which is documented. */
const WITHIN: Readonly<Record<string, string>> = {
  CatalogError: 'names stay unresolved, or the session ends with an error of the server',
  HandshakeError: 'StartupError or UpstreamError',
  ScramError: 'UpstreamError',
  PrivateFileError: 'ConfigError, in words',
  PasswordCommandError: 'UpstreamError NO_CREDENTIALS',
  HashKeyError: 'the gateway does not start, and says so',
  WitnessError: 'a line of the log and an event, in words',
  ArchiveError: 'the codes of commands that begin with ARCHIVE_, and those of the API',
  Dismissed: 'StartupError',
  GatewayNotStarted: 'the demo ends with the gateway’s own line',
  EntryError: 'CaseError',
  VolumeError: 'a verdict',
  BundleError: 'a verdict, or ARCHIVE_REFUSED',
  CborError: 'EventError, then a verdict',
  EventError: 'a verdict',
  DeliveryError: 'lines of the log and of auditorium stream status, in words',
};

const CLASS = /^export class (\w+) extends Error \{([^]*?)\n\}/gm;

interface Declared {
  readonly name: string;
  readonly path: string;
  readonly codes: readonly string[];
}

/** Classes of errors that have a `code`, with all that it may be. */
function declaredErrors(): Declared[] {
  return SOURCES.flatMap(({ path, text }) =>
    [...text.matchAll(CLASS)].flatMap(([, name = '', body = '']) => {
      const type = /readonly code:([^;]*);/.exec(body)?.[1];
      return type === undefined ? [] : [{ name, path, codes: codesOf(type, text) }];
    }),
  );
}

/** The words of a union, of a type of the same file, or of the keys of a table. */
function codesOf(type: string, text: string): string[] {
  const words = [...type.matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word);
  if (words.length > 0) return words;
  const alias = type.trim();
  const declared = new RegExp(`type ${alias} =([^;]*);`).exec(text)?.[1] ?? '';
  const table = /keyof typeof (\w+)/.exec(declared)?.[1];
  if (table === undefined) return declared === '' ? [] : codesOf(declared, '');
  const rows = new RegExp(`const ${table} = \\{([^]*?)\\n\\}`).exec(text)?.[1] ?? '';
  return [...rows.matchAll(/^ {2}(\w+):/gm)].map(([, word = '']) => word);
}

test('every code of an error that leaves the program is documented', () => {
  const declared = declaredErrors();
  const missing = declared
    .filter(({ name }) => WITHIN[name] === undefined)
    .flatMap(({ name, codes }) => codes.map((code) => ({ name, code })))
    .filter(({ code }) => !PAGE.includes(`\`${code}\``))
    .map(({ name, code }) => `${name} ${code}`);
  expect({ missing, without: declared.filter(({ codes }) => codes.length === 0) }).toEqual({
    missing: [],
    without: [],
  });
  // The sources were read at all.
  expect(declared.length).toBeGreaterThan(15);
});

/** How a SQLSTATE is said in the gateway's sources. */
const SAID =
  /(?:sqlstate: |sqlstate = |fatal\(|invalid\(|StartupPacketError\(|\? |: |\| )'([0-9][0-9A-Z]{4}|XX\d{3}|F0\d{3})'/g;

/** Said by the gateway as somebody else's: a success, and what it compares with. */
const NOT_TOLD: ReadonlySet<string> = new Set(['00000', '28P01']);

test('every SQLSTATE that the gateway says by itself is documented', () => {
  const said = new Set(
    SOURCES.filter(({ path }) => path.startsWith('gateway/') && !path.endsWith('/conditions.ts'))
      .flatMap(({ text }) => Array.from(text.matchAll(SAID)))
      .map(([, state = '']) => state)
      .filter((state) => !NOT_TOLD.has(state)),
  );
  expect([...said].filter((state) => !PAGE.includes(`\`${state}\``))).toEqual([]);
  expect([...said]).toEqual(expect.arrayContaining(['28000', '42501', '53100', '57P01', '54000']));
});
