/** proof.json as read (docs/format.md §10); what is not as it must be is a finding. */
import type { Checkpoint } from '../../../shared/recording/checkpoint.ts';
import type { Note } from '../../../shared/recording/note.ts';
import { HASH_BYTES } from '../../../shared/recording/tree.ts';
import type { RedactionNote } from '../evidence.ts';
import type { Findings } from '../sqlite/verify/findings.ts';
import { checkpointOf } from '../sqlite/verify/log-keys.ts';
import { objectOf } from './bundle-manifest.ts';
import { SelectionRoot } from './selection-root.ts';

/** A proof of some of a log's events. */
export interface BundleProof {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
  /** Index of the first event that it is about. */
  readonly from: number;
  readonly selection: SelectionRoot;
}

/** What proves the events of one log. */
export interface SaidOfLog {
  readonly proofs: readonly BundleProof[];
  readonly redactions: readonly RedactionNote[];
}

/** Reads what is said of the log (hex) with that origin. */
export function readLogProof(value: unknown, log: string, origin: string, findings: Findings): SaidOfLog {
  const said = objectOf(value);
  return {
    proofs: listOf(said['proofs']).flatMap((one) => {
      const proof = readProof(objectOf(one), origin);
      if (proof === null) findings.add('CORRUPT', 'a proof of the log cannot be read', { log });
      return proof ?? [];
    }),
    redactions: listOf(said['redactions']).flatMap((one) => {
      const { event, field, note } = objectOf(one);
      if (typeof event === 'number' && typeof field === 'string' && typeof note === 'string')
        return { event, field, note };
      findings.add('CORRUPT', 'a note of a redaction cannot be read', { log });
      return [];
    }),
  };
}

function readProof(said: Readonly<Record<string, unknown>>, origin: string): BundleProof | null {
  const { checkpoint: text, from, beside } = said;
  if (typeof text !== 'string' || typeof beside !== 'string') return null;
  if (typeof from !== 'number' || !Number.isSafeInteger(from) || from < 0) return null;
  const hashes = Buffer.from(beside, 'base64');
  const read = checkpointOf(text, origin);
  // Node passes over what is no base64.
  if (read === null || hashes.length % HASH_BYTES !== 0 || hashes.toString('base64') !== beside) return null;
  return { ...read, from, selection: new SelectionRoot(hashes) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
