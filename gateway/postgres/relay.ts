/**
 * Carries a session's bytes between agent and server, the same bytes both ways, each read recorded before it is forwarded
 * (I1, I2) and neither side read faster than the other takes it.
 */
import type { Duplex } from 'node:stream';
import type { Mode } from '../config.ts';
import type { Pressure } from '../recorder/pressure.ts';
import type { Recorder, SessionRecorder } from '../recorder/recorder.ts';
import { Answers } from './answers.ts';
import { Exchange } from './exchange.ts';
import { Intents } from './intents.ts';
import type { PostgresError } from './wire/errors.ts';
import { Framing, ProtocolViolation } from './wire/framing.ts';

/** Bytes of one direction that may wait for their record to be safe before its source is paused. */
const MAX_WAITING_BYTES = 1 << 20;

/** How a relay ended: who ended it, and why in words when it was not in order. */
export type RelayEnd =
  | { readonly by: 'agent'; readonly terminated: boolean }
  | { readonly by: 'server'; readonly reason: string }
  | { readonly by: 'violation'; readonly side: 'agent' | 'server'; readonly error: ProtocolViolation }
  /** `reason` is for the record, where it says more than the agent is told. */
  | { readonly by: 'gateway'; readonly error: PostgresError; readonly reason?: string }
  | { readonly by: 'recorder'; readonly error: Error };

export interface RelayOptions {
  readonly agent: Duplex;
  readonly server: Duplex;
  readonly recorder: Recorder;
  readonly session: SessionRecorder;
  /** Told of every parameter that the server reports. */
  readonly onParameter?: (name: string, value: string) => void;
  /** Whether what is refused by default is let pass, recorded. */
  readonly mode: Mode;
  readonly limits: MessageLimits;
}

/** Longest messages taken, in bytes. */
export interface MessageLimits {
  readonly clientMessage: number;
  /** Rows and COPY data beyond 64 KiB stream through. */
  readonly serverMessage: number;
}

/** A running relay; `exchange` tells whether a statement is in flight. */
export interface Relay {
  readonly exchange: Exchange;
  /** Whether the agent has got the beginning of a row and not its end: nothing but the rest may follow. */
  readonly midRow: () => boolean;
  readonly ended: Promise<RelayEnd>;
  /** Reads nothing more of the agent until the function it returns is called. */
  hold(): () => void;
  /** Stops forwarding; {@link Relay.ended} settles with this end unless it has already. */
  stop(end: RelayEnd): void;
}

