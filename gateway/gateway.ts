/** The gateway, composed: the only file that knows all its parts. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Inbox } from './approvals/inbox.ts';
import { Webhook } from './approvals/webhook.ts';
import { type Config, developmentIssuer } from './config.ts';
import type { Reloaded } from './control-schema.ts';
import { serveControl, serveMetrics } from './control.ts';
import { coreDumpsOn } from './core-dumps.ts';
import { type Crew, running, startCrew } from './crew.ts';
import { cannotListen, GatewayError } from './gateway-error.ts';
import { bindHeads } from './heads.ts';
import { GatewayKey } from './signing.ts';
import { startDevelopmentIssuer, type DevelopmentIssuer } from './identity/issuer.ts';
import { Revocations } from './identity/revocations.ts';
import { startFleeting } from './fleeting.ts';
import { withKeptPolicy } from './fleet-policy.ts';
import { finishLeftOver, spoolOf } from './left-over.ts';
import { say } from './log.ts';
import { Operations } from './operations.ts';
import type { SpoolError } from './recorder/spool-file.ts';
import { lockSpool } from './recorder/spool-folder.ts';
import { startStreaming, streamFolder } from './streaming.ts';

export { leaveSoon } from './failed-worker.ts';
export { openLog } from './log.ts';

export interface GatewayOptions {
  readonly log: Logger;
  /** Name and version, for the log's first event. */
  readonly software: string;
  /** Reads the configuration again, for {@link Gateway.reload}; rejects when it cannot be used. */
  readonly reread?: () => Promise<Config>;
  /** What it signs with, PEM, where that is not to be in the file of its configuration. */
  readonly key?: string;
}

/** A running gateway. */
export interface Gateway {
  readonly listen: { readonly host: string; readonly port: number };
  readonly archive: string;
  /** The public key that its logs are signed with, PEM. */
  readonly key: string;
  /** URL of the development issuer, if this gateway runs one. */
  readonly issuer: string | undefined;
  /** Where `gateway.metrics` is served, if it is. */
  readonly metricsPort: number | undefined;
  /**
   * Resolves when nothing can be recorded any more, to the reason, once its sessions are told and what is on disk is
   * shipped: close it, and end the process ({@link leaveSoon}). Not with several workers, which are started again.
   */
  readonly failed: Promise<SpoolError>;
  /** Takes over what its configuration says now, for sessions to come; one that cannot be used is kept out, and rejects. */
  reload(): Promise<Reloaded>;
  /**
   * Ends sessions in order, ships everything, closes. With `drain`, busy sessions get the time of `gateway.drain` to
   * become idle; {@link hurry} cuts that short.
   */
  close(options?: { readonly drain?: boolean }): Promise<void>;
  hurry(): void;
}

