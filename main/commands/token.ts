/** Mints tokens of a running development issuer: `auditorium token`. */
import { z } from 'zod';
import { parseDuration, type Environment } from '../../gateway/config.ts';
import { MINT_GRANT } from '../../gateway/identity/mint.ts';
import {
  findIssuer,
  HINT,
  TokenError,
  type FoundIssuer,
  type IssuerChoice,
} from '../identity/development-issuers.ts';
import { CommandError } from '../failure.ts';
import { note, print, printJson } from '../terminal.ts';

export interface TokenRequest extends IssuerChoice {
  /** Of a CI token it may be left out: it is then made as the provider makes it. */
  readonly sub?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** The token's `client_id`; default: the issuer's own client. */
  readonly clientId?: string | undefined;
  /** `provider:run:job`: the token carries that provider's own claims and attests the job, alone or as second of a pair. */
  readonly ci?: string | undefined;
  readonly repository?: string | undefined;
  readonly ref?: string | undefined;
  readonly actor?: string | undefined;
  /** A duration such as `1h` (the default) or `5m`. */
  readonly expires?: string | undefined;
}

/** What `auditorium token` is told beside the request. */
export interface TokenOptions extends Omit<TokenRequest, 'configPath' | 'runtimeFile'> {
  readonly config?: string;
  readonly json: boolean;
}

const Answer = z.union([z.object({ access_token: z.string() }), z.object({ error_description: z.string() })]);

/** Prints the token; and, to standard error, whose it is when nobody said which issuer is meant. */
export async function token({ config, json, ...request }: TokenOptions, env: Environment): Promise<void> {
  const form = formOf(request);
  const issuer = await findIssuer({ configPath: config }, env);
  if (config === undefined) note(startedLast(issuer));
  const minted = await mintBy(issuer, form);
  if (json) printJson({ token: minted });
  else print(minted);
}

/** For somebody who named none. */
export function startedLast({ issuer, file }: FoundIssuer): string {
  return `by the development issuer started last, ${issuer} (${file}); --config names another`;
}

/** Resolves to the token. Rejects with {@link TokenError}, or with ConfigError when `configPath` cannot be read. */
export async function mintToken(request: TokenRequest, env: Environment): Promise<string> {
  const form = formOf(request);
  return mintBy(await findIssuer(request, env), form);
}

async function mintBy(runtime: FoundIssuer, form: URLSearchParams): Promise<string> {
  const credentials = Buffer.from(`${runtime.clientId}:${runtime.clientSecret}`).toString('base64');
  let answer: unknown;
  try {
    const headers = { authorization: `Basic ${credentials}` };
    answer = await (
      await fetch(`${runtime.issuer}/token`, { method: 'POST', headers, body: form, redirect: 'error' })
    ).json();
  } catch (error) {
    throw new TokenError('ISSUER_NOT_RUNNING', `no issuer answers at ${runtime.issuer}; ${HINT}`, {
      cause: error,
    });
  }
  const read = Answer.safeParse(answer);
  if (!read.success)
    throw new TokenError('ISSUER_NOT_RUNNING', `what answers at ${runtime.issuer} is not an issuer; ${HINT}`);
  if ('access_token' in read.data) return read.data.access_token;
  throw new TokenError('REFUSED', `the issuer refused: ${read.data.error_description}`);
}

function formOf(request: TokenRequest): URLSearchParams {
  const lifetime = parseDuration(request.expires ?? '1h');
  if (lifetime === null || lifetime < 1000) {
    throw new TokenError('BAD_DURATION', `"${request.expires}" is not a duration such as 90s, 5m, 1h or 7d`);
  }
  if (request.sub === undefined && request.ci === undefined)
    throw new CommandError(
      'BAD_USAGE',
      'say who the token is for with --sub; only that of a CI job (--ci) needs none',
    );
  const fields = {
    grant_type: MINT_GRANT,
    subject: request.sub,
    scope: request.scopes?.join(' '),
    client: request.clientId,
    lifetime: String(Math.floor(lifetime / 1000)),
    ci: request.ci,
    repository: request.repository,
    ref: request.ref,
    actor: request.actor,
  };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  for (const group of request.groups ?? []) form.append('group', group);
  return form;
}
