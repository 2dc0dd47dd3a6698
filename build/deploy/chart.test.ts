import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, PersistentVolumeClaim, Service } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { parseConfig, readServe } from '../../gateway/config.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';
import { programOf } from '../../main/program.ts';
import { chartValues, manifests, render } from './chart.ts';

const CHART = join(import.meta.dirname, 'chart');
const accepts = new Ajv({ strict: true }).compile(
  JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as object,
);

/** Values with every switch of the chart the other way. */
const OTHERWISE = {
  ...chartValues(),
  replicas: 3,
  policy: readFileSync(join(import.meta.dirname, 'ci/policy.yaml'), 'utf8'),
  env: [{ name: 'SHOP_PASSWORD', valueFrom: { secretKeyRef: { name: 'shop', key: 'password' } } }],
  secretFiles: 'shop-files',
  storage: { size: '200Gi', className: 'fast' },
  podAnnotations: { 'prometheus.io/port': '9464' },
  networkPolicy: {
    enabled: true,
    agents: [],
    collectors: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
    egress: [],
  },
};

/** Values of `base` with those of `over`, as Helm lays one file over another. */
function over(base: unknown, upper: unknown): unknown {
  if (!isMapping(base) || !isMapping(upper)) return upper;
  const changed = Object.entries(upper).map(([key, value]) => [key, over(base[key], value)] as const);
  return { ...base, ...Object.fromEntries(changed) };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const OKTA = {
  name: 'okta',
  profile: 'okta',
  issuer: 'https://example.okta.com/oauth2/default',
  audience: 'a',
};
const PEM = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n';

/** Everything, brought by the chart. */
const FLEET = over(chartValues(), {
  replicas: 2,
  config: { issuers: [OKTA] },
  objectStore: { enabled: true, caSecret: 'ca', own: { enabled: true, tlsSecret: 's3-tls' } },
  clickhouse: { enabled: true },
  gatewayKeys: `${PEM}${PEM}`,
  indexer: { enabled: true, replicas: 3 },
  server: {
    enabled: true,
    url: 'https://audit.example',
    tlsSecret: 'server-tls',
    roles: { viewer: ['staff'], admin: ['platform'] },
    settings: { clientId: 'web', clientSecret: { env: 'CLIENT_SECRET' }, rights: [{ groups: ['staff'] }] },
    env: [{ name: 'CLIENT_SECRET', valueFrom: { secretKeyRef: { name: 'web', key: 'secret' } } }],
  },
  fleet: { secret: 'fleet-secrets' },
});

/** The same of others: a store and an index that are there, a proxy with the certificate. */
const OTHERS = over(FLEET, {
  objectStore: { endpoint: 'https://ceph.internal', caSecret: '', own: { enabled: false } },
  clickhouse: { enabled: false, url: 'https://ch.internal:8443/prod' },
  indexer: { options: ['--keys', 's3://keys/prod'], env: [{ name: 'A', value: 'b' }] },
  server: {
    tlsSecret: '',
    trustProxy: ['10.0.0.0/8'],
    store: { gateways: ['demo-gateway-0'] },
    storage: { className: 'fast' },
  },
  fleet: { server: 'https://inside.example', settings: { tokenAge: '2h' } },
});

const fleets = [
  { name: 'of its own', values: FLEET },
  { name: 'of others', values: OTHERS },
];

const variants = [
  { name: 'as it comes', values: chartValues() },
  { name: 'with every switch the other way', values: OTHERWISE },
  {
    name: 'without a network policy',
    values: {
      ...chartValues(),
      networkPolicy: { enabled: false, agents: [], collectors: [], egress: [] },
    },
  },
];

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.enum([
    'ConfigMap',
    'Deployment',
    'Job',
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'PodDisruptionBudget',
    'Service',
    'StatefulSet',
  ]),
});
const MODELS = {
  ConfigMap,
  Deployment,
  Job,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Service,
  StatefulSet,
};

/** Throws where Kubernetes' own schema refuses the manifest. */
function validate(manifest: unknown): string {
  const { apiVersion, kind } = Manifest.parse(manifest);
  const Model = MODELS[kind];
  expect(apiVersion).toBe(Model.apiVersion);
  new Model(manifest as object).validate();
  return `${apiVersion} ${kind}`;
}

test.each(variants)('manifests $name are what Kubernetes takes', ({ name, values }) => {
  expect(accepts(values), JSON.stringify(accepts.errors)).toBe(true);
  const policy = name === 'without a network policy' ? [] : ['networking.k8s.io/v1 NetworkPolicy'];
  expect(manifests(values).map(validate)).toEqual([
    'v1 ConfigMap',
    ...policy,
    'policy/v1 PodDisruptionBudget',
    'v1 Service',
    'v1 Service',
    'apps/v1 StatefulSet',
  ]);
});

