/**
 * What occurs in a run of events: who, which jobs, tables, verbs … so that a reader leaves out bundles without fetching them. A session goes
 * on over many bundles: who it is, and the texts that it gave names to, are kept in mind while it lives.
 */
import { readEnding } from '../../shared/recording/codec.ts';
import {
  EVENTS,
  type Event,
  type EventFields,
  type EventKind,
  type EventOf,
} from '../../shared/recording/event.ts';
import { eventPartOf, readBody } from '../../shared/recording/record.ts';
import type { FactsOf, StatementFacts } from '../archive/archive.ts';
import { summarised } from '../archive/bucket/candidates.ts';
import { ID_DIGITS, SUMMARISED, type Summarised } from '../archive/bucket/summary.ts';
import type { ValueSet } from '../archive/bucket/value-set.ts';

/** Kinds that tell something; all others are passed over without being read. */
const TELLING = [
  'sessionOpened',
  'identity',
  'ciContext',
  'connected',
  'sessionClosed',
  'statement',
  'functionCall',
  'parse',
  'prepared',
  'runs',
  'outcome',
] as const satisfies readonly EventKind[];
const telling = new Set<number>(TELLING.map((kind) => EVENTS[kind].code));

/** Names of one session that are kept in mind; what an older one stood for is not known then, and said so. */
const MOST_NAMES = 2_000;

/** Ids of more sessions than this are left out of a manifest: a reader looks into the bundle's directory. */
const MOST_SESSIONS = 4_000;

/** Texts that are kept at most: programs send the same ones again and again. */
const KEPT_TEXTS = 20_000;
const KEPT_TEXT_LENGTH = 4_096;

/** What of facts is summed up; the texts themselves would be megabytes. */
type Told = Pick<StatementFacts, 'verb' | 'tables' | 'columns' | 'functions'>;

interface SessionWords {
  readonly words: [Summarised, string][];
  /** By the sequence of the event that held the text. */
  readonly names: Map<number, readonly Told[]>;
}

/** What is said of a run of events. */
export interface Occurred {
  readonly statements: number;
  readonly sessions: string | null;
  readonly sets: Readonly<Record<Summarised, ValueSet>> | null;
}

export class Occurring {
  readonly #factsOf: FactsOf;
  readonly #living = new Map<string, SessionWords>();
  #known = new Map<string, readonly Told[]>();
  #sets = emptySets();
  /** Columns of the facts that are in the sets already: statements of one normal form share them. */
  #summed = new Set<readonly string[]>();
  #tags = new Set<string>();
  #here = new Set<string>();
  #statements = 0;
  #isKnown = true;

  constructor(factsOf: FactsOf) {
    this.#factsOf = factsOf;
  }

  /** Takes the next event, which is whole: the body of its record, its kind's code, and its session (hex). */
  note(body: Uint8Array, code: number, session: string): void {
    const words = this.#wordsOf(session, code);
    if (!this.#here.has(session)) {
      this.#here.add(session);
      for (const [set, value] of words.words) this.#sets[set].add(value);
    }
    if (!telling.has(code)) return;
    if (code === EVENTS.outcome.code)
      return this.#tellOutcome(readEnding(body.subarray(4, eventPartOf(body))));
    const { event, payloads } = readBody(body);
    this.#tell(event, payloads, words);
    if (event.kind === 'sessionClosed') this.#living.delete(session);
  }

