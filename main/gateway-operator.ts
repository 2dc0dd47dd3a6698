/** What people do to a running gateway from the window: ending a session, taking values out of the record, seeing how far it is ahead. */
import type { z } from 'zod';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import {
  LegalHoldList,
  LegalHoldRow,
  LiveSessionRow,
  Readiness,
  type RedactionRequest,
  RedactionResult,
} from '../gateway/control-schema.ts';
import type { GatewayNews } from '../shared/api/routes.ts';
import type { SessionId } from '../shared/api/session.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import { askGateway, type ControlQuestion } from './control-client.ts';
import { CommandError } from './failure.ts';
import type { Fleet } from './fleet/fleet.ts';
import { readSession } from './session-events.ts';
import { readPackedSegment } from '../shared/recording/record.ts';
import { userName } from './user-name.ts';

/** A gateway writes volumes anew before it answers: minutes, where there are many. */
const REDACTION_MS = 4 * 3_600_000;

/** What is to be taken out of a session, as the window says it. */
export interface RedactionAsked {
  readonly session: SessionId;
  /** An event of the session; null: all of it. */
  readonly sequence: number | null;
  readonly field: string | null;
  readonly value: string | null;
  readonly keepRest: boolean;
  /** What becomes of all values of the session in a remote store. */
  readonly remote?: 'destroy' | 'keep' | undefined;
  readonly reason: string;
  /** Without it is only told what would go. */
  readonly apply: boolean;
}

export class GatewayOperator {
  readonly #desk: Pick<ApprovalDesk, 'access' | 'person'>;
  readonly #reader: Pick<ArchiveReader, 'segments' | 'segment'>;
  readonly #fleet: Pick<Fleet, 'gatewayOf' | 'end'> | null;

  /** `fleet` is null where no gateways dial this host. */
  constructor(
    desk: Pick<ApprovalDesk, 'access' | 'person'>,
    reader: Pick<ArchiveReader, 'segments' | 'segment'>,
    fleet: Pick<Fleet, 'gatewayOf' | 'end'> | null = null,
  ) {
    this.#desk = desk;
    this.#reader = reader;
    this.#fleet = fleet;
  }

  /** Ends a live session; the record says who did, and why. Rejects with {@link CommandError}, as all here. */
  async end(session: SessionId, reason: string): Promise<void> {
    const gateway = this.#fleet?.gatewayOf(session) ?? null;
    if (gateway !== null) {
      const { token } = await this.#desk.access();
      return this.#fleet?.end(gateway, session, reason, token);
    }
    const path = `/sessions/${session}`;
    const body = { by: await this.#name(), reason };
    await this.#ask({ method: 'DELETE', path, schema: LiveSessionRow, body });
  }

  async redact(asked: RedactionAsked): Promise<RedactionResult> {
    const { session, sequence, field, value, keepRest, remote, reason, apply } = asked;
    const body: RedactionRequest = {
      by: await this.#name(),
      reason,
      apply,
      event: sequence === null ? null : await this.#eventOf(session, sequence),
      field,
      session: sequence === null ? session : null,
      filter: null,
      value,
      keepRest,
      ...(remote && { remote }),
    };
    return this.#ask({
      method: 'POST',
      path: '/redactions',
      schema: RedactionResult,
      body,
      patience: REDACTION_MS,
      absent: 'EVENT_NOT_FOUND',
    });
  }

  /** Legal holds, lifted ones too. */
  async holds(): Promise<z.infer<typeof LegalHoldList>['holds']> {
    return (await this.#ask({ method: 'GET', path: '/holds', schema: LegalHoldList })).holds;
  }

  async placeHold(filter: string, reason: string): Promise<z.infer<typeof LegalHoldRow>> {
    const body = { by: await this.#name(), reason, filter };
    return this.#ask({ method: 'POST', path: '/holds', schema: LegalHoldRow, body });
  }

  async liftHold(id: string, reason: string): Promise<z.infer<typeof LegalHoldRow>> {
    const body = { by: await this.#name(), reason };
    return this.#ask({ method: 'DELETE', path: `/holds/${id}`, schema: LegalHoldRow, body });
  }

  /** How far its archive is behind; it need not be asked as anybody. */
  async lag(): Promise<GatewayNews> {
    const { workers } = await this.#ask({ method: 'GET', path: '/ready', schema: Readiness });
    return {
      answers: true,
      unshipped: workers.reduce((sum, { unshipped }) => sum + unshipped, 0),
      lag: Math.max(0, ...workers.map(({ lag }) => lag)),
    };
  }

  async #ask<T>(question: ControlQuestion<T>): Promise<T> {
    const { socket, token } = await this.#desk.access();
    return askGateway(socket, { ...question, token });
  }

  /** As they signed in, else as who started this; where a token is needed, the gateway takes its word alone. */
  async #name(): Promise<string> {
    const person = await this.#desk.person();
    return person === null ? userName() : (person.name ?? person.subject);
  }

  /** Where the session's event lies in the log. */
  async #eventOf(session: SessionId, sequence: number): Promise<NonNullable<RedactionRequest['event']>> {
    const events = readSession(this.#reader, session, readPackedSegment, ({ event }) => event.sequence);
    for await (const { event } of events)
      if (event.sequence === sequence)
        return { log: Buffer.from(event.log).toString('hex'), index: event.index };
    throw new CommandError('EVENT_NOT_FOUND', `the session has no event ${sequence}`);
  }
}
