/**
 * Puts messages together that go on over several events (`continued`). What is kept of one is bounded, so that a row of a
 * gigabyte costs the player no more than a page.
 */
import { messageLength, readMessages, type WireMessage } from './wire.ts';

/** Bytes kept of a message that does not end in its first event; the rest of it is counted. */
export const KEPT_BYTES = 64 * 1024;

/** A message begun and not ended: its first bytes, and how many came in all. Null between messages. */
export type Unfinished = { readonly kept: Uint8Array; readonly seen: number } | null;

/** The messages that end in `bytes`, and the one that does not. */
export interface Assembled {
  readonly messages: readonly WireMessage[];
  readonly unfinished: Unfinished;
}

/** Reads on from `before` with the bytes of the next event. */
export function assemble(before: Unfinished, bytes: Uint8Array): Assembled {
  if (before === null) return assembleFresh(bytes);
  const length = messageLength(before.kept, 0);
  if (length === null) return assembleFresh(joined(before.kept, bytes));
  const lacking = length - before.seen;
  const kept = joined(before.kept, bytes.subarray(0, Math.min(lacking, KEPT_BYTES - before.kept.length)));
  if (bytes.length < lacking) return { messages: [], unfinished: { kept, seen: before.seen + bytes.length } };
  const first = {
    type: String.fromCharCode(kept[0] ?? 0),
    body: kept.subarray(5),
    dropped: length - kept.length,
  };
  const rest = assembleFresh(bytes.subarray(lacking));
  return { messages: [first, ...rest.messages], unfinished: rest.unfinished };
}

function assembleFresh(bytes: Uint8Array): Assembled {
  const { messages, rest } = readMessages(bytes);
  return {
    messages,
    unfinished: rest.length === 0 ? null : { kept: rest.slice(0, KEPT_BYTES), seen: rest.length },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
