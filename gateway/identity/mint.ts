/** What a development issuer's custom grant is asked for, and the claims it answers with. */
import { CI_PROVIDERS, parseCiJob, type CiJob, type CiProvider } from './ci.ts';
import { CI_PROVIDER_CLAIM } from './profile.ts';

/** `grant_type` of the token endpoint (RFC 6749 §4.5: an absolute URI). */
export const MINT_GRANT = 'urn:auditorium:params:oauth:grant-type:mint';

/** Parameters of the grant; `group` may be repeated. `lifetime` in seconds; `ci` is `provider:run:job`. */
export const MINT_PARAMETERS = [
  'subject',
  'group',
  'scope',
  'client',
  'lifetime',
  'ci',
  'repository',
  'ref',
  'actor',
] as const;

type Parameters = Readonly<Record<string, unknown>>;

/** What to mint; `extra` are claims beside the registered ones. */
export interface Mint {
  readonly subject: string;
  readonly scope: string | undefined;
  /** null: the client that asks. */
  readonly client: string | null;
  readonly lifetime: number;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Longest lifetime, s: a token of the development issuer should not be found working next year. */
const MAX_LIFETIME = 30 * 86_400;
const DEFAULT_LIFETIME = 3600;

/** Throws RangeError with a sentence for the one who asks. */
export function readMint(parameters: Parameters): Mint {
  const ci = readCi(parameters);
  const subject = one(parameters['subject']) ?? ci?.subject ?? null;
  if (subject === null) throw new RangeError('subject is missing: who is the token for?');
  const lifetime = Number(one(parameters['lifetime']) ?? DEFAULT_LIFETIME);
  if (!Number.isSafeInteger(lifetime) || lifetime < 1 || lifetime > MAX_LIFETIME) {
    throw new RangeError(`lifetime must be from 1 second to ${MAX_LIFETIME / 86_400} days`);
  }
  const groups = [parameters['group'] ?? []].flat();
  return {
    subject,
    scope: one(parameters['scope']) ?? undefined,
    client: one(parameters['client']),
    lifetime,
    extra: { ...(groups.length > 0 && { groups }), ...ci?.claims },
  };
}

/** The job's claims, and the subject where none is given; null for a token of no job. Throws RangeError. */
function readCi(
  parameters: Parameters,
): { readonly claims: Parameters; readonly subject: string | null } | null {
  const written = one(parameters['ci']);
  if (written === null) return null;
  const job = parseCiJob(written);
  const provider = CI_PROVIDERS.find((name) => name === job?.provider);
  if (job === null || provider === undefined) {
    throw new RangeError(`ci must be provider:run:job, with one of the providers ${CI_PROVIDERS.join(', ')}`);
  }
  const derived = one(parameters['subject']) === null;
  const about = {
    repository: one(parameters['repository']),
    ref: one(parameters['ref']) ?? (derived ? MAIN_BRANCH[provider] : null),
    actor: one(parameters['actor']),
  };
  const claims = { [CI_PROVIDER_CLAIM]: provider, ...present(CLAIMS[provider](job, about)) };
  return { claims, subject: derived ? subjectOf(provider, about) : null };
}

/** As providers name a ref: GitHub in full, the others without what it is. */
const MAIN_BRANCH: Readonly<Record<CiProvider, string>> = {
  github: 'refs/heads/main',
  gitlab: 'main',
  buildkite: 'main',
};

/** `sub` as the provider makes it by default, as far as a run tells. */
function subjectOf(provider: CiProvider, { repository, ref }: About): string {
  if (repository === null || !/^[^/]+(?:\/[^/]+)+$/.test(repository)) {
    throw new RangeError(
      `repository must be one such as acme/shop: ${provider} makes the subject of it; or say the subject`,
    );
  }
  const [owner, ...name] = repository.split('/');
  const subjects = {
    github: `repo:${repository}:ref:${ref}`,
    gitlab: `project_path:${repository}:ref_type:branch:ref:${ref}`,
    buildkite: `organization:${owner}:pipeline:${name.join('/')}:ref:refs/heads/${ref}`,
  };
  return subjects[provider];
}

interface About {
  readonly repository: string | null;
  readonly ref: string | null;
  readonly actor: string | null;
}

/** The claims as the providers name them: the reverse of the readers in ci.ts. */
const CLAIMS: Readonly<Record<CiProvider, (job: CiJob, about: About) => Parameters>> = {
  github: ({ run, job }, { repository, ref, actor }) => ({
    run_id: run,
    run_attempt: '1',
    check_run_id: job,
    repository,
    repository_owner: repository?.split('/')[0],
    ref,
    actor,
  }),
  gitlab: ({ run, job }, { repository, ref, actor }) => ({
    pipeline_id: run,
    job_id: job,
    project_path: repository,
    namespace_path: repository?.split('/').slice(0, -1).join('/'),
    ref,
    user_login: actor,
  }),
  buildkite: ({ run, job }, { repository, ref }) => ({
    build_number: /^\d{1,15}$/.test(run) ? Number(run) : run,
    job_id: job,
    organization_slug: repository?.includes('/') === true ? repository.split('/')[0] : null,
    pipeline_slug: repository?.split('/').at(-1),
    build_branch: ref,
  }),
};

function present(claims: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
}

function one(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
