import { expect, test } from 'vitest';
import { parseConfig } from '../../gateway/config.ts';
import { HttpIssuer, json } from '../../gateway/identity/testing/http-issuer.ts';
import type { SignedInPerson } from './session.ts';
import { TeamIssuer } from './team-issuer.ts';

const ADA: SignedInPerson = {
  person: { issuer: 'i', subject: 'ada', name: null, groups: [], expires: 0, renewable: true },
  accessToken: 'access',
  refreshToken: 'refresh',
  idToken: 'id',
};

function teamIssuer(issuer: string): TeamIssuer {
  const [configured] = parseConfig('issuers: [{ name: dev, profile: development }]', '/').issuers;
  if (configured === undefined) throw new TypeError('one issuer is configured');
  return new TeamIssuer({
    serve: {
      origin: 'https://team.example',
      clientId: 'team',
      clientSecret: null,
      scopes: 'openid',
      parameters: {},
    },
    issuer: { ...configured, issuer },
    now: () => 0,
  });
}

test('who signs out is told where the issuer ends its own session, and their token is revoked there', async () => {
  await using http = await HttpIssuer.start();
  const at = (path: string): string => `${http.url}${path}`;
  http.handlers.set('/.well-known/openid-configuration', (_, response) =>
    json(response, {
      issuer: http.url,
      jwks_uri: at('/jwks'),
      revocation_endpoint: at('/revoke'),
      end_session_endpoint: at('/end'),
    }),
  );
  http.handlers.set('/revoke', (_, response) => void response.writeHead(200).end());
  const team = teamIssuer(http.url);
  expect([await team.leaving(ADA), await team.leaving({ ...ADA, idToken: null })]).toEqual([
    `${at('/end')}?id_token_hint=id&client_id=team`,
    `${at('/end')}?client_id=team`,
  ]);
  await team.revoke(ADA);
  const revoked = http.asked.find(({ path }) => path === '/revoke');
  expect([revoked?.body.get('token'), revoked?.body.get('client_id')]).toEqual(['refresh', 'team']);
  team.close();
});

test('an issuer without such a place, and one that does not answer, keep nobody from signing out', async () => {
  const http = await HttpIssuer.start();
  const [plain, gone] = [teamIssuer(http.url), teamIssuer(http.url)];
  expect(await plain.leaving(ADA)).toBeNull();
  await http[Symbol.asyncDispose]();
  expect(await gone.leaving(ADA)).toBeNull();
  await gone.revoke(ADA);
  plain.close();
  gone.close();
});
