/** Whether decoded CBOR was written in the one form that RFC 8949 §4.2.1 allows. */
import { CborWriter } from './cbor.ts';

const writer = new CborWriter();

/**
 * Whether writing `items` makes `bytes` again. cborg's strict mode lets pass what reads as the same value and is not the
 * same bytes: integers written as floats, and text that is not UTF-8.
 */
export function isDeterministic(bytes: Uint8Array, items: readonly unknown[]): boolean {
  writer.reset();
  if (!writeItem(items)) return false;
  const again = writer.written();
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i]);
}

/** False for what no event holds. */
function writeItem(item: unknown): boolean {
  if (item === null) writer.null();
  else if (typeof item === 'string') writer.text(item);
  else if (typeof item === 'boolean') writer.boolean(item);
  else if (item instanceof Uint8Array) writer.bytes(item);
  else if (typeof item === 'number' && Number.isSafeInteger(item)) writer.integer(item);
  else if (Array.isArray(item)) {
    writer.array(item.length);
    return item.every(writeItem);
  } else return false;
  return true;
}
