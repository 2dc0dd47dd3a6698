/** A relay between a raw agent and a real server whose record is kept in memory: what is recorded can be read at once. */
import type { Socket } from 'node:net';
import type { EventInput, EventKind } from '../../../shared/recording/event.ts';
import type { Recorder, SessionRecorder } from '../../recorder/recorder.ts';
import { relay, type Relay, type RelayOptions } from '../relay.ts';
import { socketPair } from '../testing/loopback.ts';

/** One event as it was recorded, its payloads as text. */
export interface RecordedEvent {
  readonly kind: EventKind;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A recorder that keeps events, payloads copied as Latin-1 text, one character a byte. */
export function keepingRecorder(): { readonly session: SessionRecorder; readonly events: RecordedEvent[] } {
  const events: RecordedEvent[] = [];
  const session: SessionRecorder = {
    id: new Uint8Array(16),
    record: <K extends EventKind>(kind: K, fields: EventInput<K>) => {
      const plain = Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ]);
      events.push({ kind, fields: Object.fromEntries(plain) as Record<string, unknown> });
      return events.length - 1;
    },
  };
  return { session, events };
}

export interface RecordedRelay {
  /** The agent's own socket, at its first ReadyForQuery. */
  readonly agent: Socket;
  readonly events: readonly RecordedEvent[];
  readonly running: Relay;
  /** Adds to the record. */
  readonly session: SessionRecorder;
  readonly close: () => void;
}

/** Relays to a server whose socket is at its first ReadyForQuery. */
export async function relayTo(
  server: Socket,
  options: Partial<Pick<RelayOptions, 'mode' | 'limits'>> = {},
): Promise<RecordedRelay> {
  server.pause();
  const { client: agent, server: near, close } = await socketPair();
  const { session, events } = keepingRecorder();
  const recorder = {
    whenSafe: (_: unknown, forward: () => void) => void setImmediate(forward),
    pressure: { paused: false, held: 0, onChange: () => () => {} },
  } as unknown as Recorder;
  const running = relay({
    agent: near,
    server,
    recorder,
    session,
    mode: 'enforce',
    limits: { clientMessage: 64 << 20, serverMessage: 1 << 30 },
    ...options,
  });
  return {
    agent,
    events,
    running,
    session,
    close: () => {
      close();
      server.destroy();
    },
  };
}
