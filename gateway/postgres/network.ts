/** Which network an address is of: strangers are counted by it, since who owns one address may own its neighbours. */

/** An IPv6 site is given at least this many bits to number its machines with (RFC 4291 §2.5.4). */
const IPV6_GROUPS = 4;

/**
 * The network of a socket's address: the IPv4 address cut to `bits`, or the /64 of an IPv6 address, in CIDR notation.
 * IPv4 written as IPv6 (`::ffff:192.0.2.7`) counts as IPv4. Anything else, such as no address, is `local`.
 */
export function networkOf(address: string | undefined, bits: 24 | 32): string {
  const four = /^(?:::ffff:)?(\d+\.\d+\.\d+)(\.\d+)$/i.exec(address ?? '');
  if (four !== null) return `${four[1]}${bits === 24 ? '.0' : four[2]}/${bits}`;
  if (address?.includes(':') !== true) return 'local';
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return `${all.slice(0, IPV6_GROUPS).join(':')}::/64`;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
