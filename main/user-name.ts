/** Who runs this, by the system's word. */
import { userInfo } from 'node:os';

/** The system's user, who may have no name of their own, as in a container: then by number. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
