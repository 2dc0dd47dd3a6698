/** Legal holds as the API has them. */
import { z } from './zod.ts';

/** Who did something about a hold, when (ISO 8601) and why. */
const Word = z.object({ time: z.string(), by: z.string(), reason: z.string() });

export const LegalHold = Word.extend({
  id: z.string(),
  filter: z.string().describe('all that it matches is held; empty: everything'),
  lifted: Word.nullable().describe('null while it holds'),
}).openapi('LegalHold');
export type LegalHold = z.infer<typeof LegalHold>;
