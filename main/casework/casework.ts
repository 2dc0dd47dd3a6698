/** A case as the host serves it: notes, findings, reviews and acts, written in the name of whoever sits before it. */
import type { Anchor, AnchorStanding, Place } from '../../shared/findings/anchor.ts';
import type {
  Annotation,
  AnnotationChange,
  EntryId,
  NewAnnotation,
} from '../../shared/findings/annotation.ts';
import type { EntryBody } from '../../shared/findings/body.ts';
import type { Act, CaseInfo, LogEntry, Merged } from '../../shared/findings/case.ts';
import { type CaseEntry, MAX_NAME } from '../../shared/findings/entry.ts';
import type { Evidence, Finding, FindingChange, NewFinding } from '../../shared/findings/finding.ts';
import type { FoldedAnnotation } from '../../shared/findings/fold-annotation.ts';
import type { FoldedFinding } from '../../shared/findings/fold-finding.ts';
import type { NewReview, Review } from '../../shared/findings/review.ts';
import type { SessionId } from '../../shared/api/session.ts';
import type { Page } from '../../shared/api/page.ts';
import { counted } from '../../shared/recording/describe.ts';
import type { Signer } from '../../shared/recording/note.ts';
import { type AnchorSource, Anchors } from './anchors.ts';
import { CaseEntries, type TakingProgress } from './case-entries.ts';
import { CaseError } from './case-error.ts';
import { CaseFile } from './case-file.ts';
import { logPage } from './case-log.ts';

export interface CaseworkOptions {
  readonly path: string;
  readonly archive: AnchorSource;
  readonly signer: Signer;
  /** Who sits before the host, as they are called now. */
  readonly name: () => Promise<string>;
  /** ms since 1970. */
  readonly now: () => number;
}

/** Whether a session is one that somebody has the right to see. */
export type SeesSession = (session: SessionId) => Promise<boolean>;

/** Who shares the host's key with others, and what of the case they see; null: all of it. */
interface Sharer {
  readonly own: string;
  readonly sees: SeesSession | null;
}

/** What those who write the same case through this host share. */
interface OpenCase {
  readonly file: CaseFile;
  readonly entries: CaseEntries;
  readonly anchors: Anchors;
}

export class Casework {
  readonly #options: CaseworkOptions;
  readonly #open: OpenCase;
  readonly #file: CaseFile;
  readonly #entries: CaseEntries;
  readonly #anchors: Anchors;
  readonly #name: () => Promise<string>;
  /** Of somebody who shares the host's key with others: what they are told apart by. */
  readonly #own: string | null;
  readonly #sees: SeesSession | null;
  /** Why an act is not in the log. */
  #lost: string | null = null;

  /** Opens the case, or makes it. Throws {@link CaseError}. `shared` is another's, who has opened it. */
  constructor(options: CaseworkOptions, shared: (OpenCase & Sharer) | null = null) {
    this.#options = options;
    this.#open = shared ?? openCaseFile(options);
    this.#file = this.#open.file;
    this.#entries = this.#open.entries;
    this.#anchors = this.#open.anchors;
    this.#name = async () => (await options.name()).slice(0, MAX_NAME);
    this.#own = shared?.own ?? null;
    this.#sees = shared?.sees ?? null;
  }

