import { expect, test } from 'vitest';
import { decideNavigation, decideWindow, mayDownload, mayHave, mayRequest } from './policy.ts';

test('of all permissions the window gets those to notify and to copy', () => {
  const all = [
    'clipboard-read',
    'clipboard-sanitized-write',
    'display-capture',
    'fileSystem',
    'geolocation',
    'hid',
    'media',
    'midi',
    'notifications',
    'openExternal',
    'pointerLock',
    'serial',
    'storage-access',
    'usb',
    'unknown',
    '',
  ];
  expect(all.filter((permission) => mayHave(permission))).toEqual([
    'clipboard-sanitized-write',
    'notifications',
  ]);
});

test('the window goes to its own pages alone', () => {
  const refused = [
    'https://example.org/',
    'http://auditorium/',
    'app://other/',
    'app://auditorium@example.org/',
    'app://user@auditorium/',
    'javascript:alert(1)',
    'data:text/html,x',
    'about:blank',
    'file://server/share/a.audit',
    'no url',
    '',
  ];
  expect(decideNavigation('app://auditorium/sessions?filter=x')).toEqual({ kind: 'allow' });
  expect(refused.map((url) => decideNavigation(url).kind)).toEqual(refused.map(() => 'refuse'));
});

test('a file that is gone to was dropped', () => {
  expect(decideNavigation('file:///home/ada/a%20b.audit')).toEqual({
    kind: 'file',
    path: '/home/ada/a b.audit',
  });
  expect(decideWindow('file:///home/ada/a.zip')).toEqual({ kind: 'file', path: '/home/ada/a.zip' });
  expect(decideNavigation('file:///a%2Fb')).toEqual({ kind: 'refuse' });
});

test('windows are never opened; a page of the encrypted web is asked about', () => {
  expect(decideWindow('https://github.com/acme')).toEqual({ kind: 'link', url: 'https://github.com/acme' });
  const refused = [
    'http://github.com/',
    'app://auditorium/',
    'javascript:1',
    'mailto:a@b',
    'smb://x/y',
    'auditorium://session/x',
  ];
  expect(refused.map((url) => decideWindow(url).kind)).toEqual(refused.map(() => 'refuse'));
});

test('only what the window made itself is saved, and only its own host is asked for anything', () => {
  expect(
    ['blob:app://auditorium/1', 'blob:app://other/1', 'app://auditorium/x', 'https://a/x'].map(mayDownload),
  ).toEqual([true, false, false, false]);
  const asked = [
    'app://auditorium/api/live',
    'data:image/png;base64,',
    'app://other/',
    'https://a/',
    'ws://a/',
    'file:///etc/passwd',
  ];
  expect(asked.filter((url) => mayRequest(url))).toEqual([
    'app://auditorium/api/live',
    'data:image/png;base64,',
  ]);
});
