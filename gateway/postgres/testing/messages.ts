/** Wire messages by hand, for tests of what reads them. */

/** A message: type letter, and its body's parts one after the other (strings get their NUL, numbers are Int32). */
export function message(type: string, ...parts: (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => encoded(part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Int16. */
export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** RowDescription of text columns. */
export function rowDescription(...names: string[]): Buffer {
  const columns = names.flatMap((name) => [name, 0, int16(0), 25, int16(0xffff), -1, int16(0)]);
  return message('T', int16(names.length), ...columns);
}

/** DataRow in text format; null is NULL. */
export function dataRow(...cells: (string | null)[]): Buffer {
  const parts = cells.flatMap((cell) =>
    cell === null ? [-1] : [Buffer.byteLength(cell), Buffer.from(cell)],
  );
  return message('D', int16(cells.length), ...parts);
}

export function parse(name: string, text: string): Buffer {
  return message('P', name, text, int16(0));
}

/** Bind of text parameters, results in text. */
export function bind(portal: string, name: string, ...values: string[]): Buffer {
  const parameters = values.flatMap((value) => [Buffer.byteLength(value), Buffer.from(value)]);
  return message('B', portal, name, int16(0), int16(values.length), ...parameters, int16(0));
}

export function execute(portal: string, maxRows = 0): Buffer {
  return message('E', portal, maxRows);
}

export function describe(target: 'S' | 'P', name: string): Buffer {
  return message('D', Buffer.from(target), name);
}

export const sync = message('S');
export const ready = (transaction: string) => message('Z', Buffer.from(transaction));
export const complete = (tag: string) => message('C', tag);
export const error = (sqlstate: string, text: string) =>
  message('E', Buffer.from(`SERROR\0VERROR\0C${sqlstate}\0M${text}\0\0`));

function encoded(part: string | number | Buffer): Buffer {
  if (typeof part === 'string') return Buffer.from(`${part}\0`);
  if (typeof part === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(part);
    return bytes;
  }
  return part;
}
