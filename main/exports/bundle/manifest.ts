/** manifest.json of a bundle, and the note that signs it (docs/format.md §10). */
import {
  BUNDLE_FORMAT,
  BUNDLE_ORIGIN,
  FORMAT_VERSION,
} from '../../../gateway/archive/bundle/bundle-files.ts';
import type { WrittenEntry } from '../../../gateway/archive/bundle/zip-writer.ts';
import { sha256 } from '../../../gateway/archive/ed25519.ts';
import { ED25519, signNote, type Signer } from '../../../shared/recording/note.ts';
import { FORMATS } from '../format.ts';
import type { Selection } from '../selection.ts';
import type { GatheredSession } from './gather.ts';

export interface ManifestFacts {
  /** µs since 1970. */
  readonly made: number;
  readonly software: string;
  readonly selection: Selection;
  readonly sessions: readonly GatheredSession[];
  /** By the name of the entry. */
  readonly files: ReadonlyMap<string, WrittenEntry>;
}

/** The manifest's text. */
export function manifestText({ made, software, selection, sessions, files }: ManifestFacts): string {
  const manifest = {
    format: BUNDLE_FORMAT,
    version: FORMAT_VERSION,
    made,
    software,
    selection: { filter: selection.filterText, sessions: selection.sessions },
    leavesOut: FORMATS.bundle.leavesOut,
    sessions,
    files: Object.fromEntries(files),
  };
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** The note that says who packed it. */
export function manifestNote(manifest: string, { publicKey, sign }: Signer): string {
  const text = `${BUNDLE_ORIGIN}\n${sha256(Buffer.from(manifest)).toString('base64')}\n`;
  return signNote(sha256, text, { name: BUNDLE_ORIGIN, type: ED25519, key: publicKey }, sign);
}
