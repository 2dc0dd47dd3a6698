/** Text of files, servers and tokens, as it may be shown: on one line, what is invisible made visible. */
import { visibleLine } from '../../shared/replay/visible.ts';

/** No path, message or name that says something is longer. */
const MOST = 4_000;

export function shownLine(text: string, limit: number = MOST): string {
  return visibleLine(text, limit);
}
