/** What happens, one act after the other: the same for a seed in every run, whoever listens. */
import { Random } from '../../main/demo/story/random.ts';
import {
  CI_KINDS,
  KINDS,
  LONG_SESSION_SHARE,
  RARE_AGENT,
  RARE_EVERY,
  RARE_FIRST,
  RARE_WORD,
  RARE_WORD_TIMES,
  SESSIONS_OF_RUN,
  SPAN,
  START,
  SUBJECTS,
  TOKEN_LIFE,
  type Size,
} from './shape.ts';
import { BEGIN, COMMIT, OF_OLD_TABLE, OF_RARE_TABLE, templateOf, type Template } from './texts.ts';
import { Values } from './values.ts';

export type Protocol = 'simple' | 'extended' | 'prepared';

/** A session of the story; `number` counts from 0. */
export interface StorySession {
  readonly number: number;
  readonly kind: number;
  readonly subject: string;
  /** Which of its agent's tokens it has. */
  readonly token: number;
  readonly job: { readonly run: number; readonly job: number; readonly attested: boolean } | null;
  readonly protocol: Protocol;
  /** Statements still to come. */
  left: number;
  inTransaction: boolean;
}

export interface StoryError {
  readonly sqlstate: string;
  readonly message: string;
}

export interface StoryStatement {
  readonly template: Template;
  readonly values: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly error: StoryError | null;
  /** Denied by a rule, or rows masked by one. */
  readonly policy: 'denied' | 'masked' | null;
  /** µs. */
  readonly duration: number;
}

/** `time` is µs since 1970. */
export type Act =
  | { readonly kind: 'opened' | 'closed'; readonly time: number; readonly session: StorySession }
  | {
      readonly kind: 'statement';
      readonly time: number;
      readonly session: StorySession;
      readonly statement: StoryStatement;
    };

/** Sessions that are open at once. */
const OPEN = 64;

const ERRORS: readonly [StoryError, ...StoryError[]] = [
  { sqlstate: '23505', message: 'duplicate key value violates unique constraint "orders_pkey"' },
  { sqlstate: '23503', message: 'insert or update on table "orders" violates foreign key constraint' },
  { sqlstate: '42P01', message: 'relation "order_items_old" does not exist' },
  { sqlstate: '57014', message: 'canceling statement due to statement timeout' },
  { sqlstate: '40001', message: 'could not serialize access due to concurrent update' },
  { sqlstate: '42501', message: 'permission denied for table payroll' },
];

export class Story {
  readonly size: Size;
  readonly #random: Random;
  readonly #values: Values;
  readonly #templates: Template[][] = KINDS.map(() => []);
  readonly #freshest: number[] = [];
  readonly #open: StorySession[] = [];
  readonly #texts: number;
  readonly #rareWordEvery: number;
  #sessions = 0;
  #statements = 0;
  #long: StorySession | null = null;

  constructor(size: Size, seed: number) {
    this.size = size;
    this.#random = new Random(seed);
    this.#values = new Values(this.#random);
    this.#texts = Math.floor(size.fingerprints / KINDS.length);
    this.#rareWordEvery = Math.floor(size.statements / (RARE_WORD_TIMES + 1));
  }

