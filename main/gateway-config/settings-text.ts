/** auditorium.yaml as text: what the window shows of it, and what it changes in it. Comments, order and what no form knows stay. */
import { isDeepStrictEqual } from 'node:util';
import { isScalar, parseDocument, visit } from 'yaml';
import type {
  ConnectionForm,
  ConnectionShown,
  IssuerForm,
  IssuerShown,
  SecretForm,
} from '../../shared/api/gateway-settings.ts';
import { ISSUER_PROFILES, SSL_MODE_NAMES } from '../../shared/api/gateway-settings.ts';
import { ApiError } from '../../shared/api/error.ts';
import { withItemIn, withValue } from './yaml-edits.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Section = 'connections' | 'issuers';

/** What stands for a secret that a file has in clear. */
const BLOT = '••••••••';

/** Settings whose value may be a secret in clear. */
const SECRETS: ReadonlySet<string> = new Set(['password', 'clientSecret', 'secret']);

const CONNECTION_KEYS: ReadonlySet<string> = new Set([
  'name',
  'host',
  'port',
  'database',
  'user',
  'password',
  'sslmode',
  'sslrootcert',
  'groups',
]);
const ISSUER_KEYS: ReadonlySet<string> = new Set([
  'name',
  'profile',
  'issuer',
  'audience',
  'lifetime',
  'groups',
  'require',
]);

/** The text without secrets that stand in it in clear: for people to read and compare. */
export function withoutSecrets(text: string): string {
  const ranges: (readonly [number, number])[] = [];
  visit(parseDocument(text, { logLevel: 'silent' }), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !SECRETS.has(String(key.value)) || !isScalar(value) || value.value === null)
        return;
      if (value.range) ranges.push([value.range[0], value.range[1]]);
    },
  });
  return ranges
    .toSorted((a, b) => b[0] - a[0])
    .reduce((blotted, [from, to]) => blotted.slice(0, from) + BLOT + blotted.slice(to), text);
}

/** The connections of a text that the configuration’s schema has let pass. */
export function connectionsIn(text: string, env: Environment): ConnectionShown[] {
  return itemsOf(text, 'connections').map((item) => ({
    name: textOf(item['name']),
    host: textOf(item['host']),
    port: typeof item['port'] === 'number' ? item['port'] : 5432,
    database: textOf(item['database']),
    user: textOf(item['user']),
    sslmode: SSL_MODE_NAMES.find((known) => known === item['sslmode']) ?? null,
    sslrootcert: nullable(item['sslrootcert']),
    groups: listOf(item['groups']),
    password: secretIn(item['password'], env),
    others: Object.keys(item).filter((key) => !CONNECTION_KEYS.has(key)),
  }));
}

/** What secrets of a keychain, or what variables of the environment, a text names, wherever it does. */
export function namesIn(text: string, from: 'keychain' | 'env'): string[] {
  const names: string[] = [];
  visit(parseDocument(text, { logLevel: 'silent' }), {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === from && isScalar(value)) names.push(String(value.value));
    },
  });
  return names;
}

export function issuersIn(text: string): IssuerShown[] {
  return itemsOf(text, 'issuers').map((item) => ({
    name: textOf(item['name']),
    profile: ISSUER_PROFILES.find((known) => known === item['profile']) ?? 'generic',
    issuer: nullable(item['issuer']),
    audience: nullable(item['audience']),
    lifetime: nullable(item['lifetime']),
    groups: listOf(item['groups']),
    require: Object.fromEntries(
      Object.entries(asMapping(item['require'])).map(([claim, values]) => [claim, listOf(values)]),
    ),
    others: Object.keys(item).filter((key) => !ISSUER_KEYS.has(key)),
  }));
}

/**
 * The text with this connection in place of the one called `name`, or added where that is null; `kept` is what its secret is called
 * in the keychain. Throws {@link ApiError}.
 */