const FLEET_KINDS = {
  indexer: ['v1 ConfigMap', 'apps/v1 StatefulSet', 'networking.k8s.io/v1 NetworkPolicy'],
  server: [
    'v1 ConfigMap',
    'v1 PersistentVolumeClaim',
    'v1 Service',
    'apps/v1 Deployment',
    'networking.k8s.io/v1 NetworkPolicy',
  ],
  clickhouse: ['v1 Service', 'apps/v1 StatefulSet', 'networking.k8s.io/v1 NetworkPolicy'],
  s3: ['v1 Service', 'apps/v1 StatefulSet', 'networking.k8s.io/v1 NetworkPolicy'],
  's3-bucket': ['batch/v1 Job', 'networking.k8s.io/v1 NetworkPolicy'],
};
const Labelled = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()) }),
});

test.each(fleets)('a fleet $name is what Kubernetes takes, part by part', ({ name, values }) => {
  expect(accepts(values), JSON.stringify(accepts.errors)).toBe(true);
  const parts: Record<string, string[]> = {};
  for (const manifest of manifests(values)) {
    const part = Labelled.parse(manifest).metadata.labels['app.kubernetes.io/name'] ?? '';
    (parts[part.replace('auditorium-', '')] ??= []).push(validate(manifest));
  }
  const { gateway, ...rest } = parts;
  const { indexer, server } = FLEET_KINDS;
  expect([gateway?.length, rest]).toEqual([6, name === 'of others' ? { indexer, server } : FLEET_KINDS]);
});

test('without a network policy a fleet has none', () => {
  const open = over(FLEET, { networkPolicy: { enabled: false } });
  expect(
    manifests(open)
      .map(validate)
      .filter((kind) => kind.endsWith('NetworkPolicy')),
  ).toEqual([]);
});

const Confined = z.looseObject({
  automountServiceAccountToken: z.literal(false),
  hostNetwork: z.undefined().optional(),
  securityContext: z.looseObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.number().min(1),
    seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
  }),
  containers: z.tuple([
    z.looseObject({
      image: z.string(),
      command: z.array(z.string()).default([]),
      args: z.array(z.string()).default([]),
      env: z.array(z.looseObject({ name: z.string(), value: z.string().default('') })),
      resources: z.looseObject({ limits: z.looseObject({ memory: z.string() }) }),
      volumeMounts: z.array(z.looseObject({ name: z.string() })),
      securityContext: z.strictObject({
        allowPrivilegeEscalation: z.literal(false),
        readOnlyRootFilesystem: z.literal(true),
        capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
      }),
    }),
  ]),
  volumes: z.array(z.looseObject({ name: z.string() })),
});
const Running = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({ spec: Confined }),
    volumeClaimTemplates: z.array(z.looseObject({ metadata: z.object({ name: z.string() }) })).default([]),
  }),
});

/** The pods of a fleet, by the names of what runs them; throws for one that has more rights than it needs. */
function podsOf(values: unknown): Map<string, z.output<typeof Running>['spec']> {
  const running = manifests(values).filter((manifest) =>
    ['Deployment', 'Job', 'StatefulSet'].includes(Manifest.parse(manifest).kind),
  );
  return new Map(
    running.map((manifest) => {
      const { metadata, spec } = Running.parse(manifest);
      return [metadata.name, spec];
    }),
  );
}

test('every pod of a fleet is confined, and mounts what it has', () => {
  const pods = podsOf(FLEET);
  expect([...pods.keys()].toSorted()).toEqual([
    'demo-clickhouse',
    'demo-gateway',
    'demo-indexer',
    'demo-s3',
    'demo-s3-bucket-1',
    'demo-server',
  ]);
  for (const [name, { template, volumeClaimTemplates }] of pods) {
    const { containers, volumes } = template.spec;
    const claims = volumeClaimTemplates.map(({ metadata }) => metadata.name);
    const there = [...volumes.map((volume) => volume.name), ...claims].toSorted();
    expect(containers[0].volumeMounts.map((mount) => mount.name).toSorted(), name).toEqual(there);
  }
});

/** The texts of the ConfigMap of a part. */
function filesOf(values: unknown, part: string): Record<string, string> {
  const found = manifests(values).find((manifest) => {
    const { kind } = Manifest.parse(manifest);
    return kind === 'ConfigMap' && Labelled.parse(manifest).metadata.name === `demo-${part}`;
  });
  return WithFiles.parse(found).data;
}

