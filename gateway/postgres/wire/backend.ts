/**
 * Fields of the backend messages that the relay reads (PostgreSQL manual, "Message Formats"). The server may be hostile:
 * a field that is not there reads as empty, nothing throws and nothing reads beyond the message.
 */
import { int32, MESSAGE_HEAD_BYTES, ProtocolViolation } from './framing.ts';

/** Type bytes of backend messages after start-up. */
export const BACKEND = {
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  commandComplete: 0x43, // C
  copyBothResponse: 0x57, // W
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyInResponse: 0x47, // G
  copyOutResponse: 0x48, // H
  dataRow: 0x44, // D
  emptyQueryResponse: 0x49, // I
  errorResponse: 0x45, // E
  functionCallResponse: 0x56, // V
  noData: 0x6e, // n
  noticeResponse: 0x4e, // N
  notificationResponse: 0x41, // A
  parameterDescription: 0x74, // t
  parameterStatus: 0x53, // S
  parseComplete: 0x31, // 1
  portalSuspended: 0x73, // s
  readyForQuery: 0x5a, // Z
  rowDescription: 0x54, // T
} as const;

/** Tags up to this length are kept as strings: the same few come with every answer. */
const KEPT_TAG_BYTES = 24;

/** Kept tags by length and last byte before the NUL; a power of two. */
const KEPT_TAGS = Array.from({ length: 64 }, () => '');

/** The tag of a CommandComplete that lies from `at` to `end`. */
export function tagOf(buffer: Buffer, at: number, end: number): string {
  const from = at + MESSAGE_HEAD_BYTES;
  const length = end - 1 - from;
  if (length <= 0 || length > KEPT_TAG_BYTES || buffer[end - 1] !== 0) return lastString(buffer, from, end);
  const slot = (length * 31 + (buffer[end - 2] as number)) & 63;
  const kept = KEPT_TAGS[slot] as string;
  let i = kept.length === length ? 0 : length + 1;
  while (i < length && kept.charCodeAt(i) === buffer[from + i]) i++;
  if (i === length) return kept;
  const tag = lastString(buffer, from, end);
  if (tag.length === length) KEPT_TAGS[slot] = tag; // as many characters as bytes: compared byte by byte it is itself or nothing
  return tag;
}

/** The tag whose rows were counted last, and how many. */
let countedTag = '';
let countedRows: number | null = null;

/** Rows that a command tag counts ("INSERT 0 5", "SELECT 12"); null where it counts none. */
export function rowsOfTag(tag: string): number | null {
  if (tag !== countedTag) {
    countedRows = countRows(tag);
    countedTag = tag;
  }
  return countedRows;
}

function countRows(tag: string): number | null {
  const space = tag.lastIndexOf(' ');
  if (space < 0) return null;
  const count = Number(tag.slice(space + 1));
  return Number.isSafeInteger(count) ? count : null;
}

/** The string that starts at `from`, up to its NUL or the message's end. */
export function stringAt(message: Buffer, from: number): string {
  const end = message.indexOf(0, from);
  return message.toString('utf8', from, end < 0 ? message.length : end);
}

/** The only string of a message from `from` to `end`, with the terminator it should have. */
function lastString(buffer: Buffer, from: number, end: number): string {
  if (buffer[end - 1] === 0) {
    const string = buffer.toString('utf8', from, end - 1);
    if (!string.includes('\0')) return string;
  }
  return stringAt(buffer.subarray(0, end), from);
}

/** One field of an ErrorResponse or NoticeResponse by its letter ("Error and Notice Message Fields"). */
export function errorField(message: Buffer, letter: string): string {
  const code = letter.charCodeAt(0);
  let at = MESSAGE_HEAD_BYTES;
  while (at < message.length && message[at] !== 0) {
    const end = message.indexOf(0, at + 1);
    if (end < 0) return '';
    if (message[at] === code) return message.toString('utf8', at + 1, end);
    at = end + 1;
  }
  return '';
}

/** Severity of an ErrorResponse or NoticeResponse: `V` is never translated (PostgreSQL 9.6 and later). */
export function severityOf(message: Buffer): string {
  return errorField(message, 'V') || errorField(message, 'S');
}

/** Who notified on which channel. */
export function readNotification(message: Buffer): { readonly backend: number; readonly channel: string } {
  if (message.length < MESSAGE_HEAD_BYTES + 4) return { backend: 0, channel: '' };
  return { backend: int32(message, MESSAGE_HEAD_BYTES), channel: stringAt(message, MESSAGE_HEAD_BYTES + 4) };
}

/** What a server sent that no server sends at that point. */
export function misplaced(what: string): ProtocolViolation {
  return new ProtocolViolation(`the server sent ${what} where it has no place`);
}
