/** A text that is to be judged, and what is known of it. */
import type { ReadText } from '../facts/read-text.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { BindMessage } from '../wire/frontend.ts';
import type { Estimate } from './estimate.ts';

/** What is to be judged: a text, and what runs it. */
export interface Asked {
  readonly text: Buffer;
  readonly how: 'query' | 'parse' | 'bind';
  readonly bind: BindMessage | null;
  readonly types: readonly number[];
}

/** What has been found out of a text by asking others; as far as it could be. */
export interface Known {
  readonly read: ReadText;
  /** Its names looked up when it was verified: another session may make the catalog stale before it is judged. Null: not asked. */
  readonly resolved: ResolvedText | null;
  readonly verified: boolean;
  readonly estimate: Estimate | null;
  /** Of a text to be held: the versions of what it uses. */
  readonly versions: string | null;
  /** The backend was asked what could be asked. */
  readonly asked: boolean;
}

/** What is known of a text when nobody could be asked. */
export function unasked(read: ReadText): Known {
  return { read, resolved: null, verified: false, estimate: null, versions: null, asked: true };
}

/** Whether a text is about to run, and not only prepared. */
export function runs({ how, bind }: Asked): boolean {
  return how !== 'parse' || bind !== null;
}
