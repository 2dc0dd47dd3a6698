/** Tells windows how far the archive is behind its gateway, while any is open. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayNews } from '../shared/api/routes.ts';
import type { GatewayOperator } from './gateway-operator.ts';
import type { NewsFeed } from './news-feed.ts';

/** Between two questions, ms: a gateway that keeps up is behind for a quarter of that. */
const ASK_MS = 1_000;

const SILENT: GatewayNews = { answers: false, unshipped: 0, lag: 0 };

export class GatewayLag {
  readonly #operator: Pick<GatewayOperator, 'lag'>;
  readonly #news: NewsFeed;
  readonly #askMs: number;
  #followers = 0;
  #running: AbortController | null = null;
  #told = '';

  constructor(operator: Pick<GatewayOperator, 'lag'>, news: NewsFeed, askMs = ASK_MS) {
    this.#operator = operator;
    this.#news = news;
    this.#askMs = askMs;
  }

  /** The gateway is asked until the last who follows has called what this returns. */
  follow(): () => void {
    this.#followers++;
    this.#told = ''; // a window that comes knows nothing yet
    if (this.#running === null) void this.#run();
    return () => {
      this.#followers--;
      if (this.#followers > 0) return;
      this.#running?.abort();
      this.#running = null;
    };
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    while (!running.signal.aborted) {
      const lag = await this.#operator.lag().catch(() => SILENT);
      const said = JSON.stringify(lag);
      if (said !== this.#told && !running.signal.aborted) this.#news.tell('gateway', lag);
      this.#told = said;
      await sleep(this.#askMs, undefined, { signal: running.signal }).catch(() => undefined);
    }
  }
}
