/** Finds findings by what is typed: their number, or words of their titles. */
import type { Finding } from '../../shared/findings/finding.ts';

/** Findings that are closed stand behind the others. */
const CLOSED = new Set<Finding['status']>(['resolved', 'dismissed']);

/** Those that fit, the one that was used last first, then the newest that are open. */
export function findFindings(findings: readonly Finding[], typed: string, last: string | null): Finding[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const rank = ({ id, status }: Finding): number => (id === last ? 0 : CLOSED.has(status) ? 2 : 1);
  return findings
    .filter(({ number, title }) =>
      words.every(
        (word) => word === `#${number}` || word === String(number) || title.toLowerCase().includes(word),
      ),
    )
    .toSorted((a, b) => rank(a) - rank(b) || b.number - a.number);
}
