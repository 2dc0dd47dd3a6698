/** Whether the open archive is what was recorded. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { IntegrityDesk } from '../integrity/integrity-of.ts';

/** What is asked for while a window stands open and nobody works with it. */
const IDLE_PATHS: ReadonlySet<string> = new Set([ROUTES.live.path, ROUTES.integrity.path]);

export function serveIntegrity(app: OpenAPIHono, desk: IntegrityDesk | null): void {
  app.openapi(ROUTES.integrity, (c) => c.json(here(desk).current(), 200));
  app.openapi(ROUTES.verifyArchive, (c) => c.json(here(desk).verify(), 200));
}

/** Has verifying wait for whoever works with the archive. To be called before any route is declared. */
export function noticeUse(app: OpenAPIHono, desk: IntegrityDesk | null): void {
  if (desk === null) return;
  app.use(async (c, next) => {
    if (!IDLE_PATHS.has(c.req.path)) desk.inUse();
    await next();
  });
}

function here(desk: IntegrityDesk | null): IntegrityDesk {
  if (desk === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host verifies nothing');
  return desk;
}
