/**
 * The window's state that is worth an address lives in the URL: which place, which filter, which session, which step.
 * Back and forward walk through it, a reload and a shared link come back to it.
 */
import { useMemo, useSyncExternalStore } from 'react';
import { SESSION_SORTS, type SessionSort } from '../shared/api/routes.ts';
import { SessionId } from '../shared/api/session.ts';
import { readCasePlace, writeCasePlace, type CasePlace } from './findings-address.ts';

/** What the inspector of a session shows of the current step. */
export const INSPECTOR_TABS = [
  'statement',
  'result',
  'parameters',
  'decision',
  'error',
  'raw',
  'notes',
] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

/** The parts of the gateway’s place. */
export const GATEWAY_TABS = ['status', 'fleet', 'connections', 'issuers', 'policy'] as const;
export type GatewayTab = (typeof GATEWAY_TABS)[number];

/** How a list looks where that is other than by default. */
export interface ListLook {
  /** Its columns as renderer/ui/list/list-column.ts writes them; '' is as the person likes them. */
  readonly columns: string;
  /** Facets that are folded up. */
  readonly folded: readonly string[];
}

/** Where one stands in the window. `step` is the sequence of an event within its session. */
export type Place =
  | {
      readonly name: 'sessions';
      readonly filter: string;
      readonly sort: SessionSort;
      readonly selected: SessionId | null;
      readonly look?: ListLook;
      /** Sessions that are picked, as renderer/sessions/picked.ts writes them; absent: none. */
      readonly picked?: string;
    }
  | {
      readonly name: 'statements';
      readonly filter: string;
      /** Left out: newest first. */
      readonly sort?: 'time';
      /** The statement one stands on, as session-number-ordinal; absent: none. */
      readonly selected?: string;
      readonly look?: ListLook;
    }
  | {
      readonly name: 'session';
      readonly id: SessionId;
      readonly step: number | null;
      readonly tab: InspectorTab;
      /** The part of it that the time line shows, µs since 1970; absent: all of it. */
      readonly range?: { readonly from: number; readonly to: number };
    }
  | {
      readonly name: 'approvals';
      /** Number of the request shown; null: the first that is pending. */
      readonly request: string | null;
    }
  | CasePlace
  | {
      readonly name: 'compare';
      readonly a: SessionId | null;
      readonly b: SessionId | null;
      /** Only what differs is listed. */
      readonly only: boolean;
      /** Position of the selected pair among all. */
      readonly at: number | null;
    }
  | {
      readonly name: 'gateway';
      readonly tab: GatewayTab;
      /** The connection or issuer whose form is open; '': a new one; null: none. */
      readonly edit: string | null;
    }
  | { readonly name: 'start' }
  | { readonly name: 'unknown'; readonly path: string };

/** The list of all sessions. */
export const HOME: Extract<Place, { name: 'sessions' }> = {
  name: 'sessions',
  filter: '',
  sort: '-started',
  selected: null,
};

/** How the gateway is. */
export const GATEWAY: Extract<Place, { name: 'gateway' }> = { name: 'gateway', tab: 'status', edit: null };

/** Reads an address; what is missing or malformed takes its default, an unknown path is said to be so. */
export function readPlace(url: URL): Place {
  const query = url.searchParams;
  const filter = query.get('filter') ?? '';
  const parts = url.pathname.split('/').filter((part) => part !== '');
  if (parts.length === 0 || (parts.length === 1 && parts[0] === 'sessions')) {
    const sort = SESSION_SORTS.find((known) => known === query.get('sort')) ?? '-started';
    const picked = query.get('picked') ?? '';
    return {
      name: 'sessions',
      filter,
      sort,
      selected: readId(query.get('selected')),
      ...readLook(query),
      ...(picked === '' ? {} : { picked }),
    };
  }
  if (parts.length === 1 && parts[0] === 'statements') {
    const sort = query.get('sort') === 'time' ? ({ sort: 'time' } as const) : {};
    return {
      name: 'statements',
      filter,
      ...sort,
      ...readStatement(query.get('selected')),
      ...readLook(query),
    };
  }
  if (parts.length === 1 && parts[0] === 'approvals')
    return { name: 'approvals', request: query.get('request') };
  const inCase = readCasePlace(parts, query);
  if (inCase !== null) return inCase;
  if (parts.length === 1 && parts[0] === 'compare') {
    return {
      name: 'compare',
      a: readId(query.get('a')),
      b: readId(query.get('b')),
      only: query.get('only') === 'yes',
      at: readStep(query.get('at')),
    };
  }
  if (parts.length === 1 && parts[0] === 'start') return { name: 'start' };
  const part = parts.length === 1 ? 'status' : GATEWAY_TABS.slice(1).find((known) => known === parts[1]);
  if (parts[0] === 'gateway' && parts.length < 3 && part !== undefined)
    return { name: 'gateway', tab: part, edit: query.get('edit') };
  const id = readId(parts[1] ?? null);
  if (parts.length === 2 && parts[0] === 'sessions' && id !== null) {
    const tab = INSPECTOR_TABS.find((known) => known === query.get('tab')) ?? 'statement';
    return { name: 'session', id, step: readStep(query.get('step')), tab, ...readRange(query.get('range')) };
  }
  return { name: 'unknown', path: url.pathname };
}

