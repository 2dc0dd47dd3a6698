import { expect, test } from 'vitest';
import { addressOf, readLink, readPath, readWords } from './asked.ts';

const ID = '0123456789abcdef0123456789abcdef';

test('a link names a session, and may name one of its events', () => {
  expect(readLink(`auditorium://session/${ID}`)).toEqual({ kind: 'session', id: ID, at: null });
  expect(readLink(`auditorium://session/${ID}/?at=57`)).toEqual({ kind: 'session', id: ID, at: 57 });
  expect(addressOf({ kind: 'session', id: ID, at: 57 })).toBe(`/sessions/${ID}?step=57`);
  expect(addressOf({ kind: 'session', id: ID, at: null })).toBe(`/sessions/${ID}`);
});

test('every other link is refused in words', () => {
  const links = [
    '',
    'auditorium://',
    'auditorium://open/etc/passwd',
    `auditorium://session/${ID.toUpperCase()}`,
    `auditorium://session/${ID}?at=-1`,
    `auditorium://session/${ID}?at=1&run=rm`,
    `auditorium://session/${ID}#/approvals`,
    `auditorium://session/${ID}\n`,
    `auditorium://user@session/${ID}`,
    `auditorium://session/../${ID}`,
    `https://session/${ID}`,
    `auditorium://session/${ID}?at=${'9'.repeat(300)}`,
  ];
  expect(links.filter((link) => readLink(link).kind !== 'refused')).toEqual([]);
});

test('a command line asks for its last word that is no option', () => {
  expect(readWords(['--no-sandbox', '--gateway-config=/etc/a.yaml', 'evidence.audit'], '/home/ada')).toEqual({
    kind: 'archive',
    path: '/home/ada/evidence.audit',
  });
  expect(readWords([`auditorium://session/${ID}`], '/')).toEqual({ kind: 'session', id: ID, at: null });
  expect(readWords(['AUDITORIUM://run/x'], '/')).toMatchObject({ kind: 'refused' });
  expect(readWords(['--inspect'], '/')).toBeNull();
});

test('paths are those of the folder they were typed in; buckets are as they are', () => {
  expect(readPath('../a b.zip', '/home/ada')).toEqual({ kind: 'archive', path: '/home/a b.zip' });
  expect(readPath('s3://evidence/shop', '/home/ada')).toEqual({
    kind: 'archive',
    path: 's3://evidence/shop',
  });
  expect(readPath('a\u001B[2J.audit', '/')).toMatchObject({ kind: 'refused' });
  expect(readPath('', '/')).toMatchObject({ kind: 'refused' });
});
