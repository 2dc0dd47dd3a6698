/**
 * Sessions that run on gateways of a fleet, as one person reads them: from the gateway itself, through its link and by their own
 * token, while the archive is behind; everything else, and what the gateway does not let them read, from the archive.
 */
import { createHash } from 'node:crypto';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { pageOf } from '../../shared/api/page.ts';
import { SegmentRow, type SessionId, SessionRow, StatementRow, Step } from '../../shared/api/session.ts';
import { z } from '../../shared/api/zod.ts';
import { printFilter } from '../../shared/filter/print.ts';
import { Base64, type SessionQuestion } from '../../shared/fleet/reading.ts';
import { ApiError, type ApiErrorCode } from '../../shared/api/error.ts';
import { CommandError, type FailureCode } from '../failure.ts';
import type { Fleet } from './fleet.ts';

/** What of a reader is asked about one session. */
export type SessionReader = Pick<
  ArchiveReader,
  'session' | 'steps' | 'outline' | 'recordingKey' | 'segments' | 'segmentsAround' | 'segment' | 'statements'
>;

/** Who asked for a session within this time, ms, still looks at it. */
const LOOKS_MS = 60_000;

/** The gateway's archive is behind what it says of its sessions by less than this, ms. */
const BEHIND_MS = 1_500;

/** The archive is asked again so often, ms, whether it has a session to its end. */
const ASKED_MS = 2_000;

/** Of so many it is remembered. */
const MOST_KNOWN = 10_000;

/** Ids of followed sessions that grew, gathered for one window. */
export interface GrownFollowing {
  /** Since the last call. */
  take(): SessionId[];
  close(): void;
}

export interface FollowedOptions {
  readonly base: ArchiveReader;
  readonly fleet: Pick<Fleet, 'recent' | 'read' | 'listen'>;
  /** Of the person; null: nobody is signed in. */
  readonly token: () => Promise<string | null>;
  /** Wall clock, ms. */
  readonly now: () => number;
}

const Around = z.object({ first: z.int(), items: z.array(SegmentRow) });

export class FollowedSessions implements SessionReader {
  readonly #options: FollowedOptions;
  /** When each was asked for last. */
  readonly #looked = new Map<string, number>();
  readonly #followers = new Set<Set<SessionId>>();
  /** Which the archive has to their end, as it said last. */
  readonly #archived = new Map<string, { readonly whole: boolean; readonly at: number }>();
  readonly #ignore: () => void;

