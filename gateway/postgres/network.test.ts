import { expect, test } from 'vitest';
import { networkOf } from './network.ts';

test.each([
  ['192.0.2.7', '192.0.2.0/24', '192.0.2.7/32'],
  ['::ffff:192.0.2.7', '192.0.2.0/24', '192.0.2.7/32'],
  ['::1', '0:0:0:0::/64', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1:2::/64'],
  ['2001:DB8::7', '2001:db8:0:0::/64', '2001:db8:0:0::/64'],
  ['fe80::1:2:3:4%eth0', 'fe80:0:0:0::/64', 'fe80:0:0:0::/64'],
  ['', 'local', 'local'],
  [undefined, 'local', 'local'],
])('%s is of the network %s, alone of %s', (address, network, alone) => {
  expect([networkOf(address, 24), networkOf(address, 32)]).toEqual([network, alone]);
});
