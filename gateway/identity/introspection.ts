/**
 * Asks an issuer whether a token still holds (RFC 7662). A signature says what was true when the token was made; only this
 * notices that it was revoked since.
 */
import { fingerprint } from './fingerprint.ts';
import { IdentityError } from './identity-error.ts';
import type { IntrospectionConfig } from './issuer-config.ts';
import { askIssuer, requestFailure, type IssuerNetwork } from './issuer-request.ts';

/**
 * Sessions of one token share an answer this long, ms, or half the time between two questions where that is less: a token
 * shared by a fleet would be a storm of requests otherwise.
 */
const SHARED = 5_000;

/** Answers kept at most; the oldest goes first. */
const MAX_ANSWERS = 10_000;

export interface IntrospectionDependencies extends IssuerNetwork {
  /** ms since 1970. */
  now(): number;
  /** The `introspection_endpoint` of the issuer's metadata; null when it has none. */
  endpoint(): Promise<URL | null>;
}

interface Answer {
  readonly at: number;
  readonly active: Promise<boolean>;
}

/** Whether a token is active, as its issuer says. Rejects with {@link IdentityError} `NOT_CHECKED` when it does not say. */
export type Introspect = (token: string) => Promise<boolean>;

/** `issuer` is what errors call the one that is asked. */
export function createIntrospection(
  issuer: string,
  config: IntrospectionConfig,
  deps: IntrospectionDependencies,
): Introspect {
  const answers = new Map<string, Answer>();
  const shared = Math.min(SHARED, config.every / 2);
  return (token) => {
    const key = Buffer.from(fingerprint(token)).toString('base64');
    const known = answers.get(key);
    if (known !== undefined && deps.now() - known.at < shared) return known.active;
    const active = ask(token, issuer, config, deps);
    answers.delete(key);
    answers.set(key, { at: deps.now(), active });
    active.catch(() => answers.delete(key)); // a failure is not kept
    for (const oldest of answers.keys()) {
      if (answers.size <= MAX_ANSWERS) break;
      answers.delete(oldest);
    }
    return active;
  };
}

async function ask(
  token: string,
  issuer: string,
  config: IntrospectionConfig,
  deps: IntrospectionDependencies,
): Promise<boolean> {
  try {
    const endpoint = config.endpoint === null ? await deps.endpoint() : new URL(config.endpoint);
    if (endpoint === null) throw new Error('its metadata names no introspection_endpoint');
    const { status, json } = await askIssuer(endpoint, 'its answer', deps, {
      method: 'POST',
      headers: { authorization: await basic(config) },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    });
    if (status === 401 || status === 403) {
      if (typeof config.clientSecret !== 'string') config.clientSecret.forget();
      throw new Error("it refuses the gateway's own credentials");
    }
    if (json === null) throw new Error(`it answered with status ${status}`);
    if (typeof json['active'] !== 'boolean')
      throw new Error('its answer does not say whether the token is active');
    return json['active'];
  } catch (cause) {
    const message = `${issuer} could not be asked whether the token still holds (${requestFailure(cause)})`;
    throw new IdentityError('NOT_CHECKED', message, { cause });
  }
}

/** Client authentication by RFC 6749 §2.3.1: both parts form-encoded, as OAuth has it, before they are joined. */
async function basic({ clientId, clientSecret }: IntrospectionConfig): Promise<string> {
  const secret = typeof clientSecret === 'string' ? clientSecret : await clientSecret.password();
  const encoded = [clientId, secret].map((part) => new URLSearchParams([['', part]]).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
