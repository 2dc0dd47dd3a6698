import { expect, test } from 'vitest';
import { assertedCi, ciOfClaims } from './ci.ts';

test('an application_name of the form ci:provider:run:job asserts a job', () => {
  expect(assertedCi('ci:github:4711:3')).toEqual({ provider: 'github', run: '4711', job: '3' });
  expect(assertedCi('ci:jenkins:nightly-12:build.1')).toEqual({
    provider: 'jenkins',
    run: 'nightly-12',
    job: 'build.1',
  });
});

test('gh, gl and bk stand for the full names', () => {
  expect(['gh', 'gl', 'bk'].map((name) => assertedCi(`ci:${name}:1:2`)?.provider)).toEqual([
    'github',
    'gitlab',
    'buildkite',
  ]);
});

test('every other application_name asserts nothing', () => {
  const names = [
    '',
    'psql',
    'ci',
    'ci:',
    'ci:github',
    'ci:github:1',
    'ci:github:1:',
    'ci:github::3',
    'ci::1:3',
    'ci:github:1:3:4',
  ];
  const hostile = [
    'ci:GitHub:1:3',
    'ci:github:1/2:3',
    'ci:github:*:3',
    'ci:github:1:3 ',
    'ci:github:1:\u001b[2J',
    `ci:github:1:${'9'.repeat(101)}`,
  ];
  expect([...names, ...hostile].map(assertedCi).filter((job) => job !== null)).toEqual([]);
});

/** As printed by github/actions-oidc-debugger, shortened. */
const GITHUB = {
  sub: 'repo:acme@42/shop@99:ref:refs/heads/main',
  repository: 'acme/shop',
  repository_id: '99',
  repository_owner_id: '42',
  run_id: '16058211293',
  run_attempt: '2',
  check_run_id: '45318221',
  ref: 'refs/heads/main',
  actor: 'ada',
};

test('GitHub names run, job, repository, ref and actor', () => {
  expect(ciOfClaims('github', GITHUB)).toEqual({
    provider: 'github',
    run: '16058211293',
    job: '45318221',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    actor: 'ada',
  });
});

test('without check_run_id the attempts of a GitHub run are told apart', () => {
  const { check_run_id: _, ...older } = GITHUB;
  expect(ciOfClaims('github', older)?.job).toBe('attempt-2');
});

test('GitLab names pipeline, job, project, ref and user', () => {
  const claims = {
    pipeline_id: '801',
    job_id: '77',
    project_path: 'acme/shop',
    ref: 'main',
    user_login: 'ada',
    sub: 'project_path:x',
  };
  expect(ciOfClaims('gitlab', claims)).toEqual({
    provider: 'gitlab',
    run: '801',
    job: '77',
    repository: 'acme/shop',
    ref: 'main',
    actor: 'ada',
  });
});

test('Buildkite names build, job, pipeline and branch', () => {
  const claims = {
    organization_slug: 'acme',
    pipeline_slug: 'shop',
    build_number: 175,
    build_branch: 'main',
    step_key: null,
    job_id: '018485f6-1f53-4f18-9b53-72428db4d239',
  };
  expect(ciOfClaims('buildkite', claims)).toEqual({
    provider: 'buildkite',
    run: '175',
    job: '018485f6-1f53-4f18-9b53-72428db4d239',
    repository: 'acme/shop',
    ref: 'main',
    actor: null,
  });
});

test('claims without a plain run and job tell no job', () => {
  const told = [
    {},
    { run_id: '1' },
    { check_run_id: '1' },
    { ...GITHUB, run_id: '1/2' },
    { ...GITHUB, run_id: 1.5 },
    { ...GITHUB, check_run_id: ['3'] },
  ];
  expect(told.map((claims) => ciOfClaims('github', claims))).toEqual(told.map(() => null));
});
