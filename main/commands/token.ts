/** Mints tokens of a running development issuer: `auditorium token`. */
import type { Environment } from '../../gateway/config.ts';

export interface TokenRequest {
  /** `issuer.json` of the issuer to ask; else that of `configPath`; else the most recent one in the user folder. */
  readonly runtimeFile?: string;
  readonly configPath?: string;
  readonly sub: string;
  readonly groups?: readonly string[];
  readonly scopes?: readonly string[];
  /** The token's `client_id`; default: the issuer's own client. */
  readonly clientId?: string;
  /** `provider:run:job`: the token carries that provider's own claims. */
  readonly ci?: string;
  readonly repository?: string;
  readonly ref?: string;
  readonly actor?: string;
  /** A duration such as `1h` (the default) or `5m`. */
  readonly expires?: string;
}

/** Resolves to the token. */
export function mintToken(_request: TokenRequest, _env: Environment): Promise<string> {
  throw new Error('being written');
}