/** Writes an address; defaults are left out, so that one place has one address. */
export function writePlace(place: Place): string {
  switch (place.name) {
    case 'sessions':
      return address('/sessions', {
        filter: place.filter,
        sort: place.sort === '-started' ? '' : place.sort,
        selected: place.selected ?? '',
        ...lookQuery(place.look),
        picked: place.picked ?? '',
      });
    case 'statements':
      return address('/statements', {
        filter: place.filter,
        sort: place.sort ?? '',
        selected: place.selected ?? '',
        ...lookQuery(place.look),
      });
    case 'session':
      return address(`/sessions/${place.id}`, {
        step: place.step === null ? '' : String(place.step),
        tab: place.tab === 'statement' ? '' : place.tab,
        range: place.range === undefined ? '' : `${place.range.from}-${place.range.to}`,
      });
    case 'approvals':
      return address('/approvals', { request: place.request ?? '' });
    case 'findings':
    case 'finding':
    case 'reviews':
    case 'notes':
    case 'case-log': {
      const [path, query] = writeCasePlace(place);
      // An empty word is a word here: findings that are nobody's.
      const fields = Object.entries(query).filter((field): field is [string, string] => field[1] !== null);
      return fields.length === 0 ? path : `${path}?${new URLSearchParams(fields).toString()}`;
    }
    case 'compare':
      return address('/compare', {
        a: place.a ?? '',
        b: place.b ?? '',
        only: place.only ? 'yes' : '',
        at: place.at === null ? '' : String(place.at),
      });
    case 'gateway': {
      const path = place.tab === 'status' ? '/gateway' : `/gateway/${place.tab}`;
      // An empty word is a word here: one that is to be added.
      return place.edit === null ? path : `${path}?${new URLSearchParams({ edit: place.edit }).toString()}`;
    }
    case 'start':
      return '/start';
    case 'unknown':
      return place.path;
  }
}

/** The place of a path with its query, what it leaves out as by default. */
export function placeAt(path: string): Place {
  return readPlace(new URL(path, window.location.href));
}

/** The whole address of a place, to be given to others. */
export function linkTo(place: Place): string {
  return new URL(writePlace(place), window.location.href).href;
}

/** Goes to a place. `replace` keeps the history as it is: for what follows a moving cursor. */
export function goTo(place: Place, options?: { readonly replace?: boolean }): void {
  const target = writePlace(place);
  if (target === window.location.pathname + window.location.search) return;
  if (options?.replace !== true) writeWhatRests();
  if (options?.replace === true) window.history.replaceState(window.history.state, '', target);
  else window.history.pushState({ within: true }, '', target);
  announce();
}

/** What the address is to say once it rests, and has to say before one goes on: Back comes to it. */
const resting = new Set<() => void>();

/** `write` is called before the window goes elsewhere; the answer takes that back. */
export function beforeGoing(write: () => void): () => void {
  resting.add(write);
  return () => resting.delete(write);
}

function writeWhatRests(): void {
  const due = [...resting];
  resting.clear();
  for (const write of due) write();
}

/** Back to where the investigator came from; to `otherwise` when this window began here. */
export function goBack(otherwise: Place): void {
  const state: unknown = window.history.state;
  if (typeof state === 'object' && state !== null && 'within' in state) window.history.back();
  else goTo(otherwise);
}

/** The place the window is at; renders again when it changes, and is the same object until then. */
export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => window.location.href);
  return useMemo(() => readPlace(new URL(href)), [href]);
}

const drawing = new Set<() => void>();
const asking = new Set<(place: Place) => void>();

/**
 * `ask` is told where the window goes before anything of that place is drawn: what it asks the host for is under way
 * meanwhile. The answer ends that.
 */
export function beforeDrawing(ask: (place: Place) => void): () => void {
  asking.add(ask);
  return () => asking.delete(ask);
}

function subscribe(listener: () => void): () => void {
  if (drawing.size === 0) window.addEventListener('popstate', announce);
  drawing.add(listener);
  return () => {
    drawing.delete(listener);
    if (drawing.size === 0) window.removeEventListener('popstate', announce);
  };
}

function announce(): void {
  const place = readPlace(new URL(window.location.href));
  for (const ask of asking) ask(place);
  for (const listener of drawing) listener();
}

function readId(text: string | null): SessionId | null {
  const read = SessionId.safeParse(text);
  return read.success ? read.data : null;
}

function readStatement(text: string | null): { readonly selected?: string } {
  return text !== null && /^[0-9a-f]{32}-\d{1,15}-\d{1,15}$/.test(text) ? { selected: text } : {};
}

function readLook(query: URLSearchParams): { readonly look?: ListLook } {
  const columns = query.get('columns') ?? '';
  const folded = (query.get('folded') ?? '').split(',').filter((field) => field !== '');
  return columns === '' && folded.length === 0 ? {} : { look: { columns, folded } };
}

function lookQuery(look: ListLook | undefined): Record<string, string> {
  return { columns: look?.columns ?? '', folded: look?.folded.join(',') ?? '' };
}

function readStep(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function readRange(text: string | null): { range?: { from: number; to: number } } {
  const [, from, to] = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '') ?? [];
  return Number(from) < Number(to) ? { range: { from: Number(from), to: Number(to) } } : {};
}

function address(path: string, query: Record<string, string>): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
