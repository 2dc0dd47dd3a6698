import { expect, test } from 'vitest';
import { isSignIn, judgeLink } from './external-link.ts';

test('hosts on the list, and those below them, may be opened', () => {
  expect(judgeLink('https://github.com/acme/shop')).toEqual({
    kind: 'listed',
    url: 'https://github.com/acme/shop',
    host: 'github.com',
  });
  expect(judgeLink('https://acme.okta.com/')).toMatchObject({ kind: 'listed' });
  expect(judgeLink('https://git.acme.example/x')).toMatchObject({
    kind: 'unlisted',
    host: 'git.acme.example',
  });
  expect(judgeLink('https://git.acme.example/x', ['acme.example'])).toMatchObject({ kind: 'listed' });
});

test('names that look like a listed one are not', () => {
  const links = ['https://github.com.evil.example/', 'https://evilgithub.com/', 'https://gіthub.com/'];
  expect(links.map((link) => judgeLink(link).kind)).toEqual(['unlisted', 'unlisted', 'unlisted']);
});

test('all that is not the encrypted web, or hides where it leads, is refused', () => {
  const links = [
    'http://github.com/',
    'https://github.com@evil.example/',
    'https://github.com:8443/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    `https://github.com/${'a'.repeat(3_000)}`,
    '',
  ];
  expect(links.map((link) => judgeLink(link).kind)).toEqual(links.map(() => 'refused'));
});

test('where a person signs in is an issuer of the web or of this machine', () => {
  const links = [
    'https://acme.okta.com/a',
    'http://127.0.0.1:4000/auth',
    'http://acme.okta.com/',
    'file:///x',
    'x',
  ];
  expect(links.map((link) => isSignIn(link))).toEqual([true, true, false, false, false]);
});
