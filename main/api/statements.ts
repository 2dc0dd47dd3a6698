/** Statements of all sessions, or of one. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import { filterOf } from './filter.ts';

export function serveStatements(app: OpenAPIHono, reader: Pick<ArchiveReader, 'statements'>): void {
  app.openapi(ROUTES.statements, async (c) => {
    const { filter, ...page } = c.req.valid('query');
    return c.json(await reader.statements({ ...page, filter: filterOf(filter) }), 200);
  });
}
