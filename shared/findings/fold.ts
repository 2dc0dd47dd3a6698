/**
 * Entries → what a case says now: notes, findings, reviews, and a line of the log for each entry. What comes out depends on which
 * entries there are, not on the order in which they arrived: they are taken by their clocks, and of two that change the same, the
 * newer holds.
 */
import type { EntryId } from './annotation.ts';
import { type FoldedAnnotation, newNote, changedNote } from './fold-annotation.ts';
import {
  addedEvidence,
  changedEvidence,
  changedFinding,
  type FindingState,
  type FoldedFinding,
  newFinding,
  shownFinding,
} from './fold-finding.ts';
import type { LogEntry } from './case.ts';
import { type CaseEntry, isBefore } from './entry.ts';
import { sessionIn, wordsOf } from './log-words.ts';
import type { Review } from './review.ts';

export class CaseFold {
  readonly #annotations = new Map<EntryId, FoldedAnnotation>();
  readonly #findings = new Map<EntryId, FindingState>();
  readonly #shown = new Map<EntryId, FoldedFinding>();
  readonly #reviews = new Map<string, Review>();
  readonly #log: LogEntry[] = [];
  /** Changes of what has not come: its clock may be wrong, or its entry is missing. */
  readonly #waiting = new Map<EntryId, CaseEntry[]>();
  #last: CaseEntry | null = null;

  /** The case that these entries make, in whatever order they are given. */
  static of(entries: Iterable<CaseEntry>): CaseFold {
    const work = CaseFold.folding(entries);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
  }

  /** The same, with a stop behind each entry. */
  static *folding(entries: Iterable<CaseEntry>): Generator<void, CaseFold, undefined> {
    const fold = new CaseFold();
    for (const entry of [...entries].toSorted((a, b) => (isBefore(a, b) ? -1 : 1))) {
      fold.add(entry);
      yield;
    }
    return fold;
  }

  /** Whether the entry is newer than all that were added, so that it can be, too. */
  follows(entry: CaseEntry): boolean {
    return this.#last === null || isBefore(this.#last, entry);
  }

  /** Adds an entry that {@link follows}. */
  add(entry: CaseEntry): void {
    this.#last = entry;
    const { id, author, number, time, body } = entry;
    const kind = body.kind === 'act' ? body.act : body.kind;
    this.#log.push({
      id,
      author,
      number,
      time,
      kind,
      what: wordsOf(body, { titleOf: (finding) => this.#findings.get(finding)?.title ?? null }),
      session: sessionIn(body, (note) => this.#annotations.get(note)?.anchor.session ?? null),
    });
    this.#take(entry);
  }

  /** The oldest first; those that were taken back too. */
  annotations(): FoldedAnnotation[] {
    return [...this.#annotations.values()];
  }

  annotation(id: EntryId): FoldedAnnotation | null {
    return this.#annotations.get(id) ?? null;
  }

  /** By number, which is the order in which they were made. */
  findings(): FoldedFinding[] {
    return [...this.#findings.keys()].flatMap((id) => this.finding(id) ?? []);
  }

  finding(id: EntryId): FoldedFinding | null {
    const state = this.#findings.get(id);
    if (state === undefined) return null;
    let shown = this.#shown.get(id);
    if (shown === undefined) this.#shown.set(id, (shown = shownFinding(state)));
    return shown;
  }

  /** The latest first. */
  reviews(): Review[] {
    return [...this.#reviews.values()].toReversed();
  }

  /** The oldest first. */
  get log(): readonly LogEntry[] {
    return this.#log;
  }

  #take(entry: CaseEntry): void {
    const { id, author, time, body } = entry;
    switch (body.kind) {
      case 'annotation':
        this.#annotations.set(id, newNote(entry, body));
        break;
      case 'finding':
        this.#findings.set(id, newFinding(entry, body, this.#findings.size + 1));
        break;
      case 'annotationChange': {
        const note = this.#annotations.get(body.target);
        if (note === undefined) return this.#wait(body.target, entry);
        this.#annotations.set(note.id, changedNote(note, entry, body));
        break;
      }
      case 'findingChange':
        return this.#change(body.target, entry, (finding) => changedFinding(finding, entry, body));
      case 'evidence':
        return this.#change(body.finding, entry, (finding) => addedEvidence(finding, entry, body));
      case 'evidenceChange':
        return this.#change(body.finding, entry, (finding) => changedEvidence(finding, entry, body));
      case 'review': {
        const { session, verdict, reason } = body;
        const before = this.#reviews.get(session);
        const earlier = before === undefined ? [] : [wordIn(before), ...before.earlier];
        this.#reviews.delete(session);
        this.#reviews.set(session, { id, session, verdict, reason, author, time, earlier });
        return;
      }
      case 'act':
      case 'unread':
        return;
    }
    this.#takeWaiting(id);
  }

  #change(id: EntryId, entry: CaseEntry, change: (finding: FindingState) => FindingState): void {
    const finding = this.#findings.get(id);
    if (finding === undefined) return this.#wait(id, entry);
    this.#findings.set(id, change(finding));
    this.#shown.delete(id);
  }

  #wait(target: EntryId, entry: CaseEntry): void {
    const waiting = this.#waiting.get(target);
    if (waiting === undefined) this.#waiting.set(target, [entry]);
    else waiting.push(entry);
  }

  #takeWaiting(id: EntryId): void {
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const entry of waiting) this.#take(entry);
  }
}

function wordIn({ verdict, reason, author, time }: Review): Review['earlier'][number] {
  return { verdict, reason, author, time };
}
