/** auditorium.yaml as text: what the window shows of it, and what it changes in it. Comments, order and what no form knows stay. */
import { isMap, isNode, isScalar, isSeq, parseDocument, visit, YAMLMap, type Document } from 'yaml';
import type {
  ConnectionForm,
  ConnectionShown,
  IssuerForm,
  IssuerShown,
  SecretForm,
} from '../../shared/api/gateway-settings.ts';
import { ISSUER_PROFILES, SSL_MODE_NAMES } from '../../shared/api/gateway-settings.ts';
import { ApiError } from '../../shared/api/error.ts';

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

/** The text with this connection in place of the one called `name`, or added where that is null. Throws {@link ApiError}. */
export function withConnection(text: string, name: string | null, form: ConnectionForm): string {
  const { port, sslmode, sslrootcert, groups, password, ...plain } = form;
  const values: Record<string, unknown> = {
    ...plain,
    port: port === 5432 ? undefined : port,
    sslmode: sslmode ?? undefined,
    sslrootcert: sslrootcert ?? undefined,
    groups: groups.length === 0 ? undefined : groups,
  };
  if (password.from !== 'keep') values['password'] = secretValue(password);
  return withItem(text, 'connections', name, values);
}

/** The text with this issuer in place of the one called `name`, or added where that is null. Throws {@link ApiError}. */
export function withIssuer(text: string, name: string | null, form: IssuerForm): string {
  const { issuer, audience, lifetime, groups, require, ...plain } = form;
  return withItem(text, 'issuers', name, {
    ...plain,
    issuer: issuer ?? undefined,
    audience: audience ?? undefined,
    lifetime: lifetime ?? undefined,
    groups: groups.length === 0 ? undefined : groups,
    require: Object.keys(require).length === 0 ? undefined : require,
  });
}

/** The text without the item of that name. Throws {@link ApiError}. */
export function withoutItem(text: string, section: Section, name: string): string {
  const document = parseDocument(text);
  document.deleteIn([section, indexOf(document, section, name)]);
  return written(document);
}

/** How a secret is written in the file; undefined: not at all. */
export function secretValue(form: SecretForm): unknown {
  switch (form.from) {
    case 'env':
      return { env: form.variable };
    case 'file':
      return { file: form.path };
    case 'command':
      return { command: form.argv };
    case 'text':
      return form.text;
    case 'keep':
    case 'none':
      return undefined;
  }
}

function withItem(
  text: string,
  section: Section,
  name: string | null,
  values: Record<string, unknown>,
): string {
  const document = parseDocument(text);
  if (name !== null) {
    change(document, document.getIn([section, indexOf(document, section, name)], true) as YAMLMap, values);
    return written(document);
  }
  const item = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const list = document.get(section, true);
  if (isSeq(list)) list.add(itemNode(document, item));
  else {
    document.set(section, document.createNode([]));
    document.addIn([section], itemNode(document, item));
  }
  // A list written in brackets that was empty would go on in brackets.
  const now = document.get(section, true);
  if (isSeq(now) && now.items.length === 1) now.flow = false;
  return written(document);
}

/** Only what differs is touched, so that quotes and comments of the rest stay as they are. */
function change(document: Document, item: YAMLMap, values: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) item.delete(key);
    else if (JSON.stringify(plainOf(item.get(key, true), document)) !== JSON.stringify(value)) {
      item.set(key, valueNode(document, value));
    }
  }
}

function itemNode(document: Document, item: Record<string, unknown>): YAMLMap {
  const node = new YAMLMap(document.schema);
  for (const [key, value] of Object.entries(item)) node.set(key, valueNode(document, value));
  return node;
}

/** A list or a reference to a secret is short: on one line. */
function valueNode(document: Document, value: unknown): unknown {
  const node: unknown = document.createNode(value);
  if (isMap(node) || isSeq(node)) node.flow = true;
  return node;
}

function plainOf(node: unknown, document: Document): unknown {
  return isNode(node) ? node.toJS(document) : node;
}

function indexOf(document: Document, section: Section, name: string): number {
  const items = asList(plainOf(document.get(section, true), document));
  const index = items.findIndex((item) => asMapping(item)['name'] === name);
  if (index >= 0) return index;
  throw new ApiError('NOT_FOUND', `the configuration has no ${section.slice(0, -1)} called ${name} any more`);
}

/** Long values stay on their line. */
function written(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

function itemsOf(text: string, section: Section): Readonly<Record<string, unknown>>[] {
  const value: unknown = parseDocument(text).toJS();
  return asList(asMapping(value)[section]).map(asMapping);
}

function secretIn(value: unknown, env: Environment): ConnectionShown['password'] {
  if (typeof value === 'string') return { from: 'text' };
  const { env: variable, file, command } = asMapping(value);
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
