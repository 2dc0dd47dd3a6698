/** What the person keeps between windows. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { PreferencesStore } from '../preferences-file.ts';

export function servePreferences(app: OpenAPIHono, preferences: PreferencesStore): void {
  app.openapi(ROUTES.preferences, (c) => c.json(preferences.read(), 200));
  app.openapi(ROUTES.keepPreferences, (c) => c.json(preferences.change(c.req.valid('json').change), 200));
}
