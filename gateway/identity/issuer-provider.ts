/**
 * The OpenID provider behind the development issuer: a client that mints tokens of whomever it names, one that people sign in
 * with, JWT access tokens (RFC 9068).
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import { errors, Provider, type KoaContextWithOIDC } from 'oidc-provider';
import type { IssuerRuntime } from './issuer-files.ts';
import {
  allowServersHere,
  GATEWAY_RESOURCE,
  IssuerSignIn,
  SERVER_CLIENT,
  SIGN_IN_CLIENT,
} from './issuer-sign-in.ts';
import { IssuerStorage } from './issuer-storage.ts';
import { MINT_GRANT, MINT_PARAMETERS, readMint, type Mint } from './mint.ts';

export interface ProviderOptions {
  readonly runtime: IssuerRuntime;
  /** Private, with `alg`. */
  readonly key: JWK;
  readonly now: () => number;
}

/** How long things last, s. Tokens of people are renewed by whoever holds their refresh token. */
const LIFETIMES = {
  AccessToken: 3600,
  AuthorizationCode: 60,
  DeviceCode: 300,
  Grant: 14 * 86_400,
  IdToken: 3600,
  Interaction: 300,
  RefreshToken: 14 * 86_400,
  Session: 300,
};

/** Makes the provider; it listens nowhere by itself: what comes back answers requests. */
export function createProvider({
  runtime,
  key,
  now,
}: ProviderOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const storage = new IssuerStorage();
  const signIn = new IssuerSignIn();
  const minting = new WeakMap<KoaContextWithOIDC, Mint>();
  const provider = new Provider(runtime.issuer, {
    ...signIn.configuration,
    adapter: (kind) => storage.of(kind),
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    ttl: LIFETIMES,
    jwks: { keys: [key] },
    clients: [
      SIGN_IN_CLIENT,
      SERVER_CLIENT,
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
      // Who asks for a refresh token to be revoked holds it; the client is a public one.
      revocation: { enabled: true, allowedPolicy: async () => true },
      deviceFlow: signIn.deviceFlow,
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => resourceServer(runtime.audience),
        // Clients need not know what a resource is: there is one.
        defaultResource: async () => GATEWAY_RESOURCE,
        useGrantedResource: async () => true,
      },
    },
    formats: {
      customizers: {
        jwt(context, _token, { payload }) {
          const mint = minting.get(context);
          const issued = Math.floor(now() / 1000);
          const { extra, lifetime, client } = mint ?? {
            extra: {},
            lifetime: LIFETIMES.AccessToken,
            client: null,
          };
          Object.assign(payload, { ...extra, ...payload, iat: issued, exp: issued + lifetime });
          if (client !== null) payload['client_id'] = client;
        },
      },
    },
  });
  registerMint(provider, runtime.audience, minting);
  allowServersHere(provider);
  const answer = provider.callback();
  return (request, response) =>
    signIn.isMeant(request) ? signIn.handle(provider, request, response) : answer(request, response);
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
