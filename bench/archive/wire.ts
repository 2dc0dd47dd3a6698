/** Values as the record holds them (PostgreSQL manual §54.7). */
import type { StoryError } from './story.ts';

/** The values of a Bind, in text: Int32 length and bytes, each. */
export function bindParameters(values: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.reduce((sum, value) => sum + 4 + value.length, 0));
  let at = 0;
  for (const value of values) at = field(bytes, at, value);
  return bytes;
}

/** A description, if any, and one DataRow a row. Values are ASCII. */
export function dataRows(description: Buffer, rows: readonly (readonly string[])[]): Buffer {
  if (rows.length === 0) return description;
  const lengths = rows.map((row) => row.reduce((sum, value) => sum + 4 + value.length, 6));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 1 + length, description.length));
  let at = description.copy(bytes);
  for (const [n, row] of rows.entries()) {
    at = bytes.writeUInt8(0x44, at);
    at = bytes.writeUInt32BE(lengths[n] ?? 0, at);
    at = bytes.writeUInt16BE(row.length, at);
    for (const value of row) at = field(bytes, at, value);
  }
  return bytes;
}

function field(bytes: Buffer, at: number, value: string): number {
  const behind = bytes.writeInt32BE(value.length, at);
  return behind + bytes.write(value, behind, 'latin1');
}

/** ErrorResponse (§54.8). */
export function errorResponse({ sqlstate, message }: StoryError): Buffer {
  const fields = Buffer.from(`SERROR\0VERROR\0C${sqlstate}\0M${message}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
