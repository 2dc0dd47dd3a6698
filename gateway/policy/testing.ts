/** Facts, sessions and documents for tests of policy. */
import type { SqlFacts, TextFacts } from '../../shared/policy/facts.ts';
import { parsePolicy } from './reading.ts';
import type { Policy } from './compile.ts';
import type { Circumstances, SessionPolicy, Subject } from './session-policy.ts';

/** A CI agent on `shop`, its job attested. */
export const SUBJECT: Subject = {
  issuer: 'https://idp.example/oauth2/default',
  subject: 'ci-deployer',
  clientId: 'client-7',
  groups: ['ci-agents'],
  connection: 'shop',
  ci: {
    attested: true,
    provider: 'github',
    repository: 'example/shop',
    job: 'github/4711/deploy',
    ref: 'refs/heads/main',
  },
};

/** Sunday, 22 November 2026, noon UTC; the planner was not asked and can be. */
export const NOW: Circumstances = {
  now: Date.UTC(2026, 10, 22, 12),
  estimatedRows: null,
  canEstimate: true,
};

/** A statement that is SELECT 1 but for what is given. */
export function statement(facts: Partial<SqlFacts> = {}): SqlFacts {
  return { verb: 'SELECT', class: 'read', tables: [], columns: [], functions: [], features: [], ...facts };
}

/** A table that is read, found in the catalog. */
export function table(
  name: string,
  facts: Partial<SqlFacts['tables'][number]> = {},
): SqlFacts['tables'][number] {
  return { name, resolved: true, reads: true, writes: false, via: [], ...facts };
}

/** A text of the given statements, all names found. */
export function text(...statements: SqlFacts[]): TextFacts {
  return { statements, unparsed: null, resolved: true };
}

export const UNPARSED: TextFacts = { statements: [], unparsed: 'syntax error', resolved: false };

/** A policy of the given YAML below `version` and `approvals`. */
export function policy(yaml: string): Policy {
  return parsePolicy(`version: 1\napprovals: { approvers: [reviewers] }\n${yaml}`, 'policy.yaml');
}

/** The same for {@link SUBJECT}, or what is given of another. */
export function sessionPolicy(yaml: string, subject: Partial<Subject> = {}): SessionPolicy {
  return policy(yaml).forSession({ ...SUBJECT, ...subject });
}
