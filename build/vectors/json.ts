/** The vectors that are JSON, by the name of their file in docs/vectors. */
import { eventVectors } from './events.ts';
import { noteVectors } from './notes.ts';
import { payloadVectors } from './payloads.ts';
import { remoteVectors } from './remote.ts';
import { signatureVectors } from './signatures.ts';
import { treeVectors } from './tree.ts';

export function jsonVectors() {
  return {
    'tree.json': treeVectors(),
    'events.json': eventVectors(),
    'payloads.json': payloadVectors(),
    'notes.json': noteVectors(),
    'ed25519.json': signatureVectors(),
    'remote.json': remoteVectors(),
  };
}
