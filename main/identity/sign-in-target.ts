/** Where somebody signs in: an issuer, and how this program is known there. */
import { readSettings, type Environment } from '../../gateway/config.ts';
import { DEVELOPMENT_CLIENT } from '../../gateway/identity/issuer-files.ts';
import { findIssuer, TokenError } from './development-issuers.ts';
import { CommandError } from '../failure.ts';

export interface SignInTarget {
  /** Its URL. */
  readonly issuer: string;
  /** Of this program, as a public client. */
  readonly clientId: string;
  /** Separated by spaces. */
  readonly scopes: string;
  /** Of the redirect to this machine; the first that is free is taken, 0 is any. */
  readonly ports: readonly number[];
  /** Beside those of the standard. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Asked for where nothing else is configured: a refresh token too, as access tokens live for minutes. */
export const DEFAULT_SCOPES = 'openid profile offline_access';

/** The development issuer takes any port of this machine. */
function development(issuer: string): SignInTarget {
  return { issuer, clientId: DEVELOPMENT_CLIENT, scopes: DEFAULT_SCOPES, ports: [0], parameters: {} };
}

/**
 * Where people sign in by the configuration of a gateway: its first issuer with `signIn`, or its development issuer. Without a
 * configuration the development issuer that was started last. Rejects with {@link CommandError}, TokenError or ConfigError.
 */
export async function targetOf(configPath: string | null, env: Environment): Promise<SignInTarget> {
  if (configPath === null) return development((await findIssuer({}, env)).issuer);
  const { issuers } = await readSettings(configPath);
  const found = issuers.find(({ signIn, profile }) => signIn !== undefined || profile === 'development');
  if (found === undefined) {
    throw new CommandError(
      'NO_ISSUER',
      `${configPath} has no issuer where people sign in: give one \`signIn: { clientId: … }\``,
    );
  }
  const { signIn } = found;
  const issuer = found.issuer ?? (await findIssuer({ configPath }, env)).issuer;
  return signIn === undefined ? development(issuer) : { issuer, ...signIn };
}

/** URLs of the issuers whose tokens a gateway takes; a development issuer that does not run is left out. */
export async function issuersOf(configPath: string, env: Environment): Promise<string[]> {
  const { issuers } = await readSettings(configPath);
  const urls = await Promise.all(
    issuers.map(
      async ({ issuer }) => issuer ?? (await findIssuer({ configPath }, env).catch(absent))?.issuer,
    ),
  );
  return urls.filter((url) => url !== undefined);
}

function absent(error: unknown): null {
  if (error instanceof TokenError) return null;
  throw error;
}
