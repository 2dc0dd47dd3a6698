/** What a person keeps between windows: filters and views by name, and how their lists look. In a file of the user folder. */
import { z } from './zod.ts';

const Name = z.string().min(1).max(80);

/** How the columns of a list stand: in this order, with these widths in px; what is absent takes its default. */
export const ColumnLayout = z.object({
  order: z.array(z.string().max(40)).max(60),
  hidden: z.array(z.string().max(40)).max(60),
  widths: z.record(z.string().max(40), z.number().int().min(24).max(4000)),
});
export type ColumnLayout = z.infer<typeof ColumnLayout>;

/** The lists whose looks are kept. */
export const LIST_NAMES = ['sessions', 'statements'] as const;
export type ListName = (typeof LIST_NAMES)[number];

export const Preferences = z
  .object({
    /** Saved filters; a filter is text. */
    filters: z.array(z.object({ name: Name, filter: z.string().max(4000) })).max(500),
    /** Saved views of a list: filter, order and columns. */
    views: z
      .array(
        z.object({
          name: Name,
          list: z.enum(LIST_NAMES),
          filter: z.string().max(4000),
          sort: z.string().max(40),
          columns: ColumnLayout,
        }),
      )
      .max(200),
    /** How each list looks when nothing says otherwise. */
    columns: z.partialRecord(z.enum(LIST_NAMES), ColumnLayout),
    /** Earlier filters, newest first. */
    history: z.array(z.string().max(4000)).max(200),
  })
  .openapi('Preferences');
export type Preferences = z.infer<typeof Preferences>;

export const NO_PREFERENCES: Preferences = { filters: [], views: [], columns: {}, history: [] };
