import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { reloadOf } from './reload.ts';

function read(text: string) {
  return parseConfig(`issuers: [{ name: dev, profile: development }]\n${text}`, '/etc');
}

test('roles and webhooks are taken over while the gateway runs', () => {
  const before = read('roles: { admin: [ops] }');
  const after = read(
    'roles: { admin: [ops], reviewer: [dba] }\napprovals: { webhook: { url: https://chat.example, secret: s } }',
  );
  const { applied, kept, config } = reloadOf(before, after, true);
  expect([applied, kept, config.roles.reviewer, config.approvals.webhook?.url]).toEqual([
    ['roles', 'approvals'],
    [],
    ['dba'],
    'https://chat.example',
  ]);
});

test('a development issuer is not started by a reload', () => {
  expect(() => reloadOf(read(''), read(''), false)).toThrow(
    'issuers: a development issuer is started with the gateway only',
  );
});