test.each(fleets)('gateways ship to what the server of a fleet $name reads', async ({ name, values }) => {
  const own = name === 'of its own';
  const written = filesOf(values, 'gateway')['auditorium.yaml'] ?? '';
  const secret = '/run/secrets/auditorium-fleet/secret';
  expect(written).toContain(`secret: { file: ${secret} }`);
  // The file is the business of the pod where it is.
  const text = written.replace(`{ file: ${secret} }`, '{ env: FLEET_SECRET }');
  const { gateway } = parseConfig(text, '/etc/auditorium', { FLEET_SECRET: 's'.repeat(43) });
  const told = z
    .looseObject({ archive: z.looseObject({ remote: z.looseObject({}) }) })
    .parse(parseAllDocuments(text)[0]?.toJS());

  const folder = mkdtempSync(join(tmpdir(), 'auditorium-chart-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'auditorium.yaml');
  writeFileSync(file, filesOf(values, 'server')['auditorium.yaml'] ?? '');
  const { serve } = await readServe(file, { CLIENT_SECRET: 'x' });
  const endpoint = own ? 'https://demo-s3:9000' : 'https://ceph.internal';
  expect([
    gateway.fleet?.server,
    told.archive.remote,
    serve.origin,
    serve.tls !== null,
    serve.trustProxy,
    serve.fleet,
    serve.stores,
  ]).toEqual([
    own ? 'https://audit.example' : 'https://inside.example',
    {
      bucket: 'evidence',
      prefix: 'prod',
      region: 'us-east-1',
      endpoint,
      every: '10s',
      retention: { mode: 'governance', for: '30d' },
    },
    'https://audit.example',
    own,
    own ? [] : ['10.0.0.0/8'],
    '/var/lib/auditorium/fleet',
    [
      {
        name: 'demo',
        store: 's3://evidence/prod',
        endpoint,
        region: 'us-east-1',
        index: own ? 'http://demo-clickhouse:8123/auditorium' : 'https://ch.internal:8443/prod',
        follow: false,
        keys: ['/etc/auditorium/gateways.pub'],
        keyStore: null,
        tenantKeys: [],
        gateways: own ? null : ['demo-gateway-0'],
        case: '/var/lib/auditorium/fleet.case',
      },
    ],
  ]);
  expect(filesOf(values, 'indexer')).toEqual({ 'gateways.pub': `${PEM}${PEM}` });
});

test.each(fleets)('indexers of a fleet $name run what there is, each with its share', ({ values }) => {
  const spec = podsOf(values).get('demo-indexer')?.template.spec.containers[0];
  const [shell = '', flag = '', script = '', ...rest] = spec?.command ?? [];
  // A shell that says the words in place of the program.
  const said = spawnSync(
    shell,
    [flag, script.replace('exec auditorium', 'printf "%s\\n"'), ...rest, ...(spec?.args ?? [])],
    {
      encoding: 'utf8',
      env: {
        HOSTNAME: 'demo-indexer-2',
        ...Object.fromEntries((spec?.env ?? []).map((one) => [one.name, one.value])),
      },
    },
  );
  const words = said.stdout.trimEnd().split('\n');
  expect([said.stderr, words.slice(0, 3), words[words.indexOf('--share') + 1]]).toEqual([
    '',
    ['index', 'run', 's3://evidence/prod'],
    '3/3',
  ]);
  const known = programOf('0')
    .commands.find((one) => one.name() === 'index')
    ?.commands.find((one) => one.name() === 'run')
    ?.options.map(({ long }) => long);
  expect(words.filter((word) => word.startsWith('--') && known?.includes(word) !== true)).toEqual([]);
});

test.each([
  [{ objectStore: { enabled: false, own: { enabled: false } } }, 'set objectStore.enabled'],
  [
    { objectStore: { enabled: false }, indexer: { enabled: false }, server: { enabled: false } },
    'set objectStore.enabled too',
  ],
  [{ objectStore: { endpoint: 'https://ceph.internal' } }, 'leave endpoint empty'],
  [{ objectStore: { caSecret: '' } }, 'needs objectStore.caSecret'],
  [{ objectStore: { own: { tlsSecret: '' } } }, 'needs objectStore.own.tlsSecret'],
  [{ config: { archive: { remote: { bucket: 'other' } } } }, 'take config.archive.remote out'],
  [{ config: { gateway: { fleet: {} } } }, 'take config.gateway.fleet out'],
  [{ clickhouse: { enabled: false } }, 'set clickhouse.enabled, or clickhouse.url'],
  [{ clickhouse: { url: 'https://ch.internal:8443' } }, 'leave url empty'],
  [{ gatewayKeys: '' }, 'kubectl exec each gateway'],
  [{ server: { enabled: false }, gatewayKeys: '' }, 'indexer.enabled needs gatewayKeys'],
  [{ server: { url: '' }, fleet: { server: 'https://a.example' } }, 'needs server.url'],
  [{ server: { enabled: false, url: '' } }, 'set fleet.server'],
  [{ server: { tlsSecret: '' } }, 'server.trustProxy with the addresses'],
  [{ server: { trustProxy: ['10.0.0.0/8'] } }, 'exclude each other'],
  [{ server: { roles: null } }, 'say under server.roles'],
])('a fleet with %j is refused, and told what to do', (changed, why) => {
  expect(() => manifests(over(FLEET, changed))).toThrow(why);
});

const Pod = z.object({
  kind: z.literal('StatefulSet'),
  spec: z.object({
    template: z.object({
      spec: z.object({
        automountServiceAccountToken: z.boolean(),
        hostNetwork: z.boolean().optional(),
        securityContext: z.unknown(),
        containers: z.tuple([z.object({ securityContext: z.unknown() })]),
      }),
    }),
  }),
});

test('the gateway has no right that it needs not', () => {
  const [pod] = manifests(chartValues()).flatMap((manifest) => {
    const found = Pod.safeParse(manifest);
    return found.success ? [found.data.spec.template.spec] : [];
  });
  expect([
    pod?.automountServiceAccountToken,
    pod?.hostNetwork,
    pod?.securityContext,
    pod?.containers[0].securityContext,
  ]).toEqual([
    false,
    undefined,
    {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  ]);
});

test('what Kubernetes does not take is found', () => {
  const wrong = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec: { maxUnavailable: [1] } };
  expect(() => validate(wrong)).toThrow('maxUnavailable');
});

const WithFiles = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });

