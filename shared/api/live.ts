/** The client's end of the live stream: reads it, and opens it again when it breaks. */
import { InboxNews } from './approvals.ts';
import { ApiError, readApiError } from './error.ts';
import type { ByteReader, FetchResponse } from './fetch.ts';
import { Integrity } from './integrity.ts';
import { CaseNews, DesktopNews, ExportNews, GatewayNews, News, TrialNews } from './routes.ts';
import { FleetView } from './fleet.ts';
import { GatewayStatus } from './gateway-status.ts';
import { ServerSentDecoder } from './server-sent.ts';

/** What the live stream tells its reader. */
export type LiveEvent =
  | { readonly kind: 'news'; readonly news: News }
  /** Of the approvals inbox. */
  | { readonly kind: 'approvals'; readonly news: InboxNews }
  /** Whether the archive is what was recorded. */
  | { readonly kind: 'integrity'; readonly news: Integrity }
  | { readonly kind: 'case'; readonly news: CaseNews }
  /** How far an export is. */
  | { readonly kind: 'export'; readonly news: ExportNews }
  /** How far the archive is behind its gateway. */
  | { readonly kind: 'gateway'; readonly news: GatewayNews }
  /** Somewhere to go, from outside the window. */
  | { readonly kind: 'desktop'; readonly news: DesktopNews }
  /** How the gateway is, while somebody looks at it. */
  | { readonly kind: 'gatewayStatus'; readonly news: GatewayStatus }
  /** How the gateways are that dial this host. */
  | { readonly kind: 'fleet'; readonly news: FleetView }
  /** How far a policy’s trial is. */
  | { readonly kind: 'trial'; readonly news: TrialNews }
  /** The stream broke; it is tried again in `retryIn` milliseconds. */
  | { readonly kind: 'lost'; readonly error: ApiError; readonly retryIn: number };

/** Pauses between tries, in milliseconds: short enough for a restart of the host, long enough not to hammer it. */
const BACK_OFF = [250, 500, 1_000, 2_000, 5_000, 10_000] as const;

export interface LiveSource {
  /** Opens the stream with further request headers. */
  readonly open: (headers: Record<string, string>) => Promise<FetchResponse>;
  readonly wait: (ms: number) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

export async function* readLive({
  open,
  wait,
  signal,
}: LiveSource): AsyncGenerator<LiveEvent, void, undefined> {
  let lastId = '';
  let failures = 0;
  for (;;) {
    if (signal?.aborted) return;
    try {
      const response = await open(lastId === '' ? {} : { 'last-event-id': lastId });
      for await (const event of newsIn(response)) {
        failures = 0;
        if (event.kind === 'news') lastId = event.id;
        yield event.kind === 'news' ? { kind: 'news', news: event.news } : event;
      }
      throw new ApiError('UNREACHABLE', 'the live stream ended');
    } catch (cause) {
      if (signal?.aborted) return;
      const error =
        cause instanceof ApiError ? cause : new ApiError('UNREACHABLE', 'the live stream broke', { cause });
      if (error.code === 'NOT_SIGNED_IN' || error.code === 'FORBIDDEN') throw error;
      const retryIn = BACK_OFF[Math.min(failures, BACK_OFF.length - 1)] ?? BACK_OFF[0];
      failures += 1;
      yield { kind: 'lost', error, retryIn };
      await pause(wait(retryIn), signal);
    }
  }
}

/** News of the archive with their place in it, or others. */
type Told =
  | { readonly kind: 'news'; readonly id: string; readonly news: News }
  | Exclude<LiveEvent, { readonly kind: 'news' | 'lost' }>;

async function* newsIn(response: FetchResponse): AsyncGenerator<Told, void, undefined> {
  if (!response.body) throw new ApiError('UNREACHABLE', 'the live stream has no body');
  const decoder = new ServerSentDecoder();
  for await (const chunk of chunksOf(response.body.getReader())) {
    for (const { event, id, data } of decoder.push(chunk)) {
      if (event === 'failure') throw readApiError(data) ?? new ApiError('INTERNAL', 'the live stream failed');
      const told = toldBy(event, id, data);
      if (told !== null) yield told;
    }
  }
}

/** null for a kind that this window does not know. */
function toldBy(event: string | undefined, id: string, data: string): Told | null {
  switch (event) {
    case 'archive':
      return { kind: 'news', id, news: News.parse(JSON.parse(data)) };
    case 'approvals':
      return { kind: 'approvals', news: InboxNews.parse(JSON.parse(data)) };
    case 'integrity':
      return { kind: 'integrity', news: Integrity.parse(JSON.parse(data)) };
    case 'case':
      return { kind: 'case', news: CaseNews.parse(JSON.parse(data)) };
    case 'export':
      return { kind: 'export', news: ExportNews.parse(JSON.parse(data)) };
    case 'gateway':
      return { kind: 'gateway', news: GatewayNews.parse(JSON.parse(data)) };
    case 'desktop':
      return { kind: 'desktop', news: DesktopNews.parse(JSON.parse(data)) };
    case 'gatewayStatus':
      return { kind: 'gatewayStatus', news: GatewayStatus.parse(JSON.parse(data)) };
    case 'fleet':
      return { kind: 'fleet', news: FleetView.parse(JSON.parse(data)) };
    case 'trial':
      return { kind: 'trial', news: TrialNews.parse(JSON.parse(data)) };
    default:
      return null;
  }
}

async function* chunksOf(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value) yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Ends when the pause does or the signal aborts. */
function pause(waited: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve();
    signal?.addEventListener('abort', end);
    waited.then(end, reject).finally(() => signal?.removeEventListener('abort', end));
  });
}
