/** The thread that streams the archive to sinks: see streaming.ts. */
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { SinkConfig } from './stream/sink.ts';
import { Stream } from './stream/stream.ts';
import type { StreamOrder, StreamReport, StreamTask } from './streaming.ts';

/** The last in line, as other shippers are: nobody waits for it. */
const NICE = 19;

/** How often it is told how far sinks are, ms. */
const TELL_MS = 1_000;

/** How long a sink that is taken out of the configuration, or changed, may take to send what it has, ms. */
const LEAVE_MS = 3_000;

const port = parentPort;
if (port === null) throw new Error('stream-worker runs as a worker thread');
const task = workerData as StreamTask;
const say = (report: StreamReport) => port.postMessage(report);

interface Running {
  readonly sink: SinkConfig;
  readonly stream: Stream;
  readonly over: Promise<void>;
}

const running = new Map<string, Running>();
let configuring = Promise.resolve();

port.on('message', (order: StreamOrder) => {
  if ('sinks' in order) configuring = configuring.then(() => configure(order.sinks));
  else if ('retry' in order) void retry(order.call, order.retry);
  else void finish(order.within);
});

// On Linux a nice value belongs to a thread; elsewhere it would slow the whole gateway.
if (process.platform === 'linux') setPriority(0, NICE);

const telling = setInterval(() => say({ status: statuses() }), TELL_MS);
await configure(task.sinks);

function statuses() {
  return Array.from(running.values(), ({ stream }) => stream.status());
}

/** One that did not change goes on. */
async function configure(sinks: readonly SinkConfig[]): Promise<void> {
  const leaving = [...running.values()].filter(
    ({ sink }) => !sinks.some((wanted) => isDeepStrictEqual(wanted, sink)),
  );
  for (const { stream } of leaving) stream.finish(LEAVE_MS);
  await Promise.all(leaving.map(({ over }) => over));
  for (const { sink } of leaving) running.delete(sink.name);
  for (const sink of sinks) if (!running.has(sink.name)) running.set(sink.name, start(sink));
}

function start(sink: SinkConfig): Running {
  const stream = new Stream({
    sink,
    archive: task.archive,
    folder: join(task.folder, sink.name),
    software: task.software,
    now: Date.now,
    sleep: pause,
    chance: Math.random,
    told: (failure) => say({ sink: sink.name, failure }),
  });
  return { sink, stream, over: stream.run() };
}

async function retry(call: number, name: string): Promise<void> {
  try {
    const found = running.get(name);
    if (found === undefined) throw new Error(`no sink is called ${name}`);
    say({ call, retried: await found.stream.retry() });
  } catch (error) {
    say({ call, problem: error instanceof Error ? error.message : String(error) });
  }
}

async function finish(within: number): Promise<void> {
  await configuring;
  for (const { stream } of running.values()) stream.finish(within);
  await Promise.all(Array.from(running.values(), ({ over }) => over));
  clearInterval(telling);
  port?.close();
}

/** Ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
