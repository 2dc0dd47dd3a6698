/** What is done to the gateway: ending sessions, redacting. It judges itself who may, by the signed-in person's own token. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { GatewayOperator } from '../gateway-operator.ts';
import { expectSeen, type Rights } from '../rights/rights.ts';
import type { KeptFiles } from '../replay/kept-files.ts';
import { asked } from './gateway-failure.ts';

/** `kept` holds what was made of recordings: it goes with what was taken out of them. */
export function serveOperating(
  app: OpenAPIHono,
  operator: GatewayOperator | null,
  kept: Pick<KeptFiles, 'clear'> | null,
  rights: Rights | null,
): void {
  app.openapi(ROUTES.endSession, async (c) => {
    const { reason } = c.req.valid('json');
    await expectSeen(c.req.valid('param').id, rights);
    await asked(here(operator).end(c.req.valid('param').id, reason));
    return c.json({}, 200);
  });
  app.openapi(ROUTES.holds, async (c) => c.json({ holds: await asked(here(operator).holds()) }, 200));
  app.openapi(ROUTES.placeHold, async (c) => {
    const { filter, reason } = c.req.valid('json');
    return c.json(await asked(here(operator).placeHold(filter, reason)), 200);
  });
  app.openapi(ROUTES.liftHold, async (c) => {
    const { reason } = c.req.valid('json');
    return c.json(await asked(here(operator).liftHold(c.req.valid('param').id, reason)), 200);
  });
  app.openapi(ROUTES.redact, async (c) => {
    const told = await asked(here(operator).redact(c.req.valid('json')));
    if (told.redacted) await kept?.clear();
    return c.json(told, 200);
  });
}

function here(operator: GatewayOperator | null): GatewayOperator {
  if (operator === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host knows of no gateway');
  return operator;
}
