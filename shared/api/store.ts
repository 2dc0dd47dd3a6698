/** What is on hand here of a store that is read without an index. */
import { ErrorBody } from './error.ts';
import { json, jsonBody } from './json.ts';
import { createRoute, z } from './zod.ts';

export const StoreStatus = z
  .object({
    away: z.string().nullable().describe('why the store cannot be asked; null: it answers'),
    indexAway: z
      .string()
      .nullable()
      .describe('why its index cannot be asked; null: there is none, or it answers'),
    gateways: z.array(z.string()).describe('what they call themselves'),
    bundles: z.object({
      fetched: z.number().int(),
      known: z.number().int(),
      unread: z.number().int().describe('manifests that were not read: each names one bundle or more'),
    }),
    since: z.number().int().nullable().describe('from this time on all is here; null: not even the newest'),
    until: z.number().int().nullable().describe('time of the newest event that was shipped'),
    longSessions: z.number().int().describe('sessions left out as they lie in very many bundles'),
    cutSessions: z.number().int().describe('sessions left out as events of them are missing in the store'),
    matching: z
      .object({
        bundles: z.number().int().describe('that are not here and may hold something'),
        bytes: z.number().int(),
        unread: z.number().int().describe('manifests that may name more of them'),
      })
      .describe('of the filter that was asked with'),
    work: z
      .object({ bundles: z.number().int(), bytes: z.number().int(), most: z.number().int().nullable() })
      .nullable()
      .describe('what was asked to be fetched and how much of it came'),
    failed: z.string().nullable().describe('why the last fetching ended early'),
    unread: z
      .object({ sessions: z.number().int(), why: z.string() })
      .nullable()
      .describe('sessions here whose values cannot be read, as their keys are not to be had'),
  })
  .openapi('Store');
export type StoreStatus = z.infer<typeof StoreStatus>;

const errors = {
  400: json(ErrorBody, 'the request is wrong'),
  401: json(ErrorBody, 'not signed in'),
  404: json(ErrorBody, 'no such thing'),
  422: json(ErrorBody, 'the store cannot be read'),
  501: json(ErrorBody, 'all of the archive is here'),
} as const;

const Filter = z.string().max(4000).default('').describe('what somebody looks for, in the filter language');

/** What is on hand here of the open store. */
export const storeStatus = createRoute({
  method: 'get',
  path: '/api/store',
  request: { query: z.object({ filter: Filter }) },
  responses: { 200: json(StoreStatus, 'as of now'), ...errors },
});

/** Begins to fetch what a filter may find something in, from the newest back; how it goes is told by the status. */
export const fetchStore = createRoute({
  method: 'post',
  path: '/api/store/fetching',
  request: jsonBody(z.object({ filter: Filter }), 'what'),
  responses: { 200: json(z.object({}), 'it begins'), ...errors },
});

/** Ends that; what came stays. */
export const stopFetching = createRoute({
  method: 'delete',
  path: '/api/store/fetching',
  responses: { 200: json(z.object({}), 'it ended'), ...errors },
});
