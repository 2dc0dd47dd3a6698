/** What somebody is about to do to the gateway in this window, one thing at a time, wherever it was asked for. */
import { useSyncExternalStore } from 'react';
import type { SessionId, SessionRow } from '../shared/api/session.ts';

/** What may be redacted, as far as it was pointed at. */
export interface RedactionTarget {
  readonly session: SessionId;
  /** An event of the session; null: none in particular. */
  readonly sequence: number | null;
  /** A payload of that event: `text`, `parameters`, `answer`. */
  readonly field: string | null;
  /** What stands there; null: not known. */
  readonly value: string | null;
}

/** What is asked for. */
export type Asking =
  | { readonly kind: 'end'; readonly session: SessionId; readonly agent: string }
  | { readonly kind: 'redact'; readonly target: RedactionTarget }
  | { readonly kind: 'hold'; readonly session: SessionRow | null }
  | null;

let asking: Asking = null;
const listeners = new Set<() => void>();

/** Asks whether a live session is to be ended; `agent` is whose it is, as its token says. */
export function askEnd(session: SessionId, agent: string): void {
  set({ kind: 'end', session, agent });
}

/** Asks what of a session is to go. */
export function askRedaction(target: RedactionTarget): void {
  set({ kind: 'redact', target });
}

/** Shows what is held, and asks what else is to be. */
export function askHold(session: SessionRow | null): void {
  set({ kind: 'hold', session });
}

export function stopAsking(): void {
  set(null);
}

export function useAsking(): Asking {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asking,
  );
}

function set(next: Asking): void {
  asking = next;
  for (const listener of listeners) listener();
}
