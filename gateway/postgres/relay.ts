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
import { type HeldUnit, Intents } from './intents.ts';
import type { Gate, HeldEnd } from './judgement.ts';
import { AnswerRefused } from './masked/answer-refused.ts';
import { recordSkipped } from './owed.ts';
import { OwnQuestions } from './own-questions.ts';
import { spliced } from './splice.ts';
import type { PostgresError } from './wire/errors.ts';
import { Framing, ProtocolViolation, type Walk } from './wire/framing.ts';

/** Bytes of one direction that may wait for their record to be safe before its source is paused. */
const MAX_WAITING_BYTES = 1 << 20;

/** Bytes of an agent that wait behind a held statement before it is read no further. */
const MAX_COLLECTED_BYTES = 64 * 1024;

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
  /** Makes the session's policy, which asks the server by `backend`; null: there is none. */
  readonly gateOf?: (surroundings: GateSurroundings) => Gate;
  /** Cancels what the server works on for this session. */
  readonly cancel?: () => Promise<void>;
}

/** What a session's policy needs of its wire. */
export interface GateSurroundings {
  readonly exchange: Exchange;
  readonly backend: OwnQuestions;
  /** Tells the agent something, once no row is half-sent to it. */
  readonly tell: (bytes: Buffer) => void;
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
  /** Ends the hold of a statement that waits for approval, if one does; returns whether one did. */
  cancelHeld(): boolean;
  /** The session's policy, null without one. */
  readonly gate: Gate | null;
  /** Stops forwarding; {@link Relay.ended} settles with this end unless it has already. */
  stop(end: RelayEnd): void;
}