  /** What occurred since it was asked last. */
  take(): Occurred {
    const sets = Object.fromEntries(
      SUMMARISED.map((name) => [name, summarised(name, [...this.#sets[name]].toSorted())]),
    ) as Record<Summarised, ValueSet>;
    const ids = [...this.#here].map((id) => id.slice(0, ID_DIGITS)).toSorted();
    const occurred = {
      statements: this.#statements,
      sessions: ids.length > MOST_SESSIONS ? null : ids.join(''),
      sets: this.#isKnown ? sets : null,
    };
    this.#sets = emptySets();
    this.#summed = new Set();
    this.#tags = new Set();
    this.#here = new Set();
    this.#statements = 0;
    this.#isKnown = true;
    return occurred;
  }

  /** A session whose beginning was not seen here, as after a restart, is not known. */
  #wordsOf(session: string, code: number): SessionWords {
    const known = this.#living.get(session);
    if (known !== undefined) return known;
    const words: SessionWords = { words: [], names: new Map() };
    if (code === EVENTS.sessionOpened.code) this.#living.set(session, words);
    else this.#isKnown = false;
    return words;
  }

  #tell(event: Event, payloads: Readonly<Record<string, Uint8Array | null>>, words: SessionWords): void {
    const say = (set: Summarised, value: string | null) => {
      if (value === null) return;
      words.words.push([set, value]);
      this.#sets[set].add(value);
    };
    switch (event.kind) {
      case 'sessionOpened':
        say('connection', event.fields.connection);
        return say('user', event.fields.user);
      case 'connected':
        return say('user', event.fields.user);
      case 'identity':
        return tellIdentity(event, say);
      case 'ciContext': {
        const { provider, run, job, repository } = event.fields;
        say('job', `${provider}/${run}/${job}`);
        return say('repository', repository);
      }
      case 'functionCall':
        this.#statements++;
        this.#sets.verb.add('FUNCTION CALL');
        return;
      case 'statement':
        return this.#tellStatement(event, payloads['text'], words);
      case 'parse':
      case 'prepared':
        return this.#remember(words, event.sequence, this.#told(payloads['text']));
      case 'runs':
        // What a text that the gateway never saw touches, no list tells either.
        if (event.fields.at !== null) this.#sumUp(words.names.get(event.fields.at));
        return;
      default:
        return;
    }
  }

  #tellStatement(
    { fields, sequence }: EventOf<'statement'>,
    text: Uint8Array | null | undefined,
    words: SessionWords,
  ): void {
    this.#statements++;
    const { parsedAt, protocol } = fields;
    const told = parsedAt === null ? this.#told(text) : words.names.get(parsedAt);
    if (protocol !== 'simple' && parsedAt === null && told !== undefined)
      this.#remember(words, sequence, told);
    this.#sumUp(told);
  }

  /** The tag names the verb of a statement that only the server saw in its text. */
  #tellOutcome({ sqlstate, tag }: Pick<EventFields<'outcome'>, 'sqlstate' | 'tag'>): void {
    if (sqlstate !== null) this.#sets.error.add(sqlstate);
    if (this.#tags.has(tag)) return;
    this.#tags.add(tag);
    const verb = tag.replace(/( \d+)+$/, '');
    if (verb !== '') this.#sets.verb.add(verb);
  }

  #remember({ names }: SessionWords, sequence: number, told: readonly Told[] | undefined): void {
    if (told === undefined) return;
    names.set(sequence, told);
    const oldest = names.keys().next();
    if (names.size > MOST_NAMES && oldest.done !== true) names.delete(oldest.value);
  }

  #sumUp(told: readonly Told[] | undefined): void {
    if (told === undefined) this.#isKnown = false;
    for (const { verb, tables, columns, functions } of told ?? []) {
      if (this.#summed.has(columns)) continue;
      this.#summed.add(columns);
      if (verb !== '') this.#sets.verb.add(verb);
      for (const table of tables) this.#sets.table.add(table);
      for (const column of columns) this.#sets.column.add(column);
      for (const name of functions) this.#sets.function.add(name);
    }
  }

  /** undefined where the text is not there. */
  #told(bytes: Uint8Array | null | undefined): readonly Told[] | undefined {
    if (bytes === undefined || bytes === null) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const facts = this.#factsOf(text);
    const told = facts.map(({ verb, tables, columns, functions }) => ({ verb, tables, columns, functions }));
    if (facts.length === 1 && facts[0]?.fingerprintText === text) this.#keep(text, told);
    return told;
  }

  /** A text that is its own normal form comes again; one with literals may not, and its facts are cached by its normal form. */
  #keep(text: string, told: readonly Told[]): void {
    if (text.length > KEPT_TEXT_LENGTH) return;
    if (this.#known.size >= KEPT_TEXTS) this.#known = new Map();
    this.#known.set(text, told);
  }
}

function tellIdentity(
  { fields }: EventOf<'identity'>,
  say: (set: Summarised, value: string | null) => void,
): void {
  const { issuer, subject, clientId, userId, tokenId, fingerprint } = fields;
  for (const who of [subject, clientId, userId, tokenId]) say('who', who);
  say('fingerprint', Buffer.from(fingerprint).toString('hex'));
  say('issuer', issuer);
  say('subject', subject);
  say('client', clientId);
}

function emptySets(): Record<Summarised, Set<string>> {
  return Object.fromEntries(SUMMARISED.map((name) => [name, new Set<string>()])) as Record<
    Summarised,
    Set<string>
  >;
}
