/** Who uses the control API, and what reviewers do through it, whichever worker holds the statement. */
import type { Logger } from 'pino';
import type { RequestDetail, RequestRow } from '../shared/approvals/request.ts';
import type { DecisionRequest } from './approvals-schema.ts';
import type { Inbox, InboxChange } from './approvals/inbox.ts';
import { workerOf } from './approvals/numbers.ts';
import type { Roles } from './config-approvals.ts';
import { ControlError, type ControlErrorCode } from './control-schema.ts';
import { type Crew, running } from './crew.ts';
import { GatewayError } from './gateway-error.ts';
import type { Person } from './identity/person.ts';
import { say } from './log.ts';
import { isPermitted, type Permission, permittedRoles, takesToken } from './permissions.ts';
import type { Worker } from './worker.ts';

interface ReviewingOptions {
  readonly crew: Crew;
  readonly inbox: Inbox;
  readonly log: Logger;
  /** As configured now. */
  readonly roles: () => Roles;
}

/** Errors of approvals/ and identity/ as the control API answers them; those of tokens that are not listed mean 401. */
const ANSWERS: Readonly<Record<string, ControlErrorCode>> = {
  NO_SUCH_REQUEST: 'NOT_FOUND',
  NO_LONGER_HELD: 'GONE',
  TIMED_OUT: 'GONE',
  DECIDED: 'CONFLICT',
  VOTED: 'CONFLICT',
  OWN_STATEMENT: 'FORBIDDEN',
  NOT_A_PERSON: 'FORBIDDEN',
  NOT_AN_APPROVER: 'FORBIDDEN',
  REASON_MISSING: 'BAD_REQUEST',
  NOT_RECORDED: 'UNAVAILABLE',
  ISSUER_UNREACHABLE: 'UNAVAILABLE',
  NOT_CHECKED: 'UNAVAILABLE',
};

export class Reviewing {
  readonly inbox: Inbox;
  readonly #options: ReviewingOptions;

  constructor(options: ReviewingOptions) {
    this.#options = options;
    this.inbox = options.inbox;
    this.inbox.listen((row, what) => this.#log(row, what));
  }

  /**
   * Lets through who may do it: resolves to whom a token shows, null where none was needed. `authorization` is the HTTP header.
   * Rejects with {@link ControlError}.
   */
  async authorize(permission: Permission, authorization: string | undefined): Promise<Person | null> {
    const roles = this.#options.roles();
    if (permission === 'none' || !takesToken(permission, roles)) return null;
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined)
      throw new ControlError('UNAUTHENTICATED', 'this takes a token of your own; run: auditorium login');
    const person = await this.#identify(token);
    if (isPermitted(permission, roles, person.groups)) return person;
    const who = person.name ?? person.subject;
    throw new ControlError(
      'FORBIDDEN',
      `${who} may not do this: it takes ${permittedRoles(permission, roles)}`,
    );
  }

  /**
   * As {@link authorize}, for whoever comes by the team server: always by a token, given no longer ago than `age`, ms, and in a
   * role that the configuration gives to somebody. Rejects with {@link ControlError}.
   */
  async prove(permission: Exclude<Permission, 'none'>, token: string, age: number): Promise<Person> {
    const roles = this.#options.roles();
    const person = await this.#identify(token);
    const who = person.name ?? person.subject;
    const old = person.issued === null ? Infinity : Date.now() - person.issued;
    if (old > age)
      throw new ControlError(
        'UNAUTHENTICATED',
        `the token of ${who} was given more than ${Math.round(age / 60_000)} minutes ago (gateway.fleet.tokenAge): sign out and in again`,
      );
    if (isPermitted(permission, roles, person.groups)) return person;
    const allowed = permittedRoles(permission, roles);
    const takes =
      allowed === ''
        ? 'roles of this gateway’s configuration give it to nobody'
        : `on this gateway it takes ${allowed}`;
    throw new ControlError('FORBIDDEN', `${who} may not do this: ${takes}`);
  }

  async show(id: string): Promise<RequestDetail> {
    try {
      return await this.#holder(id).request(id);
    } catch (error) {
      throw answerOf(error);
    }
  }

  /** Every attempt of a known person is logged, whatever comes of it. */
  async decide(id: string, person: Person, { verdict, reason }: DecisionRequest): Promise<RequestRow> {
    const { log, roles } = this.#options;
    const { issuer, subject, groups, fingerprint } = person;
    const about = { request: id, verdict, reason, issuer, subject, fingerprint };
    const { reviewer } = roles();
    const decider = { ...person, reviewer: reviewer.some((group) => groups.includes(group)) };
    try {
      const row = await this.#holder(id).vote({ id, verdict, reason, decider });
      say(log, 'warn', 'approval.decided', 'a reviewer decided', { ...about, state: row.state });
      return row;
    } catch (error) {
      const answer = answerOf(error);
      const why = { code: answer.code, why: answer.message };
      say(log, 'warn', 'approval.refused', 'a decision was refused', { ...about, ...why });
      throw answer;
    }
  }

  /** The token goes to a worker, which has the issuers' keys, and is forgotten there. */
  async #identify(token: string): Promise<Person> {
    const [worker] = running(this.#options.crew);
    if (worker === undefined)
      throw new ControlError('UNAVAILABLE', 'no worker runs that could check the token');
    try {
      return await worker.identify(token);
    } catch (error) {
      if (error instanceof GatewayError)
        throw new ControlError('UNAVAILABLE', `the worker that was asked ended: ${error.message}`);
      throw answerOf(error);
    }
  }

  /** Throws {@link ControlError} when no worker could hold it. */
  #holder(id: string): Worker {
    const number = workerOf(id);
    const { workers } = this.#options.crew;
    if (number === null) throw new ControlError('NOT_FOUND', `there is no request ${id}`);
    const worker = workers[number];
    if (worker !== undefined && worker !== null) return worker;
    throw new ControlError('GONE', `${id} is no longer held: its session ended with the worker that held it`);
  }

  #log(row: RequestRow, what: InboxChange): void {
    if (what === 'voted') return;
    const { id: request, session, connection, verbs, rules, state, outcome } = row;
    const about = { request, session, connection, subject: row.asker.subject, verbs, rules };
    if (what === 'opened') say(this.#options.log, 'info', 'approval.opened', 'a statement is held', about);
    else say(this.#options.log, 'info', 'approval.ended', 'a hold ended', { ...about, state, outcome });
  }
}

/** An error of a worker, which may have come from another process and be of no class. */
function answerOf(error: unknown): ControlError {
  if (error instanceof ControlError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const answer = Object.hasOwn(ANSWERS, code) ? ANSWERS[code] : undefined;
  if (name === 'ApprovalError' && answer !== undefined) return new ControlError(answer, message);
  if (name === 'IdentityError') return new ControlError(answer ?? 'UNAUTHENTICATED', message);
  if (name === 'GatewayError') return new ControlError('GONE', `its session ended: ${message}`);
  return new ControlError('INTERNAL', message, { cause: error });
}
