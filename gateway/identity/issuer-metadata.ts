/** Where an issuer's keys and its introspection are (OpenID Connect Discovery 1.0 §4, RFC 8414). */
import { askIssuer, type IssuerNetwork } from './issuer-request.ts';

export interface IssuerMetadata {
  /** `jwks_uri` */
  readonly keys: URL;
  /** `introspection_endpoint`; null when the issuer has none. */
  readonly introspection: URL | null;
}

/** Asks the issuer (its URL, from the configuration) for its metadata. Rejects with an Error that may be shown. */
export async function discoverMetadata(issuer: string, network: IssuerNetwork): Promise<IssuerMetadata> {
  const found =
    (await fetchMetadata(openIdAddress(issuer), network)) ??
    (await fetchMetadata(oauthAddress(issuer), network));
  if (found === null) throw new Error('it has no discovery document');
  if (found['issuer'] !== issuer) throw new Error('its discovery document names another issuer');
  const keys = endpoint(found, 'jwks_uri', issuer);
  if (keys === null) throw new Error('its discovery document has no jwks_uri');
  return { keys, introspection: endpoint(found, 'introspection_endpoint', issuer) };
}

function openIdAddress(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
}

function oauthAddress(issuer: string): URL {
  const url = new URL(issuer);
  return new URL(`/.well-known/oauth-authorization-server${url.pathname.replace(/\/$/, '')}`, url);
}

/** null when there is no such document. */
async function fetchMetadata(
  address: URL,
  network: IssuerNetwork,
): Promise<Readonly<Record<string, unknown>> | null> {
  const { status, json } = await askIssuer(address, 'its discovery document', network);
  if (status === 404) return null;
  if (json === null) throw new Error(`its discovery document was answered with status ${status}`);
  return json;
}

/** An address of the metadata: https, or http where the issuer itself is on http (loopback) and on the same host. */
function endpoint(metadata: Readonly<Record<string, unknown>>, name: string, issuer: string): URL | null {
  const value = metadata[name];
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url === null) return null;
  const own = new URL(issuer);
  const plain = own.protocol === 'http:' && url.protocol === 'http:' && url.hostname === own.hostname;
  if (url.protocol !== 'https:' && !plain) throw new Error(`its ${name} is not https`);
  return url;
}
