/** What the desktop app and the process of its gateway say to each other. */
import type { Secrets } from '../../gateway/config.ts';

/** First of all: which gateway, and its key where that is in no file. */
export interface GatewayAsked {
  readonly config: string;
  /** PEM; it is never written down on the way. */
  readonly key: string | null;
}

export type ToGateway =
  | { readonly start: GatewayAsked }
  | { readonly stop: true }
  /** What it asked for; nothing of it is written down either. */
  | { readonly secrets: Secrets }
  | { readonly noSecrets: string };

export type FromGateway =
  | { readonly ready: true }
  /** It reads its configuration, and asks for the secrets that this names: at the start, and at each reload. */
  | { readonly wants: 'secrets' }
  /** Of its log. */
  | { readonly line: string }
  /** It cannot start, or cannot go on; it ends by itself. */
  | { readonly failed: string };
