/** Constants in a tree that was cut down (compact-tree.ts). */
import type { Context } from './context.ts';

/** Constants by their places. */
export function constantsOf(
  { constantAt }: Context,
  places: readonly number[],
): { readonly literal: number }[] {
  return places.flatMap((place) => {
    const literal = place < 0 ? null : (constantAt?.(place, true) ?? null);
    return literal === null ? [] : [{ literal }];
  });
}
