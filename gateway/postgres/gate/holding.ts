/** One statement of a session held for approval: opened, told, voted on, ended; each on the record before it counts. */
import { createHash } from 'node:crypto';
import type { HeldStatement, HoldEnd, OpenHold, Vote } from '../../approvals/hold.ts';
import type { HeldEnd } from '../judgement.ts';
import { noticeResponse } from '../wire/encode.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { GateOptions } from './surroundings.ts';
import { heldNotice, notApproved, refused } from './refusals.ts';

/** What is approved, as far as it could be read. */
export interface Bound {
  readonly text: Buffer;
  /** The tail of the Bind, empty for none. */
  readonly parameters: Buffer;
  /** Search path and versions of all that is involved; null: it could not be read. */
  readonly versions: string | null;
}

export class Holding {
  readonly #options: Pick<GateOptions, 'session' | 'holds'>;
  readonly #open: OpenHold;
  readonly #statement: number;
  readonly #bound: Bound;
  /** Why it was given up, and what the agent is told; null while it was not. */
  #abandoned: PostgresError | null = null;
  #ended = false;

  /** Opens the hold and records it; the agent is told by `tell`. Throws when the recorder fails. */
  constructor(
    held: HeldStatement,
    bound: Bound,
    options: Pick<GateOptions, 'session' | 'holds'>,
    tell: (bytes: Buffer) => void,
  ) {
    this.#options = options;
    this.#bound = bound;
    this.#statement = held.statement;
    this.#open = options.holds.open(held, (id, vote) => this.#voted(id, vote));
    const { id, deadline } = this.#open;
    options.session.record('hold', {
      statement: held.statement,
      request: id,
      approvers: held.terms.approvers,
      quorum: held.terms.quorum,
      deadline: deadline * 1000,
      hash: Buffer.from(held.hash, 'hex'),
      resolved: held.resolved,
      estimate: held.estimate,
    });
    tell(noticeResponse(heldNotice(id, new Date(deadline), held.message)));
  }

  /** Resolves to how it goes on. `versions` reads again what {@link Bound.versions} was read from. */
  async end(versions: () => Promise<string | null>): Promise<HeldEnd> {
    const end = await this.#open.ended;
    if (end.outcome !== 'approved') return this.#refuse(end);
    if (this.#bound.versions !== null && (await versions()) !== this.#bound.versions) return this.#changed();
    this.#record('approved', end.reason);
    return { approved: true };
  }

  /** The agent left, cancelled, or the server discards it anyway. */
  abandon(why: string, refusal: PostgresError = refused(why)): void {
    if (this.#ended) return;
    this.#abandoned ??= refusal;
    this.#open.abandon(why);
    this.#record('abandoned', why);
  }

  #refuse({ outcome, reason }: HoldEnd): HeldEnd {
    this.#record(outcome, reason);
    return { approved: false, refusal: this.#abandoned ?? notApproved(reason, this.#open.id) };
  }

  #changed(): HeldEnd {
    const reason =
      'what was approved is no longer what would run: an object it uses, or the search_path, has changed';
    this.#record('changed', reason);
    this.#open.changed(reason);
    return { approved: false, refusal: notApproved(reason, this.#open.id) };
  }

  #record(outcome: string, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const { id: request } = this.#open;
    this.#options.session.record('holdEnded', { statement: this.#statement, request, outcome, reason });
  }

  #voted(request: string, { verdict, by, reason }: Vote): void {
    const { issuer, subject, name, fingerprint } = by;
    const { session } = this.#options;
    session.record('vote', {
      statement: this.#statement,
      request,
      verdict,
      issuer,
      subject,
      name,
      fingerprint: Buffer.from(fingerprint, 'hex'),
      reason,
    });
  }
}

/** SHA-256 over what is approved, hex; each part with its length before it, so that none can pass for another. */
export function hashOf({ text, parameters, versions }: Bound): string {
  const hash = createHash('sha256').update('auditorium/approval/v1\0');
  for (const part of [text, parameters, Buffer.from(versions ?? '')]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(part.length));
    hash.update(length).update(part);
  }
  return hash.digest('hex');
}
