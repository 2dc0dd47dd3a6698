/**
 * A CI job as three words: from what the agent says of itself, or from the claims of its CI's own token. The `sub` of such
 * tokens is never taken apart: its form is configurable and has changed (GitHub's immutable subjects, 2026).
 */

/** A CI job: `provider` is github, gitlab, buildkite or another word the agent gave. */
export interface CiJob {
  readonly provider: string;
  readonly run: string;
  readonly job: string;
}

/** A job as claims tell it. */
export interface CiClaims extends CiJob {
  readonly repository: string | null;
  readonly ref: string | null;
  readonly actor: string | null;
}

/** The providers whose tokens can be read. */
export const CI_PROVIDERS = ['github', 'gitlab', 'buildkite'] as const;
export type CiProvider = (typeof CI_PROVIDERS)[number];

const SHORT_NAMES: Readonly<Record<string, CiProvider>> = { gh: 'github', gl: 'gitlab', bk: 'buildkite' };

/** A run or job: no slash, as jobs are written provider/run/job, and no `*`, which filters take as a glob. */
const ID = /^[A-Za-z0-9._-]{1,100}$/;
const PROVIDER = /^[a-z][a-z0-9-]{0,39}$/;

/** The full name of a provider. */
function providerName(name: string): string {
  return SHORT_NAMES[name] ?? name;
}

/** Reads `<provider>:<run>:<job>` (gh, gl and bk stand for the full names); null when it is anything else. */
export function parseCiJob(written: string): CiJob | null {
  const [provider, run, job, ...rest] = written.split(':');
  if (provider === undefined || run === undefined || job === undefined || rest.length > 0) return null;
  if (!PROVIDER.test(provider) || !ID.test(run) || !ID.test(job)) return null;
  return { provider: providerName(provider), run, job };
}

/** Reads `ci:<provider>:<run>:<job>`, an application_name by which an agent asserts its job; null when it is anything else. */
export function assertedCi(applicationName: string): CiJob | null {
  return applicationName.startsWith('ci:') ? parseCiJob(applicationName.slice('ci:'.length)) : null;
}

type Claims = Readonly<Record<string, unknown>>;

/** The job that claims of the given provider tell; null when run or job is missing or not a plain id. */
export function ciOfClaims(provider: CiProvider, claims: Claims): CiClaims | null {
  const told = READERS[provider](claims);
  const run = id(told.run);
  const job = id(told.job);
  if (run === null || job === null) return null;
  return {
    provider,
    run,
    job,
    repository: text(told.repository),
    ref: text(told.ref),
    actor: text(told.actor),
  };
}

type Told = Readonly<Record<'run' | 'job' | 'repository' | 'ref' | 'actor', unknown>>;

const READERS: Readonly<Record<CiProvider, (claims: Claims) => Told>> = {
  /**
   * GitHub Docs, "OpenID Connect reference". Older GitHub Enterprise Servers do not say which job it was
   * (check_run_id); the attempts of the run are told apart instead, as `attempt-<n>`.
   */
  github: (claims) => ({
    run: claims['run_id'],
    job:
      claims['check_run_id'] ??
      (id(claims['run_attempt']) === null ? undefined : `attempt-${id(claims['run_attempt'])}`),
    repository: claims['repository'],
    ref: claims['ref'],
    actor: claims['actor'],
  }),
  /** GitLab Docs, "OpenID Connect (OIDC) authentication using ID tokens": token payload. */
  gitlab: (claims) => ({
    run: claims['pipeline_id'],
    job: claims['job_id'],
    repository: claims['project_path'],
    ref: claims['ref'],
    actor: claims['user_login'],
  }),
  /** Buildkite Docs, "OIDC in Buildkite Pipelines": a build's number is unique within its pipeline. */
  buildkite: (claims) => ({
    run: claims['build_number'],
    job: claims['job_id'],
    repository: pipeline(claims),
    ref: claims['build_branch'],
    actor: undefined,
  }),
};

function pipeline(claims: Claims): string | undefined {
  const slug = text(claims['pipeline_slug']);
  const organization = text(claims['organization_slug']);
  return slug === null ? undefined : organization === null ? slug : `${organization}/${slug}`;
}

/** Ids are numbers with some providers and text with others. */
function id(value: unknown): string | null {
  const plain = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof plain === 'string' && ID.test(plain) ? plain : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
