/** What lists show of a statement's own text, and of the error it ended with: read from the events that hold them. */
import type { StatementRow } from '../../../shared/api/session.ts';
import { MASK } from '../../../shared/recording/mask.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { clipBytes, decodeText } from '../../../shared/replay/text.ts';
import { firstBody, readErrorFields } from '../../../shared/replay/wire.ts';
import type { Slice } from './sql-text.ts';

/** In the place of a text that was taken out of the record. */
export const TEXT_GONE = '(text redacted)';

/** Characters of a statement's text that a row shows. */
const TEXT_LENGTH = 2000;

/** Bytes that hold so many characters of UTF-8. */
const TEXT_BYTES = TEXT_LENGTH * 4;

/** The text as it was sent, in the event that holds it; where that is gone, its normal form, which holds no values. */
export function shownText(
  stored: StoredEvent | null,
  slice: Slice | null,
  normal: string,
): Pick<StatementRow, 'text' | 'textTruncated' | 'masked'> {
  const whole = stored?.payloads['text'];
  if (whole === null && normal === '') return { text: TEXT_GONE, textTruncated: false, masked: false };
  if (stored === null || whole === undefined || whole === null) return { ...clip(normal), masked: false };
  const own = ownPart(whole, slice);
  const { fields } = stored.event;
  // Of several statements in one Query only those that hold a mask; where none does, it is the parameters that were masked.
  const masked = 'masked' in fields && fields.masked && (holdsMask(own) || !holdsMask(whole));
  const clipped = clipBytes(own, TEXT_BYTES);
  const { text, textTruncated } = clip(decodeText(clipped));
  return { text, textTruncated: textTruncated || clipped.length < own.length, masked };
}

/** A statement's own part of the SQL that was sent. */
export function ownPart(whole: Uint8Array, slice: Slice | null): Uint8Array {
  return slice === null ? whole : whole.subarray(slice.start, slice.start + slice.length);
}

/** The message of the error in an outcome; null where there is none. */
export function errorIn(outcome: StoredEvent | null): string | null {
  const answer = outcome?.payloads['answer'];
  const body = answer ? firstBody(answer, 'E') : null;
  return (body && readErrorFields(body)?.message) ?? null;
}

function holdsMask(text: Uint8Array): boolean {
  return Buffer.from(text.buffer, text.byteOffset, text.length).includes(MASK);
}

/** Cut between characters, never within one. */
function clip(text: string): { text: string; textTruncated: boolean } {
  if (text.length <= TEXT_LENGTH) return { text, textTruncated: false };
  const end = (text.charCodeAt(TEXT_LENGTH - 1) & 0xfc00) === 0xd800 ? TEXT_LENGTH - 1 : TEXT_LENGTH;
  return { text: text.slice(0, end), textTruncated: true };
}
