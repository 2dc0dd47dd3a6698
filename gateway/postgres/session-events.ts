/** The events that open, identify and close a session. */
import type { ConnectionConfig } from '../config.ts';
import type { Verified } from '../identity/verifier.ts';
import type { Recorder, SessionRecorder } from '../recorder/recorder.ts';
import { maskTokens } from '../masking/value.ts';
import { connectionName } from './admission.ts';
import { CiAssertions } from './ci-assertions.ts';
import type { UpstreamParameters } from './parameters.ts';
import type { Opening } from './session-context.ts';
import type { Upstream } from './upstream.ts';

/** Where a session comes from. */
export interface Client {
  readonly address: string;
  readonly port: number;
}

/** What is known of a session when it opens; nothing was said yet where start-up itself failed. */
export type Opened = Pick<Opening, 'tls' | 'parameters'> & { readonly protocol: Opening['protocol'] | '' };

/** The session's first event: what the agent said at start-up. */
export function recordOpened(
  session: SessionRecorder,
  startup: Opened,
  client: Client,
  recorder: Recorder,
): void {
  session.record('sessionOpened', {
    connection: withoutTokens(connectionName(startup)),
    user: withoutTokens(startup.parameters.get('user') ?? ''),
    applicationName: withoutTokens(startup.parameters.get('application_name') ?? ''),
    clientAddress: client.address,
    clientPort: client.port,
    tls: startup.tls,
    protocol: startup.protocol,
    durability: recorder.durability,
  });
}

/** Who the verified tokens say it is, what their issuers said, and the CI job, attested or asserted. */
export function recordIdentity(session: SessionRecorder, verified: Verified, startup: Opening): CiAssertions {
  session.record('identity', verified.identity);
  for (const check of verified.checks) session.record('identityChecked', check);
  if (verified.ci !== null) session.record('ciContext', verified.ci);
  const ci = new CiAssertions(session, verified.ci);
  ci.atStartup(startup.parameters);
  return ci;
}

/** What it asked for at start-up beyond its name, and what of that passed only because the gateway observes. */
export function recordParameters(session: SessionRecorder, { settings, observed }: UpstreamParameters): void {
  const others = [...settings].filter(([name]) => name !== 'application_name'); // sessionOpened says it
  if (others.length > 0) {
    session.record('startupSettings', {
      settings: others.map(([name, value]) => withoutTokens(`${name}=${value}`)),
    });
  }
  for (const { rule, detail } of observed)
    session.record('observed', { rule, detail: withoutTokens(detail) });
}

/** An agent's words as the record and the log may hold them: nothing keeps it from putting its token where a name belongs. */
export function withoutTokens(text: string): string {
  return maskTokens(text, new Set());
}

/** The database it reached. */
export function recordConnected(
  session: SessionRecorder,
  connection: ConnectionConfig,
  upstream: Upstream,
): void {
  const { host, port, database, user } = connection;
  session.record('connected', {
    host,
    port,
    database,
    user,
    server: upstream.serverVersion,
    backend: upstream.processId,
  });
}

/** The session's last event; nothing when recording has failed: the session then reads "outcome unknown". */
export function recordClosed(
  session: SessionRecorder,
  recorder: Recorder,
  outcome: string,
  sqlstate: string | null,
  reason: string,
): void {
  if (recorder.failure !== null) return; // the log has ended: the session reads "outcome unknown"
  session.record('sessionClosed', { outcome, sqlstate, reason: withoutTokens(reason) });
  recorder.write();
}
