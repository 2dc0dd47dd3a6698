import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { announcedBy, updateFeedOf } from '../../main/desktop/updates/update-feed.ts';
import { packageConfig } from './config.ts';
import { feedNamedIn, signFeeds } from './update-feed.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const FEED = 'version: 1.3.0\nfiles: [{ url: a.AppImage, sha512: abcd, size: 1 }]\n';
const ENV = { AUDITORIUM_UPDATE_URL: 'https://updates.example/', AUDITORIUM_UPDATE_KEY: KEY };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-feed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a package trusts the feed and the key that it was built with, and none where it was built without', () => {
  const metadata = (env: Readonly<Record<string, string>>) => {
    const { extraMetadata, publish } = packageConfig('/root', { system: 'linux', electronDist: null, env });
    writeFileSync(join(folder, 'package.json'), JSON.stringify(extraMetadata));
    return [publish, updateFeedOf(folder)];
  };
  expect([metadata(ENV), metadata({})]).toEqual([
    [
      { provider: 'generic', url: 'https://updates.example/' },
      { url: 'https://updates.example/', key: KEY },
    ],
    [null, null],
  ]);
});

test('half a feed, and one over http, are no feed', () => {
  expect(() => feedNamedIn({ ...ENV, AUDITORIUM_UPDATE_KEY: '' })).toThrow(/^AUDITORIUM_UPDATE_KEY must be/);
  expect(() => feedNamedIn({ ...ENV, AUDITORIUM_UPDATE_URL: 'http://updates.example/' })).toThrow(/https/);
  expect(() => feedNamedIn({ AUDITORIUM_UPDATE_KEY: KEY })).toThrow(/^AUDITORIUM_UPDATE_URL must be/);
});

test('feeds are signed with the key that packages trust, and with no other', () => {
  writeFileSync(join(folder, 'latest-linux.yml'), FEED);
  writeFileSync(join(folder, 'builder-debug.yml'), '');
  const pem = join(folder, 'key.pem');
  writeFileSync(pem, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const feed = { url: 'https://updates.example/', key: KEY };
  expect(signFeeds(folder, feed, {})).toEqual([]);
  expect(signFeeds(folder, feed, { AUDITORIUM_UPDATE_SIGNING_KEY: pem })).toEqual(['latest-linux.yml']);
  const signature = readFileSync(join(folder, 'latest-linux.yml.sig'), 'utf8');
  expect(announcedBy(Buffer.from(FEED), signature, KEY)).toMatchObject({ version: '1.3.0' });
  expect(readdirSync(folder).filter((name) => name.endsWith('.sig'))).toEqual(['latest-linux.yml.sig']);
  writeFileSync(pem, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
  expect(() => signFeeds(folder, feed, { AUDITORIUM_UPDATE_SIGNING_KEY: pem })).toThrow('it is not signed');
});
