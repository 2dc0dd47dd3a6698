/** Somebody else who is told how far a log has come, so that one that is cut or rewritten later is found out (docs/format.md §6). */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { toBase64 } from '../../shared/recording/base64.ts';
import type { Checkpoint } from '../../shared/recording/checkpoint.ts';

/** A checkpoint with the signed note that says it. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: string;
}

/** A place that checkpoints are left with. */
export interface Anchor {
  readonly kind: 'file' | 'log' | 'witness';
  /** Which one, for people: a path, a witness's name. */
  readonly target: string;
  /**
   * Leaves a checkpoint there; resolves to the note with what the other side added to it, or null where it adds nothing.
   * Rejects when it was not left, and may be tried again with a later one.
   */
  leave(checkpoint: SignedCheckpoint): Promise<string | null>;
}

/** Notes one after another in a file, each followed by an empty line; made when absent. On disk before it counts. */
export function fileAnchor(path: string): Anchor {
  return {
    kind: 'file',
    target: path,
    async leave({ note }) {
      // One small write at the end of the file: notes of several processes do not mix.
      const fd = openSync(path, 'a', 0o600);
      try {
        writeSync(fd, `${note}\n`);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      return null;
    },
  };
}

/** A line in the gateway's log, which somebody else collects. */
export function logAnchor(write: (line: string) => void): Anchor {
  return {
    kind: 'log',
    target: 'log',
    async leave(checkpoint) {
      write(checkpointLine(checkpoint));
      return null;
    },
  };
}

/** `auditorium checkpoint <origin> <size> <root, base64>` */
function checkpointLine({ origin, size, root }: Checkpoint): string {
  return `auditorium checkpoint ${origin} ${size} ${toBase64(root)}`;
}
