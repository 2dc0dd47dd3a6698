/** The statements that one worker holds until somebody decides, and the last ones that were decided. */
import type { RequestDetail, RequestRow, Verdict } from '../../shared/approvals/request.ts';
import { ApprovalError } from './approval-error.ts';
import { type Decider, mayDecide } from './eligibility.ts';
import type { HeldStatement, HoldEnd, Holds, OpenHold, Reviewer, Vote } from './hold.ts';
import type { RequestNumbers } from './numbers.ts';
import { HeldRequest } from './request.ts';

/** How many that have ended are remembered. */
const REMEMBERED_REQUESTS = 100;

/** A timer of Node waits no longer than this, ms; more would make it fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Wall clock and timers. */
export interface ApprovalClock {
  /** ms since 1970. */
  now(): number;
  /** Runs something once, so many ms later; what it returns prevents it. */
  after(ms: number, run: () => void): () => void;
}

export interface ApprovalsOptions {
  readonly worker: number;
  readonly numbers: RequestNumbers;
  readonly clock: ApprovalClock;
  /** Told whenever a request is opened, voted on or ends. */
  readonly tell: (row: RequestRow, what: 'opened' | 'voted' | 'ended') => void;
}

/** What a reviewer says. */
export interface Ballot {
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly decider: Decider;
}

export class Approvals implements Holds {
  readonly #options: ApprovalsOptions;
  readonly #pending = new Map<string, HeldRequest>();
  /** The oldest first. */
  readonly #ended = new Map<string, HeldRequest>();
  /** Why nothing is held any more; null while something may be. */
  #closed: string | null = null;

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  open(held: HeldStatement, onVote: (id: string, vote: Vote) => void): OpenHold {
    const { worker, numbers, clock } = this.#options;
    const request = new HeldRequest(numbers.take(), worker, held, clock.now(), onVote);
    this.#pending.set(request.id, request);
    if (this.#closed === null) {
      this.#options.tell(request.row(), 'opened');
      this.#await(request);
    } else this.#end(request, 'abandoned', this.#closed);
    const { id, deadline, ended } = request;
    return {
      id,
      deadline,
      ended,
      abandon: (reason) => this.#end(request, 'abandoned', reason),
      changed: (reason) => this.#changed(request, reason),
    };
  }

  /** Counts a reviewer's word, once it is recorded; returns how the request stands then. Throws {@link ApprovalError}. */
  vote({ id, verdict, reason, decider }: Ballot): RequestRow {
    const request = this.#open(id);
    mayDecide(request.held, decider);
    const { issuer, subject, userId, name, groups, fingerprint } = decider;
    const by = { issuer, subject, userId, name, groups, fingerprint };
    const first = request.votes.find((vote) => isSamePerson(vote.by, by));
    if (first !== undefined)
      throw new ApprovalError('VOTED', `${nameOf(first)} has voted on ${id} before, to ${first.verdict} it`);
    if (verdict === 'reject' && reason.trim() === '')
      throw new ApprovalError('REASON_MISSING', 'say why it is rejected: the agent is told');
    const at = this.#options.clock.now();
    const vote: Vote = { verdict, by, reason, at };
    try {
      request.onVote(id, vote);
    } catch (cause) {
      throw new ApprovalError('NOT_RECORDED', `the decision on ${id} could not be recorded`, { cause });
    }
    this.#open(id); // a session that fails while it records gives up what it holds
    request.votes.push(vote);
    this.#count(request, vote);
    return request.row();
  }

  /** Those that are pending, then the last that ended; each the newest first. */
  list(): RequestRow[] {
    const newest = [...[...this.#pending.values()].toReversed(), ...[...this.#ended.values()].toReversed()];
    return newest.map((request) => request.row());
  }

  /** Throws {@link ApprovalError}. */
  show(id: string): RequestDetail {
    const request = this.#pending.get(id) ?? this.#ended.get(id);
    if (request === undefined) throw this.#unknown(id);
    return request.detail();
  }

  /** Gives up all that is held, and whatever is to be held from now on. */
  close(reason: string): void {
    this.#closed ??= reason;
    for (const request of this.#pending.values()) this.#end(request, 'abandoned', reason);
    this.#options.numbers.close();
  }

  /** The request, while it can be decided on. */
  #open(id: string): HeldRequest {
    const request = this.#pending.get(id) ?? this.#ended.get(id);
    if (request === undefined) throw this.#unknown(id);
    // A timer may be late; a decision is not to profit from it.
    if (request.state === 'pending' && this.#options.clock.now() >= request.deadline) this.#timeOut(request);
    const { state, outcome } = request;
    if (state === 'pending') return request;
    if (state === 'timeout') throw new ApprovalError('TIMED_OUT', `too late, ${id} was refused: ${outcome}`);
    if (state === 'abandoned')
      throw new ApprovalError('NO_LONGER_HELD', `${id} is no longer held: ${outcome}`);
    throw new ApprovalError('DECIDED', `${id} was decided before: ${outcome}`);
  }

  #unknown(id: string): ApprovalError {
    const given = this.#options.numbers.given(id);
    if (given === 'never') return new ApprovalError('NO_SUCH_REQUEST', `there is no request ${id}`);
    const why = given === 'before' ? 'its session ended' : 'it ended long ago';
    return new ApprovalError('NO_LONGER_HELD', `${id} is no longer held: ${why}`);
  }

  #count(request: HeldRequest, vote: Vote): void {
    const { quorum } = request.held.terms;
    const why = vote.reason === '' ? '' : `: ${vote.reason}`;
    if (vote.verdict === 'reject') this.#end(request, 'rejected', `rejected by ${nameOf(vote)}${why}`);
    else if (request.approvals >= quorum)
      this.#end(request, 'approved', `approved by ${request.votes.map(nameOf).join(' and ')}${why}`);
    else this.#options.tell(request.row(), 'voted');
  }

  /** Waits for the deadline, by as many timers as that takes. */
  #await(request: HeldRequest): void {
    const { clock } = this.#options;
    const left = Math.max(0, request.deadline - clock.now());
    const wait = Math.min(left, LONGEST_TIMER);
    request.release = clock.after(wait, () => (wait < left ? this.#await(request) : this.#timeOut(request)));
  }

  #timeOut(request: HeldRequest): void {
    const { quorum } = request.held.terms;
    const got = request.approvals;
    this.#end(
      request,
      'timeout',
      got === 0 ? 'no decision in time' : `only ${got} of ${quorum} approvals in time`,
    );
  }

  #end(request: HeldRequest, outcome: HoldEnd['outcome'], reason: string): void {
    if (!this.#pending.delete(request.id)) return;
    request.end(outcome, reason, this.#options.clock.now());
    this.#ended.set(request.id, request);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED_REQUESTS && oldest !== undefined) this.#ended.delete(oldest);
    this.#options.tell(request.row(), 'ended');
  }

  #changed(request: HeldRequest, reason: string): void {
    if (request.state !== 'approved') return;
    request.state = 'changed';
    request.outcome = `${request.outcome}, but refused: ${reason}`;
    this.#options.tell(request.row(), 'ended');
  }
}

function isSamePerson(one: Reviewer, other: Reviewer): boolean {
  if (one.issuer !== other.issuer) return false;
  return one.subject === other.subject || (one.userId !== null && one.userId === other.userId);
}

/** As the agent and other reviewers are told. */
function nameOf({ by }: Vote): string {
  return by.name ?? by.subject;
}
