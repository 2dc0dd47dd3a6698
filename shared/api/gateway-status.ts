/** How the gateway is, as the window shows it. */
import { z } from './zod.ts';

/** A session that lives. Times are ms since 1970, durations ms. */
export const GatewaySession = z.object({
  id: z.string(),
  worker: z.number().int(),
  connection: z.string(),
  subject: z.string(),
  clientId: z.string().nullable(),
  job: z.string().nullable().describe('as a verified claim attests it'),
  address: z.string(),
  since: z.number(),
  statements: z.number().int(),
  inFlight: z.object({ statement: z.number().int(), duration: z.number() }).nullable(),
  transaction: z.string().describe('as in ReadyForQuery'),
});
export type GatewaySession = z.infer<typeof GatewaySession>;

export const GatewayWorker = z.object({
  worker: z.number().int(),
  pid: z.number().int().nullable().describe('null while it is not running'),
  problem: z.string().nullable(),
  sessions: z.number().int(),
  unshipped: z.number().describe('bytes recorded that the archive does not have'),
  lag: z.number().describe('how long the oldest of them has been waiting, s'),
});
export type GatewayWorker = z.infer<typeof GatewayWorker>;

/** Counts since the gateway began; rates are of the time between two looks, null at the first. */
export const GatewayNumbers = z.object({
  opened: z.number(),
  refused: z.number(),
  statements: z.number(),
  statementsPerSecond: z.number().nullable(),
  received: z.number(),
  sent: z.number(),
  sentPerSecond: z.number().nullable(),
  syncP50: z.number().nullable().describe('of fdatasync, s, lately'),
  syncP99: z.number().nullable(),
  spool: z.number().describe('bytes that count against the limit'),
  spoolLimit: z.number(),
  unshipped: z.number(),
  lag: z.number(),
  memory: z.number(),
});
export type GatewayNumbers = z.infer<typeof GatewayNumbers>;

/**
 * `none`: nobody named one; `stopped`: it does not run; `starting`; `ready`; `not-ready`: it runs and takes no sessions; `waiting`: it
 * ended and is started again; `refused`: it wants to know who asks.
 */
export const GATEWAY_STATES = [
  'none',
  'stopped',
  'starting',
  'ready',
  'not-ready',
  'draining',
  'waiting',
  'refused',
] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

export const GatewayStatus = z.object({
  state: z.enum(GATEWAY_STATES),
  problem: z.string().nullable().describe('why it is not ready, in words'),
  configuration: z.string().nullable().describe('its file, where the host knows it'),
  control: z.string().nullable(),
  process: z.object({
    mayRun: z.boolean().describe('this host can start it'),
    ours: z.boolean().describe('this host started it, and it ends with this host'),
    starts: z.number().int().describe('how often it was started since it was asked for'),
    again: z.number().nullable().describe('when it is started again, ms since 1970'),
  }),
  listen: z.string().nullable(),
  archive: z.string().nullable(),
  volumes: z
    .object({ count: z.number().int(), bytes: z.number() })
    .nullable()
    .describe('files of its archive, where it is a folder here'),
  checkpoint: z
    .object({ log: z.string(), size: z.number(), time: z.number().nullable() })
    .nullable()
    .describe('the newest one of the open archive, where that is the gateway’s'),
  policy: z
    .object({
      running: z.string().nullable().describe('SHA-256 of the policy sessions are judged by now, hex'),
      onDisk: z.string().nullable(),
      mode: z.enum(['enforce', 'observe']).nullable(),
    })
    .nullable(),
  workers: z.array(GatewayWorker),
  sessions: z.array(GatewaySession),
  numbers: GatewayNumbers.nullable(),
});
export type GatewayStatus = z.infer<typeof GatewayStatus>;
