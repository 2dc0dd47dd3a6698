/** Recorded text ready for the terminal: visible, clipped with a note, and how wide it is. */
import { grouped } from '../recording/describe.ts';
import { styled } from './palette.ts';
import { clipText, pictured, visible } from './visible.ts';
import { displayWidth } from './width.ts';

/** A piece of a line: with its colours, and the columns it takes. */
export interface Shown {
  readonly painted: string;
  readonly width: number;
}

/** Recorded text in colours: hidden characters stand out from the rest. */
export function painted(text: string): string {
  return pictured(text, (picture) => styled('hidden', picture));
}

/** `text` whole. */
export function shown(text: string): Shown {
  return { painted: painted(text), width: displayWidth(visible(text)) };
}

/** `text` up to `limit` UTF-16 units, with a note on what is left out and which view of the statement has it. */
export function clipped(text: string, limit: number, where: string): Shown {
  if (text.length <= limit) return shown(text);
  const kept = clipText(text, limit);
  return withNote(shown(kept), moreNote(text.length - kept.length, 'character', where));
}

/** A note, in the colours of what the player itself says, behind what is shown. */
export function withNote(before: Shown, note: string): Shown {
  return { painted: before.painted + styled('note', note), width: before.width + displayWidth(note) };
}

/** `… 12,345 more characters (see Result)`. */
export function moreNote(count: number, noun: string, where: string): string {
  return `… ${grouped(count)} more ${noun}${count === 1 ? '' : 's'} (see ${where})`;
}
