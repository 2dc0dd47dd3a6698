/**
 * The record of connections that end before anybody is authenticated. Strangers must not be able to fill the spool: they
 * have a budget of bytes of their own, within which each is a refused session, and beyond which they are counted by reason
 * and network (I4).
 */
import type { EventInput } from '../../shared/recording/event.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { connectionName } from './admission.ts';
import { sessionId } from './live-sessions.ts';
import { networkOf } from './network.ts';
import type { Refusal } from './refusal.ts';
import { recordClosed, recordOpened, withoutTokens, type Client, type Opened } from './session-events.ts';
import type { RefusedSession } from './session-context.ts';

/** Bytes that may be spent at once: some hundreds of refused sessions. */
const BUDGET_BYTES = 256 << 10;

/** Bytes that come back each second, about one refused session: at most 22 MiB a day, whatever strangers do. */
const REFILL_BYTES = 256;

/** What the two events of a refused session take beside their texts: heads, ids, times, and the record around them. */
const EVENTS_BYTES = 320;

/** How long refusals are counted before the count is recorded, in milliseconds. */
const COUNT_MS = 10_000;

/** Different counts kept at once; further networks are `elsewhere`, which leaves one more for each reason there is. */
const MAX_COUNTS = 16;

type Counted = EventInput<'refusalsCounted'>;

export interface RefusalsOptions {
  readonly recorder: Recorder;
  /** Told of each that is recorded as a session, and of each count: for the operator's log. */
  readonly onRefused: (refused: RefusedSession) => void;
  readonly onCounted: (counted: Counted) => void;
}

export class Refusals {
  readonly #options: RefusalsOptions;
  #budget = BUDGET_BYTES;
  /** When that was the budget, by the recorder's monotonic clock (ns). */
  #refilled = 0;
  #counts = new Map<string, { readonly reason: string; readonly network: string; count: number }>();
  #since = 0;
  #flush: NodeJS.Timeout | null = null;

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /** Records a refused session, or counts it. */
  record(opened: Opened, client: Client, refusal: Refusal): void {
    const { recorder, onRefused } = this.#options;
    if (recorder.failure !== null) return;
    const { reason, code, postgres } = refusal;
    if (!this.#spend(costOf(opened, client, reason))) {
      this.count(code, client.address);
      return;
    }
    const session = recorder.session();
    recordOpened(session, opened, client, recorder);
    const sqlstate = postgres?.sqlstate ?? null;
    recordClosed(session, recorder, 'refused', sqlstate, reason);
    onRefused({
      session: sessionId({ recorder: session }),
      address: client.address,
      connection: withoutTokens(connectionName(opened)),
      sqlstate,
      code,
      reason: withoutTokens(reason),
    });
  }

  /** Counts a refusal that is no session, such as a CancelRequest with a wrong key. `reason` is one of few. */
  count(reason: string, address: string): void {
    const network = networkOf(address, 24);
    const key = `${reason} ${network}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MAX_COUNTS) this.#counts.set(key, { reason, network, count: 1 });
    else this.#countElsewhere(reason);
    if (this.#flush !== null) return;
    const { clock } = this.#options.recorder;
    clock.read();
    this.#since = clock.wall;
    this.#flush = setTimeout(() => this.flush(), COUNT_MS).unref();
  }

  /** Records the counts so far; to be called before the recorder closes. Never throws. */
  flush(): void {
    if (this.#flush !== null) clearTimeout(this.#flush);
    this.#flush = null;
    const counts = this.#counts;
    this.#counts = new Map();
    try {
      for (const { reason, network, count } of counts.values()) {
        this.#recordCount({ reason, network, count, since: this.#since });
      }
    } catch {
      // Recording has failed, which ends the gateway's service: its owner has been told.
    }
  }

  #recordCount(counted: Counted): void {
    const { recorder, onCounted } = this.#options;
    if (recorder.failure !== null) return;
    recorder.record('refusalsCounted', counted);
    recorder.write();
    onCounted(counted);
  }

  #countElsewhere(reason: string): void {
    const known = this.#counts.get(reason);
    if (known === undefined) this.#counts.set(reason, { reason, network: 'elsewhere', count: 1 });
    else known.count++;
  }

  #spend(bytes: number): boolean {
    const { clock } = this.#options.recorder;
    clock.read();
    const seconds = (clock.monotonic - this.#refilled) / 1e9;
    this.#budget = Math.min(BUDGET_BYTES, this.#budget + seconds * REFILL_BYTES);
    this.#refilled = clock.monotonic;
    if (bytes > this.#budget) return false;
    this.#budget -= bytes;
    return true;
  }
}

function costOf(opened: Opened, client: Client, reason: string): number {
  const texts = [
    connectionName(opened),
    opened.parameters.get('user') ?? '',
    opened.parameters.get('application_name') ?? '',
    client.address,
    reason,
  ];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), EVENTS_BYTES);
}
