/** The gateway as it is run from the window. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { GatewayHouse } from '../gateway-config/gateway-house.ts';
import type { NewsFeed } from '../news-feed.ts';
import { filterOf } from './filter.ts';

/** `house` is null where this host has nothing to do with a gateway’s configuration. */
export function serveGateway(app: OpenAPIHono, house: GatewayHouse | null, news: NewsFeed): void {
  app.openapi(ROUTES.gatewayStatus, async (c) => c.json(await here(house).status(), 200));
  app.openapi(ROUTES.runGateway, async (c) => c.json(await here(house).run(c.req.valid('json').run), 200));
  app.openapi(ROUTES.reloadGateway, async (c) => c.json(await here(house).reload(), 200));
  app.openapi(ROUTES.gatewayLog, (c) => {
    const lines = here(house).log;
    return c.json({ lines: [...(lines ?? [])], known: lines !== null }, 200);
  });
  app.openapi(ROUTES.gatewaySettings, async (c) => c.json(await here(house).settings(), 200));
  app.openapi(ROUTES.putConnection, async (c) => {
    const { revision, name, connection } = c.req.valid('json');
    return c.json(await here(house).putConnection(revision, name, connection), 200);
  });
  app.openapi(ROUTES.putIssuer, async (c) => {
    const { revision, name, issuer } = c.req.valid('json');
    return c.json(await here(house).putIssuer(revision, name, issuer), 200);
  });
  app.openapi(ROUTES.dropSetting, async (c) => {
    const { revision, what, name } = c.req.valid('json');
    return c.json(await here(house).drop(revision, what, name), 200);
  });
  serveTrials(app, house);
  servePolicy(app, house, news);
}

/** What reaches for databases and issuers is loaded when somebody asks for it. */
function serveTrials(app: OpenAPIHono, house: GatewayHouse | null): void {
  app.openapi(ROUTES.testConnection, async (c) => {
    const { name, connection } = c.req.valid('json');
    const disk = await here(house).forTrial();
    const { tryConnection } = await import('../gateway-config/trials.ts');
    return c.json({ tried: await tryConnection(disk, name, connection) }, 200);
  });
  app.openapi(ROUTES.testIssuer, async (c) => {
    here(house);
    const { tryIssuer } = await import('../gateway-config/trials.ts');
    const closing = c.req.raw.signal;
    return c.json({ tried: await tryIssuer(c.req.valid('json').issuer, { fetch, closing }) }, 200);
  });
  app.openapi(ROUTES.judgeToken, async (c) => {
    const disk = await here(house).onDisk();
    const { judge } = await import('../gateway-config/trials.ts');
    const judged = await judge(disk, c.req.valid('json').token, { fetch, now: Date.now });
    const { facts, connections, notes } = judged;
    return c.json({ ...judged, facts: [...facts], connections: [...connections], notes: [...notes] }, 200);
  });
}

function servePolicy(app: OpenAPIHono, house: GatewayHouse | null, news: NewsFeed): void {
  app.openapi(ROUTES.policySource, async (c) => {
    const { policy } = here(house);
    return c.json(await policy.source(await here(house).onDisk()), 200);
  });
  app.openapi(ROUTES.checkPolicy, (c) => c.json(here(house).policy.check(c.req.valid('json').text), 200));
  app.openapi(ROUTES.explainPolicy, async (c) => {
    const { text, sql, subject } = c.req.valid('json');
    return c.json(await here(house).policy.explain(text, sql, subject), 200);
  });
  app.openapi(ROUTES.whatIf, async (c) => {
    const { text, filter, job } = c.req.valid('json');
    const { policy, reader } = here(house);
    const told = ({ texts, differing }: { readonly texts: number; readonly differing: number }) =>
      news.tell('trial', { job, texts, differing });
    const { signal } = c.req.raw;
    return c.json(await policy.whatIf(text, reader, filterOf(filter), { signal, told }), 200);
  });
  app.openapi(ROUTES.savePolicy, async (c) => {
    const { text, revision } = c.req.valid('json');
    return c.json(await here(house).savePolicy(text, revision), 200);
  });
}

function here(house: GatewayHouse | null): GatewayHouse {
  if (house === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host knows of no gateway');
  return house;
}
