/** What the host tells every window beside the archive and the inbox: each kind of news goes to whoever follows at that moment. */
import type { Integrity } from '../shared/api/integrity.ts';
import type { CaseNews, DesktopNews, ExportNews, GatewayNews, TrialNews } from '../shared/api/routes.ts';
import type { FleetView } from '../shared/api/fleet.ts';
import type { GatewayStatus } from '../shared/api/gateway-status.ts';

/** News by the name that the live stream gives them. */
export interface NewsByKind {
  readonly integrity: Integrity;
  readonly case: CaseNews;
  readonly export: ExportNews;
  readonly gateway: GatewayNews;
  readonly desktop: DesktopNews;
  readonly gatewayStatus: GatewayStatus;
  readonly trial: TrialNews;
  readonly fleet: FleetView;
}
type NewsKind = keyof NewsByKind;

/** One piece of news. */
export interface ToldNews {
  readonly kind: NewsKind;
  readonly data: NewsByKind[NewsKind];
}

/** News gathered for one window. */
export interface NewsFollowing {
  /** What came since the last call. */
  take(): ToldNews[];
  close(): void;
}

export class NewsFeed {
  readonly #followers = new Set<ToldNews[]>();

  /** How many windows listen. */
  get followers(): number {
    return this.#followers.size;
  }

  /** From now on; how things stand already is asked by the routes. */
  follow(): NewsFollowing {
    const news: ToldNews[] = [];
    this.#followers.add(news);
    return {
      take: () => news.splice(0),
      close: () => {
        this.#followers.delete(news);
      },
    };
  }

  /** Of news of one kind that nobody has taken yet, only exports differ: of the others the last one says all. */
  tell<K extends NewsKind>(kind: K, data: NewsByKind[K]): void {
    for (const follower of this.#followers) {
      const earlier = kind === 'export' ? -1 : follower.findIndex((told) => told.kind === kind);
      if (earlier >= 0) follower.splice(earlier, 1);
      follower.push({ kind, data });
    }
  }
}
