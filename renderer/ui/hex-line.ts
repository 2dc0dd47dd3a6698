/** One line of a hex dump. */

export const LINE_BYTES = 16;

/** Line `index` of `bytes`: offset, bytes in two groups of eight, and what is printable of them in ASCII. */
export function hexLine(bytes: Uint8Array, index: number): { offset: string; hex: string; text: string } {
  const at = index * LINE_BYTES;
  const line = [...bytes.subarray(at, at + LINE_BYTES)];
  const hex = line.map(
    (byte, column) => (column === LINE_BYTES / 2 ? '  ' : ' ') + byte.toString(16).padStart(2, '0'),
  );
  return {
    offset: at.toString(16).padStart(6, '0'),
    hex: hex.join('').slice(1),
    text: line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
  };
}

/** Bytes, from the first up to, and without, the second. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** A text cut in three: before, within and behind what is marked. */
export type Cut = readonly [string, string, string];

/** The hex and the text of a line, cut where marked bytes begin and end. */
export function cutLine(
  line: { readonly hex: string; readonly text: string },
  index: number,
  marked: ByteRange | null,
): { readonly hex: Cut; readonly text: Cut } {
  const start = index * LINE_BYTES;
  const from = Math.max(0, (marked?.from ?? 0) - start);
  const to = Math.min(line.text.length, (marked?.to ?? 0) - start);
  if (to <= from) return { hex: [line.hex, '', ''], text: [line.text, '', ''] };
  return {
    hex: cut(line.hex, hexAt(from), hexAt(to - 1) + 2),
    text: cut(line.text, from, to),
  };
}

/** Where a byte begins in the hex of its line. */
function hexAt(column: number): number {
  return column * 3 + (column >= LINE_BYTES / 2 ? 1 : 0);
}

function cut(text: string, from: number, to: number): Cut {
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
