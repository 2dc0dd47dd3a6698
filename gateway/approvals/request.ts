/** One held statement from its opening to its end, and afterwards as it is remembered. */
import type { RequestDetail, RequestRow, RequestState, RequestVote } from '../../shared/approvals/request.ts';
import type { TextFacts } from '../../shared/policy/facts.ts';
import type { HeldStatement, HoldEnd, Vote } from './hold.ts';

/** Characters of a text in lists. */
const PREVIEW = 400;

/** Characters of a text, of its facts and of all its parameters that are remembered once nobody decides on it any more. */
const REMEMBERED = 16 * 1024;

export class HeldRequest {
  readonly id: string;
  readonly deadline: number;
  readonly votes: Vote[] = [];
  readonly onVote: (id: string, vote: Vote) => void;
  readonly #worker: number;
  readonly #opened: number;
  readonly #told = Promise.withResolvers<HoldEnd>();
  readonly #names: Pick<RequestRow, 'verbs' | 'tables'>;
  held: HeldStatement;
  state: RequestState = 'pending';
  /** How it ended, in words. */
  outcome: string | null = null;
  #ended: number | null = null;
  #cut = false;
  /** Takes back what was to happen at the deadline. */
  release: () => void = () => {};

  constructor(
    id: string,
    worker: number,
    held: HeldStatement,
    now: number,
    onVote: (id: string, vote: Vote) => void,
  ) {
    this.id = id;
    this.#worker = worker;
    this.held = held;
    this.#opened = now;
    this.deadline = now + held.terms.timeout;
    this.onVote = onVote;
    this.#names = namesOf(held.facts);
  }

  get ended(): Promise<HoldEnd> {
    return this.#told.promise;
  }

  /** How many have approved. */
  get approvals(): number {
    return this.votes.filter(({ verdict }) => verdict === 'approve').length;
  }

  /** Ends it, once. */
  end(outcome: HoldEnd['outcome'], reason: string, now: number): void {
    this.release();
    this.state = outcome;
    this.outcome = reason;
    this.#ended = now;
    this.#forget();
    this.#told.resolve({ outcome, reason });
  }

  row(): RequestRow {
    const { held } = this;
    const { session, statement, connection, severity, message, text } = held;
    const { issuer, subject, clientId, address, ci } = held.asker;
    return {
      id: this.id,
      worker: this.#worker,
      state: this.state,
      session,
      statement,
      connection,
      asker: {
        issuer,
        subject,
        clientId,
        address,
        job: ci?.job ?? null,
        attested: ci?.attested ?? false,
        actor: ci?.actor ?? null,
      },
      ...this.#names,
      rules: held.rules.map(({ rule }) => rule),
      severity,
      message,
      preview: text.slice(0, PREVIEW),
      previewCut: text.length > PREVIEW,
      opened: this.#opened,
      deadline: this.deadline,
      ended: this.#ended,
      outcome: this.outcome,
      approvers: held.terms.approvers,
      quorum: held.terms.quorum,
      votes: this.votes.map(voteRow),
    };
  }

  detail(): RequestDetail {
    const { text, parameters, rules, facts, asker, hash, resolved, estimate } = this.held;
    return {
      ...this.row(),
      text,
      textCut: this.#cut,
      parameters,
      because: rules.map(({ because }) => because),
      facts,
      groups: asker.groups,
      hash,
      resolved,
      estimate,
    };
  }

  /** What is long is kept in part only: a hundred of the longest texts would fill the memory. */
  #forget(): void {
    const { text, parameters, facts, estimate } = this.held;
    const values = parameters.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    const long = [text.length, facts.length, values, estimate?.length ?? 0].some((n) => n > REMEMBERED);
    if (!long) return;
    this.#cut = true;
    this.held = {
      ...this.held,
      text: text.slice(0, REMEMBERED),
      facts: facts.length > REMEMBERED ? '{}' : facts,
      parameters: values > REMEMBERED ? [] : parameters,
      estimate: (estimate?.length ?? 0) > REMEMBERED ? null : estimate,
    };
  }
}

function voteRow({ verdict, by, reason, at }: Vote): RequestVote {
  const { issuer, subject, name } = by;
  return { verdict, issuer, subject, name, reason, at };
}

/** What the text does and to what, out of its facts. */
function namesOf(facts: string): Pick<RequestRow, 'verbs' | 'tables'> {
  const { statements } = JSON.parse(facts) as TextFacts;
  const tables = statements.flatMap(({ tables: used }) => used.map(({ name }) => name));
  return { verbs: statements.map(({ verb }) => verb), tables: [...new Set(tables)] };
}
