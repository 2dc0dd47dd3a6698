/** The gateways that dial a team server, as the window shows them. Times are ms since 1970. */
import { z } from './zod.ts';

/** A session that lives on one of them. */
export const FleetSessionRow = z.object({
  gateway: z.string(),
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
export type FleetSessionRow = z.infer<typeof FleetSessionRow>;

export const FleetSessions = z
  .object({ total: z.number().int(), sessions: z.array(FleetSessionRow).describe('the newest of them') })
  .openapi('FleetSessions');
export type FleetSessions = z.infer<typeof FleetSessions>;

/** `linked`; `away`: it was, `since` says until when; `never`: not since this server was started. */
export const LINK_STATES = ['linked', 'away', 'never'] as const;

export const FleetGateway = z
  .object({
    name: z.string(),
    state: z.enum(LINK_STATES),
    since: z.number().nullable().describe('linked, or away'),
    why: z.string().nullable().describe('why it is away'),
    software: z.string().nullable(),
    started: z.number().nullable(),
    address: z.string().nullable().describe('that it dialled from'),
    listen: z.string().nullable().describe('where its agents connect'),
    ready: z.boolean(),
    draining: z.boolean(),
    problem: z.string().nullable(),
    workers: z.number().int(),
    lag: z.number().describe('of its own archive, s'),
    unshipped: z.number(),
    remote: z
      .object({ lacks: z.number().int(), failure: z.string().nullable() })
      .nullable()
      .describe('events that the remote store lacks, and why it takes none'),
    policy: z
      .object({
        hash: z.string().nullable(),
        version: z.number().int().nullable().describe('of the policy that came by the link'),
        offered: z.number().int().nullable(),
        refused: z.object({ version: z.number().int().nullable(), why: z.string() }).nullable(),
      })
      .nullable(),
    clash: z
      .object({ at: z.number(), address: z.string() })
      .nullable()
      .describe('another gateway was refused that dialled by this name'),
    waiting: z.number().int().describe('held statements'),
    sessions: z.number().int(),
  })
  .openapi('FleetGateway');
export type FleetGateway = z.infer<typeof FleetGateway>;

export const FleetView = z
  .object({
    enabled: z.boolean().describe('whether gateways may dial this host'),
    gateways: z.array(FleetGateway),
  })
  .openapi('Fleet');
export type FleetView = z.infer<typeof FleetView>;
