/** Sessions opened in this window, kept as long as its tab: another archive may be open tomorrow. */
import { SessionId } from '../shared/api/session.ts';

const STORED = 'auditorium.recent';

/** As many as a list shows at a glance. */
const KEPT = 12;

/** The last one opened stands in front. */
export function recentSessions(): SessionId[] {
  return (window.sessionStorage.getItem(STORED) ?? '')
    .split(' ')
    .flatMap((text) => SessionId.safeParse(text).data ?? []);
}

/** A session was opened. */
export function noteSession(id: SessionId): void {
  const known = recentSessions();
  // Whoever walks through a session notes it with each step.
  if (known[0] === id) return;
  const others = known.filter((other) => other !== id);
  window.sessionStorage.setItem(STORED, [id, ...others].slice(0, KEPT).join(' '));
}
