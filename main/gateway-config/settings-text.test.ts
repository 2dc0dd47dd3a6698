import { expect, test } from 'vitest';
import type { ConnectionForm } from '../../shared/api/gateway-settings.ts';
import {
  connectionsIn,
  issuersIn,
  withConnection,
  withIssuer,
  withoutItem,
  withoutSecrets,
} from './settings-text.ts';

const TEXT = `# Ours, since 2024.
gateway: { listen: '127.0.0.1:6432' } # for agents
connections:
  # The shop.
  - { name: shop, host: db.example, database: shop, user: agent, password: 'hunter2', channel_binding: require }
  - name: crm # of sales
    host: crm.example
    port: 5433
    database: crm
    user: agent
    password: { env: CRM_PASSWORD } # from the vault
    sslmode: verify-full
    sslrootcert: ./root.pem
    groups: [sales]

issuers:
  - { name: dev, profile: development }
`;

const CRM: ConnectionForm = {
  name: 'crm',
  host: 'crm2.example',
  port: 5432,
  database: 'crm',
  user: 'agent',
  sslmode: 'verify-full',
  sslrootcert: './root.pem',
  groups: ['sales', 'support'],
  password: { from: 'keep' },
};

test('what a change does not touch stays as it was written: comments, order, quotes', () => {
  expect(withConnection(TEXT, 'crm', CRM)).toBe(
    TEXT.replace('crm.example', 'crm2.example')
      .replace('    port: 5433\n', '')
      .replace('[sales]', '[sales, support]'),
  );
});

test('a connection and an issuer are added behind the others, and taken out again', () => {
  const form: ConnectionForm = {
    ...CRM,
    name: 'new',
    sslmode: null,
    sslrootcert: null,
    groups: [],
    password: { from: 'command', argv: ['vault', 'read', 'crm'] },
  };
  const added = withConnection(TEXT, null, form);
  expect(added.slice(TEXT.indexOf('    groups:'))).toBe(`    groups: [sales]
  - name: new
    host: crm2.example
    database: crm
    user: agent
    password: { command: [vault, read, crm] }

issuers:
  - { name: dev, profile: development }
`);
  const okta = {
    name: 'okta',
    profile: 'okta' as const,
    issuer: 'https://example.okta.com/oauth2/default',
    audience: 'api://auditorium',
    lifetime: null,
    groups: [],
    require: {},
  };
  const both = withIssuer(added, null, okta);
  expect(issuersIn(both).map(({ name }) => name)).toEqual(['dev', 'okta']);
  expect(connectionsIn(withoutItem(both, 'connections', 'shop'), {}).map(({ name }) => name)).toEqual([
    'crm',
    'new',
  ]);
});

test('a form that says what the file says leaves it as it is, however it says it', () => {
  const text = `connections:
  - { name: "crm", host: 'h', port: 5432, database: d, user: u, groups: ci, password: x }
`;
  const [shown] = connectionsIn(text, {});
  if (shown === undefined) throw new Error('there is one');
  const { others, ...form } = shown;
  expect(others).toEqual([]);
  const same: ConnectionForm = { ...form, password: { from: 'keep' } };
  expect(withConnection(text, 'crm', same)).toBe(text);
  expect(withConnection(text, 'crm', { ...same, user: 'reader', password: { from: 'none' } })).toBe(
    text.replace('user: u', 'user: reader').replace(', password: x', ''),
  );
});

test('a first item is written below a section that is empty, in brackets or missing', () => {
  const dev = {
    name: 'dev',
    profile: 'development' as const,
    issuer: null,
    audience: null,
    lifetime: null,
    groups: [],
    require: {},
  };
  const item = 'issuers:\n  - name: dev\n    profile: development\n';
  expect(['issuers:\n', 'issuers: []\n', ''].map((text) => withIssuer(text, null, dev))).toEqual([
    item,
    item,
    item,
  ]);
});

test('secrets in clear are told of, and shown nowhere', () => {
  expect(withoutSecrets(TEXT)).toBe(TEXT.replace(`'hunter2'`, '••••••••'));
  expect(
    connectionsIn(TEXT, { CRM_PASSWORD: 'x' }).map(({ password, others }) => ({ password, others })),
  ).toEqual([
    { password: { from: 'text' }, others: ['channel_binding'] },
    { password: { from: 'env', variable: 'CRM_PASSWORD', set: true }, others: [] },
  ]);
});

test('an item that is gone is said to be', () => {
  expect(() => withoutItem(TEXT, 'issuers', 'okta')).toThrow(
    'the configuration has no issuer called okta any more',
  );
});
