/** Says in a log which key signs it. */
import { signerOf } from './archive/ed25519.ts';
import { sameKey, type SigningKeys } from './archive/key-rotation.ts';
import { noteKey, recordedKey } from './recorder/log-state.ts';
import type { Recorder } from './recorder/recorder.ts';

/** Records a `signingKey` event unless the last one of the log, whose spool is in `dir`, names the same key. */
export function announceKey(recorder: Recorder, dir: string, { current, previous }: SigningKeys): void {
  const place = { log: recorder.log, nextIndex: recorder.events };
  const { publicKey: key } = signerOf(current);
  const recorded = recordedKey(dir, place);
  if (recorded !== null && sameKey(recorded, key)) return;
  const isReplaced =
    recorded !== null && previous !== null && sameKey(signerOf(previous.pem).publicKey, recorded);
  const reason =
    recorded === null ? FIRST : isReplaced ? previous.reason : 'the key before is not here to sign with';
  noteKey(dir, place, { key, previous: recorded });
  recorder.record('signingKey', { key, previous: recorded, reason });
}

const FIRST = 'the first key of the log';
