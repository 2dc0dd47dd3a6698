/** The archive that the window shows: another takes its place once it is open, so that what cannot be opened costs nothing. */
import { createApp } from '../app.ts';
import type { DesktopParts } from '../api/desktop.ts';
import type { Following } from '../approval-desk.ts';
import type { GatewayNamed } from '../gateway-desk.ts';
import { secured } from '../hosts/headers.ts';
import { isApi } from '../hosts/origin.ts';
import { serveFile } from '../hosts/static-files.ts';
import type { Package } from '../package.ts';
import { EVERYTHING } from '../../shared/api/permission.ts';
import { StartDesk, type Turn } from '../start-desk.ts';
import { openServices, type Services } from '../services.ts';
import type { OwnGateway } from './own-gateway.ts';
import { HOST, ORIGIN } from './policy.ts';

/** Which archive, and what belongs to it. */
export interface Showing {
  /** null: none yet; the window says where one can begin. */
  readonly archive: string | null;
  readonly gateway: GatewayNamed;
  readonly case: string | null;
}

export interface ServedOptions {
  readonly here: Package;
  readonly desktop: DesktopParts;
  readonly gateway: Pick<OwnGateway, 'runner' | 'keychain'>;
  /** Shows what a person chose in the window, which loads anew by itself. Rejects as {@link Served.show}. */
  readonly turn: (turn: Turn) => Promise<void>;
  /** Shows where a person signs in. */
  readonly openUrl: (url: string) => void;
  readonly say: (line: string) => void;
}

/** The demo is made of programs that are started by Node. */
const NO_DEMO = { state: 'unavailable', problem: null, start: () => undefined } as const;

interface Open {
  readonly showing: Showing;
  readonly services: Services;
  readonly api: (request: Request) => Promise<Response>;
  readonly closing: AbortController;
}

export class Served {
  readonly #options: ServedOptions;
  #open: Open | null = null;

  constructor(options: ServedOptions) {
    this.#options = options;
  }

  /** What is shown; null before the first. */
  get showing(): Showing | null {
    return this.#open?.showing ?? null;
  }

  /** Opens an archive, then closes the one before. Rejects as {@link openServices}; the one before stays then. */
  async show(showing: Showing): Promise<void> {
    const { here, desktop, gateway: own, openUrl, say, turn } = this.#options;
    const { runner, keychain } = own;
    const services = await openServices({
      ...showing,
      say,
      sayStanding: () => {},
      openUrl,
      runner,
      keychain,
    });
    const { archive, gateway } = showing;
    const start = new StartDesk({ archive, config: gateway.config, turn, demo: NO_DEMO, env: process.env });
    const closing = new AbortController();
    const api = createApp({
      ...services.parts,
      kind: 'electron',
      version: here.version,
      // Whoever holds this window is the person at this desktop.
      authorise: () => EVERYTHING,
      desktop,
      start,
      closing: closing.signal,
      report: (error) => say(`INTERNAL: ${String(error)}`),
    });
    const before = this.#open;
    this.#open = { showing, services, api, closing };
    await end(before);
  }

  /** Answers every request of the window's scheme. */
  async answer(request: Request): Promise<Response> {
    if (new URL(request.url).host !== HOST) return new Response(null, { status: 404 });
    const origin = request.headers.get('origin');
    // Its pages load no frames, and no other page reaches this scheme: what says that it is another is answered nothing.
    if (origin !== null && origin !== ORIGIN) return new Response(null, { status: 403 });
    if (!isApi(request.url)) return secured(await serveFile(this.#options.here.renderer, request));
    return secured(await (this.#open?.api(request) ?? new Response(null, { status: 503 })));
  }

  /** Leads the window somewhere; false when no window listens. */
  go(address: string): boolean {
    const news = this.#open?.services.parts.news;
    if (news === undefined || news.followers === 0) return false;
    news.tell('desktop', { address });
    return true;
  }

  /** The held statements of the gateway that is known now; null before the first archive. */
  followInbox(): Following | null {
    return this.#open?.services.parts.desk.follow() ?? null;
  }

  async close(): Promise<void> {
    const before = this.#open;
    this.#open = null;
    await end(before);
  }
}

async function end(open: Open | null): Promise<void> {
  open?.closing.abort();
  await open?.services.close();
}