/** Starts a gateway; rejects with {@link GatewayError}, or the error of the part that could not start. */
export async function startGateway(configured: Config, options: GatewayOptions): Promise<Gateway> {
  const { log, software } = options;
  // What the team server passed on last holds, wherever the configuration is read again too.
  const config = withKeptPolicy(configured);
  const { reread: readAgain } = options;
  const reread = readAgain && (async () => withKeptPolicy(await readAgain()));
  await using opened = new AsyncDisposableStack();
  await refuseUnsupported(config);
  if (coreDumpsOn()) {
    const message =
      'a core dump of this gateway would hold tokens and rows; set LimitCORE=0 (systemd) or ulimit -c 0';
    say(log, 'warn', 'core-dumps.on', message);
  }
  const { gateway } = config;
  // One worker locks the folder itself; of several each has a folder in it. Whether it is free is asked before anything
  // in it is touched: a running gateway's issuer has its file there.
  const unlock = lockSpool(gateway.spool.dir);
  if (gateway.workers > 1) opened.defer(unlock);
  else unlock();
  const issuer = await startIssuer(config);
  if (issuer !== null) opened.defer(() => issuer.close());
  const key = new GatewayKey(gateway.key, log, options.key ?? null);
  await finishLeftOver(config, { software, keys: key.keys, log });
  const revocations = new Revocations(join(gateway.spool.dir, 'revocations.json'));
  let operations: Operations | null = null;
  const inbox = new Inbox(Date.now);
  const webhook = new Webhook({
    config: () => (operations?.config ?? config).approvals.webhook,
    now: Date.now,
    sleep: (ms, signal) => pause(ms, undefined, { signal, ref: false }).catch(() => {}),
    fetch,
    failed: (request, why) =>
      say(log, 'error', 'webhook.failed', `the webhook was not told of ${request}: ${why}`, { request, why }),
  });
  opened.defer(() => webhook.close());
  inbox.listen((row, what) => webhook.tell(row, what));
  const { archive, stream: sinks } = config;
  const streaming = startStreaming(
    { archive, folder: streamFolder(gateway.spool.dir), software, sinks },
    log,
  );
  opened.defer(() => streaming.close());
  const crew = await startCrew({
    workers: gateway.workers,
    log,
    tellRequest: (row, what) => inbox.take(row, what),
    lost: (worker) => inbox.lost(worker),
    taskOf: (worker, port) => ({
      config: operations?.config ?? config,
      issuer: issuer?.issuer ?? null,
      software,
      keys: key.keys,
      place: { worker, workers: gateway.workers },
      spool: spoolOf(config, worker),
      port,
      revocations: revocations.entries(Date.now()),
    }),
  });
  opened.defer(() => crew.close());
  await key.settle(crew.workers);
  opened.defer(bindHeads(() => crew.workers, log));
  const operating = new Operations({
    crew,
    config,
    log,
    key,
    revocations,
    inbox,
    streaming,
    issuerRuns: issuer !== null,
    reread,
  });
  operations = operating;
  const controlled = await serveControl(gateway.control, operating, log);
  opened.defer(() => controlled.close());
  const measured = gateway.metrics ? await serveMetrics(gateway.metrics, operating, log) : null;
  opened.defer(() => measured?.close());
  const fleeting = startFleeting(config, { operations: operating, software, log });
  opened.defer(() => fleeting?.close());
  const { host } = gateway.listen;
  const { port } = crew;
  const { durability, workers, control } = gateway;
  for (const { name, groups } of config.connections) {
    if (groups.length > 0) continue;
    const message = `every valid token may use the connection "${name}"; name the groups it is for`;
    say(log, 'warn', 'connection.open', message, { connection: name });
  }
  say(log, 'info', 'gateway.ready', 'gateway ready', { host, port, durability, workers, control });
  const stack = opened.move();
  return {
    listen: { host, port },
    archive: config.archive,
    key: key.publicKey,
    issuer: issuer?.issuer,
    metricsPort: measured?.port,
    failed: crew.failed,
    reload: () => operating.reload(),
    async close({ drain: patient = false } = {}) {
      operating.draining = true;
      if (patient) await drain(crew, operating.config.gateway.drain, log);
      await stack.disposeAsync();
      say(log, 'info', 'gateway.closed', 'gateway closed');
    },
    hurry: () => void Promise.allSettled(running(crew).map((worker) => worker.hurry())),
  };
}

async function drain(crew: Crew, grace: number, log: Logger): Promise<void> {
  say(log, 'info', 'gateway.draining', 'no new sessions; busy ones are waited for', { grace });
  await Promise.allSettled(running(crew).map((worker) => worker.drain(grace)));
}

/** What the configuration may say and this gateway does not do: ignoring it would promise what is not kept. */
async function refuseUnsupported({ gateway: { workers, listen } }: Config): Promise<void> {
  if (workers === 1) return;
  if (process.platform !== 'linux') {
    throw new GatewayError(
      'UNSUPPORTED',
      'several workers share a port by SO_REUSEPORT, which works on Linux only; set gateway.workers to 1',
    );
  }
  if (listen.port !== 0) await probePort(listen);
}

/** Ports that are shared are taken by nobody, as far as a worker can see: so it is asked once without sharing. */
async function probePort({ host, port }: Config['gateway']['listen']): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(cannotListen(`${host}:${port}`, 'gateway.listen', error)),
    );
    probe.listen({ host, port }, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

async function startIssuer(config: Config): Promise<DevelopmentIssuer | null> {
  const own = developmentIssuer(config);
  return own === null ? null : startDevelopmentIssuer({ ...own, listeners: [config.gateway.listen.host] });
}
