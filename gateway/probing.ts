/** Whether a connection's database can be logged in to as the gateway would: for who sets one up, step by step, in words. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ConnectionConfig } from './config.ts';
import { OwnSession } from './postgres/catalog/own-session.ts';
import { connectUpstream } from './postgres/upstream.ts';
import { UpstreamError, type UpstreamErrorCode } from './postgres/upstream-error.ts';

/** As long as an agent is given to log in, ms. */
const LOGIN_MS = 10_000;

/** What is gone through, in this order. */
export const PROBE_STEPS = ['name', 'connect', 'tls', 'login', 'database'] as const;
export type ProbeStep = (typeof PROBE_STEPS)[number];

/** How far it came: the last one failed, or none did. */
export interface Probed {
  readonly step: ProbeStep;
  readonly ok: boolean;
  readonly words: string;
}

/** Never rejects. */
export async function probeConnection(connection: ConnectionConfig): Promise<Probed[]> {
  const { host } = connection;
  const named = !host.startsWith('/') && isIP(host) === 0;
  const steps: Probed[] = [];
  if (named) {
    try {
      const { address } = await lookup(host);
      steps.push({ step: 'name', ok: true, words: `${host} is ${address}` });
    } catch (error) {
      return [{ step: 'name', ok: false, words: `nobody knows the name ${host} (${codeOf(error)})` }];
    }
  }
  return [...steps, ...(await logIn(connection))];
}

async function logIn(connection: ConnectionConfig): Promise<Probed[]> {
  const { host, port, user, database, sslmode } = connection;
  const where = host.startsWith('/') ? `the socket in ${host}` : `${host}:${port}`;
  const passed = (step: ProbeStep, words: string): Probed => ({ step, ok: true, words });
  try {
    const signal = AbortSignal.timeout(LOGIN_MS);
    const { socket, tls } = await connectUpstream(connection, { parameters: new Map() }, { signal });
    const steps = [
      passed('connect', `${where} answers`),
      passed('tls', tls ? `encrypted (sslmode ${sslmode})` : `not encrypted (sslmode ${sslmode})`),
      passed('login', `logged in as ${user}`),
    ];
    const backend = new OwnSession(socket);
    try {
      const answer = await backend.ask({
        purpose: 'catalog',
        sql: "SELECT pg_catalog.current_setting('server_version')",
        parameters: [],
      });
      if ('error' in answer) return [...steps, { step: 'database', ok: false, words: answer.error.message }];
      return [...steps, passed('database', `${database} is there; PostgreSQL ${answer.rows[0]?.[0] ?? ''}`)];
    } catch (error) {
      return [...steps, { step: 'database', ok: false, words: wordsOf(error) }];
    } finally {
      backend.close();
    }
  } catch (error) {
    const step = error instanceof UpstreamError ? STEPS[error.code] : 'connect';
    const asked = !(error instanceof UpstreamError && UNASKED.has(error.code));
    const before = asked ? PROBE_STEPS.slice(1, PROBE_STEPS.indexOf(step)) : [];
    const went = before.map((name) => passed(name, name === 'connect' ? `${where} answers` : 'passed'));
    return [...went, { step, ok: false, words: wordsOf(error) }];
  }
}

/** Where each failure lies. */
const STEPS: Readonly<Record<UpstreamErrorCode, ProbeStep>> = {
  UNREACHABLE: 'connect',
  TIMEOUT: 'connect',
  ABORTED: 'connect',
  NOT_READY: 'login',
  TOO_MANY_CONNECTIONS: 'login',
  CREDENTIALS_REFUSED: 'login',
  NO_CREDENTIALS: 'login',
  NO_DATABASE: 'database',
  TLS_REFUSED: 'tls',
  TLS_FAILED: 'tls',
  AUTHENTICATION_REFUSED: 'login',
  SERVER_UNPROVEN: 'login',
  PROTOCOL_VIOLATION: 'connect',
  CONFIGURATION: 'login',
  REFUSED: 'login',
};

/** Found out before anything is sent to the database: that tells nothing of whether it answers. */
const UNASKED: ReadonlySet<UpstreamErrorCode> = new Set(['NO_CREDENTIALS', 'CONFIGURATION']);

/** Who sets a connection up is told more than agents are. */
function wordsOf(error: unknown): string {
  if (error instanceof UpstreamError && error.advice !== null) return `${error.message}: ${error.advice}`;
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : wordsOf(error);
}