export function withConnection(
  text: string,
  name: string | null,
  form: ConnectionForm,
  kept: string | null = null,
): string {
  const { port, groups, password, ...plain } = form;
  const shown = name === null ? null : connectionsIn(text, {}).find((one) => one.name === name);
  const values = {
    ...plain,
    port: port === 5432 ? null : port,
    groups: groups.length === 0 ? null : groups,
  };
  return withItem(text, { section: 'connections', name, shown, form }, [
    ...Object.entries(values),
    ...(password.from === 'keep' ? [] : [['password', secretValue(password, kept)] as const]),
  ]);
}

/** The text with this issuer in place of the one called `name`, or added where that is null. Throws {@link ApiError}. */
export function withIssuer(text: string, name: string | null, form: IssuerForm): string {
  const { groups, require, ...plain } = form;
  const shown = name === null ? null : issuersIn(text).find((one) => one.name === name);
  const values = {
    ...plain,
    groups: groups.length === 0 ? null : groups,
    require: Object.keys(require).length === 0 ? null : require,
  };
  return withItem(text, { section: 'issuers', name, shown, form }, Object.entries(values));
}

/** The text without the item of that name. Throws {@link ApiError}. */
export function withoutItem(text: string, section: Section, name: string): string {
  return withValue(text, [section, indexOf(text, section, name)], undefined);
}

/** How a secret is written in the file; undefined: not at all. `kept` is what it is called in the keychain. Throws {@link ApiError}. */
export function secretValue(form: SecretForm, kept: string | null = null): unknown {
  switch (form.from) {
    case 'env':
      return { env: form.variable };
    case 'file':
      return { file: form.path };
    case 'command':
      return { command: form.argv };
    case 'text':
      return form.text;
    case 'keychain':
      if (kept === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host keeps no secrets in a keychain');
      return { keychain: kept };
    case 'keep':
    case 'none':
      return undefined;
  }
}

/** Which item a form is of, what it showed of it, and what it says now. */
interface Edited {
  readonly section: Section;
  readonly name: string | null;
  readonly shown: object | null | undefined;
  readonly form: object;
}

/** Only what the form says otherwise than the file is touched: `groups: ci` stays, and so does a port that needs no saying. */
function withItem(
  text: string,
  { section, name, shown, form }: Edited,
  values: readonly (readonly [string, unknown])[],
): string {
  if (name === null)
    return withItemIn(
      text,
      section,
      Object.fromEntries(values.map(([key, value]) => [key, value ?? undefined])),
    );
  const index = indexOf(text, section, name);
  const [before, now] = [shown ?? {}, form].map(asMapping);
  return values
    .filter(([key]) => !isDeepStrictEqual(before?.[key], now?.[key]))
    .reduce((changed, [key, value]) => withValue(changed, [section, index, key], value ?? undefined), text);
}

function indexOf(text: string, section: Section, name: string): number {
  const index = itemsOf(text, section).findIndex((item) => item['name'] === name);
  if (index >= 0) return index;
  throw new ApiError('NOT_FOUND', `the configuration has no ${section.slice(0, -1)} called ${name} any more`);
}

function itemsOf(text: string, section: Section): Readonly<Record<string, unknown>>[] {
  const value: unknown = parseDocument(text).toJS();
  return asList(asMapping(value)[section]).map(asMapping);
}

function secretIn(value: unknown, env: Environment): ConnectionShown['password'] {
  if (typeof value === 'string') return { from: 'text' };
  const { env: variable, file, command, keychain } = asMapping(value);
  if (typeof keychain === 'string') return { from: 'keychain', name: keychain };
  if (typeof variable === 'string') return { from: 'env', variable, set: env[variable] !== undefined };
  if (typeof file === 'string') return { from: 'file', path: file };
  return Array.isArray(command) ? { from: 'command', argv: listOf(command) } : { from: 'none' };
}

function asMapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A single value counts as a list of one, as the schema takes it. */
function listOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function nullable(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
