import { expect, test } from 'vitest';
import type { CiContext } from '../../shared/api/session.ts';
import { runLink } from './run-link.ts';

function ci(over: Partial<CiContext>): CiContext {
  return {
    provenance: 'attested',
    provider: 'github',
    run: '4711',
    job: '3',
    repository: 'acme/shop',
    ref: null,
    actor: null,
    issuer: 'https://token.actions.githubusercontent.com',
    ...over,
  };
}

test('a run that verified claims tell has an address at its provider', () => {
  expect([
    runLink(ci({})),
    runLink(ci({ issuer: 'https://git.acme.example/_services/token' })),
    runLink(
      ci({
        provider: 'gitlab',
        issuer: 'https://gitlab.acme.example:8443',
        repository: 'a/b/shop',
        job: '99',
      }),
    ),
    runLink(ci({ provider: 'buildkite', issuer: 'https://agent.buildkite.com', job: '0190-ab' })),
  ]).toEqual([
    'https://github.com/acme/shop/actions/runs/4711',
    'https://git.acme.example/acme/shop/actions/runs/4711',
    'https://gitlab.acme.example:8443/a/b/shop/-/jobs/99',
    'https://buildkite.com/acme/shop/builds/4711#0190-ab',
  ]);
});

test('nothing else becomes a link', () => {
  const refused: readonly (CiContext | null)[] = [
    null,
    ci({ provenance: 'asserted' }),
    ci({ repository: null }),
    ci({ issuer: null }),
    ci({ issuer: 'http://127.0.0.1:9/' }),
    ci({ issuer: 'https://me:pw@token.actions.githubusercontent.com' }),
    ci({ issuer: 'javascript:alert(1)' }),
    ci({ issuer: 'https://issuer.example' }),
    ci({ provider: 'jenkins' }),
    ci({ repository: '../..' }),
    ci({ repository: 'acme/../evil' }),
    ci({ repository: 'acme/shop?x' }),
    ci({ run: '1/../../x' }),
    ci({ job: '1#x' }),
  ];
  expect(refused.map(runLink)).toEqual(refused.map(() => null));
});