  /**
   * The same case, written by one of several people who share the host and its key: by `name`, which must be nobody else's, they
   * are told apart. It stays open as long as this one. With `sees` what is about other sessions is not there: notes and reviews of
   * them, and findings that rest on any of them.
   */
  as(name: string, sees: SeesSession | null = null): Casework {
    const own = name.slice(0, MAX_NAME);
    return new Casework({ ...this.#options, name: async () => own }, { ...this.#open, own, sees });
  }

  /** Whether it is seen only in part. */
  get isPart(): boolean {
    return this.#sees !== null;
  }

  /** How many entries there are now, those of other processes included. */
  get size(): number {
    this.#entries.refresh();
    return this.#entries.size;
  }

  async info(): Promise<CaseInfo> {
    const { fold } = this.#now();
    await this.#entries.check();
    const authors = new Map<string, CaseInfo['authors'][number]>();
    const own = this.#sees === null ? null : await this.#name();
    const told = fold.log.filter(({ author }) => own === null || author.name === own);
    for (const { author, time } of told) {
      // A team server signs for all of its people: the name is theirs, the key is not.
      const who = `${author.key} ${author.name}`;
      const before = authors.get(who);
      authors.set(who, {
        ...author,
        entries: (before?.entries ?? 0) + 1,
        last: Math.max(before?.last ?? 0, time),
      });
    }
    return {
      path: this.#file.path,
      author: { key: this.#entries.key, name: await this.#name() },
      entries: own === null ? this.#entries.size : told.length,
      authors: [...authors.values()],
      problems: [...this.#entries.problems(), ...(this.#lost === null ? [] : [this.#lost])],
    };
  }

  /** Of one session, or all; the oldest first. */
  async annotations(session?: SessionId): Promise<Annotation[]> {
    const notes = this.#now().fold.annotations();
    const asked = session === undefined ? notes : notes.filter(({ anchor }) => anchor.session === session);
    const wanted = await this.#seen(asked, ({ anchor }) => [anchor.session]);
    const standings = await this.#anchors.standings(wanted.map(({ anchor }) => anchor));
    return wanted.map((note, i) => withStanding(note, standings[i]));
  }

  async annotate({ place, parent, text, tags, colour }: Filled<NewAnnotation>): Promise<Annotation> {
    const answered = parent === null ? null : await this.#seenNote(parent);
    const anchor = answered?.anchor ?? (await this.#anchorOf(place));
    const root = answered?.parent ?? answered?.id ?? null;
    const body = { kind: 'annotation', anchor, parent: root, text, tags, colour } as const;
    return this.#shown((await this.#write(body)).id);
  }

  async changeAnnotation(id: EntryId, change: AnnotationChange): Promise<Annotation> {
    const { author } = await this.#seenNote(id);
    if (author.key !== this.#entries.key || (this.#own !== null && author.name !== this.#own))
      throw new CaseError('NOT_YOURS', `this note is ${author.name}’s: answer it instead of changing it`);
    await this.#write({ kind: 'annotationChange', target: id, ...change });
    return this.#shown(id);
  }

  /** By number. */
  async findings(): Promise<Finding[]> {
    const seen = await this.#seenFindings(this.#now().fold.findings());
    return Promise.all(seen.map((finding) => this.#withStandings(finding)));
  }

  async finding(id: EntryId): Promise<Finding> {
    return this.#withStandings(await this.#seenFinding(id));
  }

  async makeFinding({ title, severity, narrative, places }: Filled<NewFinding>): Promise<Finding> {
    const anchors = await this.#anchorsOf(places);
    const id = await this.#compose((add) => {
      const { id: finding } = add({ kind: 'finding', title, severity, narrative });
      for (const anchor of anchors) add({ kind: 'evidence', finding, anchor, caption: '' });
      return finding;
    });
    return this.finding(id);
  }

  async changeFinding(id: EntryId, change: FindingChange): Promise<Finding> {
    await this.#seenFinding(id);
    await this.#write({ kind: 'findingChange', target: id, ...change });
    return this.finding(id);
  }

  async addEvidence(id: EntryId, places: readonly Place[], caption: string): Promise<Finding> {
    await this.#seenFinding(id);
    const anchors = await this.#anchorsOf(places);
    await this.#compose((add) => {
      for (const anchor of anchors) add({ kind: 'evidence', finding: id, anchor, caption });
    });
    return this.finding(id);
  }

  async changeEvidence(
    id: EntryId,
    evidence: EntryId,
    change: { readonly caption?: string | undefined; readonly removed?: boolean | undefined },
  ): Promise<Finding> {
    const known = (await this.#seenFinding(id)).evidence.some((frame) => frame.id === evidence);
    // One that was taken out can be put back.
    if (!known && change.removed !== false)
      throw new CaseError('ENTRY_NOT_FOUND', `finding ${id} has no frame ${evidence}`);
    await this.#write({ kind: 'evidenceChange', finding: id, target: evidence, ...change });
    return this.finding(id);
  }

  /** The latest first. */
  async reviews(): Promise<Review[]> {
    return this.#seen(this.#now().fold.reviews(), ({ session }) => [session]);
  }

  async review({ sessions, verdict, reason }: Filled<NewReview>): Promise<Review[]> {
    for (const session of sessions) await this.#expectSeen(session);
    await this.#compose((add) => {
      for (const session of new Set(sessions)) add({ kind: 'review', session, verdict, reason });
    });
    const said = new Set<string>(sessions);
    return (await this.reviews()).filter(({ session }) => said.has(session));
  }

  /** The newest first. */
  log(request: { readonly after?: string | undefined; readonly limit: number }): Page<LogEntry> {
    return logPage(this.#now().fold.log, request);
  }

  /** Notes what was done. */
  async note(act: Act, what: string, session: SessionId | null = null): Promise<void> {
    if (session !== null) await this.#expectSeen(session);
    await this.#write({ kind: 'act', act, session, what });
  }

  /** Notes what was done; where that cannot be written, it is said among the problems of the case. */
  async noteOrTell(act: Act, what: string, session: SessionId | null): Promise<void> {
    try {
      await this.note(act, what, session);
    } catch (error) {
      this.#lost = `acts could not be noted: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** The entries of one finding, as a file of its own. Throws ENTRY_NOT_FOUND. */
  findingBytes(id: EntryId): Uint8Array {
    this.#finding(id);
    return this.bytes((entry) => entry.id === id || findingOf(entry.body) === id);
  }

  /** The case, or the part of it that is about these, as a file of its own. */
  bytes(wanted?: (entry: CaseEntry) => boolean): Uint8Array {
    return this.#now().bytes(wanted);
  }

  /** Takes in an exported case, while others are answered. Throws CaseBytesError where it is none. */
  async merge(file: Uint8Array, onProgress: TakingProgress = () => undefined): Promise<Merged> {
    const { added, known, refused } = await this.#now().take(file, onProgress);
    await this.#entries.check();
    const authors = [
      ...new Map(added.map(({ author }) => [`${author.key} ${author.name}`, author])).values(),
    ];
    const whose = authors.map(({ name }) => name).join(', ');
    await this.note(
      'merged',
      `${counted(added.length, 'new entry').replace(/ys$/, 'ies')}${whose === '' ? '' : ` of ${whose}`}`,
    );
    return { added: added.length, known, authors, problems: [...refused, ...this.#entries.problems()] };
  }

  close(): void {
    this.#file.close();
  }

  #now(): CaseEntries {
    this.#entries.refresh();
    return this.#entries;
  }

  async #write(body: EntryBody): Promise<CaseEntry> {
    return this.#compose((add) => add(body));
  }

  async #compose<T>(compose: (add: (body: EntryBody) => CaseEntry) => T): Promise<T> {
    return this.#entries.write(await this.#name(), compose);
  }

  #note(id: EntryId): FoldedAnnotation {
    const note = this.#now().fold.annotation(id);
    if (note === null) throw new CaseError('ENTRY_NOT_FOUND', `the case has no note ${id}`);
    return note;
  }

  #finding(id: EntryId): FoldedFinding {
    const finding = this.#now().fold.finding(id);
    if (finding === null) throw new CaseError('ENTRY_NOT_FOUND', `the case has no finding ${id}`);
    return finding;
  }

  /** Those that are about nothing but what is seen. */
  async #seen<T>(all: readonly T[], sessionsOf: (one: T) => readonly string[]): Promise<T[]> {
    const seen: T[] = [];
    for (const one of all) {
      const sees = await Promise.all(sessionsOf(one).map((session) => this.#isSeen(session)));
      if (sees.every(Boolean)) seen.push(one);
    }
    return seen;
  }

  async #isSeen(session: string): Promise<boolean> {
    return this.#sees === null || this.#sees(session as SessionId);
  }

  async #expectSeen(session: string): Promise<void> {
    if (!(await this.#isSeen(session)))
      throw new CaseError('ENTRY_NOT_FOUND', `the archive holds no session ${session}`);
  }

  async #seenNote(id: EntryId): Promise<FoldedAnnotation> {
    const [note] = await this.#seen([this.#note(id)], ({ anchor }) => [anchor.session]);
    if (note === undefined) throw new CaseError('ENTRY_NOT_FOUND', `the case has no note ${id}`);
    return note;
  }

  async #seenFinding(id: EntryId): Promise<FoldedFinding> {
    const [finding] = await this.#seenFindings([this.#finding(id)]);
    if (finding === undefined) throw new CaseError('ENTRY_NOT_FOUND', `the case has no finding ${id}`);
    return finding;
  }

  /** Of one without evidence nobody can tell what it is about: whoever sees a part sees their own. */
  async #seenFindings(all: readonly FoldedFinding[]): Promise<FoldedFinding[]> {
    if (this.#sees === null) return [...all];
    const seen = await this.#seen(all, ({ evidence }) => evidence.map(({ anchor }) => anchor.session));
    return seen.filter(({ evidence, author }) => evidence.length > 0 || author.name === this.#own);
  }

  async #shown(id: EntryId): Promise<Annotation> {
    const note = this.#note(id);
    return withStanding(note, await this.#standing(note.anchor));
  }

  async #withStandings(finding: FoldedFinding): Promise<Finding> {
    const standings = await this.#anchors.standings(finding.evidence.map(({ anchor }) => anchor));
    const evidence = finding.evidence.map((frame, i): Evidence => ({
      ...frame,
      standing: standings[i] ?? 'absent',
    }));
    return { ...finding, evidence };
  }

  async #standing(anchor: Anchor): Promise<AnchorStanding> {
    return (await this.#anchors.standings([anchor]))[0] ?? 'absent';
  }

  async #anchorOf(place: Place | null): Promise<Anchor> {
    if (place === null) throw new CaseError('BAD_ENTRY', 'a note has a place, or answers another');
    await this.#expectSeen(place.session);
    return this.#anchors.anchorOf(place);
  }

  async #anchorsOf(places: readonly Place[]): Promise<Anchor[]> {
    const anchors: Anchor[] = [];
    for (const place of places) anchors.push(await this.#anchorOf(place));
    return anchors;
  }
}

/** What the API gives when it has filled in what was left out. */
type Filled<T> = Readonly<T>;

function withStanding(note: FoldedAnnotation, standing: AnchorStanding | undefined): Annotation {
  return { ...note, standing: standing ?? 'absent' };
}

function openCaseFile({ path, archive, signer, now }: CaseworkOptions): OpenCase {
  const file = CaseFile.open(path, { make: true });
  try {
    const entries = new CaseEntries(file, { signer, now: () => now() * 1000 });
    return { file, entries, anchors: new Anchors(archive, now) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The finding that an entry is about. */
function findingOf(body: CaseEntry['body']): EntryId | null {
  if (body.kind === 'findingChange') return body.target;
  return body.kind === 'evidence' || body.kind === 'evidenceChange' ? body.finding : null;
}
