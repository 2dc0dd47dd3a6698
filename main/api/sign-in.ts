/** The browser host's sign-in. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';

/** A bearer for a one-time token, or null when the token is wrong or was used before. */
export type Exchange = (token: string) => string | null;

export function serveSignIn(app: OpenAPIHono, exchange: Exchange | null): void {
  app.openapi(ROUTES.signIn, (c) => {
    if (!exchange) throw new ApiError('NOT_AVAILABLE_HERE', 'this host needs no one-time token');
    const bearer = exchange(c.req.valid('json').token);
    if (bearer === null) {
      throw new ApiError(
        'NOT_SIGNED_IN',
        'this link was used before or is of an earlier start; take a fresh one from the terminal that runs Auditorium',
      );
    }
    return c.json({ bearer }, 200);
  });
}
