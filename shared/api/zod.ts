/**
 * zod as every schema of the API uses it. Compiling schemas with `new Function` is switched off before the first one is
 * made: the window's Content-Security-Policy forbids it.
 */
import { createRoute, z } from '@hono/zod-openapi';

z.config({ jitless: true });

export { createRoute, z };
