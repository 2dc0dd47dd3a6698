/**
 * A store whose index cannot be asked: lists are answered from what of the store is on hand, which is said, until the index is back.
 * What the index cannot tell anyway (events, proofs) goes on as it was.
 */
import { ArchiveError, type ArchiveReader, type StoreDesk } from '../gateway/archive/archive.ts';
import type { StoreStatus } from '../shared/api/store.ts';

/** The index is asked again after so long, ms. */
const AGAIN_MS = 10_000;

export interface WithoutIndex {
  /** Opens the store without it. */
  readonly direct: () => Promise<ArchiveReader>;
  /** Why the store itself cannot be asked, as was seen last. */
  readonly storeAway: () => string | null;
  /** ms, going on. */
  readonly now: () => number;
}

/** Closing it closes both. */
export function withoutIndex(indexed: ArchiveReader, options: WithoutIndex): ArchiveReader {
  const standing = new Standing(options);
  const listing = async <T>(ask: (reader: ArchiveReader) => Promise<T>): Promise<T> => {
    if (standing.isIndexDue())
      try {
        const answer = await ask(indexed);
        standing.indexAnswered();
        return answer;
      } catch (error) {
        if (!standing.indexFailed(error)) throw error;
      }
    return ask(await standing.direct());
  };
  return {
    ...indexed,
    info: async () => {
      const info = await listing((reader) => reader.info());
      return { ...info, store: true };
    },
    sessions: (request) => listing((reader) => reader.sessions(request)),
    statements: (request) => listing((reader) => reader.statements(request)),
    facets: (filter, signal) => listing((reader) => reader.facets(filter, signal)),
    session: (id) => listing((reader) => reader.session(id)),
    changedSince: (events) => listing((reader) => reader.changedSince(events)),
    store: standing.desk,
    close: async () => {
      await standing.close();
      await indexed.close();
    },
  };
}

class Standing {
  readonly #options: WithoutIndex;
  #why: string | null = null;
  #since = 0;
  #direct: Promise<ArchiveReader> | null = null;

  constructor(options: WithoutIndex) {
    this.#options = options;
  }

  isIndexDue(): boolean {
    return this.#why === null || this.#options.now() - this.#since >= AGAIN_MS;
  }

  indexAnswered(): void {
    this.#why = null;
  }

  /** Whether it is away: any other failure is the question's own. */
  indexFailed(error: unknown): boolean {
    if (!(error instanceof ArchiveError) || error.code !== 'UNREACHABLE') return false;
    this.#why = error.message;
    this.#since = this.#options.now();
    return true;
  }

  /** Rejects with why the index is away where the store cannot be opened without it. */
  direct(): Promise<ArchiveReader> {
    if (this.#direct === null) {
      const opening = this.#options.direct();
      this.#direct = opening;
      opening.catch(() => (this.#direct = null));
    }
    return this.#direct;
  }

  get desk(): StoreDesk {
    const desk = async () => (this.#why === null ? undefined : (await this.direct()).store);
    return {
      status: async (filter) => {
        const status = (await (await desk())?.status(filter)) ?? ALL_HERE;
        return { ...status, away: status.away ?? this.#options.storeAway(), indexAway: this.#why };
      },
      fetch: async (filter) => (await desk())?.fetch(filter),
      cancel: async () => (await desk())?.cancel(),
      whyUnread: async (session) => (await (await desk())?.whyUnread(session)) ?? null,
    };
  }

  async close(): Promise<void> {
    const opened = await this.#direct?.catch(() => null);
    await opened?.close();
  }
}

/** Of a store whose index answers for all of it. */
const ALL_HERE: StoreStatus = {
  away: null,
  indexAway: null,
  gateways: [],
  bundles: { fetched: 0, known: 0, unread: 0 },
  since: null,
  until: null,
  longSessions: 0,
  cutSessions: 0,
  matching: { bundles: 0, bytes: 0, unread: 0 },
  work: null,
  failed: null,
  unread: null,
};
