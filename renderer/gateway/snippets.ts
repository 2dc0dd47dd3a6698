/** How clients connect through the gateway: ready to paste. The token is asked for where it runs, and stands in no snippet. */

/** What a snippet is made of. */
export interface SnippetSource {
  /** `host:port`, as the gateway listens. */
  readonly listen: string;
  readonly tls: boolean;
  readonly connection: string;
  /** The configuration, for the development issuer’s command. */
  readonly file: string;
}

export const SNIPPET_NAMES = ['psql', 'url', 'node', 'python', 'jdbc'] as const;
export type SnippetName = (typeof SNIPPET_NAMES)[number];

/** Who the agent says it is; the record goes by the token. */
const USER = 'agent';

/** Where the token is, for programs. */
const VARIABLE = 'AUDITORIUM_TOKEN';

export function snippetsOf(source: SnippetSource): Readonly<Record<SnippetName, string>> {
  const { connection, tls } = source;
  const { host, port } = addressOf(source.listen);
  const sslmode = tls ? 'verify-full' : 'disable';
  const shown = host.includes(':') ? `[${host}]` : host;
  const path = encodeURIComponent(connection);
  return {
    psql: `PGPASSWORD="$${VARIABLE}" psql "host=${host} port=${port} dbname=${connection} user=${USER} sslmode=${sslmode}"`,
    url: `export DATABASE_URL="postgresql://${USER}:$${VARIABLE}@${shown}:${port}/${path}?sslmode=${sslmode}"`,
    node: `import pg from 'pg';

const client = new pg.Client({
  host: '${host}',
  port: ${port},
  database: '${connection}',
  user: '${USER}',
  password: process.env.${VARIABLE},
  ssl: ${tls ? 'true' : 'false'},
});
await client.connect();`,
    python: `import os
import psycopg

connection = psycopg.connect(
    host="${host}",
    port=${port},
    dbname="${connection}",
    user="${USER}",
    password=os.environ["${VARIABLE}"],
    sslmode="${sslmode}",
)`,
    jdbc: `var properties = new java.util.Properties();
properties.setProperty("user", "${USER}");
properties.setProperty("password", System.getenv("${VARIABLE}"));
properties.setProperty("sslmode", "${sslmode}");
var connection = java.sql.DriverManager.getConnection("jdbc:postgresql://${shown}:${port}/${path}", properties);`,
  };
}

/** How a token is had of the development issuer. */
export function developmentToken(file: string): string {
  return `export ${VARIABLE}="$(auditorium token --config '${file.replaceAll("'", `'\\''`)}' --sub my-agent)"`;
}

/** Whoever listens everywhere is reached here. */
function addressOf(listen: string): { readonly host: string; readonly port: string } {
  const [, six, plain, port = '6432'] = /^(?:\[(.+)\]|(.*)):(\d+)$/.exec(listen) ?? [];
  const host = six ?? plain ?? listen;
  return { host: host === '0.0.0.0' || host === '::' ? 'localhost' : host, port };
}
