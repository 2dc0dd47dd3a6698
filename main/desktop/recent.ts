/** Archives that were opened, the last one first. */

/** As many as a menu shows without scrolling. */
const MOST = 10;

/** The list with one more that was opened now. */
export function withRecent(recent: readonly string[], archive: string): string[] {
  return [archive, ...recent.filter((other) => other !== archive)].slice(0, MOST);
}

/** The list without one that is not there any more. */
export function withoutRecent(recent: readonly string[], archive: string): string[] {
  return recent.filter((other) => other !== archive);
}
