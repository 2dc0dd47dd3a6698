/** What sessions share with their gateway, and what the gateway holds of each that lives. */
import type { Holds } from '../approvals/hold.ts';
import type { Authentication, ConnectionConfig, Mode } from '../config.ts';
import type { Verifier } from '../identity/verifier.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Admittance } from './admittance.ts';
import type { TokenSource } from './bearer-token.ts';
import type { CancelKeys } from './cancel.ts';
import type { CancelWish } from './cancel-request.ts';
import type { Policed } from './gate/session-gate.ts';
import type { LiveSession, LiveSessions } from './live-sessions.ts';
import type { Refusals } from './refusals.ts';
import type { MessageLimits } from './relay.ts';
import type { Startup } from './startup.ts';
import type { PostgresError } from './wire/errors.ts';

/** From accept to authenticated, and again for the database's answer. */
export const START_UP_MS = 10_000;

/** How long a cancel request may take to reach the database; the session it is for waits until then. */
export const CANCEL_MS = 5_000;

/** What a session needs of its gateway. */
export interface SessionContext {
  readonly recorder: Recorder;
  readonly verifier: Verifier;
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly cancelKeys: CancelKeys<LiveSession>;
  /** Passes a CancelRequest on to the other workers; true when it was for a session of one of them. */
  readonly passCancel: (wish: CancelWish) => Promise<boolean>;
  /** Why no session is opened at present, as when the gateway is about to end; null when it takes sessions. */
  readonly closedTo: () => PostgresError | null;
  readonly mode: Mode;
  /** What sessions are under that are opened now; null: no policy. */
  readonly policed: Policed | null;
  readonly limits: MessageLimits;
  /** How an agent is asked for its token, unless it chooses. */
  readonly authentication: Authentication;
  /** Where agents without a token are sent. */
  readonly tokenSource: TokenSource;
  /** Who has not authenticated yet. */
  readonly admittance: Admittance;
  /** The record of those who never will. */
  readonly refusals: Refusals;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Where statements wait that somebody is to decide on. */
  readonly holds: Holds;
  /** Live sessions, so that the gateway can end them. */
  readonly live: LiveSessions;
  /** Told of every session that was refused, opened or ended, for the operator's log. */
  readonly onRefused: (refused: RefusedSession) => void;
  readonly onOpened: (session: LiveSession) => void;
  readonly onEnded: (session: LiveSession, end: SessionEnd) => void;
}

/** How a session ended, as recorded. */
export interface SessionEnd {
  readonly outcome: string;
  readonly sqlstate: string | null;
  readonly reason: string;
}

/** A session that was not opened: where from, to what, and why; holds no secret. */
export interface RefusedSession {
  /** Its id, hex. */
  readonly session: string;
  readonly address: string;
  readonly connection: string;
  readonly sqlstate: string | null;
  /** The reason as one of few, for counting. */
  readonly code: string;
  readonly reason: string;
}

/** A start-up packet that asks for a session. */
export type Opening = Extract<Startup, { kind: 'session' }>;
