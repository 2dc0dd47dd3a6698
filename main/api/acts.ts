/**
 * The investigator’s own audit: what goes out through these routes is noted in the case before it goes. What only the window knows it
 * notes itself (`noteAct`); opening and merging are noted where they are done.
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { ExportRequest } from '../../shared/api/export.ts';
import { ROUTES, type RouteName } from '../../shared/api/route-table.ts';
import { SessionId } from '../../shared/api/session.ts';
import { z } from '../../shared/api/zod.ts';
import type { Act } from '../../shared/findings/case.ts';
import { counted } from '../../shared/recording/describe.ts';
import type { Casework } from '../casework/casework.ts';

/** What was done by a request that was answered. */
interface Done {
  readonly act: Act;
  readonly what: string;
  readonly session?: SessionId | null;
}

/** A page that is turned, a view that is opened again: not another act within so long. ms. */
const SAME_FOR = 10 * 60 * 1000;

/** Acts remembered at most, to tell whether one is the same. */
const MOST_REMEMBERED = 2000;

/** The routes by which something is done, and what it was; null: nothing to note. */
const DONE: Readonly<Partial<Record<RouteName, (c: Context) => Done | null | Promise<Done | null>>>> = {
  sessions: searched,
  statements: searched,
  segment: (c) => ({ act: 'viewed', what: '', session: sessionOf(c) }),
  takeOut: exported,
  exportCase: () => ({ act: 'exported', what: 'the case' }),
  endSession: async (c) => ({ act: 'ended', what: (await bodyOf(c)).reason, session: sessionOf(c) }),
  redact: redacted,
  placeHold: async (c) => held(await bodyOf(c)),
  liftHold: async (c) => ({ act: 'lifted', what: `hold ${c.req.param('id')}: ${(await bodyOf(c)).reason}` }),
};

/** Each of them is an act however soon it comes again. */
const NEVER_SAME: ReadonlySet<Act> = new Set<Act>(['exported', 'ended', 'redacted', 'held', 'lifted']);

/** Has what is done by these routes noted in the case; `now` is in ms. Before the handlers of the routes. */
export function noteActs(app: OpenAPIHono, casework: Casework, now: () => number): void {
  const recent = new Map<string, number>();
  const isSame = ({ act, what, session }: Done): boolean => {
    const name = JSON.stringify([act, what, session]);
    const before = recent.get(name) ?? -Infinity;
    if (recent.size >= MOST_REMEMBERED) recent.clear();
    if (now() - before < SAME_FOR) return true;
    recent.set(name, now());
    return false;
  };
  for (const [name, doneBy] of Object.entries(DONE)) {
    const route = ROUTES[name as keyof typeof DONE];
    app.on(route.method, route.getRoutingPath(), async (c, next) => {
      await next();
      if (!c.res.ok) return;
      const done = await doneBy(c);
      if (done === null || (!NEVER_SAME.has(done.act) && isSame(done))) return;
      await casework.noteOrTell(done.act, done.what, done.session ?? null);
    });
  }
}

function held({
  filter = '',
  reason,
}: {
  readonly filter?: string | undefined;
  readonly reason: string;
}): Done {
  return { act: 'held', what: `${filter === '' ? 'everything' : filter}: ${reason}` };
}

function searched(c: Context): Done | null {
  const filter = (c.req.query('filter') ?? '').trim();
  return filter === '' ? null : { act: 'searched', what: filter };
}

async function exported(c: Context): Promise<Done> {
  const { format, filter, session, sessions, finding } = ExportRequest.parse(await c.req.json());
  const of = [
    filter === '' ? '' : `statements that match ${filter}`,
    sessions === undefined ? '' : counted(sessions.length, 'session'),
    finding === undefined ? '' : 'a finding',
  ].filter((part) => part !== '');
  const what = `${format}: ${of.join(', ') || (session === undefined ? 'everything' : 'a session')}`;
  return { act: 'exported', what, session: session === undefined ? null : SessionId.parse(session) };
}

/** What was to be taken out is not repeated here. */
async function redacted(c: Context): Promise<Done | null> {
  const { apply, session, reason } = await bodyOf(c);
  return apply ? { act: 'redacted', what: reason, session } : null;
}

/** What these requests have in common; their handlers have checked them. */
const Body = z.object({
  reason: z.string().default(''),
  apply: z.boolean().default(false),
  session: SessionId.nullable().default(null),
  filter: z.string().default(''),
});

async function bodyOf(c: Context): Promise<z.infer<typeof Body>> {
  return Body.parse(await c.req.json());
}

function sessionOf(c: Context): SessionId | null {
  return SessionId.nullable().parse(c.req.param('id') ?? null);
}
