/** Mints tokens of a running development issuer: `auditorium token`. */
import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  developmentIssuer,
  parseDuration,
  readSettings,
  userFolder,
  type Environment,
} from '../../gateway/config.ts';
import { runtimeFileOf, type IssuerRuntime } from '../../gateway/identity/issuer-files.ts';
import { MINT_GRANT } from '../../gateway/identity/mint.ts';

export interface TokenRequest {
  /** `issuer.json` of the issuer to ask. */
  readonly runtimeFile?: string | undefined;
  /** Asks the issuer of this configuration, see {@link findIssuer}. */
  readonly configPath?: string | undefined;
  readonly sub: string;
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

/** Why there is no token. */
export class TokenError extends Error {
  readonly code: 'NO_ISSUER' | 'ISSUER_NOT_RUNNING' | 'BAD_DURATION' | 'REFUSED';
  constructor(code: TokenError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TokenError';
    this.code = code;
  }
}

const Runtime = z.object({
  issuer: z.url(),
  clientId: z.string(),
  clientSecret: z.string(),
  audience: z.string(),
  pid: z.int(),
}) satisfies z.ZodType<IssuerRuntime>;

const Answer = z.union([z.object({ access_token: z.string() }), z.object({ error_description: z.string() })]);

const HINT =
  'start one with `auditorium demo`, or `auditorium gateway` with an issuer { name: dev, profile: development }';

/** Resolves to the token. Rejects with {@link TokenError}, or with ConfigError when `configPath` cannot be read. */
export async function mintToken(request: TokenRequest, env: Environment): Promise<string> {
  const form = formOf(request);
  const runtime = await findIssuer(request, env);
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

/**
 * Finds the issuer to ask:
 * 1. `runtimeFile`, when given;
 * 2. with `configPath`: its development issuer. Without `issuer:` that is the gateway's own, whose runtime file is
 *    `<spool dir>/issuer/issuer.json`; with it, the running one in the user folder whose URL is the same;
 * 3. else the running one in the user folder that started last.
 * In the user folder every `issuer/issuer.json` counts that is there directly or up to three folders deeper (as in
 * `demo/<run>/spool/issuer/`). Rejects with {@link TokenError}.
 */
export async function findIssuer(
  { runtimeFile, configPath }: Pick<TokenRequest, 'runtimeFile' | 'configPath'>,
  env: Environment,
): Promise<IssuerRuntime> {
  if (runtimeFile !== undefined) return readRuntime(runtimeFile);
  if (configPath === undefined) {
    const [latest] = await runningIssuers(userFolder(env));
    if (latest !== undefined) return latest;
    throw new TokenError(
      'NO_ISSUER',
      `no development issuer runs in ${userFolder(env)}; ${HINT}, or name its --config`,
    );
  }
  const settings = await readSettings(configPath);
  const own = developmentIssuer(settings);
  if (own !== null) return readRuntime(runtimeFileOf(own.dir));
  const urls = settings.issuers
    .filter(({ profile }) => profile === 'development')
    .map(({ issuer }) => issuer);
  if (urls.length === 0)
    throw new TokenError('NO_ISSUER', `${configPath} has no issuer with profile: development`);
  const found = (await runningIssuers(userFolder(env))).find(({ issuer }) => urls.includes(issuer));
  if (found !== undefined) return found;
  throw new TokenError(
    'NO_ISSUER',
    `no development issuer at ${urls.join(' or ')} runs in ${userFolder(env)}; ${HINT}`,
  );
}

/** Latest first. */
async function runningIssuers(folder: string): Promise<IssuerRuntime[]> {
  const found: { readonly started: number; readonly runtime: IssuerRuntime }[] = [];
  for await (const file of glob('{,*/,*/*/,*/*/*/}issuer/issuer.json', { cwd: folder })) {
    const path = join(folder, file);
    const runtime = await readRuntime(path).catch(() => null);
    if (runtime !== null) found.push({ started: (await stat(path)).mtimeMs, runtime });
  }
  return found.toSorted((one, other) => other.started - one.started).map(({ runtime }) => runtime);
}

/** A file left by a killed process is as good as none. */
async function readRuntime(path: string): Promise<IssuerRuntime> {
  let runtime: IssuerRuntime;
  try {
    runtime = Runtime.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new TokenError('NO_ISSUER', `no development issuer runs (nothing usable at ${path}); ${HINT}`, {
      cause: error,
    });
  }
  if (isAlive(runtime.pid)) return runtime;
  throw new TokenError('ISSUER_NOT_RUNNING', `the development issuer of ${path} ended; ${HINT}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
