/** The jobs of build/deploy/ci as their runners would run them: with their own shells, psql, TLS and tokens, through a gateway. */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { openYoungArchive } from '../../bench/recorded.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { parseConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { HttpIssuer, json } from '../../gateway/identity/testing/http-issuer.ts';
import { type Claims, newKey, sign, type SigningKey } from '../../gateway/identity/testing/tokens.ts';
import { LOCALHOST, ROOT_CERTIFICATE } from '../../gateway/postgres/testing/certificate.ts';
import { startPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { clearAway } from '../leftovers.ts';
import { endedSession } from '../recorded-sessions.ts';
import { bash, runWorkflow } from './runner.ts';

const EXAMPLE = join(import.meta.dirname, '../../build/deploy/ci');

const missing = ['bash', 'curl', 'jq', 'psql'].filter(
  (program) => spawnSync(program, ['--version']).status !== 0,
);
if (missing.length > 0)
  process.stdout.write(`skipped: the jobs of build/deploy/ci (not on this machine: ${missing.join(', ')})\n`);

/** What a runner gives its jobs to ask GitHub for a token with. */
const REQUEST_TOKEN = 'of this run alone';

/** The working copy, with report.sql. */
const cwd = EXAMPLE;

let opened: AsyncDisposableStack;
let folder: string;
let key: SigningKey;
let github: HttpIssuer;
let gitlab: HttpIssuer;
let archive: ArchiveReader;
/** In place of what the examples say of a gateway that is nowhere; libpq before 16 knows no `system`. */
let place: Readonly<Record<string, string>>;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'ci-jobs-'));
  opened.defer(() => clearAway(folder));
  key = await newKey('one');
  github = opened.use(await HttpIssuer.start([key.jwk]));
  gitlab = opened.use(await HttpIssuer.start([key.jwk]));
  await writeFile(join(folder, 'root.crt'), ROOT_CERTIFICATE);
  await writeFile(join(folder, 'gateway.crt'), LOCALHOST.cert);
  await writeFile(join(folder, 'gateway.key'), LOCALHOST.key, { mode: 0o600 });
  await cp(join(EXAMPLE, 'policy.yaml'), join(folder, 'policy.yaml'));
  const gateway = await startExample();
  archive = await openYoungArchive(gateway.archive);
  opened.defer(() => archive.close());
  place = {
    PGHOST: 'localhost',
    PGPORT: String(gateway.listen.port),
    PGSSLROOTCERT: join(folder, 'root.crt'),
  };
}, 60_000);
afterAll(() => opened.disposeAsync());

const Section = z.looseObject({});
const Example = z.looseObject({
  gateway: Section,
  issuers: z.array(z.looseObject({ name: z.enum(['github', 'gitlab']) })),
  connections: z.tuple([Section]),
});

/** A gateway as auditorium.yaml of the example says, with issuers, database and certificate of this machine. */
async function startExample() {
  const server = await startPostgres();
  opened.defer(() => server.stop());
  const { host, port, user, password, database } = server;
  const owner = new pg.Client({ host, port, user, password, database });
  await owner.connect();
  await owner.query('CREATE TABLE orders AS SELECT n AS id, 100 * n AS cents FROM generate_series(1, 100) n');
  await owner.end();

  const example = Example.parse(parse(await readFile(join(EXAMPLE, 'auditorium.yaml'), 'utf8')));
  const url = { github: github.url, gitlab: gitlab.url };
  for (const issuer of example.issuers) issuer['issuer'] = url[issuer.name];
  const { sslrootcert: _, ...connection } = example.connections[0];
  const here = {
    ...example,
    gateway: { listen: '127.0.0.1:0', tls: { cert: './gateway.crt', key: './gateway.key' } },
    connections: [{ ...connection, host, port, user, database, sslmode: 'disable' }],
  };
  const config = parseConfig(stringify(here), folder, { SHOP_PASSWORD: password });
  const gateway = await startGateway(config, { log: pino({ level: 'silent' }), software: 'test' });
  opened.defer(() => gateway.close());
  return gateway;
}

/** Claims of a GitHub Actions job (GitHub Docs, "OpenID Connect reference"). */
function ofGitHub(more: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: github.url,
    sub: 'repo:acme/shop:ref:refs/heads/main',
    aud: 'auditorium',
    jti: crypto.randomUUID(),
    iat: now,
    nbf: now - 5,
    exp: now + 300,
    actor: 'ada',
    ref: 'refs/heads/main',
    repository: 'acme/shop',
    repository_owner_id: '1234567',
    run_id: '4711',
    run_attempt: '1',
    check_run_id: '3',
    ...more,
  };
}

