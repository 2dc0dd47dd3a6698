import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../gateway/config.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';

const FOLDER = import.meta.dirname;
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

/** What GitHub's own parser finds wrong with a workflow. */
function faultsOf(input: string): unknown {
  const options = { input, encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync(process.execPath, [join(FOLDER, 'github-parser.ts')], options);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('GitHub takes its workflow, and what it would not take is found', () => {
  const workflow = read('ci/github-actions.yml');
  expect([faultsOf(workflow), faultsOf(read('../../.github/workflows/desktop.yml'))]).toEqual([[], []]);
  expect(faultsOf(workflow.replace('runs-on:', 'run-on:'))).toEqual([
    expect.stringContaining('run-on'),
    expect.anything(),
  ]);
});

/** What of GitLab's job keywords the example uses (GitLab Docs, "CI/CD YAML syntax reference"). */
const GitLabJob = z.strictObject({
  image: z.string().regex(/:\d+\.\d+/),
  timeout: z.string().regex(/^\d+ (minutes|hours)$/),
  id_tokens: z.record(
    z.string().regex(/^[A-Z_][A-Z0-9_]*$/),
    z.strictObject({ aud: z.union([z.string(), z.array(z.string())]) }),
  ),
  variables: z.record(z.string(), z.string()),
  script: z.array(z.string()).min(1),
});

test('the job of GitLab has no keyword that GitLab does not, and its token the gateway’s audience', () => {
  const { report } = z.strictObject({ report: GitLabJob }).parse(parse(read('ci/gitlab-ci.yml')));
  const issuers = parseConfig(read('ci/auditorium.yaml'), join(FOLDER, 'ci'), { SHOP_PASSWORD: 'x' }).issuers;
  expect(report.id_tokens['AUDITORIUM_TOKEN']).toEqual({
    aud: issuers.find(({ profile }) => profile === 'gitlab')?.audience,
  });
});

test.each([
  ['ci/auditorium.yaml', ['github', 'gitlab'], ['shop']],
  ['compose/auditorium.yaml', ['dev'], ['shop']],
  ['compose/issuer.yaml', ['dev'], []],
])('the gateway reads %s', (file, issuers, connections) => {
  // Secrets of a file are the business of the machine where it is.
  const text = read(file).replace(/\{ file: [^}]+\}/, '{ env: SHOP_PASSWORD }');
  const config = parseConfig(text, join(FOLDER, file, '..'), { SHOP_PASSWORD: 'x' });
  expect([config.issuers.map(({ name }) => name), config.connections.map(({ name }) => name)]).toEqual([
    issuers,
    connections,
  ]);
});

test('the policy for jobs is one, and YAML is YAML throughout', () => {
  expect(parsePolicy(read('ci/policy.yaml'), 'policy.yaml')).toMatchObject({ mode: 'enforce' });
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file) && !file.includes('templates'))
    .toSorted();
  const broken = files.filter((file) =>
    parseAllDocuments(read(file), { merge: true }).some(
      ({ errors, warnings }) => errors.length + warnings.length > 0,
    ),
  );
  expect([files.length > 9, broken]).toEqual([true, []]);
});
