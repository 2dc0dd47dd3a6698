/** RowDescription as data (PostgreSQL manual §54.7). */
import { int16, int32, MESSAGE_HEAD_BYTES, ProtocolViolation } from '../wire/framing.ts';

/** A column as the server describes it. */
export interface Field {
  readonly name: string;
  /** OID of the relation whose column it is, 0 when it is none's. */
  readonly relation: number;
  /** pg_attribute.attnum; 0: none, or with a relation its whole row. */
  readonly column: number;
  /** OID of its type. */
  readonly type: number;
  readonly format: 0 | 1;
}

/** Behind a field's name: relation, column, type, size of the type, modifier, format. */
const FIELD_TAIL_BYTES = 18;

/** The columns of the RowDescription at `at`; throws {@link ProtocolViolation} when it is cut short. */
export function readFields(buffer: Buffer, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let from = at + MESSAGE_HEAD_BYTES + 2;
  for (let left = int16(buffer, at + MESSAGE_HEAD_BYTES); left > 0; left--) {
    const zero = buffer.indexOf(0, from);
    const tail = zero + 1;
    if (zero < 0 || tail + FIELD_TAIL_BYTES > end)
      throw new ProtocolViolation('the server sent a RowDescription that is cut short');
    fields.push({
      name: buffer.toString('utf8', from, zero),
      relation: int32(buffer, tail) >>> 0,
      column: buffer.readInt16BE(tail + 4),
      type: int32(buffer, tail + 6) >>> 0,
      format: int16(buffer, tail + 16) === 1 ? 1 : 0,
    });
    from = tail + FIELD_TAIL_BYTES;
  }
  return fields;
}

/** The RowDescription at `at` with other names; all else is as it was. */
export function withNames(buffer: Buffer, at: number, names: readonly string[]): Buffer {
  const parts: Buffer[] = [buffer.subarray(at, at + MESSAGE_HEAD_BYTES + 2)];
  let from = at + MESSAGE_HEAD_BYTES + 2;
  for (const name of names) {
    const tail = buffer.indexOf(0, from) + 1;
    parts.push(Buffer.from(`${name}\0`), buffer.subarray(tail, tail + FIELD_TAIL_BYTES));
    from = tail + FIELD_TAIL_BYTES;
  }
  const message = Buffer.concat(parts);
  message.writeInt32BE(message.length - 1, 1);
  return message;
}
