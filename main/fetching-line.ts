/** Which volume of a bucket is being fetched, on a terminal's last line. */
import type { Fetching } from '../gateway/archive/bucket/bucket-volumes.ts';

/** Moves to the start of the line and clears it (ECMA-48 EL). */
const CLEAR_LINE = '\r\u001b[K';
const MB = 1e6;

export class FetchingLine {
  #shown = false;

  /** null: nothing any more. */
  show(fetching: Fetching | null): void {
    if (!process.stderr.isTTY) return;
    if (fetching !== null) process.stderr.write(CLEAR_LINE + words(fetching));
    else if (this.#shown) process.stderr.write(CLEAR_LINE);
    this.#shown = fetching !== null;
  }
}

function words({ volume, of, bytes, total }: Fetching): string {
  if (total === 0) return `fetching bundle ${volume} of ${of}`;
  return `fetching volume ${volume} of ${of}: ${(bytes / MB).toFixed(0)} of ${(total / MB).toFixed(0)} MB`;
}
