/** The gateways that dial this host, and what lives on them. What is held there is in the inbox (approvals.ts). */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { NewsFeed } from '../news-feed.ts';
import type { SeenFleet } from '../rights/seen-fleet.ts';

/** `fleet` is null where no gateway may dial. */
export function serveFleet(app: OpenAPIHono, fleet: SeenFleet | null): void {
  app.openapi(ROUTES.fleet, (c) => c.json(fleet?.view() ?? { enabled: false, gateways: [] }, 200));
  app.openapi(ROUTES.fleetSessions, (c) => {
    const { gateway = null } = c.req.valid('query');
    return c.json(fleet?.sessions(gateway) ?? { total: 0, sessions: [] }, 200);
  });
}

/** Tells windows how gateways are whenever that changes, until the host closes. */
export function tellOfFleet(fleet: SeenFleet, news: NewsFeed, closing: AbortSignal): void {
  const ignore = fleet.listen(({ kind }) => {
    if (kind === 'gateways' && news.followers > 0) news.tell('fleet', fleet.view());
  });
  closing.addEventListener('abort', ignore, { once: true });
}
