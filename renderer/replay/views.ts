/** Which views of the cursor stand side by side. */

/** In the order in which they stand: on the left what was seen, on the right what it was made of. */
export const MAIN_VIEWS = ['terminal', 'transcript', 'result'] as const;
export const SIDE_VIEWS = ['statements', 'inspector'] as const;
export type View = (typeof MAIN_VIEWS)[number] | (typeof SIDE_VIEWS)[number];

/** All of them. */
export const VIEWS: readonly View[] = [...MAIN_VIEWS, ...SIDE_VIEWS];

/** What a session opens with. */
export const FIRST_VIEWS: readonly View[] = ['terminal', 'statements', 'inspector'];

/** Opens a view that is closed and closes one that is open, but for the last: something is always seen. */
export function toggled(open: readonly View[], view: View): readonly View[] {
  if (!open.includes(view)) return VIEWS.filter((known) => known === view || open.includes(known));
  return open.length === 1 ? open : open.filter((known) => known !== view);
}

/** What {@link writeViews} wrote; what is missing, unknown or empty is what a session opens with. */
export function readViews(text: string | null): readonly View[] {
  const words = text?.split(' ') ?? [];
  const open = VIEWS.filter((view) => words.includes(view));
  return open.length === 0 ? FIRST_VIEWS : open;
}

export function writeViews(open: readonly View[]): string {
  return open.join(' ');
}
