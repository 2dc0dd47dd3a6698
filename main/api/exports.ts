/** Exports. What writes them is loaded with the first: formats bring fonts and their own parsers along. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { TakingOut } from './take-out.ts';

export function serveExports(app: OpenAPIHono, reader: ArchiveReader, taking: TakingOut): void {
  app.openapi(ROUTES.takeOut, async (c) => {
    const { takeOut } = await import('./take-out.ts');
    return takeOut(reader, c.req.valid('json'), c.req.raw.signal, taking);
  });
}
