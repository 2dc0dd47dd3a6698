/**
 * The page of a CI run at its provider, made of claims that a gateway verified and of nothing else: what an agent says of itself
 * must not become a link that an investigator follows.
 */
import type { CiContext } from '../../shared/api/session.ts';

/** What a provider calls a run or a job: no part of a path by itself. */
const ID = /^[\w-]{1,100}$/;

/** `owner/name` and longer paths, of which no part leads elsewhere. */
const PATH = /^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+){1,20}$/;

/** Issuers of GitHub itself, and of a GitHub Enterprise Server, which issues below this path. */
const GITHUB_ISSUER = 'token.actions.githubusercontent.com';
const ENTERPRISE_PATH = '/_services/token';

/** The address of a run; null where the verified claims do not tell one. Only https. */
export function runLink(ci: CiContext | null): string | null {
  if (ci === null || ci.provenance !== 'attested' || ci.repository === null || ci.issuer === null)
    return null;
  if (!PATH.test(ci.repository) || !ID.test(ci.run) || !ID.test(ci.job)) return null;
  const issuer = URL.canParse(ci.issuer) ? new URL(ci.issuer) : null;
  if (issuer?.protocol !== 'https:' || issuer.username !== '' || issuer.password !== '') return null;
  return MAKERS[ci.provider]?.(ci, issuer) ?? null;
}

type Maker = (ci: CiContext, issuer: URL) => string | null;

const MAKERS: Readonly<Partial<Record<string, Maker>>> = {
  github: ({ repository, run }, { host, pathname }) => {
    const site = host === GITHUB_ISSUER ? 'github.com' : pathname.startsWith(ENTERPRISE_PATH) ? host : null;
    return site === null ? null : `https://${site}/${repository}/actions/runs/${run}`;
  },
  gitlab: ({ repository, job }, { host }) => `https://${host}/${repository}/-/jobs/${job}`,
  buildkite: ({ repository, run, job }) => `https://buildkite.com/${repository}/builds/${run}#${job}`,
};
