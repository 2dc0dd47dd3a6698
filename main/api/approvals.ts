/** Held statements: what is pending, one of them, and the decision on it, by the signed-in person's own token. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { ApprovalDesk } from '../approval-desk.ts';
import { asked } from './gateway-failure.ts';

export function serveApprovals(app: OpenAPIHono, desk: ApprovalDesk | null): void {
  app.openapi(ROUTES.approvals, async (c) => c.json(await asked(here(desk).current()), 200));
  app.openapi(ROUTES.approval, async (c) =>
    c.json(await asked(here(desk).show(c.req.valid('param').id)), 200),
  );
  app.openapi(ROUTES.decide, async (c) =>
    c.json(await asked(here(desk).decide(c.req.valid('param').id, c.req.valid('json'))), 200),
  );
}

function here(desk: ApprovalDesk | null): ApprovalDesk {
  if (desk === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host knows of no gateway');
  return desk;
}
