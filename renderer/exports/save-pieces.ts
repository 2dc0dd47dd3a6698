/** Writes what comes piece by piece into a file that the person chose, or keeps the pieces for a download. */

/** A file being written: as the File System Access API has it. */
export interface OpenFile {
  write(piece: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  /** Leaves nothing of it behind. */
  abort(): Promise<void>;
}

/** Where the pieces go: what takes one, and how it ends. */
export interface Target {
  take(piece: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<void>;
  drop(): Promise<void>;
}

/** Straight to disk: it need not be in memory at any time. */
export function toFile(file: OpenFile): Target {
  return {
    take: (piece) => file.write(piece),
    finish: () => file.close(),
    drop: () => file.abort(),
  };
}

/** Into one blob, which the browser may keep on disk, handed over when it is whole. */
export function toBlob(save: (blob: Blob) => void): Target {
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  return {
    take: async (piece) => void pieces.push(piece),
    finish: async () => save(new Blob(pieces, { type: 'application/octet-stream' })),
    drop: async () => {
      pieces = [];
    },
  };
}

/** Takes all pieces to the target; where one fails to come, or to be written, nothing is kept. Resolves to the bytes. */
export async function savePieces(
  pieces: AsyncIterable<Uint8Array>,
  target: Target,
  onBytes: (bytes: number) => void,
): Promise<number> {
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      await target.take(new Uint8Array(piece));
      bytes += piece.length;
      onBytes(bytes);
    }
    await target.finish();
    return bytes;
  } catch (error) {
    await target.drop().catch(() => undefined);
    throw error;
  }
}
