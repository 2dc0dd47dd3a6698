/** One answer to a query: keyset pages, so that a page deep in a million hits costs as much as the first. */
import { z } from './zod.ts';

/** Rows a page holds when the client does not say. */
export const DEFAULT_LIMIT = 100;
/** Rows a page holds at most. */
export const MAX_LIMIT = 500;

export const Limit = z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT);

/** A page of items; `next` is the cursor of the page after it, null at the end; cursors are opaque. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable(),
    total: z.number().int().nullable(),
    offset: z
      .number()
      .int()
      .optional()
      .describe('how many stand before the first, where `at` asked for a place'),
  });
}

export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
  /** How many there are in all; null where counting would cost more than the page. */
  readonly total: number | null;
  /** How many stand before the first, where a place in the whole was asked for. */
  readonly offset?: number | undefined;
}
