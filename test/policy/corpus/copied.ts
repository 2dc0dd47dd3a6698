/** Rows of COPY TO STDOUT read back into cells (PostgreSQL manual, "COPY: File Formats"). */

/** Cells of each row as the format writes them, null for NULL. */
export type CopiedRows = readonly (readonly (string | null)[])[];

/** Reads the data of all CopyData messages. */
export function readCopied(format: 'text' | 'csv' | 'binary', messages: readonly Buffer[]): CopiedRows {
  const data = Buffer.concat(messages);
  if (format === 'binary') return readBinary(data);
  const text = data.toString();
  return format === 'text' ? readText(text) : readCsv(text);
}

/** Line ends and tabs within a value are escaped. */
function readText(text: string): CopiedRows {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => line.split('\t').map((cell) => (cell === '\\N' ? null : cell)));
}

function readCsv(text: string): CopiedRows {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? (bare === '' ? null : (bare ?? null)));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Signature, flags and the length of an extension that is empty. */
const BINARY_HEAD = 19;

function readBinary(data: Buffer): CopiedRows {
  const rows: (string | null)[][] = [];
  for (let at = BINARY_HEAD; at + 2 <= data.length;) {
    const cells = data.readInt16BE(at);
    at += 2;
    if (cells < 0) break;
    rows.push(
      Array.from({ length: cells }, () => {
        const length = data.readInt32BE(at);
        at += 4;
        if (length < 0) return null;
        at += length;
        return data.toString('latin1', at - length, at);
      }),
    );
  }
  return rows;
}
