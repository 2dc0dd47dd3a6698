/** Keeps a live session's identity true: what changes is recorded, and when it ceases to hold the session ends. */
import type { Verified, Verifier } from '../identity/verifier.ts';
import type { Recorder, SessionRecorder } from '../recorder/recorder.ts';
import type { Relay } from './relay.ts';
import type { PostgresError } from './wire/errors.ts';

/**
 * Watches over `verified` until the function it returns is called. A session whose identity ends is told 28000: a client
 * that connects again by itself, as many do after 57P01, would only be refused with the same token.
 */
export function watchIdentity(
  verified: Verified,
  verifier: Verifier,
  { relay, session, recorder }: { relay: Relay; session: SessionRecorder; recorder: Recorder },
): () => void {
  return verifier.watch(verified, {
    checked(check) {
      if (recorder.failure !== null) return;
      try {
        session.record('identityChecked', check);
        recorder.write();
      } catch {
        // A recorder that fails ends every session by itself.
      }
    },
    ended({ message }) {
      const error: PostgresError = { severity: 'FATAL', sqlstate: '28000', message };
      relay.stop({ by: 'gateway', error });
    },
  });
}
