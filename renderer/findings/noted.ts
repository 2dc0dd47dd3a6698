/** Which notes the list of all notes shows, and in what order. Pure. */
import type { MarkColour } from '../../shared/findings/annotation.ts';
import { stands, type Thread } from '../casework/threads.ts';

/** What notes are asked for; null is any. */
export interface WantedNotes {
  readonly text: string;
  readonly tag: string | null;
  readonly colour: MarkColour | null;
}

/** Threads that still stand and have all that is asked, in any of their notes; a session's stay together, those begun last first. */
export function matchingThreads(threads: readonly Thread[], { text, tag, colour }: WantedNotes): Thread[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return bySession(
    threads.filter((thread) => {
      const notes = [thread.root, ...thread.replies].filter(({ removed }) => !removed);
      return (
        stands(thread) &&
        (tag === null || notes.some(({ tags }) => tags.includes(tag))) &&
        (colour === null || notes.some((note) => note.colour === colour)) &&
        words.every((word) => saysWord(thread, word))
      );
    }),
  );
}

function saysWord({ root, replies }: Thread, word: string): boolean {
  const said = [root, ...replies]
    .filter(({ removed }) => !removed)
    .flatMap(({ text, tags, author }) => [text, author.name, tags.join(' ')]);
  return [root.anchor.label, root.anchor.session, ...said].some((one) => one.toLowerCase().includes(word));
}

/** Within a session by place; sessions by the latest note on them. */
function bySession(threads: readonly Thread[]): Thread[] {
  const latest = new Map<string, number>();
  for (const { root, replies } of threads) {
    const made = Math.max(root.made, ...replies.map((reply) => reply.made));
    latest.set(root.anchor.session, Math.max(latest.get(root.anchor.session) ?? 0, made));
  }
  return threads.toSorted(
    (a, b) =>
      (latest.get(b.root.anchor.session) ?? 0) - (latest.get(a.root.anchor.session) ?? 0) ||
      compare(a.root.anchor.session, b.root.anchor.session) ||
      (a.root.anchor.sequence ?? -1) - (b.root.anchor.sequence ?? -1),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
