/** What a host reads where no archive is open: nothing. So that a window can be looked around in, and a gateway be run from it. */
import { ArchiveError, type ArchiveReader } from '../gateway/archive/archive.ts';
import { FACET_FIELDS, type ArchiveInfo, type Facets } from '../shared/api/session.ts';

const INFO: ArchiveInfo = {
  path: '',
  volumes: 0,
  sessions: 0,
  statements: 0,
  events: 0,
  first: null,
  last: null,
  behind: 0,
  foreign: null,
};

const NO_PAGE = { items: [], next: null, total: 0 };

/** A reader of no archive. */
export function emptyReader(): ArchiveReader {
  return {
    info: async () => INFO,
    sessions: async () => ({ ...NO_PAGE }),
    statements: async () => ({ ...NO_PAGE }),
    facets: async () => noFacets(),
    session: async () => null,
    steps: async () => ({ ...NO_PAGE }),
    outline: () => Promise.reject(nothingOpen()),
    recordingKey: () => Promise.reject(nothingOpen()),
    segments: async () => [],
    segmentsAround: async () => ({ first: 0, items: [] }),
    segment: async () => null,
    changedSince: async () => [],
    logs: async () => [],
    logSegments: async () => [],
    logSegment: async () => null,
    subtrees: async () => [],
    cosigned: async () => null,
    redactions: async () => [],
    close: async () => undefined,
  };
}

function noFacets(): Facets {
  const fields = Object.fromEntries(FACET_FIELDS.map((field) => [field, []])) as unknown as Facets['fields'];
  return { fields, histogram: { from: 0, bucket: 60_000_000, counts: [] }, total: 0, whole: true };
}

function nothingOpen(): ArchiveError {
  return new ArchiveError('NOT_FOUND', 'no archive is open');
}
