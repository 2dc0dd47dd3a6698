/** Entries of a case in words, for its log. */
import type { Act } from './case.ts';
import type { EntryId } from './annotation.ts';
import type { EntryBody, UnreadBody } from './body.ts';
import { visibleLine } from '../replay/visible.ts';

/** Longest piece of somebody's text in a line. */
const PIECE = 120;

const ACT_WORDS: Readonly<Record<Act, string>> = {
  opened: 'Opened',
  searched: 'Searched for',
  viewed: 'Viewed a session',
  revealed: 'Looked at in full:',
  exported: 'Exported',
  merged: 'Took in a case:',
  redacted: 'Redacted:',
  ended: 'Ended a live session:',
  held: 'Placed a legal hold on',
  lifted: 'Lifted the legal',
};

/** What words need of other entries. */
export interface KnownTitles {
  /** The title of a finding; null when its entry is not here. */
  readonly titleOf: (finding: EntryId) => string | null;
}

/** The entry in one line. */
export function wordsOf(body: EntryBody | UnreadBody, { titleOf }: KnownTitles): string {
  const finding = (id: EntryId) => {
    const title = titleOf(id);
    return title === null ? 'a finding that is not here' : `finding “${piece(title)}”`;
  };
  switch (body.kind) {
    case 'annotation':
      return `${body.parent === null ? 'Wrote a note' : 'Answered a note'} at ${piece(body.anchor.label)}${colon(body.text)}`;
    case 'annotationChange':
      if (body.removed === true) return 'Took back a note';
      return `Changed a note${colon(body.text ?? '')}`;
    case 'finding':
      return `Made finding “${piece(body.title)}”, ${body.severity}`;
    case 'findingChange':
      return `Changed ${finding(body.target)}: ${changesIn(body)}`;
    case 'evidence':
      return `Added a frame to ${finding(body.finding)}: ${piece(body.anchor.label)}`;
    case 'evidenceChange':
      return `${body.removed === true ? 'Took out a frame' : 'Changed a frame'} of ${finding(body.finding)}`;
    case 'review':
      return `${body.verdict === 'to-review' ? 'Put a session into the review queue' : `Reviewed a session: ${body.verdict}`}${colon(body.reason)}`;
    case 'act':
      return [ACT_WORDS[body.act], visibleLine(body.what, 1000)].filter((words) => words !== '').join(' ');
    case 'unread':
      return `Of a kind that this version does not know: ${piece(body.named)}`;
  }
}

/** The session that an entry is about; `sessionOf` knows that of a note. */
export function sessionIn(
  body: EntryBody | UnreadBody,
  sessionOf: (note: EntryId) => string | null,
): string | null {
  switch (body.kind) {
    case 'annotation':
    case 'evidence':
      return body.anchor.session;
    case 'annotationChange':
      return sessionOf(body.target);
    case 'review':
    case 'act':
      return body.session;
    case 'finding':
    case 'findingChange':
    case 'evidenceChange':
    case 'unread':
      return null;
  }
}

function changesIn(change: Extract<EntryBody, { readonly kind: 'findingChange' }>): string {
  const { title, severity, status, assignee, narrative, order } = change;
  const words: string[] = [];
  if (title !== undefined) words.push(`title “${piece(title)}”`);
  if (severity !== undefined) words.push(`severity ${severity}`);
  if (status !== undefined) words.push(`status ${status}`);
  if (assignee !== undefined)
    words.push(assignee === null ? 'assigned to nobody' : `assigned to ${piece(assignee)}`);
  if (narrative !== undefined) words.push('narrative');
  if (order !== undefined) words.push('order of its frames');
  return words.join(', ');
}

function colon(text: string): string {
  return text === '' ? '' : `: ${piece(text)}`;
}

function piece(text: string): string {
  return visibleLine(text, PIECE);
}
