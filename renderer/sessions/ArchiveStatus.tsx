/** How much passes the filter, and whether the list is up to date. */
import { CloudDownload, Radio, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { termsOf } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { ArchiveInfo } from '../../shared/api/session.ts';
import { FleetRunning } from '../FleetRunning.tsx';
import { GatewayLag } from '../GatewayLag.tsx';
import { useLiveState } from '../live.ts';
import { formatDateTime, formatNumberOf } from '../ui/format.ts';
import { LISTS } from '../words/lists.ts';

const WORDS = LISTS.status;

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
  const last = archive?.last ? formatDateTime(archive.last) : '–';
  return (
    <>
      {behind > (asksWords ? 0 : FAR_BEHIND) ? (
        <span className="mark tone-write" title={WORDS.whatBehind}>
          <TriangleAlert size={12} aria-hidden />
          {WORDS.behind(formatNumberOf(behind, 'statement'))}
        </span>
      ) : null}
      <GatewayLag />
      <FleetRunning />
      {archive?.fetching === undefined ? null : (
        <span className="mark tone-plain" title={WORDS.whyFetching}>
          <CloudDownload size={12} aria-hidden />
          {fetchingText(archive.fetching)}
        </span>
      )}
      <output
        className="matching"
        aria-label={WORDS.matching(noun)}
        title={atLeast ? WORDS.whyAtLeast : undefined}
        data-testid="matching"
      >
        {matching === null
          ? '…'
          : atLeast
            ? WORDS.atLeast(formatNumberOf(matching, noun))
            : formatNumberOf(matching, noun)}
      </output>
      <span
        className={live === 'lost' ? 'mark tone-error live-mark' : 'mark tone-plain live-mark'}
        title={
          live === 'live'
            ? (isSent ? WORDS.whatCopy : WORDS.whatLive)(archive?.path ?? '', last)
            : live === 'lost'
              ? WORDS.whatLost
              : WORDS.whatConnecting
        }
      >
        <Radio size={12} aria-hidden />
        {live === 'lost'
          ? WORDS.lost
          : live === 'connecting'
            ? WORDS.connecting
            : isSent
              ? WORDS.copy
              : WORDS.live}
      </span>
    </>
  );
}

function isAboutWords(text: string): boolean {
  const { filter } = parseFilter(text);
  return filter !== undefined && termsOf(filter.root).some(({ field }) => field === 'text');
}

function fetchingText({ volume, of, bytes, total }: NonNullable<ArchiveInfo['fetching']>): string {
  return WORDS.fetching(volume, of, Math.floor((100 * bytes) / Math.max(1, total)));
}