/** Starts to relay; both sockets come paused, right after the start-up phase. */
export function relay(options: RelayOptions): Relay {
  const { agent, server, recorder, session, mode, limits } = options;
  const { onParameter = () => {} } = options;
  const exchange = new Exchange();
  const backend = new OwnQuestions(exchange, session, (bytes) => toServer.take(bytes));
  const gate = options.gateOf?.({ exchange, backend, tell }) ?? null;
  if (gate !== null) gate.onReady = () => guarded('agent', readOn);
  const intents = new Intents(session, exchange, {
    maxMessage: limits.clientMessage,
    refusesCalls: mode === 'enforce',
    gate,
  });
  const maxMessage = limits.serverMessage;
  const answers = new Answers(session, exchange, { maxMessage, onParameter, cancel: cancelCut });
  const { promise: ended, resolve } = Promise.withResolvers<RelayEnd>();
  let running = true;

  function stop(end: RelayEnd): void {
    if (!running) return;
    running = false;
    stopWatching();
    agent.pause();
    server.pause();
    backend.close();
    gate?.close();
    try {
      if (end.by !== 'recorder') {
        if (held !== null) recordSkipped(session, held.unit.statement.number);
        answers.end();
      }
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
      failed(side, error);
    }
  }

  /** The same for what came from one side: said again, as it happens for every read. */
  function fed(side: 'agent' | 'server', framing: Framing, chunk: Buffer, walk: Walk): void {
    if (!running) return;
    try {
      framing.feed(chunk, walk);
    } catch (error) {
      failed(side, error);
    }
  }

  function failed(side: 'agent' | 'server', error: unknown): void {
    if (error instanceof ProtocolViolation) stop({ by: 'violation', side, error });
    else if (error instanceof AnswerRefused) stop({ by: 'gateway', error: fatal(error) });
    else stop({ by: 'recorder', error: error as Error });
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

  /** A statement that waits for approval, with what is to be forwarded once it is decided. */
  let held: { readonly unit: HeldUnit; readonly whole: Buffer; readonly instead: Buffer } | null = null;

  function takeIntents(buffer: Buffer): number {
    const used = intents.walk(buffer);
    const { splices } = intents;
    const unit = intents.held;
    const now = unit === null ? used : unit.start.at;
    if (now > 0) toServer.take(splices.length === 0 ? prefix(buffer, now) : spliced(buffer, 0, now, splices));
    if (unit === null && !intents.waiting) return used;
    const bytes = buffer.subarray(used);
    if (unit === null || gate === null) {
      unread = { bytes, release: hold() };
      return buffer.length;
    }
    unread = { bytes, release: () => {} };
    const { messageAt, messageEnd, failing } = unit;
    const { at: from, owed, inGroup } = unit.start;
    const rest = splices.filter(({ at }) => at >= messageEnd);
    exchange.withheld = { answers: exchange.expected.length - owed, inGroup };
    const whole = spliced(buffer, from, used, splices);
    const instead = spliced(buffer, from, used, [
      { at: messageAt, replaces: messageEnd - messageAt, bytes: failing },
      ...rest,
    ]);
    held = { unit, whole, instead };
    void gate.hold(unit.judgement, unit.statement.number).then(
      (end) => guarded('agent', () => holdEnded(end)),
      (error: unknown) => stop({ by: 'recorder', error: error as Error }),
    );
    return buffer.length;
  }

  /** While a statement is held the agent is read on, so that it is noticed when it leaves; what it sends waits. */
  function collect(chunk: Buffer): void {
    if (unread === null) return;
    const { bytes, release } = unread;
    const full = bytes.length < MAX_COLLECTED_BYTES && bytes.length + chunk.length >= MAX_COLLECTED_BYTES;
    unread = { bytes: Buffer.concat([bytes, chunk]), release: full ? hold() : release };
  }

  /** It was decided, or does not matter any more: a statement that the server discards is sent like any other. */
  function holdEnded(end: HeldEnd): void {
    if (held === null) return;
    const { unit, whole, instead } = held;
    held = null;
    exchange.withheld = null;
    if (end.approved || unit.statement.skipped) toServer.take(whole);
    else {
      intents.refuseHeld(unit, end.refusal);
      toServer.take(instead);
    }
    readOn();
  }

  function cancelHeld(): boolean {
    if (held === null || gate === null) return false;
    gate.abandon('cancelled by the agent', CANCELED);
    return true;
  }

  /** What waits to be told: within a row the agent would take it for the rest of the row. */
  const untold: Buffer[] = [];

  function tell(bytes: Buffer): void {
    if (answers.midRow) untold.push(bytes);
    else toAgent.take(bytes);
  }

  /** A result passed its limit. Nothing more of the agent goes on until the cancel is through, lest it hits what comes next. */
  function cancelCut(): void {
    const release = hold();
    // Where it cannot be cancelled the server works on, and what it still sends is left out.
    void (options.cancel?.() ?? Promise.resolve()).catch(() => {}).finally(release);
  }

  function forwardAnswers(buffer: Buffer): number {
    const used = answers.walk(buffer);
    const { splices } = answers;
    const bytes = splices.length === 0 ? prefix(buffer, used) : spliced(buffer, 0, used, splices);
    if (bytes.length > 0) toAgent.take(bytes);
    return used;
  }

  function takeAnswers(buffer: Buffer): number {
    let used = forwardAnswers(buffer);
    while (answers.replacement !== null) {
      const { bytes, replaces } = answers.replacement;
      if (bytes.length > 0) toAgent.take(bytes);
      used += replaces;
      const rest = buffer.subarray(used);
      used += forwardAnswers(rest);
    }
    while (untold.length > 0 && !answers.midRow) toAgent.take(untold.shift() as Buffer);
    gate?.answered();
    if (held?.unit.statement.skipped === true) gate?.abandon('an earlier statement of its pipeline failed');
    if (unread !== null) guarded('agent', readOn);
    return used;
  }

  /** The agent left; what it sent before and has to wait is still its own. */
  function agentGone(): void {
    gone = true;
    if (held !== null) gate?.abandon('the agent left');
    if (unread === null || held !== null) stop({ by: 'agent', terminated: intents.terminated });
  }

  function readOn(): void {
    if (held !== null) return;
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

  agent.on('data', (chunk: Buffer) => {
    if (held !== null) collect(chunk);
    else fed('agent', fromAgent, chunk, takeIntents);
  });
  server.on('data', (chunk: Buffer) => fed('server', fromServer, chunk, takeAnswers));
  agent.once('end', agentGone).once('close', agentGone).on('error', agentGone);
  const serverGone = (why: string) => () =>
    stop(intents.terminated ? { by: 'agent', terminated: true } : { by: 'server', reason: why });
  server
    .once('end', serverGone('the server closed the connection'))
    .once('close', serverGone('the connection to the server was lost'));
  server.on('error', (error) => serverGone(`the connection to the server failed: ${error.message}`)());
  agent.resume();
  server.resume();
  return { exchange, midRow: () => answers.midRow, ended, hold, cancelHeld, gate, stop };
}

/** As PostgreSQL says it to who cancels a statement. */
const CANCELED: PostgresError = {
  severity: 'ERROR',
  sqlstate: '57014',
  message: 'canceling statement due to user request',
};

function prefix(buffer: Buffer, length: number): Buffer {
  return length === buffer.length ? buffer : buffer.subarray(0, length);
}

function fatal({ sqlstate, message }: AnswerRefused): PostgresError {
  return { severity: 'FATAL', sqlstate, message };
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
  // What is safe comes in the order of what was taken: one function for all serves as well as one for each.
  const queue: Buffer[] = [];
  const forward = () => {
    const bytes = queue.shift() as Buffer;
    waiting -= bytes.length;
    pressure.held -= bytes.length;
    if (target.destroyed || target.writableEnded) return;
    full = !target.write(bytes);
    adjust();
  };
  const take = (bytes: Buffer) => {
    waiting += bytes.length;
    pressure.held += bytes.length;
    queue.push(bytes);
    whenSafe(forward);
    if (full || waiting >= MAX_WAITING_BYTES || held()) source.pause();
  };
  return { take, adjust };
}
