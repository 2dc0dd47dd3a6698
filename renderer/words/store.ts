/** Words for what is on hand here of a store that is read from afar. */
export const STORE = {
  label: 'What of the store is here',
  all: 'All of the store is here.',
  here: (fetched: string, known: string) => `${fetched} of ${known} are here`,
  /** Manifests that were not read name one bundle or more each. */
  orMore: (count: string) => `${count} or more bundles`,
  since: (time: string) => `all since ${time} UTC`,
  sinceNothing: 'not even the newest yet',
  from: (gateways: string) => `from ${gateways}`,
  mayMatch: (bundles: string, bytes: string) => `${bundles} more (${bytes}) may match`,
  olderMayMatch: 'older ones may match',
  noneMatches: 'nothing else in the store matches',
  fetchOlder: 'Fetch older',
  fetchMatching: 'Fetch what may match',
  stop: 'Stop',
  fetching: (bundles: string, bytes: string, most: string) =>
    `fetching: ${bundles}, ${bytes} of ${most} at most`,
  failed: (why: string) => `Fetching ended early: ${why}`,
  away: 'Store away',
  awayMeans: (why: string) => `${why} · What is here is shown; it is tried again.`,
  indexAway: 'Index away',
  indexAwayMeans: (why: string) => `${why} · Lists are made of what is here; it is tried again.`,
  unread: (sessions: string, why: string) => `Values of ${sessions} cannot be read here: ${why}`,
  long: (sessions: string) => `${sessions} of very many bundles left out: open them by their id`,
  cut: (sessions: string) => `${sessions} left out, as events of them are missing in the store`,
} as const;
