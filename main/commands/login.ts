/** `auditorium login|logout|whoami`: who the person at this terminal is, to gateways that ask. */
import { text } from 'node:stream/consumers';
import { userFolder } from '../../gateway/config.ts';
import { hasDisplay, openInBrowser } from '../desktop.ts';
import { CommandError } from '../failure.ts';
import { Credentials } from '../identity/credentials.ts';
import { SignIn, type SignInAttempt, signInOf } from '../identity/sign-in.ts';
import { findIssuer } from '../identity/development-issuers.ts';
import { DEFAULT_SCOPES } from '../identity/sign-in-target.ts';
import type { SignedIn } from '../identity/token-claims.ts';
import { note, print, printJson } from '../terminal.ts';
import { startedLast } from './token.ts';

export interface LoginOptions {
  readonly config?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly port: readonly number[];
  readonly device: boolean;
  /** Whether a browser is to be opened. */
  readonly open: boolean;
  readonly tokenStdin: boolean;
  readonly json: boolean;
}

interface WhoOptions {
  readonly config?: string;
  readonly json: boolean;
}

export async function login(options: LoginOptions): Promise<void> {
  const signIn = await signInBy(options);
  if (options.config === undefined && options.issuer === undefined && !options.tokenStdin)
    note(startedLast(await findIssuer({}, process.env)));
  const who = options.tokenStdin
    ? await signIn.bring((await text(process.stdin)).trim())
    : await attend(options.device ? await signIn.beginOnDevice() : await signIn.begin(), options);
  if (options.json) printJson(who);
  else print(`signed in as ${described(who)}`);
}

export async function logout({ config }: WhoOptions): Promise<void> {
  const signIn = await signInOf(config ?? null, process.env);
  print((await signIn.end()).was ? 'signed out' : 'nobody was signed in');
}

export async function whoami({ config, json }: WhoOptions): Promise<void> {
  const who = await (await signInOf(config ?? null, process.env)).current();
  if (who === null) throw new CommandError('NOT_SIGNED_IN', 'nobody is signed in; run: auditorium login');
  if (json) printJson(who);
  else print(described(who));
}

/** An issuer that is named takes the place of what a configuration says. */
async function signInBy({ config, issuer, clientId, scope, port }: LoginOptions): Promise<SignIn> {
  if (issuer === undefined) return signInOf(config ?? null, process.env);
  if (clientId === undefined)
    throw new CommandError('BAD_USAGE', 'give --client-id: how this program is known at --issuer');
  const ports = port.length === 0 ? [0] : port;
  const target = { issuer, clientId, scopes: scope ?? DEFAULT_SCOPES, ports, parameters: {} };
  const credentials = new Credentials(userFolder(process.env));
  return new SignIn({ credentials, issuers: [issuer], target: async () => target, now: Date.now });
}

/** Sends the person to where they sign in, and waits for them. */
async function attend(attempt: SignInAttempt, { open, device }: LoginOptions): Promise<SignedIn> {
  const { url, code } = attempt;
  const stop = () => attempt.cancel();
  process.once('SIGINT', stop);
  try {
    // No other scheme is handed to the desktop, whatever an issuer says of itself.
    const web = /^https?:\/\//.test(url);
    if (open && !device && web && hasDisplay(process.env, process.platform))
      openInBrowser(url, process.platform);
    note(`sign in at: ${url}`);
    if (code !== null) note(`with the code: ${code}`);
    return await attempt.done;
  } finally {
    process.off('SIGINT', stop);
  }
}

function described({ issuer, subject, name, groups, expires, renewable }: SignedIn): string {
  const who = name === null ? subject : `${subject} (${name})`;
  const member = groups.length === 0 ? 'in no group' : `in ${groups.join(', ')}`;
  const until = renewable ? 'renewed as needed' : `until ${new Date(expires).toISOString()}`;
  return `${who}, ${member}, by ${issuer}, ${until}`;
}