/** Lets GitHub's token endpoint give jobs a token of these claims. */
function tokensOf(claims: Claims): void {
  github.handlers.set('/token?api-version=2.0&audience=auditorium', ({ authorization }, response) => {
    if (authorization?.toLowerCase() !== `bearer ${REQUEST_TOKEN}`) response.writeHead(401).end();
    else void sign(key, claims, { typ: 'JWT' }).then((value) => json(response, { count: 1, value }));
  });
}

/** Runs a job of the workflow. */
async function run(job: string) {
  const workflow: unknown = parse(await readFile(join(EXAMPLE, 'github-actions.yml'), 'utf8'));
  const runner = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  };
  return runWorkflow(workflow, job, { cwd, env: { ...place, ...runner } });
}

/** What is on record of the newest session of a job. */
async function recorded(job: string) {
  const row = await endedSession(archive, ({ ci }) => ci?.job === job);
  return [row.ci, row.identity?.groups, row.connection, row.statements, row.outcome];
}

const REPORT = expect.stringMatching(/ orders \| total\s*\n-+\+-+\n\s*100 \|\s*5050\n/) as string;

test.skipIf(missing.length > 0).each([
  ['shell', '31'],
  ['script', '32'],
])('the job "%s" of a GitHub workflow gets its rows and is on record as itself', async (name, job) => {
  tokensOf(ofGitHub({ check_run_id: job }));
  const { status, stdout, stderr, secrets } = await run(name);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: REPORT, stderr: '' });
  const token = secrets[0] ?? '';
  expect([secrets.length, stdout.replace(`::add-mask::${token}`, '').includes(token)]).toEqual([1, false]);
  expect(await recorded(job)).toEqual([
    {
      provider: 'github',
      run: '4711',
      job,
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      actor: 'ada',
      provenance: 'attested',
      issuer: github.url,
    },
    ['ci'],
    'shop',
    1,
    'completed',
  ]);
});

test.skipIf(missing.length > 0)(
  'the job of a GitLab pipeline gets its rows and is on record as itself',
  async () => {
    const now = Math.floor(Date.now() / 1000);
    const token = await sign(
      key,
      {
        iss: gitlab.url,
        sub: 'project_path:acme/shop:ref_type:branch:ref:main',
        aud: 'auditorium',
        iat: now,
        nbf: now - 5,
        exp: now + 3600,
        namespace_id: '7654321',
        project_path: 'acme/shop',
        pipeline_id: '88',
        job_id: '33',
        ref: 'main',
        ref_protected: 'true',
        user_login: 'ada',
      },
      { typ: 'JWT' },
    );
    const { report } = z
      .object({
        report: z.object({ variables: z.record(z.string(), z.string()), script: z.array(z.string()) }),
      })
      .parse(parse(await readFile(join(EXAMPLE, 'gitlab-ci.yml'), 'utf8')));
    const env = { ...report.variables, ...place, AUDITORIUM_TOKEN: token };
    const ran = await bash(report.script.join('\n'), { cwd, env });
    expect(ran).toEqual({ status: 0, stdout: REPORT, stderr: '' });
    const about = { repository: 'acme/shop', ref: 'main', actor: 'ada' };
    expect(await recorded('33')).toEqual([
      { provider: 'gitlab', run: '88', job: '33', ...about, provenance: 'attested', issuer: gitlab.url },
      ['ci'],
      'shop',
      1,
      'completed',
    ]);
  },
);

test.skipIf(missing.length > 0)(
  'a job of somebody else, or of another branch, does not come in',
  async () => {
    for (const claims of [{ repository_owner_id: '666' }, { ref: 'refs/heads/topic' }]) {
      tokensOf(ofGitHub(claims));
      const { status, stderr } = await run('shell');
      expect([status, stderr]).toEqual([2, expect.stringContaining('FATAL:  ') as string]);
    }
  },
);

test.skipIf(missing.length > 0)('a job does what the policy says, and no more', async () => {
  const PGPASSWORD = await sign(key, ofGitHub({ check_run_id: '34' }), { typ: 'JWT' });
  const env = { PGDATABASE: 'shop', PGUSER: 'ci', PGSSLMODE: 'verify-full', ...place, PGPASSWORD };
  const complaint = async (sql: string) =>
    (await bash(`psql --no-psqlrc --quiet --command '${sql}'`, { cwd, env })).stderr;
  expect([
    await complaint('DELETE FROM orders'),
    await complaint('DELETE FROM orders WHERE id = 1'),
    await complaint('GRANT ALL ON orders TO PUBLIC'),
  ]).toEqual([
    expect.stringContaining('say which rows') as string,
    '',
    expect.stringContaining('ERROR: ') as string,
  ]);
});
