/** Both directions of a session without sockets: what each side sends is walked in turn, and what is recorded kept. */
import { Answers } from '../answers.ts';
import { Exchange } from '../exchange.ts';
import { Intents } from '../intents.ts';
import { Framing, ProtocolViolation } from '../wire/framing.ts';
import { spliced } from '../splice.ts';
import { keepingRecorder, type RecordedEvent } from './recorded-relay.ts';

export type Side = 'agent' | 'server';

/** What each side sends, one read each unless it is cut. */
export type Script = readonly (readonly [Side, ...Buffer[]])[];

export interface Walked {
  readonly events: readonly RecordedEvent[];
  readonly exchange: Exchange;
  readonly forwarded: Readonly<Record<Side, Buffer>>;
  /** Why it ended before all was walked; null when it did not. */
  readonly violation: ProtocolViolation | null;
  /** How often the server was asked to end what it works on. */
  readonly cancels: number;
}

/** Walks a script; `cut` says how each entry's bytes are cut into reads, `prepare` what holds for the session. */
export function walk(
  script: Script,
  cut: (bytes: Buffer) => Buffer[] = (bytes) => [bytes],
  prepare: (exchange: Exchange) => void = () => {},
): Walked {
  const { session, events } = keepingRecorder();
  const exchange = new Exchange();
  prepare(exchange);
  const intents = new Intents(session, exchange, { maxMessage: 64 << 20, refusesCalls: true, gate: null });
  const answers = new Answers(session, exchange, {
    maxMessage: 1 << 30,
    onParameter: () => {},
    cancel: () => cancels++,
  });
  const fromAgent = new Framing();
  const fromServer = new Framing();
  const forwarded: Record<Side, Buffer[]> = { agent: [], server: [] };
  /** What the agent sent and has to wait. */
  let unread: Buffer[] = [];
  let cancels = 0;

  function take(side: Side, buffer: Buffer): number {
    const walker = side === 'agent' ? intents : answers;
    const used = walker.walk(buffer);
    forwarded[side].push(Buffer.from(spliced(buffer, 0, used, walker.splices)));
    return used;
  }
  function fromAgentTaken(buffer: Buffer): number {
    const used = take('agent', buffer);
    if (!intents.waiting) return used;
    unread.unshift(buffer.subarray(used));
    return buffer.length;
  }
  function fromServerTaken(buffer: Buffer): number {
    let used = take('server', buffer);
    while (answers.replacement !== null) {
      forwarded.server.push(answers.replacement.bytes);
      used += answers.replacement.replaces;
      used += take('server', buffer.subarray(used));
    }
    return used;
  }
  function readAgent(chunks: readonly Buffer[]): void {
    for (const [i, chunk] of chunks.entries()) {
      if (unread.length > 0) {
        unread.push(...chunks.slice(i));
        return;
      }
      fromAgent.feed(chunk, fromAgentTaken);
    }
  }
  function say(side: Side, bytes: Buffer): void {
    for (const chunk of cut(bytes)) {
      if (side === 'agent') {
        if (unread.length > 0) unread.push(chunk);
        else readAgent([chunk]);
        continue;
      }
      fromServer.feed(chunk, fromServerTaken);
      const again = unread;
      unread = [];
      readAgent(again);
    }
  }

  let violation: ProtocolViolation | null = null;
  try {
    for (const [side, ...reads] of script) say(side, Buffer.concat(reads));
    answers.end();
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    violation = error;
  }
  const whole = { agent: Buffer.concat(forwarded.agent), server: Buffer.concat(forwarded.server) };
  return { events, exchange, forwarded: whole, violation, cancels };
}

/** Cuts bytes into pieces of these sizes, over and over. */
export function cutBy(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
