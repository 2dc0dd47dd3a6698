/**
 * What a gateway has yet to say to its team server. It holds how things stand, not how they came about: a server that takes
 * slowly is told less often, and nothing piles up here.
 */
import type { RequestRow } from '../../shared/approvals/request.ts';
import type { Answer, FleetSession, LinkedState, Said } from '../../shared/fleet/messages.ts';

/** Sessions of one message. */
const AT_ONCE = 1_000;

export class Outbox {
  #state: LinkedState | null = null;
  readonly #sessions = new Map<string, FleetSession | null>();
  readonly #requests = new Map<string, RequestRow>();
  #answers: Answer[] = [];

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

  answer(answer: Answer): void {
    this.#answers.push(answer);
  }

  /** All of it; requests before the answers about them. */
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
    for (const row of this.#requests.values()) said.push({ kind: 'request', request: mutable(row) });
    said.push(...this.#answers);
    this.clear();
    return said;
  }
}

/** What schemas infer is not readonly. */
export function mutable(row: RequestRow): Extract<Said, { kind: 'request' }>['request'] {
  const { verbs, tables, rules, approvers, votes } = row;
  return {
    ...row,
    verbs: [...verbs],
    tables: [...tables],
    rules: [...rules],
    approvers: [...approvers],
    votes: [...votes],
  };
}
