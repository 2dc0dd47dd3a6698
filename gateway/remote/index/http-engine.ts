/** A ClickHouse server, asked over HTTP or HTTPS. */
import { ArchiveError } from '../../archive/archive.ts';
import { engineError, type Engine, type EngineRequest, type Value } from './engine.ts';

/** Where a server is and who asks. */
export interface ServerOptions {
  /** http:// or https://, with the port: 8123 or 8443. */
  readonly url: string;
  readonly database: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** Longer than any question may take there, ms. */
const DEADLINE_MS = 60_000;

export function openServer(options: ServerOptions): Engine {
  return {
    ask: (request) => ask(options, request),
    close: () => Promise.resolve(),
  };
}

async function ask(options: ServerOptions, request: EngineRequest): Promise<string> {
  const name = new URL(options.url).host;
  const response = await post(urlOf(options, request), options, request, name);
  const text = await response.text();
  if (!response.ok) throw engineError(name, text);
  return text;
}

async function post(
  url: URL,
  { user, password }: ServerOptions,
  { sql, rows }: EngineRequest,
  name: string,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      body: rows === undefined ? sql : `${sql}\n${rows}`,
      headers: {
        ...(user === undefined ? {} : { 'X-ClickHouse-User': user }),
        ...(password === undefined ? {} : { 'X-ClickHouse-Key': password }),
      },
      signal: AbortSignal.timeout(DEADLINE_MS),
      redirect: 'error',
    });
  } catch (cause) {
    throw new ArchiveError(
      'UNREACHABLE',
      `the index at ${name} cannot be reached; is ClickHouse running there?`,
      { cause },
    );
  }
}

function urlOf({ url, database }: ServerOptions, { values = {}, settings = {} }: EngineRequest): URL {
  const asked = new URL(url);
  asked.searchParams.set('database', database);
  for (const [name, value] of Object.entries(settings)) asked.searchParams.set(name, String(value));
  for (const [name, value] of Object.entries(values)) asked.searchParams.set(`param_${name}`, written(value));
  return asked;
}

/** A value as ClickHouse reads parameters: escaped as in a file of tab-separated values. */
export function written(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  const items = value.map((item) => (typeof item === 'number' ? String(item) : quoted(item)));
  return escaped(`[${items.join(',')}]`);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is one of those that end a field
  return text.replaceAll(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? character);
}
