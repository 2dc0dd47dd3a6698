/** What only a desktop has: dialogs of the system, a gateway that runs with the app. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';

export interface DesktopParts {
  /** Asks the person for another archive and shows it; resolves to whether they chose one. */
  readonly chooseArchive: () => Promise<boolean>;
}

export function serveDesktop(app: OpenAPIHono, desktop: DesktopParts | null): void {
  app.openapi(ROUTES.chooseArchive, async (c) => {
    if (desktop === null) {
      throw new ApiError('NOT_AVAILABLE_HERE', 'For another archive run: auditorium open PATH');
    }
    return c.json({ chosen: await desktop.chooseArchive() }, 200);
  });
}
