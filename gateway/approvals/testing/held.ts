/** Held statements, reviewers and a clock for tests. */
import type { Decider } from '../eligibility.ts';
import type { HeldStatement } from '../hold.ts';
import type { ApprovalClock } from '../approvals.ts';

/** A statement of an agent; what is given is otherwise. */
export function held(other: Partial<HeldStatement> = {}): HeldStatement {
  const facts = {
    statements: [
      {
        verb: 'DELETE',
        class: 'write',
        tables: [{ name: 'public.orders', resolved: true, reads: false, writes: true, via: [] }],
        columns: [],
        functions: [],
        features: ['missing where'],
      },
    ],
    unparsed: null,
    resolved: true,
  };
  return {
    session: '00'.repeat(16),
    statement: 3,
    connection: 'shop',
    asker: asker(),
    text: 'DELETE FROM orders',
    parameters: ['7', null],
    facts: JSON.stringify(facts),
    rules: [{ rule: 'no-where', because: 'missing where' }],
    message: 'say which rows',
    severity: 'high',
    terms: { approvers: ['dba'], quorum: 1, timeout: 60_000, estimate: false },
    hash: 'ab'.repeat(32),
    resolved: true,
    estimate: null,
    ...other,
  };
}

/** An agent that is a service of its own; what is given is otherwise. */
export function asker(other: Partial<HeldStatement['asker']> = {}): HeldStatement['asker'] {
  return {
    issuer: 'https://idp',
    subject: 'deployer',
    clientId: 'deploy-bot',
    userId: null,
    groups: ['ci-agents'],
    address: '127.0.0.1',
    ci: null,
    ...other,
  };
}

/** Ada, who may decide; what is given is otherwise. */
export function decider(other: Partial<Decider> = {}): Decider {
  return {
    issuer: 'https://idp',
    subject: 'ada',
    clientId: 'auditorium-cli',
    userId: null,
    name: 'Ada L.',
    aliases: [],
    groups: ['dba'],
    fingerprint: 'cd'.repeat(32),
    machine: null,
    reviewer: false,
    ...other,
  };
}

/** Time that passes when it is told to. */
export class FakeClock implements ApprovalClock {
  #now = 1_000_000;
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = {};
    this.#timers.set(timer, { at: this.#now + ms, run });
    return () => void this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass; with `late` no timer fires in them. */
  pass(ms: number, late = false): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end);
      const [first] = due.toSorted(([, a], [, b]) => a.at - b.at);
      if (first === undefined || late) break;
      const [timer, { at, run }] = first;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, at);
      run();
    }
    this.#now = end;
  }
}
