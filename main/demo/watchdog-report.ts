/** What the watchdog (watchdog.ts) tells its parent, once: that the server runs, or why it does not. */
import { z } from 'zod';

export const WatchdogReport = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('ready'),
    port: z.number().int(),
    /** The superuser's. */
    password: z.string(),
    /** Process id of the server. */
    server: z.number().int(),
    /** Everything the server keeps on disk. */
    folder: z.string(),
  }),
  z.object({ state: z.literal('failed'), reason: z.string() }),
]);
export type WatchdogReport = z.infer<typeof WatchdogReport>;