  constructor(options: FollowedOptions) {
    this.#options = options;
    this.#ignore = options.fleet.listen((news) => {
      if (news.kind === 'sessions') this.#grew(news.ids);
    });
  }

  /** The gateway that it is read from; null: the archive. What is whole in the archive no gateway can show otherwise. */
  async via(id: SessionId): Promise<string | null> {
    const { base, fleet, now } = this.#options;
    const found = fleet.recent(id);
    if (found === null) return null;
    const known = this.#archived.get(id);
    if (known !== undefined && (known.whole || known.at > now() - ASKED_MS))
      return known.whole ? null : found.gateway;
    const row = await base.session(id);
    const whole = row !== null && row.outcome !== 'live';
    if (this.#archived.size > MOST_KNOWN) this.#archived.clear();
    this.#archived.set(id, { whole, at: now() });
    return whole ? null : found.gateway;
  }

  /** From now on. */
  follow(): GrownFollowing {
    const grown = new Set<SessionId>();
    this.#followers.add(grown);
    return {
      take() {
        const ids = [...grown];
        grown.clear();
        return ids;
      },
      close: () => void this.#followers.delete(grown),
    };
  }

  close(): void {
    this.#ignore();
    this.#followers.clear();
  }

  /** Says through which gateway it is followed, or why it is not, where it runs on one. */
  async session(id: SessionId): Promise<SessionRow | null> {
    const { base } = this.#options;
    const gateway = await this.via(id);
    if (gateway === null) return base.session(id);
    try {
      const row = await this.#ask(gateway, id, { what: 'session' }, SessionRow.nullable());
      return row === null ? null : { ...row, followed: { gateway, why: null } };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const row = await base.session(id);
      if (row === null) throw toldError(error);
      return { ...row, followed: { gateway, why: error.message } };
    }
  }

  steps(id: SessionId, request: Parameters<SessionReader['steps']>[1]): ReturnType<SessionReader['steps']> {
    return this.#either(id, { what: 'steps', ...request }, pageOf(Step), (base) => base.steps(id, request));
  }

  async outline(id: SessionId, from: number, steps: number): Promise<Uint8Array> {
    const question = { what: 'outline', from, steps } as const;
    const told = await this.#either<string | Uint8Array>(id, question, Base64, (base) =>
      base.outline(id, from, steps),
    );
    return bytesOf(told);
  }

  /** No gateway can name the recording of another. */
  async recordingKey(id: SessionId): Promise<string> {
    const gateway = await this.via(id);
    const key = await this.#either(id, { what: 'recordingKey' }, z.string().max(200), (base) =>
      base.recordingKey(id),
    );
    if (gateway === null) return key;
    return createHash('sha256')
      .update(JSON.stringify([gateway, id, key]))
      .digest('hex');
  }

  segments(id: SessionId): Promise<SegmentRow[]> {
    return this.#either(id, { what: 'segments' }, z.array(SegmentRow), (base) => base.segments(id));
  }

  segmentsAround(id: SessionId, sequence: number): ReturnType<SessionReader['segmentsAround']> {
    const question = { what: 'segmentsAround', sequence } as const;
    return this.#either(id, question, Around, (base) => base.segmentsAround(id, sequence));
  }

  async segment(id: SessionId, number: number): Promise<Uint8Array | null> {
    const question = { what: 'segment', number } as const;
    const told = await this.#either<string | Uint8Array | null>(id, question, Base64.nullable(), (base) =>
      base.segment(id, number),
    );
    return told === null ? null : bytesOf(told);
  }

  statements(request: Parameters<SessionReader['statements']>[0]): ReturnType<SessionReader['statements']> {
    const { session, filter, ...rest } = request;
    const { base } = this.#options;
    if (session === undefined) return base.statements(request);
    const question = { what: 'statements', filter: printFilter(filter), ...rest } as const;
    return this.#either(session, question, pageOf(StatementRow), () => base.statements(request));
  }

  /** From the gateway where it lets the person, else from the archive where that has it. */
  async #either<T>(
    id: SessionId,
    question: SessionQuestion,
    schema: z.ZodType<T>,
    ofArchive: (base: ArchiveReader) => Promise<T>,
  ): Promise<T> {
    const { base } = this.#options;
    const gateway = await this.via(id);
    if (gateway === null) return ofArchive(base);
    try {
      return await this.#ask(gateway, id, question, schema);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if ((await base.session(id)) === null) throw toldError(error);
      return ofArchive(base);
    }
  }

  async #ask<T>(gateway: string, id: SessionId, question: SessionQuestion, schema: z.ZodType<T>): Promise<T> {
    const { fleet, token, now } = this.#options;
    this.#looked.set(id, now());
    const answer = schema.safeParse(await fleet.read(gateway, id, question, await token()));
    if (answer.success) return answer.data;
    throw new CommandError('INTERNAL', `what the gateway ${gateway} answered is not understood`);
  }

  /** Told at once, and again when the gateway's archive surely has it. */
  #grew(ids: readonly string[]): void {
    const since = this.#options.now() - LOOKS_MS;
    for (const [id, at] of this.#looked) if (at < since) this.#looked.delete(id);
    const followed = ids.filter((id): id is SessionId => this.#looked.has(id));
    if (followed.length === 0) return;
    const tell = (): void => {
      for (const grown of this.#followers) for (const id of followed) grown.add(id);
    };
    tell();
    setTimeout(tell, BEHIND_MS).unref();
  }
}

/** A session that began this moment is in no archive yet. */
function toldError(error: CommandError): ApiError {
  const code =
    error.code === 'SESSION_NOT_FOUND' ? 'NOT_FOUND' : (API_CODES[error.code] ?? 'GATEWAY_UNREACHABLE');
  return new ApiError(code, error.message, { cause: error });
}

const API_CODES: Readonly<Partial<Record<FailureCode, ApiErrorCode>>> = {
  FORBIDDEN: 'FORBIDDEN',
  NOT_SIGNED_IN: 'REVIEWER_NOT_SIGNED_IN',
  NO_LONGER_HELD: 'GONE',
  BAD_USAGE: 'BAD_REQUEST',
};

function bytesOf(told: string | Uint8Array): Uint8Array {
  return typeof told === 'string' ? Buffer.from(told, 'base64') : told;
}
