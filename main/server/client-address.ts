/** Who asks, as far as the network tells: the peer itself, or whom a trusted proxy says that it speaks for. */
import { BlockList, isIP } from 'node:net';

export interface Peer {
  /** The address that the request came from, or that its proxies tell. */
  readonly address: string;
  /** Whether it came by a trusted proxy. */
  readonly proxied: boolean;
}

/** `trusted` are addresses and ranges, as the configuration has checked them. */
export function peerReader(trusted: readonly string[]): (request: Request, remote: string) => Peer {
  const proxies = new BlockList();
  for (const range of trusted) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    proxies.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  const isProxy = (address: string): boolean =>
    isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (request, remote) => {
    const peer = plain(remote);
    if (!isProxy(peer)) return { address: peer, proxied: false };
    // Each proxy adds whom it heard; what stands before the first that is not ours anybody may have written.
    const told = (request.headers.get('x-forwarded-for') ?? '').split(',').map((part) => plain(part.trim()));
    const address = told.findLast((one) => isIP(one) !== 0 && !isProxy(one));
    return { address: address ?? peer, proxied: true };
  };
}

/** IPv4 as itself, however a socket writes it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}
