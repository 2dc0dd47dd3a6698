/** Where one stands in the findings place, and its addresses: /findings, /findings/<id>, /findings/reviews, … */
import { EntryId, MARK_COLOURS, type MarkColour } from '../shared/findings/annotation.ts';
import { FINDING_SEVERITIES, type FindingSeverity } from '../shared/findings/finding.ts';
import { SessionId } from '../shared/api/session.ts';

/** The orders of the list of findings; `-` is descending. */
export const FINDING_SORTS = ['-number', 'number', '-severity', 'status', '-changed'] as const;
export type FindingSort = (typeof FINDING_SORTS)[number];

/** All findings, as a board of columns or as a list. */
interface FindingsPlace {
  readonly name: 'findings';
  readonly view: 'board' | 'list';
  readonly text: string;
  readonly severity: FindingSeverity | null;
  /** A name; '' is nobody. */
  readonly assignee: string | null;
  readonly sort: FindingSort;
  readonly selected: EntryId | null;
}

/** A place within the findings. */
export type CasePlace =
  | FindingsPlace
  | { readonly name: 'finding'; readonly id: EntryId }
  | { readonly name: 'reviews'; readonly selected: SessionId | null }
  | {
      readonly name: 'notes';
      readonly text: string;
      readonly tag: string | null;
      readonly colour: MarkColour | null;
      readonly selected: EntryId | null;
    }
  | { readonly name: 'case-log' };

/** The board with everything on it. */
export const ALL_FINDINGS: FindingsPlace = {
  name: 'findings',
  view: 'board',
  text: '',
  severity: null,
  assignee: null,
  sort: '-number',
  selected: null,
};

/** The list of all notes. */
export const ALL_NOTES: Extract<CasePlace, { name: 'notes' }> = {
  name: 'notes',
  text: '',
  tag: null,
  colour: null,
  selected: null,
};

/** Reads the parts of a path that begins with `findings`; null when it is no place. What is malformed takes its default. */
export function readCasePlace(parts: readonly string[], query: URLSearchParams): CasePlace | null {
  const [first, second] = parts;
  if (first !== 'findings' || parts.length > 2) return null;
  switch (second) {
    case undefined:
      return {
        name: 'findings',
        view: query.get('view') === 'list' ? 'list' : 'board',
        text: query.get('text') ?? '',
        severity: FINDING_SEVERITIES.find((known) => known === query.get('severity')) ?? null,
        assignee: query.get('assignee'),
        sort: FINDING_SORTS.find((known) => known === query.get('sort')) ?? ALL_FINDINGS.sort,
        selected: readEntry(query.get('selected')),
      };
    case 'reviews':
      return { name: 'reviews', selected: readSession(query.get('session')) };
    case 'notes':
      return {
        name: 'notes',
        text: query.get('text') ?? '',
        tag: query.get('tag'),
        colour: MARK_COLOURS.find((known) => known === query.get('colour')) ?? null,
        selected: readEntry(query.get('note')),
      };
    case 'log':
      return { name: 'case-log' };
    default: {
      const id = readEntry(second);
      return id === null ? null : { name: 'finding', id };
    }
  }
}

/** The path and the fields of the query; null and defaults are left out of an address. */
export function writeCasePlace(place: CasePlace): [path: string, query: Record<string, string | null>] {
  switch (place.name) {
    case 'findings': {
      const { view, text, severity, assignee, sort, selected } = place;
      const query = {
        view: view === 'board' ? null : view,
        text: text === '' ? null : text,
        severity,
        assignee,
        sort: sort === ALL_FINDINGS.sort ? null : sort,
        selected,
      };
      return ['/findings', query];
    }
    case 'finding':
      return [`/findings/${place.id}`, {}];
    case 'reviews':
      return ['/findings/reviews', { session: place.selected }];
    case 'notes': {
      const { text, tag, colour, selected } = place;
      return ['/findings/notes', { text: text === '' ? null : text, tag, colour, note: selected }];
    }
    case 'case-log':
      return ['/findings/log', {}];
  }
}

function readEntry(text: string | null): EntryId | null {
  const read = EntryId.safeParse(text);
  return read.success ? read.data : null;
}

function readSession(text: string | null): SessionId | null {
  const read = SessionId.safeParse(text);
  return read.success ? read.data : null;
}
