/** How much passes the filter, and whether the list is up to date. */
import { CloudDownload, Radio, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { termsOf } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { ArchiveInfo } from '../../shared/api/session.ts';
import { GatewayLag } from '../GatewayLag.tsx';
import { useLiveState } from '../live.ts';
import { formatDateTime, formatNumberOf } from '../ui/format.ts';

interface ArchiveStatusProps {
  readonly archive: ArchiveInfo | undefined;
  /** How many pass the filter; null while it is counted, or where counting costs too much. */
  readonly matching: number | null;
  /** Counting was cut short: there are so many at least. */
  readonly atLeast?: boolean;
  readonly noun: 'session' | 'statement';
  readonly filter: string;
}

/** Words follow statements within a second; more of them than this are told of, whether words are asked for or not. */
const FAR_BEHIND = 1_000;

export function ArchiveStatus({ archive, matching, atLeast = false, noun, filter }: ArchiveStatusProps) {
  const live = useLiveState();
  const asksWords = useMemo(() => isAboutWords(filter), [filter]);
  const behind = archive?.behind ?? 0;
  const isSent = (archive?.foreign ?? null) !== null;
  return (
    <>
      {behind > (asksWords ? 0 : FAR_BEHIND) ? (
        <span
          className="mark tone-write"
          title="free text does not find these statements yet; every other field of the filter does"
        >
          <TriangleAlert size={12} aria-hidden />
          {formatNumberOf(behind, 'statement')} not searchable yet
        </span>
      ) : null}
      <GatewayLag />
      {archive?.fetching === undefined ? null : (
        <span className="mark tone-plain" title="what you asked for needs this volume of the bucket">
          <CloudDownload size={12} aria-hidden />
          {fetchingText(archive.fetching)}
        </span>
      )}
      <output
        className="matching"
        aria-label={`Matching ${noun}s`}
        title={atLeast ? 'counting all would take too long' : undefined}
        data-testid="matching"
      >
        {matching === null ? '…' : `${atLeast ? 'at least ' : ''}${formatNumberOf(matching, noun)}`}
      </output>
      <span
        className={live === 'lost' ? 'mark tone-error live-mark' : 'mark tone-plain live-mark'}
        title={
          live === 'live'
            ? `${isSent ? 'a copy of' : 'live:'} ${archive?.path ?? ''}, last event ${archive?.last ? formatDateTime(archive.last) : '–'} UTC`
            : live === 'lost'
              ? 'Auditorium does not answer; what is shown may be old. Trying again.'
              : 'connecting to the live stream'
        }
      >
        <Radio size={12} aria-hidden />
        {live === 'lost'
          ? 'connection lost'
          : live === 'live'
            ? isSent
              ? 'private copy'
              : 'live'
            : 'connecting'}
      </span>
    </>
  );
}

function isAboutWords(text: string): boolean {
  const { filter } = parseFilter(text);
  return filter !== undefined && termsOf(filter.root).some(({ field }) => field === 'text');
}

function fetchingText({ volume, of, bytes, total }: NonNullable<ArchiveInfo['fetching']>): string {
  return `fetching volume ${volume} of ${of}, ${Math.floor((100 * bytes) / Math.max(1, total))} %`;
}
