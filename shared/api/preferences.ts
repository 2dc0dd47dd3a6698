/** What a person keeps between windows: filters and views by name, and how their lists look. In a file of the user folder. */
import { z } from './zod.ts';

const Name = z.string().min(1).max(80);
const FilterText = z.string().max(4000);

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

/** A filter under a name; a filter is text. */
export const SavedFilter = z.object({ name: Name, filter: FilterText });
export type SavedFilter = z.infer<typeof SavedFilter>;

/** A list as it was looked at: filter, order and columns. Its name is its own within the list. */
export const SavedView = z.object({
  name: Name,
  list: z.enum(LIST_NAMES),
  filter: FilterText,
  sort: z.string().max(40),
  columns: ColumnLayout,
});
export type SavedView = z.infer<typeof SavedView>;

/** More names than anybody finds anything among. */
export const MAX_FILTERS = 500;
export const MAX_VIEWS = 200;
/** Enough to walk back through weeks of work. */
export const MAX_HISTORY = 200;
export const MAX_COMMANDS = 30;

export const Preferences = z
  .object({
    filters: z.array(SavedFilter).max(MAX_FILTERS),
    views: z.array(SavedView).max(MAX_VIEWS),
    /** How each list looks when nothing says otherwise. */
    columns: z.partialRecord(z.enum(LIST_NAMES), ColumnLayout),
    /** Earlier filters, newest first. */
    history: z.array(FilterText).max(MAX_HISTORY),
    /** Ids of commands run from the palette, the last one first. */
    commands: z.array(z.string().max(200)).max(MAX_COMMANDS),
  })
  .openapi('Preferences');
export type Preferences = z.infer<typeof Preferences>;

export const NO_PREFERENCES: Preferences = { filters: [], views: [], columns: {}, history: [], commands: [] };

/** Preferences as the host keeps them. */
export const KeptPreferences = Preferences.extend({
  problem: z
    .string()
    .nullable()
    .describe('why earlier ones are not there, and where they were set aside; null: they are'),
}).openapi('KeptPreferences');
export type KeptPreferences = z.infer<typeof KeptPreferences>;

/** One thing to keep or to forget; all else stays as other windows left it. */
export const PreferencesChange = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('saveFilter'), filter: SavedFilter }),
    z.object({ kind: z.literal('renameFilter'), name: Name, to: Name }),
    z.object({ kind: z.literal('dropFilter'), name: Name }),
    z.object({ kind: z.literal('saveView'), view: SavedView }),
    z.object({ kind: z.literal('renameView'), list: z.enum(LIST_NAMES), name: Name, to: Name }),
    z.object({ kind: z.literal('dropView'), list: z.enum(LIST_NAMES), name: Name }),
    z.object({
      kind: z.literal('columns'),
      list: z.enum(LIST_NAMES),
      columns: ColumnLayout.nullable().describe('null: as they are by default'),
    }),
    z.object({ kind: z.literal('useFilter'), filter: FilterText }),
    z.object({ kind: z.literal('forgetHistory') }),
    z.object({ kind: z.literal('useCommand'), id: z.string().max(200) }),
  ])
  .openapi('PreferencesChange');
export type PreferencesChange = z.infer<typeof PreferencesChange>;
