/** The sessions that are picked, as an address says them: by their ids while that is short, else by a word this window knows. */
import { SessionId } from '../../shared/api/session.ts';

/** Sessions picked at most: what one export or one verdict takes. */
export const MOST_PICKED = 500;

/** Ids that an address spells out: more make links that chats and mails break. */
const SPELLED = 8;

/** Words kept: so far Back finds what was picked. */
const MOST_KEPT = 100;

const kept = new Map<string, readonly SessionId[]>();
let words = 0;

/** `''` for none. */
export function writePicked(ids: readonly SessionId[]): string {
  if (ids.length <= SPELLED) return ids.join('.');
  const word = `~${++words}`;
  kept.set(word, ids.slice(0, MOST_PICKED));
  for (const old of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(old);
  return word;
}

/** Nothing of what another window picked many of, and nothing of what is no id. */
export function readPicked(text: string): readonly SessionId[] {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const ids = text.split('.').flatMap((part) => SessionId.safeParse(part).data ?? []);
  return [...new Set(ids)].slice(0, SPELLED);
}
