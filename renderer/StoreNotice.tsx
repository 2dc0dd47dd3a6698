/** Said above lists where not all of a store is here: how much is, what more may match, and how it comes. */
import { useQuery } from '@tanstack/react-query';
import { CloudDownload, CloudOff, KeyRound, TriangleAlert } from 'lucide-react';
import type { StoreStatus } from '../shared/api/store.ts';
import { api, queries } from './api.ts';
import { useOpenArchive } from './integrity/use-integrity.ts';
import { formatBytes, formatCount, formatDateTime, formatNumberOf } from './ui/format.ts';
import { STORE as WORDS } from './words/store.ts';

/** Between two looks at how fetching goes, and where nothing is fetched, ms. */
const WORKING_MS = 400;
const RESTING_MS = 3_000;

/** Above a list with this filter. */
export function StoreNotice({ filter }: { readonly filter: string }) {
  const isStore = useOpenArchive()?.store === true;
  const { data } = useQuery({
    queryKey: ['store', filter],
    queryFn: ({ signal }) => api.storeStatus({ filter }, { signal }),
    enabled: isStore,
    refetchInterval: (query) => (query.state.data?.work ? WORKING_MS : RESTING_MS),
    placeholderData: (before) => before,
  });
  if (!isStore || data === undefined || isAllThere(data)) return null;
  const again = () => void queries.invalidateQueries({ queryKey: ['store'] });
  return (
    <div className="integrity-notice" role="status" aria-label={WORDS.label} data-testid="store">
      <Away away={data.away} title={WORDS.away} means={WORDS.awayMeans} />
      <Away away={data.indexAway} title={WORDS.indexAway} means={WORDS.indexAwayMeans} />
      <OnHand status={data} isFiltered={filter !== ''} />
      {data.unread === null ? null : (
        <span className="mark tone-write">
          <KeyRound size={14} aria-hidden />
          {WORDS.unread(formatNumberOf(data.unread.sessions, 'session'), data.unread.why)}
        </span>
      )}
      {data.work === null ? (
        <Wish status={data} filter={filter} onBegun={again} />
      ) : (
        <Working work={data.work} onStopped={again} />
      )}
      {data.failed === null || data.work !== null ? null : (
        <span className="mark tone-error">
          <TriangleAlert size={14} aria-hidden />
          {WORDS.failed(data.failed)}
        </span>
      )}
    </div>
  );
}

function isAllThere({
  away,
  indexAway,
  bundles,
  longSessions,
  cutSessions,
  work,
  failed,
  unread,
}: StoreStatus): boolean {
  const isQuiet = away === null && indexAway === null && work === null && failed === null && unread === null;
  return (
    isQuiet && bundles.unread === 0 && bundles.fetched === bundles.known && longSessions + cutSessions === 0
  );
}

interface AwayProps {
  readonly away: string | null;
  readonly title: string;
  readonly means: (why: string) => string;
}

function Away({ away, title, means }: AwayProps) {
  if (away === null) return null;
  return (
    <>
      <span className="mark tone-write">
        <CloudOff size={14} aria-hidden />
        <b>{title}</b>
      </span>
      <span>{means(away)}</span>
    </>
  );
}

/** How much is here, and what else may match. */
function OnHand({ status, isFiltered }: { readonly status: StoreStatus; readonly isFiltered: boolean }) {
  const { bundles, since, matching, longSessions, cutSessions } = status;
  const known =
    bundles.unread === 0
      ? formatNumberOf(bundles.known, 'bundle')
      : WORDS.orMore(formatCount(bundles.known + bundles.unread));
  const parts = [
    WORDS.here(formatCount(bundles.fetched), known),
    since === null ? WORDS.sinceNothing : WORDS.since(formatDateTime(since)),
    ...(isFiltered ? [matchingWords(matching)] : []),
    ...(longSessions === 0 ? [] : [WORDS.long(formatNumberOf(longSessions, 'session'))]),
    ...(cutSessions === 0 ? [] : [WORDS.cut(formatNumberOf(cutSessions, 'session'))]),
  ];
  if (bundles.known === 0) return null;
  return (
    <span>
      <CloudDownload size={14} aria-hidden className="store-icon" /> {parts.join(' · ')}
    </span>
  );
}

function matchingWords({ bundles, bytes, unread }: StoreStatus['matching']): string {
  if (bundles > 0) return WORDS.mayMatch(formatCount(bundles), formatBytes(bytes));
  return unread > 0 ? WORDS.olderMayMatch : WORDS.noneMatches;
}

interface WishProps {
  readonly status: StoreStatus;
  readonly filter: string;
  readonly onBegun: () => void;
}

function Wish({ status: { away, matching }, filter, onBegun }: WishProps) {
  if (away !== null || matching.bundles + matching.unread === 0) return null;
  return (
    <button
      type="button"
      className="value-button"
      onClick={() => void api.fetchStore({ filter }).finally(onBegun)}
    >
      {filter === '' ? WORDS.fetchOlder : WORDS.fetchMatching}
    </button>
  );
}

interface WorkingProps {
  readonly work: NonNullable<StoreStatus['work']>;
  readonly onStopped: () => void;
}

function Working({ work: { bundles, bytes, most }, onStopped }: WorkingProps) {
  return (
    <>
      <progress className="store-progress" max={most ?? undefined} value={bytes} aria-label={WORDS.label} />
      <span>
        {WORDS.fetching(formatNumberOf(bundles, 'bundle'), formatBytes(bytes), formatBytes(most ?? 0))}
      </span>
      <button
        type="button"
        className="value-button"
        onClick={() => void api.stopFetching().finally(onStopped)}
      >
        {WORDS.stop}
      </button>
    </>
  );
}
