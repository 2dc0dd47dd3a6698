/**
 * What somebody is about to write in this window: a note, or a frame for a finding. One at a time, wherever it was asked
 * for; what was typed and not kept is there again the next time.
 */
import { useSyncExternalStore } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import type { EntryId, MarkColour } from '../../shared/findings/annotation.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import type { Scope } from './scopes.ts';

/** What a person fills in. */
export interface Draft {
  readonly text: string;
  readonly tags: readonly string[];
  readonly colour: MarkColour;
}

export const EMPTY_DRAFT: Draft = { text: '', tags: [], colour: 'yellow' };

interface Writing {
  readonly kind: 'note' | 'evidence';
  readonly scopes: readonly Scope[];
}

/** Frames that were just added, so that they can be taken back. */
export interface Added {
  /** As it stands with them. */
  readonly finding: Finding;
  readonly evidence: readonly EntryId[];
  readonly what: string;
}

export interface Marking {
  readonly writing: Writing | null;
  readonly draft: Draft;
  /** Where a range begins. */
  readonly from: { readonly session: SessionId; readonly sequence: number } | null;
  /** The finding that frames were last added to, as it stood with them. */
  readonly finding: Finding | null;
  readonly added: Added | null;
  /** Where one stood when that was told. */
  readonly where: string;
  /** Why frames could not be added at once. */
  readonly problem: string | null;
}

let state: Marking = {
  writing: null,
  draft: EMPTY_DRAFT,
  from: null,
  finding: null,
  added: null,
  problem: null,
  where: '',
};
const listeners = new Set<() => void>();

function become(change: Partial<Marking>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function useMarking(): Marking {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Opens what a note is written in; the first scope is chosen. */
export function writeNote(scopes: readonly Scope[]): void {
  become({ writing: { kind: 'note', scopes }, added: null, problem: null });
}

/** Opens what asks for a finding. */
export function chooseFinding(scopes: readonly Scope[]): void {
  become({ writing: { kind: 'evidence', scopes }, added: null, problem: null });
}

/** Keeps what was typed for the next time. */
export function keepDraft(draft: Draft): void {
  become({ draft });
}

/** Closes what is open. After it was kept the draft is spent, and the range with it. */
export function closeWriting(kept: boolean): void {
  become(kept ? { writing: null, draft: EMPTY_DRAFT, from: null } : { writing: null });
}

/** Begins a range at an event, or forgets it. */
export function beginRange(from: Marking['from']): void {
  become({ from });
}

/** Frames were added to a finding: the next go there too. */
export function tellAdded(added: Added): void {
  become({ added, finding: added.finding, from: null, problem: null });
}

/** Frames could not be added, and why. */
export function tellProblem(problem: string): void {
  become({ added: null, problem });
}

/** What was just done is no news elsewhere. */
export function arriveAt(where: string): void {
  if (where !== state.where) become({ where, added: null, problem: null });
}

/** Clears what was told. */
export function dismiss(): void {
  become({ added: null, problem: null });
}
