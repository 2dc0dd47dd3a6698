/** Debian's packages of the S3 server for tests, put in place where they are missing and may be. */
import { spawnSync, type StdioOptions } from 'node:child_process';
import { RGW_PACKAGES, rgwMissing } from './rgw.ts';

/** Ninety packages of 60 MB take half a minute; a registry that takes ten times as long is no reason to hold up everything else. */
const PATIENCE_MS = 300_000;

/** Why the server cannot be had here; null when it is there. */
export function installRgw(): string | null {
  if (rgwMissing() === null) return null;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return rgwMissing();
  aptGet('update', '-q');
  const said = aptGet('install', '-q', '-y', '--no-install-recommends', ...RGW_PACKAGES);
  const missing = rgwMissing();
  return missing === null ? null : `${missing} (${said})`;
}

/** Returns its last word of complaint. */
function aptGet(...args: string[]): string {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  const { stderr } = spawnSync('apt-get', args, { env, timeout: PATIENCE_MS, stdio, encoding: 'utf8' });
  return (stderr ?? '').trim().split('\n').at(-1) ?? '';
}
