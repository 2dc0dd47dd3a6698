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
