/** What this host is, and what archive it has open. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import { filterOf } from './filter.ts';

/** Which host serves: it decides how one signs in and what a desktop has. */
export interface HostFacts {
  readonly kind: 'browser' | 'electron' | 'server';
  readonly version: string;
}

export function serveArchive(app: OpenAPIHono, reader: ArchiveReader, { kind, version }: HostFacts): void {
  app.openapi(ROUTES.host, (c) => c.json({ kind, version }, 200));
  app.openapi(ROUTES.archive, async (c) => c.json(await reader.info(), 200));
  app.openapi(ROUTES.facets, async (c) =>
    c.json(await reader.facets(filterOf(c.req.valid('query').filter), c.req.raw.signal), 200),
  );
}
