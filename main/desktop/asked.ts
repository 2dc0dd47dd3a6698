/** What somebody asks the desktop app to show: by a command line, a double click, a link. Read strictly; nothing of it is ever run. */
import { resolve } from 'node:path';

/** What is to be shown; `refused` says in words why it cannot be. */
export type Asked =
  | { readonly kind: 'archive'; readonly path: string }
  /** A session of the open archive, at one of its events. */
  | { readonly kind: 'session'; readonly id: string; readonly at: number | null }
  | { readonly kind: 'refused'; readonly why: string };

/** The scheme of links, registered with the system. */
export const LINK_SCHEME = 'auditorium';

/** An archive in a bucket has no folder. */
const BUCKET = 's3://';

/** Longer than any link of ours. */
const LONGEST_LINK = 200;

const SESSION_LINK = /^auditorium:\/\/session\/([0-9a-f]{32})\/?(?:\?at=(\d{1,15}))?$/;

/** No path has these; what has is not to reach a terminal or a dialog. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u001F\u007F]/;

/** Reads `auditorium://session/<id>?at=<event>`, and no other link. */
export function readLink(link: string): Asked {
  if (link.length > LONGEST_LINK)
    return { kind: 'refused', why: 'The link is longer than any of Auditorium’s.' };
  const [, id, at] = SESSION_LINK.exec(link) ?? [];
  if (id === undefined) {
    return {
      kind: 'refused',
      why: 'The link is none that Auditorium knows. It opens auditorium://session/ID?at=EVENT, where ID has 32 hex digits.',
    };
  }
  return { kind: 'session', id, at: at === undefined ? null : Number(at) };
}

/** A path as the system hands it over, or as it was typed in a folder. */
export function readPath(path: string, folder: string): Asked {
  if (path === '' || CONTROL.test(path))
    return { kind: 'refused', why: 'The name of what is to be opened has characters that no file has.' };
  return { kind: 'archive', path: path.startsWith(BUCKET) ? path : resolve(folder, path) };
}

/** The last word of a command line that is no option; null when there is none. */
export function readWords(words: readonly string[], folder: string): Asked | null {
  const word = words.findLast((one) => !one.startsWith('-'));
  if (word === undefined) return null;
  return word.toLowerCase().startsWith(`${LINK_SCHEME}:`) ? readLink(word) : readPath(word, folder);
}

/** The address within the window that shows a session. */
export function addressOf({ id, at }: Extract<Asked, { kind: 'session' }>): string {
  return `/sessions/${id}${at === null ? '' : `?step=${at}`}`;
}
