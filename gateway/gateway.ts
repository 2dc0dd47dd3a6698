/** The gateway, composed: the only file that knows all its parts. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Logger } from 'pino';
import { type Config, developmentIssuer, issuersOf } from './config.ts';
import { assertedCi, parseCiJob } from './identity/ci.ts';
import { startDevelopmentIssuer, type DevelopmentIssuer } from './identity/issuer.ts';
import { createVerifier } from './identity/verifier.ts';
import { Admittance } from './postgres/admittance.ts';
import { tokenSource } from './postgres/bearer-token.ts';
import { CancelKeys } from './postgres/cancel.ts';
import { serve } from './postgres/session.ts';
import { type LiveSession, LiveSessions } from './postgres/live-sessions.ts';
import { type SessionContext, START_UP_MS } from './postgres/session-context.ts';
import { Refusals } from './postgres/refusals.ts';
import { refuse } from './postgres/startup.ts';
import type { PostgresError } from './postgres/wire/errors.ts';
import { SystemClock } from './recorder/clock.ts';
import { Recorder } from './recorder/recorder.ts';
import { countBoot, lockSpool } from './recorder/spool-folder.ts';
import { Spool } from './recorder/spool.ts';
import { startShipping } from './shipping.ts';

/** How long live sessions may take to end when the gateway closes. */
const DRAIN_MS = 2_000;

/** Connections the kernel may hold until they are accepted (it takes less where net.core.somaxconn says so): a burst waits, not fails. */
const BACKLOG = 4096;

export interface GatewayOptions {
  readonly log: Logger;
  /** Name and version, for the log's first event. */
  readonly software: string;
}

/** A running gateway. */
export interface Gateway {
  readonly listen: { readonly host: string; readonly port: number };
  readonly archive: string;
  /** URL of the development issuer, if this gateway runs one. */
  readonly issuer: string | undefined;
  /** Bytes recorded that the archive does not have yet. */
  behind(): number;
  /** Ends sessions in order, ships everything, closes. */
  close(): Promise<void>;
}

/** Why a gateway could not start. */
export class GatewayError extends Error {
  readonly code: 'PORT_TAKEN' | 'CANNOT_LISTEN' | 'UNSUPPORTED';
  constructor(code: GatewayError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }
}

/** Starts a gateway; rejects with {@link GatewayError}, or the error of the part that could not start. */
export async function startGateway(config: Config, options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  refuseUnsupported(config);
  const { spool: spoolConfig, durability, listen, tls } = config.gateway;
  const opened = new AsyncDisposableStack();
  try {
    opened.defer(lockSpool(spoolConfig.dir));
    const issuer = await startIssuer(config);
    if (issuer !== null) opened.defer(() => issuer.close());
    const issuers = issuersOf(config, issuer?.issuer ?? null);
    const verifier = createVerifier(issuers, { now: Date.now });
    opened.defer(() => verifier.close());
    const live = new LiveSessions();
    const spool = new Spool({
      dir: spoolConfig.dir,
      limit: spoolConfig.limit,
      newLog: () => randomBytes(16),
    });
    const recorder = new Recorder({
      spool,
      clock: new SystemClock(),
      durability,
      software: options.software,
      boot: countBoot(spoolConfig.dir),
      onFailure: (error) => {
        log.fatal({ code: error.code }, error.message);
        for (const session of live) session.relay.stop({ by: 'recorder', error });
      },
    });
    const shipping = startShipping(
      spool,
      { spoolDir: spoolConfig.dir, archive: config.archive, durable: durability !== 'process' },
      (message) => log.error({ part: 'shipper' }, message),
    );
    opened.defer(async () => {
      recorder.close();
      await shipping.finish();
    });
    await shipping.started;
    const refusals = new Refusals({
      recorder,
      onRefused: (refused) => log.warn(refused, 'session refused'),
      onCounted: (counted) => log.warn(counted, 'connections refused'),
    });
    opened.defer(() => refusals.flush());
    const context: SessionContext = {
      recorder,
      verifier,
      connections: new Map(config.connections.map((connection) => [connection.name, connection])),
      cancelKeys: new CancelKeys<LiveSession>(),
      mode: config.gateway.mode,
      authentication: config.gateway.authentication,
      tokenSource: tokenSource(issuers, config.gateway.oauth),
      admittance: new Admittance(config.gateway.limits, START_UP_MS),
      refusals,
      tls:
        tls === undefined
          ? undefined
          : { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') },
      assertedCi,
      parseJob: parseCiJob,
      live,
      onRefused: (refused) => log.warn(refused, 'session refused'),
    };
    const server = await listenForAgents(listen, context, opened);
    const { port } = server.address() as AddressInfo;
    const stack = opened.move();
    log.info({ host: listen.host, port, durability }, 'gateway ready');
    return {
      listen: { host: listen.host, port },
      archive: config.archive,
      issuer: issuer?.issuer,
      behind: () => spool.written - shipping.shipped,
      close: () => stack.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** What the configuration may say and this gateway does not do: ignoring it would promise what is not kept. */
function refuseUnsupported(config: Config): void {
  if (config.policy !== undefined) {
    throw new GatewayError(
      'UNSUPPORTED',
      'this gateway enforces no policy yet; take `policy` out of the configuration',
    );
  }
  if (config.gateway.workers !== 1) {
    throw new GatewayError('UNSUPPORTED', 'this gateway runs one worker; set gateway.workers to 1');
  }
}

async function startIssuer(config: Config): Promise<DevelopmentIssuer | null> {
  const own = developmentIssuer(config);
  return own === null ? null : startDevelopmentIssuer({ ...own, listeners: [config.gateway.listen.host] });
}

const NOT_RECORDING: PostgresError = {
  severity: 'FATAL',
  sqlstate: '57P03',
  message: 'the gateway cannot record and takes no sessions',
};

const SHUTTING_DOWN: PostgresError = {
  severity: 'FATAL',
  sqlstate: '57P01',
  message: 'the gateway is shutting down',
};

/** Listens, and sees to it that closing lets live sessions end on the record first. */
async function listenForAgents(
  listen: { readonly host: string; readonly port: number },
  context: SessionContext,
  opened: AsyncDisposableStack,
): Promise<Server> {
  const serving = new Set<Promise<void>>();
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    if (context.recorder.failure !== null) return refuse(socket, NOT_RECORDING);
    const served = serve(socket, context).finally(() => serving.delete(served));
    serving.add(served);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(listen, error)));
    server.listen({ host: listen.host, port: listen.port, backlog: BACKLOG }, resolve);
  });
  opened.defer(async () => {
    server.close();
    context.live.end(SHUTTING_DOWN);
    await Promise.race([
      Promise.all(serving),
      new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref()),
    ]);
  });
  return server;
}

function cannotListen(
  listen: { readonly host: string; readonly port: number },
  cause: NodeJS.ErrnoException,
): GatewayError {
  const where = `${listen.host}:${listen.port}`;
  if (cause.code === 'EADDRINUSE') {
    return new GatewayError(
      'PORT_TAKEN',
      `another program listens on ${where}; stop it or set gateway.listen to another port`,
      { cause },
    );
  }
  return new GatewayError('CANNOT_LISTEN', `cannot listen on ${where}: ${cause.message}`, { cause });
}
