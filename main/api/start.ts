/** Where one can begin, and other archives and gateways to show. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { StartDesk } from '../start-desk.ts';

/** `desk` is null where one archive is shown and no other. */
export function serveStart(app: OpenAPIHono, desk: StartDesk | null, reader: ArchiveReader): void {
  app.openapi(ROUTES.startPoints, async (c) => {
    if (desk !== null) return c.json(desk.points(), 200);
    const { path } = await reader.info();
    return c.json(
      {
        archive: path,
        recent: [],
        configuration: null,
        opens: false,
        demo: 'unavailable' as const,
        demoProblem: null,
        suggested: '',
      },
      200,
    );
  });
  app.openapi(ROUTES.openArchive, async (c) =>
    c.json({ archive: await here(desk).open(c.req.valid('json').path) }, 200),
  );
  app.openapi(ROUTES.startDemo, (c) => {
    here(desk).beginDemo();
    return c.json(here(desk).points(), 200);
  });
  app.openapi(ROUTES.takeConfiguration, async (c) =>
    c.json({ file: await here(desk).takeConfiguration(c.req.valid('json').path) }, 200),
  );
  app.openapi(ROUTES.writeConfiguration, async (c) => {
    const { path, ...settings } = c.req.valid('json');
    return c.json({ file: await here(desk).writeConfiguration(path, settings) }, 200);
  });
}

function here(desk: StartDesk | null): StartDesk {
  if (desk === null)
    throw new ApiError(
      'NOT_AVAILABLE_HERE',
      'this host shows one archive; start another with auditorium open',
    );
  return desk;
}
