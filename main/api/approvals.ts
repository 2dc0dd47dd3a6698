/** Held statements: what is pending, one of them, and the decision on it, by the signed-in person's own token. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError, type ApiErrorCode } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { ApprovalDesk } from '../approval-desk.ts';
import { CommandError, type FailureCode } from '../failure.ts';

export function serveApprovals(app: OpenAPIHono, desk: ApprovalDesk | null): void {
  app.openapi(ROUTES.approvals, async (c) => c.json(await asked(here(desk).current()), 200));
  app.openapi(ROUTES.approval, async (c) =>
    c.json(await asked(here(desk).show(c.req.valid('param').id)), 200),
  );
  app.openapi(ROUTES.decide, async (c) =>
    c.json(await asked(here(desk).decide(c.req.valid('param').id, c.req.valid('json'))), 200),
  );
  app.openapi(ROUTES.person, async (c) => c.json({ person: await asked(here(desk).person()) }, 200));
  app.openapi(ROUTES.beginSignIn, async (c) => c.json(await asked(here(desk).beginSignIn()), 200));
  app.openapi(ROUTES.signOut, async (c) => {
    await asked(here(desk).signOut());
    return c.json({ person: null }, 200);
  });
}

function here(desk: ApprovalDesk | null): ApprovalDesk {
  if (desk === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host knows of no gateway');
  return desk;
}

/** What a gateway or an issuer answered, its failures as the API tells them. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new ApiError(FAILURES[cause.code] ?? 'INTERNAL', cause.message, { cause });
  }
}

const FAILURES: Readonly<Partial<Record<FailureCode, ApiErrorCode>>> = {
  NOT_SIGNED_IN: 'REVIEWER_NOT_SIGNED_IN',
  FORBIDDEN: 'FORBIDDEN',
  REQUEST_NOT_FOUND: 'NOT_FOUND',
  ALREADY_DECIDED: 'CONFLICT',
  NO_LONGER_HELD: 'GONE',
  BAD_USAGE: 'BAD_REQUEST',
  GATEWAY_NOT_RUNNING: 'GATEWAY_UNREACHABLE',
  GATEWAY_NOT_READY: 'GATEWAY_UNREACHABLE',
  SIGN_IN_FAILED: 'SIGN_IN_FAILED',
  NO_ISSUER: 'SIGN_IN_FAILED',
  ISSUER_NOT_RUNNING: 'SIGN_IN_FAILED',
  REFUSED: 'SIGN_IN_FAILED',
  UNSUPPORTED: 'NOT_AVAILABLE_HERE',
};
