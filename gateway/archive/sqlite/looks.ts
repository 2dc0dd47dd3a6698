/** Looks at statements themselves, where indexes lead to more of them than a filter means. */
import type { SessionId } from '../../../shared/api/session.ts';
import type { AskedSession } from '../../../shared/filter/asked.ts';
import { conjunctsOf, termsOf, type Filter, type Term } from '../../../shared/filter/filter.ts';
import { matchesStatement } from '../../../shared/filter/matches.ts';
import { holdsPhrase, phraseOf } from '../../../shared/filter/words.ts';
import type { Ask } from './asking.ts';
import { askedSession, askedStatement } from './asked-rows.ts';
import type { OpenVolume } from './open-volumes.ts';
import { joinedRow, partsOf, type Part } from './session-parts.ts';
import { listOfSession, type NumberPlace } from './statement-query.ts';
import { isLoose } from './word-terms.ts';

/** How long statements are looked at for a page, ms: what lies beyond comes with the next. */
const LONGEST = 150;

/** Statements of a session that are found at once to be looked at. */
export const AT_ONCE = 100;

/** A clock in ms. */
export type Clock = () => number;

/** Its indexes lead to more than it means: each statement is to be looked at. */
export function isLooseFilter({ root }: Filter): boolean {
  return termsOf(root).some(isLoose);
}

/** Looks at statements that the filter's indexes lead to. */
export class Looks {
  readonly #volumes: readonly OpenVolume[];
  readonly #filter: Filter;
  readonly ask: Ask;
  readonly #now: Clock;
  readonly #until: number;
  /** All that indexes do not tell; null: it is not that simple. */
  readonly #phrases: readonly Term[] | null;
  readonly #sessions = new Map<SessionId, AskedSession | null>();

  constructor(volumes: readonly OpenVolume[], filter: Filter, ask: Ask, now: Clock) {
    this.#volumes = volumes;
    this.#filter = filter;
    this.ask = ask;
    this.#now = now;
    this.#until = now() + LONGEST;
    this.#phrases = phrasesOf(filter);
  }

  /** There was time enough for a page. */
  get isOver(): boolean {
    return this.#now() > this.#until;
  }

  /** Whether one of some statements of a volume is meant. */
  isAny(volume: OpenVolume, statements: readonly number[]): boolean {
    return statements.some((id) => this.isMatch(volume, id));
  }

  /** Whether a statement of a session is meant. */
  isAnyOf(parts: readonly Part[]): boolean {
    return parts.some((part) => this.#isAnyOfPart(part));
  }

  #isAnyOfPart({ volume, id }: Part): boolean {
    let from: NumberPlace | null = null;
    for (;;) {
      const found = volume.run(() => listOfSession(volume, this.ask(volume), id, from, AT_ONCE));
      if (found.some((statement) => this.isMatch(volume, statement.id))) return true;
      if (found.length < AT_ONCE) return false;
      from = found.at(-1) ?? null;
    }
  }

  /** Whether a statement that indexes lead to is meant. */
  isMatch(volume: OpenVolume, id: number): boolean {
    const { normalised, texts } = volume.run(() => volume.statements.searched(id));
    if (this.#phrases !== null)
      return this.#phrases.every(({ value }) => texts.some((text) => holdsPhrase(text, phraseOf(value))));
    const row = volume.run(() => volume.statements.row(id));
    const session = row === null ? null : this.#sessionOf(row.session);
    if (row === null || session === null) return false;
    return matchesStatement(this.#filter, session, askedStatement(row, normalised, texts));
  }

  #sessionOf(id: SessionId): AskedSession | null {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const row = joinedRow(partsOf(this.#volumes, id));
    const asked = row === null ? null : askedSession(row);
    this.#sessions.set(id, asked);
    return asked;
  }
}

/** The terms to look at, where each of them must hold: all others are told by indexes. */
function phrasesOf(filter: Filter): readonly Term[] | null {
  const terms: Term[] = [];
  for (const part of conjunctsOf(filter)) {
    if (part.kind === 'term' && isLoose(part.term)) terms.push(part.term);
    else if (termsOf(part).some(isLoose)) return null;
  }
  return terms;
}