  /** The next act; null at the end. */
  next(): Act | null {
    const time = START + Math.floor((this.#statements / this.size.statements) * SPAN);
    const done = this.#statements === this.size.statements;
    if (!done && this.#open.length < OPEN) return { kind: 'opened', time, session: this.#openSession(time) };
    const at = this.#pick();
    const session = this.#open[at];
    if (session === undefined) return null;
    if (done || session.left === 0) {
      this.#open[at] = this.#open.at(-1) ?? session;
      this.#open.pop();
      if (session === this.#long) this.#long = null;
      return { kind: 'closed', time, session };
    }
    session.left--;
    return { kind: 'statement', time, session, statement: this.#statement(session) };
  }

  /** The long session has every fourth turn while it lasts. */
  #pick(): number {
    if (this.#long !== null && this.#random.next() < 0.25) return this.#open.indexOf(this.#long);
    return this.#random.integer(0, Math.max(0, this.#open.length - 1));
  }

  #openSession(time: number): StorySession {
    const number = this.#sessions++;
    const { subject, kind } = number % RARE_EVERY === RARE_FIRST ? RARE_AGENT : this.#subject();
    const long = number === Math.floor(this.size.sessions / 3);
    const most = (this.size.statements * (1 - LONG_SESSION_SHARE)) / this.size.sessions;
    const session: StorySession = {
      number,
      kind,
      subject,
      token: Math.floor((time - START) / TOKEN_LIFE),
      job: kind < CI_KINDS ? this.#job(number, kind) : null,
      protocol: number % 20 < 9 ? 'simple' : number % 20 < 16 ? 'extended' : 'prepared',
      left: long
        ? Math.floor(this.size.statements * LONG_SESSION_SHARE)
        : 1 + Math.floor(-Math.log(1 - this.#random.next()) * (most - 1)),
      inTransaction: false,
    };
    if (long) this.#long = session;
    this.#open.push(session);
    return session;
  }

  #subject(): (typeof SUBJECTS)[number] {
    let at = this.#random.next();
    const found = SUBJECTS.find(({ share }) => (at -= share) < 0) ?? SUBJECTS[2];
    if (found === undefined) throw new Error('no agents');
    return found;
  }

  /** Some sessions that follow each other are of one run. */
  #job(number: number, kind: number): StorySession['job'] {
    const run = 1_000 + Math.floor(number / (SESSIONS_OF_RUN * 2)) * CI_KINDS + kind;
    return { run, job: 1 + (number % 2), attested: run % 5 !== 0 };
  }

  #statement(session: StorySession): StoryStatement {
    const number = this.#statements++;
    const random = this.#random;
    const template = this.#template(session, number);
    const values = template.values.map((kind) => this.#values.of(kind));
    if (number > 0 && number % this.#rareWordEvery === 0 && values.length > 0) values[0] = RARE_WORD;
    const luck = random.next();
    const error = luck < 0.012 ? random.of(ERRORS) : null;
    const policy = luck > 0.998 ? 'denied' : luck > 0.988 && template.verb === 'SELECT' ? 'masked' : null;
    const rows = error !== null || policy === 'denied' ? [] : this.#rows(template);
    return { template, values, rows, error, policy, duration: 80 + Math.floor(random.next() ** 8 * 4e6) };
  }

  #template(session: StorySession, number: number): Template {
    const { statements, fingerprints } = this.size;
    const random = this.#random;
    // Every text comes once at its time, wherever the skew would leave it out.
    const every = Math.max(1, Math.floor(statements / fingerprints));
    if (number % every === 0) return this.#known(session.kind, this.#fresh(session.kind));
    if (number % 10_000 === 77) return OF_RARE_TABLE;
    if (number < statements / 10 && number % 50 === 7) return OF_OLD_TABLE;
    const chance = random.next();
    if (chance < 0.12) {
      session.inTransaction = !session.inTransaction;
      return session.inTransaction ? BEGIN : COMMIT;
    }
    // Ranks by a power law: half of all statements are some five hundred texts.
    const rank = Math.floor((this.#texts + 1) ** (random.next() ** 1.25)) - 1;
    return this.#known(session.kind, rank);
  }

  /** The next text of a kind that may not have been there yet. */
  #fresh(kind: number): number {
    const next = this.#freshest[kind] ?? 0;
    this.#freshest[kind] = next + 1;
    return next;
  }

  #known(kind: number, number: number): Template {
    const templates = (this.#templates[kind] ??= []);
    return (templates[number] ??= templateOf(kind, number));
  }

  #rows({ verb, columns }: Template): string[][] {
    if (verb !== 'SELECT') return [];
    const luck = this.#random.next();
    const count = luck < 0.5 ? 0 : luck < 0.995 ? this.#random.integer(1, 3) : this.#random.integer(20, 60);
    return Array.from({ length: count }, () => columns.map(({ kind }) => this.#values.of(kind)));
  }
}
