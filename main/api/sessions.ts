/** Sessions: the list, one of them, its time line and its events as bytes. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { SessionId, SessionRow } from '../../shared/api/session.ts';
import type { FollowedSessions } from '../fleet/followed-sessions.ts';
import type { FoundKeyframe } from '../replay/keyframes.ts';
import type { ReplayParts } from '../replay/replay-parts.ts';
import { outlineBlock } from '../replay/outlines.ts';
import { filterOf } from './filter.ts';

const NO_KEYFRAME: FoundKeyframe = { keyframe: null, playing: null };

/** `followed` reads those that run on gateways of a fleet; null: there is none, and all are read from the archive. */
export function serveSessions(
  app: OpenAPIHono,
  archive: ArchiveReader,
  made: ReplayParts,
  followed: FollowedSessions | null = null,
): void {
  app.openapi(ROUTES.sessions, async (c) => {
    const { filter, ...page } = c.req.valid('query');
    return c.json(await archive.sessions({ ...page, filter: filterOf(filter) }), 200);
  });
  const reader = followed ?? archive;
  app.openapi(ROUTES.session, async (c) => c.json(await sessionOf(reader, c.req.valid('param').id), 200));
  app.openapi(ROUTES.steps, async (c) => {
    const { id } = await sessionOf(reader, c.req.valid('param').id);
    return c.json(await reader.steps(id, c.req.valid('query')), 200);
  });
  app.openapi(ROUTES.outline, async (c) => {
    const { id } = await sessionOf(reader, c.req.valid('param').id);
    return bytes(await outlineBlock({ reader, ...made }, id, c.req.valid('query').from));
  });
  app.openapi(ROUTES.keyframe, async (c) => {
    const { id, sequence } = c.req.valid('param');
    const { patience } = c.req.valid('query');
    // What is made of recordings is shared by people who may not see each other's.
    await sessionOf(reader, id);
    const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(patience)]);
    // Screens are made of what the archive has.
    const keyframes = ((await followed?.via(id)) ?? null) !== null ? null : made.keyframes;
    const found = (await keyframes?.before(id, sequence, signal)) ?? NO_KEYFRAME;
    return c.json(found, 200);
  });
  app.openapi(ROUTES.segments, async (c) => {
    const { id } = await sessionOf(reader, c.req.valid('param').id);
    const { around } = c.req.valid('query');
    if (around === undefined) return c.json({ first: 0, items: await reader.segments(id) }, 200);
    const { first, items } = await reader.segmentsAround(id, around);
    return c.json({ first, items: [...items] }, 200);
  });
  app.openapi(ROUTES.segment, async (c) => {
    const { id, number } = c.req.valid('param');
    const packed = await reader.segment(id, number);
    if (!packed) throw new ApiError('NOT_FOUND', `session ${id} has no segment ${number}`);
    return bytes(packed);
  });
}

function bytes(body: Uint8Array): Response {
  return new Response(Uint8Array.from(body), { headers: { 'content-type': 'application/octet-stream' } });
}

async function sessionOf(reader: Pick<ArchiveReader, 'session'>, id: SessionId): Promise<SessionRow> {
  const session = await reader.session(id);
  if (!session) throw new ApiError('NOT_FOUND', `the archive holds no session ${id}`);
  return session;
}
