/** Filters used before, newest first, kept by this browser. */

const STORED = 'auditorium.filters';

/** Enough to scroll back through a day of work. */
const KEPT = 50;

/** `history` with `filter` in front; the empty filter is not worth keeping. */
export function withFilter(history: readonly string[], filter: string): string[] {
  const text = filter.trim();
  if (text === '') return [...history];
  return [text, ...history.filter((other) => other !== text)].slice(0, KEPT);
}

export function readHistory(): string[] {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(STORED) ?? '[]');
    return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string').slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export function remember(filter: string): void {
  window.localStorage.setItem(STORED, JSON.stringify(withFilter(readHistory(), filter)));
}
