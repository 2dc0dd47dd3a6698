/** How what somebody sent stands, in one line. */
import type { ForeignStanding } from '../shared/api/foreign.ts';
import { counted } from '../shared/recording/describe.ts';

/** Digits of a key that tell it from others. */
const SHORT = 16;

export function standingLine(path: string, standing: ForeignStanding): string {
  const { verdict, keys, unknownKeys, found, findings, leftOut, kind } = standing;
  const copy = `opened a private copy of ${path}${kind === 'bundle' ? ' (a bundle: the sessions that somebody chose)' : ''}`;
  const by = keys.length > 0 ? ` by key ${shortened(keys)}` : '';
  const unknown =
    verdict === 'UNKNOWN_KEY' && unknownKeys.length > 0 ? ` (it names ${shortened(unknownKeys)})` : '';
  const gravest = findings.find((finding) => finding.verdict === verdict);
  const why = gravest === undefined || verdict === 'UNKNOWN_KEY' ? '' : `: ${gravest.message}`;
  const left =
    leftOut === 0
      ? ''
      : `; ${counted(leftOut, 'event')} did not verify, or cannot be read, and ${leftOut === 1 ? 'is' : 'are'} not shown`;
  const more = found > 1 ? `; auditorium verify tells all ${found} findings` : '';
  return `${copy}: ${verdict}${by}${unknown}${why}${left}${more}`;
}

function shortened(keys: readonly string[]): string {
  return keys.map((key) => key.slice(0, SHORT)).join(', ');
}
