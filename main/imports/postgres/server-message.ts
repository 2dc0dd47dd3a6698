/** ErrorResponse and NoticeResponse as the server would have sent them (PostgreSQL manual, §54.7 and §54.8), made of what its log says. */
import type { LogEntry } from './log-entry.ts';

/** What of an entry goes into the message. */
type Report = Pick<
  LogEntry,
  'severity' | 'sqlstate' | 'message' | 'detail' | 'hint' | 'context' | 'position'
>;

/** `type` E is ErrorResponse, N NoticeResponse. */
export function serverMessage(type: 'E' | 'N', report: Report): Uint8Array {
  const { severity, sqlstate, message, detail, hint, context, position } = report;
  const parts: Buffer[] = [Buffer.from(`${type}\0\0\0\0S${severity}\0V${severity}\0`)];
  if (sqlstate !== '') parts.push(Buffer.from(`C${sqlstate}\0`));
  for (const [field, value] of [
    ['M', message],
    ['D', detail],
    ['H', hint],
    ['W', context],
  ] as const) {
    if (value === null) continue;
    parts.push(Buffer.from(field), withoutNul(value), NUL);
  }
  if (/^[1-9]\d{0,8}$/.test(position)) parts.push(Buffer.from(`P${position}\0`));
  parts.push(NUL);
  const bytes = Buffer.concat(parts);
  bytes.writeUInt32BE(bytes.length - 1, 1);
  return bytes;
}

const NUL = Buffer.alloc(1);

/** A NUL would end the field; no server's log holds one, a damaged file may. */
function withoutNul(value: Buffer): Buffer {
  return value.includes(0) ? Buffer.from(value.toString('latin1').replaceAll('\0', ''), 'latin1') : value;
}
