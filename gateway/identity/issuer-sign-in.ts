/**
 * Sign-in at the development issuer: one page, where whoever sits at this machine says who they are. Its client is a public one
 * for native programs (RFC 8252), with authorization code and PKCE, refresh tokens, and the device flow (RFC 8628).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ClientMetadata, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { DEVELOPMENT_CLIENT, DEVELOPMENT_SERVER_CLIENT } from './issuer-files.ts';
import { isLoopback } from './loopback.ts';
import { escaped, page, PAGE_HEADERS, sendPage, signInPage } from './issuer-pages.ts';

/** What tokens of people are for, as OAuth names resources (RFC 8707); their `aud` is the issuer's audience. */
export const GATEWAY_RESOURCE = 'urn:auditorium:gateway';

/** Where the page is; behind it the id of the sign-in under way. */
const PATH = '/sign-in/';

/** No form has more to say. */
const MAX_FORM = 4096;

/** Who signed in, as they said. */
interface Account {
  readonly name: string | null;
  readonly groups: readonly string[];
}

/** Sign-ins that are remembered with their groups; as many as {@link IssuerStorage} holds grants. */
const MAX_ACCOUNTS = 1000;

export const SIGN_IN_CLIENT: ClientMetadata = {
  client_id: DEVELOPMENT_CLIENT,
  application_type: 'native', // any port of a loopback redirect (RFC 8252 §7.3)
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'],
  id_token_signed_response_alg: 'ES256',
};

/** Of a team server that is tried out on this machine. */
export const SERVER_CLIENT: ClientMetadata = {
  client_id: DEVELOPMENT_SERVER_CLIENT,
  application_type: 'web',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['https://127.0.0.1/sign-in/callback'],
  id_token_signed_response_alg: 'ES256',
};

/** The standard knows no web client at any port of this machine; there is only this machine here. */
export function allowServersHere(provider: Provider): void {
  const { prototype } = provider.Client;
  // oxlint-disable-next-line typescript/unbound-method -- called with the client it is asked of
  const registered = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function allowed(uri) {
    if (this.clientId !== DEVELOPMENT_SERVER_CLIENT) return registered.call(this, uri);
    const url = URL.parse(uri);
    if (url === null || url.href !== uri || url.protocol !== 'https:') return false;
    return isLoopback(url.host) && url.pathname === '/sign-in/callback';
  };
}

export class IssuerSignIn {
  /** By the grant that tokens rest on. */
  readonly #accounts = new Map<string, Account>();

  /** What the provider needs to know for it. */
  readonly configuration = {
    interactions: { url: (_: KoaContextWithOIDC, { uid }: { readonly uid: string }) => `${PATH}${uid}` },
    findAccount: async (_: KoaContextWithOIDC, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub }),
    }),
    // Nobody's consent is asked for beside the sign-in itself.
    issueRefreshToken: async () => true,
    extraTokenClaims: async (_: KoaContextWithOIDC, token: object) =>
      this.#claimsOf('grantId' in token ? String(token.grantId) : ''),
    renderError: async (
      context: KoaContextWithOIDC,
      out: { readonly error: string; error_description?: string | undefined },
    ) => show(context, 'That did not work', `<p>${escaped(out.error_description ?? out.error)}</p>`),
  } satisfies Configuration;

  /** The pages of the device flow. */
  readonly deviceFlow = {
    enabled: true,
    userCodeInputSource: async (context: KoaContextWithOIDC, form: string) =>
      show(context, 'Sign in on another device', withButton(form, 'op.deviceInputForm', 'Continue')),
    userCodeConfirmSource: async (
      context: KoaContextWithOIDC,
      form: string,
      _client: unknown,
      _device: unknown,
      userCode: string,
    ) =>
      show(
        context,
        'Sign in on another device',
        `<p>Does it show <strong>${escaped(userCode)}</strong>?</p>${withButton(form, 'op.deviceConfirmForm', 'Yes, sign in')}`,
      ),
    successSource: async (context: KoaContextWithOIDC) =>
      show(context, 'Signed in', '<p>You can close this page and go back to the other device.</p>'),
  };

  /** Whether a request is for the sign-in page. */
  isMeant({ url = '' }: IncomingMessage): boolean {
    return url.startsWith(PATH);
  }

  /** Shows the page, or takes what was entered; the provider knows by a cookie which sign-in it is about. */
  async handle(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let details: Awaited<ReturnType<Provider['interactionDetails']>>;
    try {
      details = await provider.interactionDetails(request, response);
    } catch {
      return sendPage(response, 400, page('Sign in', '<p>This sign-in is over; begin again.</p>'));
    }
    const action = `${PATH}${details.uid}`;
    if (request.method !== 'POST') return sendPage(response, 200, signInPage(action, null));
    const form = new URLSearchParams((await text(request)).slice(0, MAX_FORM));
    const subject = (form.get('subject') ?? '').trim();
    if (subject === '') return sendPage(response, 400, signInPage(action, 'Say who you are.'));
    const { scope, client_id: client } = details.params;
    const grant = new provider.Grant({ accountId: subject, clientId: String(client) });
    grant.addOIDCScope(typeof scope === 'string' ? scope : 'openid');
    grant.addResourceScope(GATEWAY_RESOURCE, '');
    const grantId = await grant.save();
    this.#remember(grantId, {
      name: (form.get('name') ?? '').trim() || null,
      groups: (form.get('groups') ?? '').split(',').flatMap((group) => group.trim() || []),
    });
    const result = { login: { accountId: subject, remember: false }, consent: { grantId } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  #remember(grantId: string, account: Account): void {
    this.#accounts.set(grantId, account);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > MAX_ACCOUNTS && oldest !== undefined) this.#accounts.delete(oldest);
  }

  #claimsOf(grantId: string): Record<string, unknown> {
    const account = this.#accounts.get(grantId);
    if (account === undefined) return {};
    return { groups: account.groups, ...(account.name !== null && { name: account.name }) };
  }
}

function withButton(form: string, id: string, label: string): string {
  return `${form}<p><button form="${id}">${escaped(label)}</button></p>`;
}

function show(context: KoaContextWithOIDC, title: string, body: string): void {
  context.set(PAGE_HEADERS);
  context.body = page(title, body);
}