test.each(variants)('the gateway reads its configuration $name', ({ values }) => {
  const [data] = manifests(values).flatMap((manifest) => {
    const found = WithFiles.safeParse(manifest);
    return found.success ? [found.data.data] : [];
  });
  const { gateway, archive } = parseConfig(data?.['auditorium.yaml'] ?? '', '/etc/auditorium');
  expect([gateway.listen.port, gateway.metrics?.port, gateway.spool.dir, gateway.control, archive]).toEqual([
    6432,
    9464,
    '/var/lib/auditorium/spool',
    '/var/lib/auditorium/spool/control.sock',
    '/var/lib/auditorium/archive',
  ]);
  const written = data?.['policy.yaml'];
  if (written !== undefined) expect(parsePolicy(written, 'policy.yaml').mode).toBe('enforce');
});

test('values that the chart cannot keep are refused', () => {
  const { config, ...rest } = z.looseObject({ config: z.looseObject({}) }).parse(chartValues());
  const { gateway } = z.looseObject({ gateway: z.looseObject({}) }).parse(config);
  const wrong = [
    { ...rest, config, replica: 2 },
    { ...rest, config, image: { name: 'auditorium:latest', pullPolicy: 'Always' } },
    { ...rest, config, image: { name: 'auditorium', pullPolicy: 'Always' } },
    { ...rest, config: { ...config, gateway: { ...gateway, listen: '127.0.0.1:6432' } } },
    { ...rest, config: { ...config, gateway: { ...gateway, metrics: '127.0.0.1:9464' } } },
    { ...rest, config: { ...config, gateway: { ...gateway, spool: { dir: '/tmp/spool' } } } },
  ];
  expect(wrong.map((values) => accepts(values))).toEqual(wrong.map(() => false));
});

test('a template that says more than is known here is refused', () => {
  const scope = {
    Values: { a: 1 },
    Release: { Name: 'r', Namespace: 'n', Revision: 1 },
    Chart: { AppVersion: '1' },
  };
  expect(render('{{- if .Values.a }}\na: {{ .Values.a | quote }}\n{{- end }}\n', scope)).toBe('\na: "1"\n');
  for (const template of [
    '{{ include "x" . }}',
    '{{ .Values.b }}',
    '{{ .Values.a | upper }}',
    '{{ if .Values.a }}',
  ])
    expect(() => render(template, scope), template).toThrow(SyntaxError);
});

const helm = spawnSync('helm', ['version', '--short']).status === 0;
if (!helm) process.stdout.write('skipped: the chart as Helm renders it (there is no helm on this machine)\n');

test.skipIf(!helm).each([...variants, ...fleets])('Helm renders the same $name', ({ values }) => {
  const options = ['template', 'demo', CHART, '--kube-version', '1.34.0', '--values', '-'];
  const { stdout, stderr } = spawnSync('helm', options, { input: JSON.stringify(values), encoding: 'utf8' });
  expect(stderr).toBe('');
  const rendered = parseAllDocuments(stdout).map((document) => plain(document.toJS()));
  const ours = manifests(values).map(plain);
  const byKind = (a: string, b: string) => (a < b ? -1 : 1);
  expect(rendered.toSorted(byKind)).toEqual(ours.toSorted(byKind));
});

/** With keys in one order, in the YAML within it too: Helm sorts them. */
function plain(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'auditorium.yaml' && typeof part === 'string')
      return parseAllDocuments(part).map((document) => document.toJS() as unknown);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
