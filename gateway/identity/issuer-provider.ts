/** The OpenID provider behind the development issuer: one client, one grant, JWT access tokens (RFC 9068). */
import type { JWK } from 'jose';
import { errors, Provider, type Adapter, type KoaContextWithOIDC } from 'oidc-provider';
import type { IssuerRuntime } from './issuer-files.ts';
import { MINT_GRANT, MINT_PARAMETERS, readMint, type Mint } from './mint.ts';

export interface ProviderOptions {
  readonly runtime: IssuerRuntime;
  /** Private, with `alg`. */
  readonly key: JWK;
  readonly now: () => number;
}

/** Makes the provider; it listens nowhere by itself. */
export function createProvider({ runtime, key, now }: ProviderOptions): Provider {
  const minting = new WeakMap<KoaContextWithOIDC, Mint>();
  const provider = new Provider(runtime.issuer, {
    adapter: () => new Nothing(),
    jwks: { keys: [key] },
    clients: [
      {
        client_id: runtime.clientId,
        client_secret: runtime.clientSecret,
        grant_types: [MINT_GRANT],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    extraParams: [],
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo: () => resourceServer(runtime.audience) },
    },
    formats: {
      customizers: {
        jwt(context, _token, { payload }) {
          const mint = minting.get(context);
          if (mint === undefined) throw new Error('a token that nobody asked for');
          const issued = Math.floor(now() / 1000);
          Object.assign(payload, { ...mint.extra, ...payload, iat: issued, exp: issued + mint.lifetime });
          if (mint.client !== null) payload['client_id'] = mint.client;
        },
      },
    },
  });
  registerMint(provider, runtime.audience, minting);
  return provider;
}

function registerMint(
  provider: Provider,
  audience: string,
  minting: WeakMap<KoaContextWithOIDC, Mint>,
): void {
  const handler = async (context: KoaContextWithOIDC): Promise<void> => {
    const { client, params = {} } = context.oidc;
    if (client === undefined) throw new errors.InvalidClient('who asks?');
    const mint = asked(params);
    minting.set(context, mint);
    const token = new provider.AccessToken({
      client,
      accountId: mint.subject,
      scope: mint.scope,
      expiresIn: mint.lifetime,
      gty: MINT_GRANT,
      // Names the consent a token rests on; there is none, and nothing is kept that could be found by it.
      grantId: '',
    });
    token.resourceServer = new provider.ResourceServer(audience, resourceServer(audience));
    context.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: mint.lifetime };
  };
  provider.registerGrantType(MINT_GRANT, handler, MINT_PARAMETERS, ['group']);
}

function asked(parameters: Readonly<Record<string, unknown>>): Mint {
  try {
    return readMint(parameters);
  } catch (error) {
    throw error instanceof RangeError ? new errors.InvalidRequest(error.message) : error;
  }
}

function resourceServer(audience: string) {
  return { scope: '', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } } as const;
}

/** Tokens are self-contained and nobody signs in: there is nothing to keep. */
class Nothing implements Adapter {
  async upsert(): Promise<undefined> {}
  async find(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async consume(): Promise<undefined> {}
  async destroy(): Promise<undefined> {}
  async revokeByGrantId(): Promise<undefined> {}
}
