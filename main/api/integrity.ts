/** Whether the open archive is what was recorded. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import type { Integrity } from '../../shared/api/integrity.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { IntegrityDesk } from '../integrity/integrity-of.ts';

/** What is asked for while a window stands open and nobody works with it. */
const IDLE_PATHS: ReadonlySet<string> = new Set([ROUTES.live.path, ROUTES.integrity.path]);

export function serveIntegrity(app: OpenAPIHono, desk: IntegrityDesk | null): void {
  app.openapi(ROUTES.integrity, (c) => c.json(desk?.current() ?? NOBODY_LOOKS, 200));
  app.openapi(ROUTES.verifyArchive, (c) => {
    if (desk === null) throw new ApiError('NOT_AVAILABLE_HERE', PROBLEM);
    return c.json(desk.verify(), 200);
  });
}

/** Has verifying wait for whoever works with the archive. To be called before any route is declared. */
export function noticeUse(app: OpenAPIHono, desk: IntegrityDesk | null): void {
  if (desk === null) return;
  app.use(async (c, next) => {
    if (!IDLE_PATHS.has(c.req.path)) desk.inUse();
    await next();
  });
}

const PROBLEM = 'this host verifies nothing: auditorium verify does';

const NOBODY_LOOKS: Integrity = {
  state: 'unverified',
  progress: null,
  onRequest: true,
  bytes: 0,
  result: null,
  problem: PROBLEM,
};
