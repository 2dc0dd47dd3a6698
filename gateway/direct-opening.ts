/**
 * Opens a store without an index: a process of its own fetches and folds, and what is on hand by then is read as any archive is. What
 * a question lacks is said, not waited for; a single session that is asked for by its id is fetched.
 */
import { join } from 'node:path';
import { SessionId, type StatementRow } from '../shared/api/session.ts';
import type { Page } from '../shared/api/page.ts';
import type { StoreStatus } from '../shared/api/store.ts';
import { ArchiveError, type ArchiveReader, type StoreDesk } from './archive/archive.ts';
import { startChild, type Child } from './archive/child.ts';
import { TEXT_GONE } from './archive/fold/shown-text.ts';
import { openArchive } from './archive/sqlite/open.ts';
import { fileURLToPath } from 'node:url';
import type { DirectAnswer, DirectAsked, DirectRequest, DirectTold } from './direct-protocol.ts';
import { entryModule } from './entry-module.ts';
import { UnreadSessions } from './remote/direct/unread-sessions.ts';

/** A session that the store has not got is not looked for again within so long, ms. */
const MISSED_MS = 30_000;

/** A process that ended is started again after so long, ms. */
const AGAIN_MS = 2_000;

/** Proofs of what is in a store. */
type ProofReader = Pick<ArchiveReader, 'logs' | 'subtrees' | 'cosigned' | 'redactions'>;

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;
type Question = Unnumbered<DirectAsked>;

/** `name` is how a person calls the store; `evidence` proves what is in it. Rejects with ArchiveError. */
export async function openDirect(
  name: string,
  request: DirectRequest,
  evidence: ProofReader,
): Promise<ArchiveReader> {
  const fetcher = new Fetcher(request);
  try {
    const folder = await fetcher.open();
    const reader = await openArchive(folder);
    return {
      ...reader,
      info: async () => ({ ...(await reader.info()), path: name, store: true }),
      statements: async (asked) => withoutKeys(await reader.statements(asked), fetcher.unread),
      session: async (id) =>
        (await reader.session(id)) ?? ((await fetcher.need(id)) ? reader.session(id) : null),
      // What proves events is in the store alone: of volumes with gaps nothing can be proved.
      logs: () => evidence.logs(),
      subtrees: (log, subtrees) => evidence.subtrees(log, subtrees),
      cosigned: (log, index) => evidence.cosigned(log, index),
      redactions: (log) => evidence.redactions(log),
      store: fetcher.desk,
      close: async () => {
        fetcher.close();
        await reader.close();
      },
    };
  } catch (error) {
    fetcher.close();
    throw error;
  }
}

/** What lacks its key is not said to be redacted. */
function withoutKeys(page: Page<StatementRow>, unread: ReadonlyMap<string, string>): Page<StatementRow> {
  if (unread.size === 0) return page;
  const shown = (row: StatementRow) =>
    row.text === TEXT_GONE && unread.has(row.session) ? { ...row, text: '(no key here)' } : row;
  return { ...page, items: page.items.map(shown) };
}

class Fetcher {
  readonly #request: DirectRequest;
  readonly #unread: UnreadSessions;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (value: DirectAnswer) => void; readonly reject: (error: Error) => void }
  >();
  readonly #missed = new Map<string, number>();
  #child: Child | null = null;
  #asked = 0;
  #closed = false;
  /** Why nothing is fetched here. */
  #idle: string | null = null;

  constructor(request: DirectRequest) {
    this.#request = request;
    this.#unread = new UnreadSessions(request.here);
  }

  /** By session: why its values are not here. */
  get unread(): ReadonlyMap<string, string> {
    return this.#unread.all;
  }

  get desk(): StoreDesk {
    return {
      status: async (filter) =>
        this.#idle === null
          ? ((await this.#ask({ ask: 'status', filter })) as StoreStatus)
          : idleStatus(this.#idle),
      fetch: async (filter) => {
        if (this.#idle !== null) throw new ArchiveError('BUSY', this.#idle);
        await this.#ask({ ask: 'fetch', filter });
      },
      cancel: async () => {
        if (this.#idle === null) await this.#ask({ ask: 'cancel' });
      },
      whyUnread: (session) => Promise.resolve(this.unread.get(session) ?? null),
    };
  }

  /** The folder of volumes. Where another process fetches already, what it has is read. */
  async open(): Promise<string> {
    this.#start();
    try {
      const folder = await this.#ask({ ask: 'open', request: this.#request });
      return typeof folder === 'string' ? folder : '';
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'BUSY') throw error;
      this.#idle = `${error.message}: what it has is shown here, and more can be asked for there`;
      return join(this.#request.here, 'volumes');
    }
  }

  /** Whether a session is on hand once it was looked for. */
  async need(id: string): Promise<boolean> {
    const now = performance.now();
    if (this.#idle !== null || !SessionId.safeParse(id).success) return false;
    if (now - (this.#missed.get(id) ?? -Infinity) < MISSED_MS) return false;
    const found = (await this.#ask({ ask: 'need', session: id }).catch(() => false)) === true;
    if (!found) this.#missed.set(id, now);
    return found;
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill();
  }

  #start(): void {
    const child = startChild(fileURLToPath(entryModule(import.meta.url, 'direct-process')), []);
    this.#child = child;
    child.on('message', (told: DirectTold) => {
      const waiting = this.#waiting.get(told.id);
      this.#waiting.delete(told.id);
      if ('value' in told) waiting?.resolve(told.value);
      else
        waiting?.reject(
          told.code === null ? new Error(told.message) : new ArchiveError(told.code, told.message),
        );
    });
    child.once('exit', () => this.#lost(child));
    child.once('error', () => this.#lost(child));
  }

  /** What was fetched is there still; the process is started again. */
  #lost(child: Child): void {
    if (this.#child !== child) return;
    this.#child = null;
    for (const { reject } of this.#waiting.values())
      reject(new ArchiveError('BUSY', 'the process that fetches from the store ended; it starts again'));
    this.#waiting.clear();
    if (this.#closed || this.#idle !== null) return;
    setTimeout(() => {
      if (this.#closed) return;
      this.#start();
      this.#ask({ ask: 'open', request: this.#request }).catch(() => undefined);
    }, AGAIN_MS).unref();
  }

  #ask(question: Question): Promise<DirectAnswer> {
    const child = this.#child;
    if (child === null)
      return Promise.reject(new ArchiveError('BUSY', 'the process that fetches from the store starts again'));
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.send({ id, ...question });
    });
  }
}

/** Of a store that another process fetches from. */
function idleStatus(why: string): StoreStatus {
  return {
    away: why,
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
}
