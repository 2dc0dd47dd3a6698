/** What proves an archive's events, for whoever takes some of them elsewhere: checkpoints, hashes of the tree, notes. */
import type { Subtree } from '../../shared/recording/tree.ts';

/** A volume of a log. */
export interface VolumeEvidence {
  /** Name of its file. */
  readonly file: string;
  /** Its events: from `first` up to, without, `next`. */
  readonly first: number;
  readonly next: number;
  /** The newest checkpoint in it, as a signed note; null before the first. */
  readonly checkpoint: string | null;
  /** Its seal, as a signed note; null while it has none. */
  readonly seal: string | null;
}

/** A log as far as it is here. */
export interface LogEvidence {
  /** Hex. */
  readonly log: string;
  /** In the order of their events. */
  readonly volumes: readonly VolumeEvidence[];
}

/** A note about a value that was taken out (docs/format.md §7). */
export interface RedactionNote {
  /** Index of the event. */
  readonly event: number;
  readonly field: string;
  readonly note: string;
}

/** Where events of a log itself lie: a segment of the volume that begins with `first`. */
export interface LogSegment {
  readonly first: number;
  readonly number: number;
}

/** Reads what proves events; every method throws {@link ArchiveError}. */
export interface EvidenceReader {
  logs(): Promise<LogEvidence[]>;
  /** The segments of events that belong to no session, in their order. */
  logSegments(log: string): Promise<LogSegment[]>;
  /** One of them, packed (shared/recording/record.ts); null when there is none. */
  logSegment(log: string, segment: LogSegment): Promise<Uint8Array | null>;
  /** The hashes of perfect subtrees of the log's tree; null for those that the volumes here do not tell. */
  subtrees(log: string, subtrees: readonly Subtree[]): Promise<(Uint8Array | null)[]>;
  /** The first checkpoint over the event at `index` that more than one key signed; null when there is none. */
  cosigned(log: string, index: number): Promise<string | null>;
  redactions(log: string): Promise<RedactionNote[]>;
}
