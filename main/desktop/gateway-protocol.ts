/** What the desktop app and the process of its gateway say to each other. */

/** First of all: which gateway, and its key where that is in no file. */
export interface GatewayAsked {
  readonly config: string;
  /** PEM; it is never written down on the way. */
  readonly key: string | null;
}

export type ToGateway = { readonly start: GatewayAsked } | { readonly stop: true };

export type FromGateway =
  | { readonly ready: true }
  /** Of its log. */
  | { readonly line: string }
  /** It cannot start, or cannot go on; it ends by itself. */
  | { readonly failed: string };
