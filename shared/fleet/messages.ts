/**
 * What a gateway and a team server say to each other (docs/fleet-link.md). The gateway dials out: it opens one long answer, in
 * which the server tells it what people want, and says itself what happens by requests of its own. Each side takes what the other
 * one says for hostile. Times are ms since 1970, durations ms.
 */
import { z } from 'zod';
import { RequestLine } from '../approvals/request-schema.ts';
import { VERDICTS } from '../approvals/request.ts';
import { SessionQuestion } from './reading.ts';

/** Of these messages. Another one is refused by both sides. */
export const FLEET_VERSION = 1;

/** Where a gateway opens its link, and below which it says what happens. */
export const LINK_PATH = '/fleet/link';

/** The server says at least so often that it is there; a gateway that hears nothing for three times as long dials anew. */
export const HEARTBEAT_MS = 5_000;

/** Whoever is silent for so long is away. */
export const SILENCE_MS = 3 * HEARTBEAT_MS;

/** More of them are not told: a gateway has thousands of sessions at most. */
export const MAX_SESSIONS = 20_000;
export const MAX_REQUESTS = 2_000;

/** Of a request in lists, as JSON: a server keeps thousands of them. */
export const MAX_REQUEST_LENGTH = 256 * 1024;

/** Of an answer, as JSON: several of them fit into one request of a gateway. */
export const MAX_ANSWER_LENGTH = 4 << 20;

const name = z.string().max(200);
const words = z.string().max(4_000);
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** What gateways are called: as in file names and addresses. */
export const GatewayName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/);

/** A session whose relay runs. */
export const FleetSession = z.object({
  id: hex(32),
  worker: z.int(),
  connection: name,
  subject: z.string().max(1_000),
  clientId: z.string().max(1_000).nullable(),
  issuer: z.string().max(2_000),
  /** As a verified claim attests it. */
  job: z.string().max(1_000).nullable(),
  address: name,
  since: z.number(),
  statements: z.int(),
  inFlight: z.object({ statement: z.int(), duration: z.number() }).nullable(),
  /** As in ReadyForQuery. */
  transaction: z.string().max(1),
});
export type FleetSession = z.infer<typeof FleetSession>;

/** Which policy sessions are judged by. */
export const RunningPolicy = z.object({
  /** SHA-256 of its text, hex; null: none. */
  hash: hex(64).nullable(),
  /** Of the policy that came by the link; null: it is the configuration's own. */
  version: z.int().nonnegative().nullable(),
  /** What was offered last and is not run, and why. */
  refused: z.object({ version: z.int().nonnegative().nullable(), why: words }).nullable(),
});
export type RunningPolicy = z.infer<typeof RunningPolicy>;

/** One line of the inbox. */
const Request = RequestLine.refine((line) => JSON.stringify(line).length <= MAX_REQUEST_LENGTH, {
  error: `is longer than ${MAX_REQUEST_LENGTH} characters`,
});

/** How a gateway is. */
export const LinkedState = z.object({
  ready: z.boolean(),
  draining: z.boolean(),
  problem: words.nullable(),
  listen: name,
  workers: z.int(),
  /** How far its own archive is behind: seconds, and bytes. */
  lag: z.number(),
  unshipped: z.number(),
  /** How many events the remote store lacks, and why it takes none; null: there is no such store. */
  remote: z.object({ lacks: z.int(), failure: words.nullable() }).nullable(),
  policy: RunningPolicy,
});
export type LinkedState = z.infer<typeof LinkedState>;

/** With which a gateway opens its link. */
export const Hello = z.object({
  kind: z.literal('hello'),
  version: z.int(),
  /** Made by chance for this link: whatever is to be done through it names it. */
  link: hex(32),
  /** Made by chance when the gateway was started. */
  instance: hex(32),
  software: name,
  started: z.number(),
  state: LinkedState,
  sessions: z.array(FleetSession).max(MAX_SESSIONS),
  requests: z.array(Request).max(MAX_REQUESTS),
});
export type Hello = z.infer<typeof Hello>;

/** The answer to something that was told. */
const Answer = z.discriminatedUnion('ok', [
  z.object({ kind: z.literal('answer'), ok: z.literal(true), number: z.int(), value: z.unknown() }),
  z.object({ kind: z.literal('answer'), ok: z.literal(false), number: z.int(), code: name, message: words }),
]);
export type Answer = z.infer<typeof Answer>;

/** What a gateway says. */
export const Said = z.union([
  z.object({ kind: z.literal('state'), state: LinkedState }),
  z.object({
    kind: z.literal('sessions'),
    changed: z.array(FleetSession).max(MAX_SESSIONS),
    gone: z.array(hex(32)).max(MAX_SESSIONS),
  }),
  z.object({ kind: z.literal('request'), request: Request }),
  Answer,
  z.object({ kind: z.literal('bye'), reason: words }),
]);
export type Said = z.infer<typeof Said>;

/** What one request of a gateway holds. */
export const SaidList = z.array(Said).max(10_000);

/** What every order holds. `link` and a number that only grows: none is carried out twice, or by another gateway. */
const order = { number: z.int().positive(), link: hex(32), gateway: GatewayName };

/** Of who wants it, whom the gateway itself verifies. */
const proof = { token: z.string().min(1).max(16_384) };

/** What a server wants of a gateway. */
export const Order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('show'), ...order, request: name }),
  z.object({
    kind: z.literal('decide'),
    ...order,
    ...proof,
    request: name,
    verdict: z.enum(VERDICTS),
    reason: z.string().max(1_000),
  }),
  z.object({
    kind: z.literal('end'),
    ...order,
    ...proof,
    session: hex(32),
    reason: z.string().min(1).max(1_000),
  }),
  z.object({
    kind: z.literal('read'),
    ...order,
    ...proof,
    session: hex(32),
    question: SessionQuestion,
  }),
  /** `note` is who signed it (policy.ts); the server cannot. */
  z.object({
    kind: z.literal('policy'),
    ...order,
    text: z.string().max(1 << 20),
    note: z.string().max(4_096),
  }),
]);
export type Order = z.infer<typeof Order>;

/** What a server tells: that the link stands, that it is there, or an order. */
export const Told = z.union([
  z.object({
    kind: z.literal('welcome'),
    version: z.int(),
    /** What the gateway's requests are sent under. */
    id: z.string().max(100),
    software: name,
  }),
  z.object({ kind: z.literal('alive') }),
  Order,
]);
export type Told = z.infer<typeof Told>;
