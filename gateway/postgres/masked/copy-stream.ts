/** COPY data of a read as the record and the agent get them. */
import type { RunningStatement } from '../exchange.ts';
import { CHUNK_BYTES, type Results } from '../results.ts';
import { BACKEND } from '../wire/backend.ts';
import { int32, MESSAGE_HEAD_BYTES } from '../wire/framing.ts';
import type { CopyPlan } from './copy-plan.ts';

/** Records the CopyData from `at` to `to` masked; returns what the agent gets in their place, null: the data as they are. */
export function takeCopy(
  buffer: Buffer,
  at: number,
  to: number,
  { wire, record }: CopyPlan,
  statement: RunningStatement,
  results: Results,
): Buffer | null {
  const chunk = new CopyMessages();
  const sent: Buffer[] = [];
  // Also where no row is whole yet: what was taken must not be recorded as it came.
  const flush = () => {
    const { rows } = chunk;
    const bytes = chunk.take();
    if (wire === record) sent.push(bytes);
    results.recordCopyAs(statement, at, bytes, rows);
  };
  const apart = wire === null || wire === record ? null : new CopyMessages();
  for (let from = at; from < to;) {
    const end = from + 1 + int32(buffer, from + 1);
    const data = buffer.subarray(from + MESSAGE_HEAD_BYTES, end);
    for (const row of record.take(data)) chunk.add(row);
    if (apart !== null && wire !== null) for (const row of wire.take(data)) apart.add(row);
    if (chunk.bytes >= CHUNK_BYTES) flush();
    from = end;
  }
  flush();
  if (wire === null) return null;
  return apart === null ? Buffer.concat(sent) : apart.take();
}

/** CopyData messages, one a row. */
class CopyMessages {
  #parts: Buffer[] = [];
  rows = 0;
  bytes = 0;

  add(row: Buffer): void {
    const head = Buffer.allocUnsafe(MESSAGE_HEAD_BYTES);
    head[0] = BACKEND.copyData;
    head.writeInt32BE(row.length + 4, 1);
    this.#parts.push(head, row);
    this.bytes += MESSAGE_HEAD_BYTES + row.length;
    this.rows++;
  }

  take(): Buffer {
    const bytes = Buffer.concat(this.#parts, this.bytes);
    this.#parts = [];
    this.rows = this.bytes = 0;
    return bytes;
  }
}
