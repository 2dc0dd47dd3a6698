/**
 * The gateway's side of what streams its record to sinks: a worker thread that reads the archive of all workers. Agents and the spool
 * never wait for a sink; one that is away is sent later what the archive still has.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { ControlError } from './control-schema.ts';
import { entryModule } from './entry-module.ts';
import { say } from './log.ts';
import type { SinkConfig } from './stream/sink.ts';
import type { StreamStatus } from './stream/stream.ts';

/** What the thread is started with. */
export interface StreamTask {
  /** The archive's folder, and that in which sinks are remembered. */
  readonly archive: string;
  readonly folder: string;
  readonly software: string;
  readonly sinks: readonly SinkConfig[];
}

/** What the thread is told: other sinks; to send again what was refused; to send what there is within so many ms, and end. */
export type StreamOrder =
  | { readonly sinks: readonly SinkConfig[] }
  | { readonly retry: string; readonly call: number }
  | { readonly within: number };

/** What was sent again. */
export interface Retried {
  readonly sent: number;
  readonly refused: number;
}

/** What the thread says; `failure` null: it takes messages again. */
export type StreamReport =
  | { readonly status: readonly StreamStatus[] }
  | { readonly sink: string; readonly failure: string | null }
  | { readonly call: number; readonly retried: Retried }
  | { readonly call: number; readonly problem: string };

export interface Streaming {
  /** As it was within the last second. */
  readonly status: readonly StreamStatus[];
  /** Takes other sinks; those that did not change go on. */
  configure(sinks: readonly SinkConfig[]): void;
  /** Sends again what a sink refused. Rejects with {@link ControlError}. */
  retry(sink: string): Promise<Retried>;
  /** Sends what there is, as far as it goes in a moment; the rest at the next start. */
  close(): Promise<void>;
}

/** A thread that died, for want of memory above all, is started again after this long, ms. */
const RESTART_MS = 5_000;

/** How long the last messages may take, ms, and the thread to end behind that. */
const FINISH_MS = 5_000;
const HUNG_MS = 4_000;

/** Starts the thread, once there are sinks. */
export function startStreaming(task: StreamTask, log: Logger): Streaming {
  let { sinks } = task;
  let status: readonly StreamStatus[] = [];
  let worker: Worker | null = null;
  let again: NodeJS.Timeout | null = null;
  let closing = false;
  let calls = 0;
  const waiting = new Map<number, PromiseWithResolvers<Retried>>();
  const take = (report: StreamReport) => {
    if ('status' in report) status = report.status;
    else if ('sink' in report) tell(log, report.sink, report.failure);
    else {
      const asked = waiting.get(report.call);
      waiting.delete(report.call);
      if ('retried' in report) asked?.resolve(report.retried);
      else asked?.reject(new ControlError('UNAVAILABLE', report.problem));
    }
  };
  const run = () => {
    again = null;
    worker = new Worker(entryModule(import.meta.url, 'stream-worker'), {
      workerData: { ...task, sinks } satisfies StreamTask,
    })
      .on('message', take)
      .on('error', (error) =>
        say(log, 'error', 'stream.died', `nothing is streamed for now: ${error.message}`),
      )
      .once('exit', () => {
        worker = null;
        for (const { reject } of waiting.values())
          reject(new ControlError('UNAVAILABLE', 'streaming has just ended'));
        waiting.clear();
        if (!closing) again = setTimeout(run, RESTART_MS).unref();
      });
  };
  const order = (what: StreamOrder) => worker?.postMessage(what);
  if (sinks.length > 0) run();
  return {
    get status() {
      return status;
    },
    configure(changed) {
      sinks = changed;
      if (worker === null && again === null && sinks.length > 0) run();
      else order({ sinks });
    },
    async retry(sink) {
      if (!sinks.some(({ name }) => name === sink))
        throw new ControlError('NOT_FOUND', `gateway.stream has no sink that is called ${sink}`);
      if (worker === null)
        throw new ControlError('UNAVAILABLE', 'streaming is being started; try again in a moment');
      const asked = Promise.withResolvers<Retried>();
      waiting.set(++calls, asked);
      order({ retry: sink, call: calls });
      return asked.promise;
    },
    async close() {
      closing = true;
      if (again !== null) clearTimeout(again);
      const running = worker;
      if (running === null) return;
      const gone = new Promise((resolve) => running.once('exit', resolve));
      order({ within: FINISH_MS });
      const hung = setTimeout(() => void running.terminate(), FINISH_MS + HUNG_MS);
      await gone;
      clearTimeout(hung);
    },
  };
}

/** Where sinks are remembered: beside the spool of every worker. */
export function streamFolder(spoolDir: string): string {
  return join(spoolDir, 'stream');
}

function tell(log: Logger, sink: string, failure: string | null): void {
  if (failure === null) say(log, 'info', 'stream.restored', `${sink} takes events again`, { sink });
  else say(log, 'error', 'stream.failed', `${sink} is sent events later: ${failure}`, { sink });
}
