/** What of a store is on hand here, and how more comes. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader, StoreDesk } from '../../gateway/archive/archive.ts';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import { filterOf } from './filter.ts';

export function serveStore(app: OpenAPIHono, { store }: Pick<ArchiveReader, 'store'>): void {
  app.openapi(ROUTES.storeStatus, async (c) =>
    c.json(await deskOf(store).status(filterOf(c.req.valid('query').filter)), 200),
  );
  app.openapi(ROUTES.fetchStore, async (c) => {
    await deskOf(store).fetch(filterOf(c.req.valid('json').filter));
    return c.json({}, 200);
  });
  app.openapi(ROUTES.stopFetching, async (c) => {
    await deskOf(store).cancel();
    return c.json({}, 200);
  });
}

function deskOf(store: StoreDesk | undefined): StoreDesk {
  if (store === undefined) throw new ApiError('NOT_AVAILABLE_HERE', 'all of this archive is here');
  return store;
}
