/** Whether an address can be reached from this machine only. */
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Takes what a listener can be given: `host`, `host:port`, `[IPv6]:port`, or the path of a Unix socket. Of names only
 * `localhost` counts, which RFC 6761 §6.3 keeps on loopback; all others could be pointed elsewhere.
 */
export function isLoopback(listener: string): boolean {
  if (listener.startsWith('/')) return true;
  const host = isIP(listener) === 0 ? listener.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1') : listener;
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
