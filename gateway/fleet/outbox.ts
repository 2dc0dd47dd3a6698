/**
 * What a gateway has yet to say to its team server. It holds how things stand, not how they came about: a server that takes
 * slowly is told less often, and nothing piles up here.
 */
import type { RequestRow } from '../../shared/approvals/request.ts';
import {
  type Answer,
  type FleetSession,
  type LinkedState,
  MAX_ANSWER_LENGTH,
  type Said,
} from '../../shared/fleet/messages.ts';

/** Sessions of one message. */
const AT_ONCE = 1_000;

/** Characters of answers in one request: the server takes no larger ones. */
const ANSWERS_LENGTH = 2 * MAX_ANSWER_LENGTH;

/** Of what a line of the inbox names. */
const MOST_NAMES = 100;
const LONGEST_NAME = 300;
const LONGEST_MESSAGE = 4_000;

interface SizedAnswer {
  readonly answer: Answer;
  readonly length: number;
}

export class Outbox {
  #state: LinkedState | null = null;
  readonly #sessions = new Map<string, FleetSession | null>();
  readonly #requests = new Map<string, RequestRow>();
  #answers: SizedAnswer[] = [];

  /** Nothing is left to say: all is told anew. */
  clear(): void {
    this.#state = null;
    this.#sessions.clear();
    this.#requests.clear();
    this.#answers = [];
  }

  state(state: LinkedState): void {
    this.#state = state;
  }

  session(session: FleetSession): void {
    this.#sessions.set(session.id, session);
  }

  gone(id: string): void {
    this.#sessions.set(id, null);
  }

  request(row: RequestRow): void {
    this.#requests.set(row.id, row);
  }

  /** What is too long to be sent is refused in its place. */
  answer(answer: Answer): void {
    const { length } = JSON.stringify(answer);
    if (length <= MAX_ANSWER_LENGTH) this.#answers.push({ answer, length });
    else this.answer(tooLong(answer.number, length));
  }

  /** All of it, but for answers that are too much at once; requests before the answers about them. */
  take(): Said[] {
    const said: Said[] = [];
    if (this.#state !== null) said.push({ kind: 'state', state: this.#state });
    const sessions = [...this.#sessions];
    for (let at = 0; at < sessions.length; at += AT_ONCE) {
      const part = sessions.slice(at, at + AT_ONCE);
      said.push({
        kind: 'sessions',
        changed: part.flatMap(([, session]) => session ?? []),
        gone: part.flatMap(([id, session]) => (session === null ? [id] : [])),
      });
    }
    for (const row of this.#requests.values()) said.push({ kind: 'request', request: toldRequest(row) });
    const later = this.#later();
    said.push(...this.#answers.slice(0, this.#answers.length - later.length).map(({ answer }) => answer));
    this.clear();
    this.#answers = later;
    return said;
  }

  /** The answers that do not fit any more; the first always does. */
  #later(): SizedAnswer[] {
    let length = 0;
    const fits = this.#answers.findIndex((one, index) => {
      length += one.length;
      return index > 0 && length > ANSWERS_LENGTH;
    });
    return fits < 0 ? [] : this.#answers.slice(fits);
  }
}

function tooLong(number: number, length: number): Answer {
  const message = `this comes to ${length} characters, of which a link carries ${MAX_ANSWER_LENGTH}: look at the gateway itself`;
  return { kind: 'answer', ok: false, number, code: 'UNSUPPORTED', message };
}

/** As lines of the inbox are told: of a text that names thousands of tables some are enough, all of it is shown when asked for. */
export function toldRequest(row: RequestRow): Extract<Said, { kind: 'request' }>['request'] {
  const { verbs, tables, rules, approvers, votes, message } = row;
  return {
    ...row,
    verbs: some(verbs),
    tables: some(tables),
    rules: some(rules),
    approvers: some(approvers),
    message: message?.slice(0, LONGEST_MESSAGE) ?? null,
    votes: votes.slice(0, MOST_NAMES),
  };
}

function some(names: readonly string[]): string[] {
  return names.slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST_NAME));
}
