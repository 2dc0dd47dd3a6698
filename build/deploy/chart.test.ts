import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../gateway/config.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';
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
  kind: z.enum(['ConfigMap', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'StatefulSet']),
});
const MODELS = { ConfigMap, NetworkPolicy, PodDisruptionBudget, Service, StatefulSet };

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
  const scope = { Values: { a: 1 }, Release: { Name: 'r', Namespace: 'n' }, Chart: { AppVersion: '1' } };
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

test.skipIf(!helm).each(variants)('Helm renders the same $name', ({ values }) => {
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
