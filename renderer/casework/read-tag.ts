/** Tags as they are typed. */
import { Tag } from '../../shared/findings/annotation.ts';

/** A tag of what was typed, a leading # aside; null when it is none. */
export function readTag(typed: string): string | null {
  const read = Tag.safeParse(typed.trim().replace(/^#/, ''));
  return read.success ? read.data : null;
}
