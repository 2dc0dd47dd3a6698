/** Finds the development issuers that run on this machine, for those who want a token of one or sign in there. */
import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { developmentIssuer, readSettings, userFolder, type Environment } from '../../gateway/config.ts';
import { runtimeFileOf, type IssuerRuntime } from '../../gateway/identity/issuer-files.ts';
import { forgetIssuer, notedIssuers } from '../../gateway/identity/issuer-notes.ts';

/** Which issuer is meant. */
export interface IssuerChoice {
  /** Its `issuer.json`. */
  readonly runtimeFile?: string | undefined;
  /** That of this configuration, see {@link findIssuer}. */
  readonly configPath?: string | undefined;
}

/** An issuer that runs, and where it says so. */
export interface FoundIssuer extends IssuerRuntime {
  readonly file: string;
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

/** How to get an issuer. */
export const HINT =
  'start one with `auditorium demo`, or `auditorium gateway` with an issuer { name: dev, profile: development }';

/**
 * Finds the issuer to ask:
 * 1. `runtimeFile`, when given;
 * 2. with `configPath`: its development issuer. Without `issuer:` that is the gateway's own, whose runtime file is
 *    `<spool dir>/issuer/issuer.json`; with it, the running one of this user whose URL is the same;
 * 3. else the running one of this user that started last.
 * Of this user is every one that a gateway of theirs noted (issuer-notes.ts), and every `issuer/issuer.json` that is in the user
 * folder directly or up to three folders deeper (as in `demo/<run>/spool/issuer/`). Rejects with {@link TokenError}.
 */
export async function findIssuer(
  { runtimeFile, configPath }: IssuerChoice,
  env: Environment,
): Promise<FoundIssuer> {
  if (runtimeFile !== undefined) return readRuntime(runtimeFile);
  if (configPath === undefined) {
    const latest = await firstThatAnswers(await runningIssuers(userFolder(env)));
    if (latest !== null) return latest;
    throw new TokenError('NO_ISSUER', `no development issuer of yours runs; ${HINT}, or name its --config`);
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
  throw new TokenError('NO_ISSUER', `no development issuer of yours runs at ${urls.join(' or ')}; ${HINT}`);
}

/** Latest first. */
async function runningIssuers(folder: string): Promise<FoundIssuer[]> {
  const [inside, noted] = await Promise.all([filesIn(folder), notedIssuers(folder)]);
  const found: { readonly started: number; readonly issuer: FoundIssuer }[] = [];
  for (const file of new Set([...inside, ...noted])) {
    const { mtimeMs: started, uid } = await stat(file).catch(() => NOWHERE);
    if (started === null) await forgetIssuer(folder, file);
    // A folder that is gone, as in /tmp, may have become somebody else's, who would then answer for the issuer.
    if (started === null || (process.getuid !== undefined && uid !== process.getuid())) continue;
    const issuer = await readRuntime(file).catch(() => null);
    if (issuer !== null) found.push({ started, issuer });
  }
  return found.toSorted((one, other) => other.started - one.started).map(({ issuer }) => issuer);
}

const NOWHERE = { mtimeMs: null, uid: null };

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob('{,*/,*/*/,*/*/*/}issuer/issuer.json', { cwd: folder }))
    files.push(join(folder, file));
  return files;
}

/** Longest that an issuer of this machine is waited for, ms. */
const PATIENCE_MS = 2_000;

/** Process ids are given out again: one that is in use does not say that it is still the issuer's. */
async function firstThatAnswers(issuers: readonly FoundIssuer[]): Promise<FoundIssuer | null> {
  for (const each of issuers) {
    const url = `${each.issuer}/.well-known/openid-configuration`;
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) })
      .then((response) => response.json())
      .catch(() => null);
    const told = z.object({ issuer: z.literal(each.issuer) }).safeParse(answer);
    if (told.success) return each;
  }
  return null;
}

/** A file left by a killed process is as good as none. */
async function readRuntime(path: string): Promise<FoundIssuer> {
  let runtime: IssuerRuntime;
  try {
    runtime = Runtime.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new TokenError('NO_ISSUER', `no development issuer runs (nothing usable at ${path}); ${HINT}`, {
      cause: error,
    });
  }
  if (isAlive(runtime.pid)) return { ...runtime, file: path };
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