/** Starts to relay; both sockets come paused, right after the start-up phase. */
export function relay(options: RelayOptions): Relay {
  const { agent, server, recorder, session, mode, limits } = options;
  const { onParameter = () => {} } = options;
  const exchange = new Exchange();
  const intents = new Intents(session, exchange, {
    maxMessage: limits.clientMessage,
    refusesCalls: mode === 'enforce',
  });
  const answers = new Answers(session, exchange, { maxMessage: limits.serverMessage, onParameter });
  const { promise: ended, resolve } = Promise.withResolvers<RelayEnd>();
  let running = true;

  function stop(end: RelayEnd): void {
    if (!running) return;
    running = false;
    stopWatching();
    agent.pause();
    server.pause();
    try {
      if (end.by !== 'recorder') answers.end();
      resolve(end);
    } catch (error) {
      resolve({ by: 'recorder', error: error as Error });
    }
  }

  /** Runs one direction's work; a violation or a failed record ends the relay instead of the process. */
  function guarded(side: 'agent' | 'server', work: () => void): void {
    if (!running) return;
    try {
      work();
    } catch (error) {
      if (error instanceof ProtocolViolation) stop({ by: 'violation', side, error });
      else stop({ by: 'recorder', error: error as Error });
    }
  }

  const { pressure } = recorder;
  let holds = 0;
  const toServer = forwarder(
    agent,
    server,
    () => holds > 0 || pressure.paused,
    pressure,
    (forward) => recorder.whenSafe('intent', forward),
  );
  const toAgent = forwarder(
    server,
    agent,
    () => pressure.paused,
    pressure,
    (forward) => recorder.whenSafe('answer', forward),
  );
  const fromAgent = new Framing();
  const fromServer = new Framing();
  let gone = false;
  /** What the agent sent and must wait for answers that the server owes. */
  let unread: { readonly bytes: Buffer; readonly release: () => void } | null = null;

  function hold(): () => void {
    holds++;
    toServer.adjust();
    return () => {
      holds--;
      if (running) toServer.adjust();
    };
  }

  function takeIntents(buffer: Buffer): number {
    const used = forwardWalked(buffer, intents.walk(buffer), toServer.take);
    if (!intents.waiting) return used;
    unread = { bytes: buffer.subarray(used), release: hold() };
    return buffer.length;
  }

  function takeAnswers(buffer: Buffer): number {
    let used = forwardWalked(buffer, answers.walk(buffer), toAgent.take);
    while (answers.replacement !== null) {
      const { bytes, replaces } = answers.replacement;
      toAgent.take(bytes);
      used += replaces;
      const rest = buffer.subarray(used);
      used += forwardWalked(rest, answers.walk(rest), toAgent.take);
    }
    if (unread !== null) guarded('agent', readOn);
    return used;
  }

  /** The agent left; what it sent before and has to wait is still its own. */
  function agentGone(): void {
    gone = true;
    if (unread === null) stop({ by: 'agent', terminated: intents.terminated });
  }

  function readOn(): void {
    const again = unread;
    unread = null;
    if (again === null) return;
    fromAgent.feed(again.bytes, takeIntents);
    again.release();
    if (gone) agentGone();
  }

  const stopWatching = pressure.onChange(() => {
    toServer.adjust();
    toAgent.adjust();
  });

  agent.on('data', (chunk: Buffer) => guarded('agent', () => fromAgent.feed(chunk, takeIntents)));
  server.on('data', (chunk: Buffer) => guarded('server', () => fromServer.feed(chunk, takeAnswers)));
  agent.once('end', agentGone).once('close', agentGone).on('error', agentGone);
  const serverGone = (why: string) => () =>
    stop(intents.terminated ? { by: 'agent', terminated: true } : { by: 'server', reason: why });
  server
    .once('end', serverGone('the server closed the connection'))
    .once('close', serverGone('the connection to the server was lost'));
  server.on('error', (error) => serverGone(`the connection to the server failed: ${error.message}`)());
  agent.resume();
  server.resume();
  return { exchange, midRow: () => answers.midRow, ended, hold, stop };
}

function forwardWalked(buffer: Buffer, used: number, forward: (bytes: Buffer) => void): number {
  if (used > 0) forward(used === buffer.length ? buffer : buffer.subarray(0, used));
  return used;
}

interface Forwarder {
  /** Writes to the target when the record allows it. */
  readonly take: (bytes: Buffer) => void;
  /** Pauses or resumes the source, as the record can keep up or not. */
  readonly adjust: () => void;
}

/** Pauses `source` while too much waits, the target is full, the record is behind, or `held` says so. */
function forwarder(
  source: Duplex,
  target: Duplex,
  held: () => boolean,
  pressure: Pressure,
  whenSafe: (forward: () => void) => void,
): Forwarder {
  let waiting = 0;
  let full = false;
  const adjust = () => {
    if (full || waiting >= MAX_WAITING_BYTES || held()) source.pause();
    else if (source.isPaused()) source.resume();
  };
  target.on('drain', () => {
    full = false;
    adjust();
  });
  const take = (bytes: Buffer) => {
    waiting += bytes.length;
    pressure.held += bytes.length;
    whenSafe(() => {
      waiting -= bytes.length;
      pressure.held -= bytes.length;
      if (target.destroyed || target.writableEnded) return;
      full = !target.write(bytes);
      adjust();
    });
    if (full || waiting >= MAX_WAITING_BYTES || held()) source.pause();
  };
  return { take, adjust };
}
