/** What can be asked of the control API, with the permission that each route takes. */
import type { z } from 'zod';
import type { RequestNews } from '../shared/approvals/request.ts';
import { encodeServerSent } from '../shared/api/server-sent.ts';
import { DecisionRequest } from './approvals-schema.ts';
import {
  ControlError,
  EndRequest,
  HoldRequest,
  KeysRequest,
  RedactionRequest,
  RevocationRequest,
} from './control-schema.ts';
import type { Person } from './identity/person.ts';
import { METRICS_TYPE } from './metrics.ts';
import type { Operations } from './operations.ts';
import type { Permission } from './permissions.ts';

/** What is answered: JSON, text as it is, or a stream of text until the caller leaves. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: { readonly type: string; readonly body: string };
  /** Begins to send, until the function it returns is called or it calls `end` itself. */
  readonly stream?: (send: (text: string) => void, end: () => void) => () => void;
}

/** One request, once it is known who may do what. */
export interface Call {
  readonly operations: Operations;
  /** The last part of the path. */
  readonly id: string;
  /** Who asks, as their token says; null where none was needed. */
  readonly person: Person | null;
  readonly body: () => Promise<unknown>;
}

export interface Route {
  readonly permission: Permission;
  readonly run: (call: Call) => Promise<Answer>;
}

/** By method and path; a path of its own comes before `:id`. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /health': {
    permission: 'none',
    run: async () => ok({ pid: process.pid, uptime: Math.round(process.uptime()) }),
  },
  'GET /ready': {
    permission: 'none',
    async run({ operations }) {
      const readiness = await operations.readiness();
      return { status: readiness.ready ? 200 : 503, json: readiness };
    },
  },
  'GET /metrics': {
    permission: 'observe',
    run: async ({ operations }) => ({
      status: 200,
      text: { type: METRICS_TYPE, body: await operations.metrics() },
    }),
  },
  'GET /sessions': {
    permission: 'observe',
    run: async ({ operations }) => ok({ sessions: await operations.sessions() }),
  },
  'DELETE /sessions/:id': {
    permission: 'operate',
    run: async ({ operations, id, person, body }) =>
      ok(await operations.end(id, signed(parsed(EndRequest, await body()), person))),
  },
  'GET /key': { permission: 'none', run: async ({ operations }) => ok({ key: operations.key }) },
  'POST /key': {
    permission: 'operate',
    run: async ({ operations, person, body }) =>
      ok(await operations.rotateKey(signed(parsed(EndRequest, await body()), person))),
  },
  'POST /redactions': {
    permission: 'redact',
    run: async ({ operations, person, body }) =>
      ok(await operations.redact(signed(parsed(RedactionRequest, await body()), person))),
  },
  'GET /holds': { permission: 'observe', run: async ({ operations }) => ok({ holds: operations.holds() }) },
  'POST /holds': {
    permission: 'hold',
    run: async ({ operations, person, body }) =>
      ok(await operations.placeHold(signed(parsed(HoldRequest, await body()), person))),
  },
  'DELETE /holds/:id': {
    permission: 'hold',
    run: async ({ operations, id, person, body }) =>
      ok(await operations.liftHold(id, signed(parsed(EndRequest, await body()), person))),
  },
  'GET /stream': {
    permission: 'observe',
    run: async ({ operations }) => ok({ sinks: operations.streams() }),
  },
  'POST /stream/:id': {
    permission: 'operate',
    run: async ({ operations, id, person, body }) =>
      ok(await operations.retryStream(id, signed(parsed(EndRequest, await body()), person))),
  },
  'POST /keys': {
    permission: 'redact',
    run: async ({ operations, person, body }) =>
      ok(await operations.destroyKeys(signed(parsed(KeysRequest, await body()), person))),
  },
  'POST /reload': { permission: 'operate', run: async ({ operations }) => ok(await operations.reload()) },
  'POST /revocations': {
    permission: 'operate',
    run: async ({ operations, person, body }) =>
      ok({ ended: await operations.revoke(signed(parsed(RevocationRequest, await body()), person)) }),
  },
  'GET /approvals': {
    permission: 'observe',
    run: async ({ operations }) => ok({ requests: operations.reviewing.inbox.list() }),
  },
  'GET /approvals/events': { permission: 'observe', run: async (call) => newsOf(call) },
  'GET /approvals/:id': {
    permission: 'observe',
    run: async ({ operations, id }) => ok(await operations.reviewing.show(id)),
  },
  'POST /approvals/:id': {
    permission: 'review',
    async run({ operations, id, person, body }) {
      if (person === null) throw new ControlError('UNAUTHENTICATED', 'deciding takes a token of your own');
      return ok(await operations.reviewing.decide(id, person, parsed(DecisionRequest, await body())));
    },
  },
};

/** What a listener without tokens serves, for probes and collectors: numbers, and whether agents should be sent here. */
export const PROBED: Readonly<Record<string, Route>> = {
  'GET /health': ROUTES['GET /health'] as Route,
  'GET /ready': {
    permission: 'none',
    async run({ operations }) {
      const { ready, draining } = await operations.readiness();
      return { status: ready ? 200 : 503, json: { ready, draining } };
    },
  },
  'GET /metrics': { ...(ROUTES['GET /metrics'] as Route), permission: 'none' },
};

/** A line that keeps the connection known to be alive, ms. */
const HEARTBEAT_MS = 15_000;

/** Streams begin anew after this long, ms, so that a token that was revoked is found out. */
const LONGEST_STREAM_MS = 3_600_000;

/**
 * How the inbox stands, then every change; whoever comes back begins anew, so that nothing can be missed. Where a token was
 * needed it ends with that.
 */
function newsOf({ operations, person }: Call): Answer {
  const { inbox } = operations.reviewing;
  let id = 0;
  const event = (news: RequestNews) =>
    encodeServerSent({ event: news.kind, id: String(id++), data: JSON.stringify(news) });
  return {
    status: 200,
    stream(send, end) {
      send(event(inbox.all()));
      const left = Math.min((person?.expires ?? Infinity) - Date.now(), LONGEST_STREAM_MS);
      const over = setTimeout(end, Math.max(0, left));
      const ignore = inbox.listen((request) => send(event({ kind: 'changed', request })));
      const alive = setInterval(() => send(': alive\n\n'), HEARTBEAT_MS);
      return () => {
        clearTimeout(over);
        clearInterval(alive);
        ignore();
      };
    },
  };
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}

/** Where a token was needed, its bearer is who did it, whatever else the caller says. */
function signed<T extends { readonly by: string }>(request: T, person: Person | null): T {
  return person === null ? request : { ...request, by: person.name ?? person.subject };
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ControlError(
    'BAD_REQUEST',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`,
  );
}
