import { describe, expect, it } from '@jest/globals';
import { isLoopbackAddress, isPublicAddress } from './public-address.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'])(
    'takes %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['128.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '223.255.255.255'])(
    'takes %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['2606:4700:4700::1111', '2a00:1450:4001:80b::200e', '2001:4860:4860::8888'])('takes %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '127.0.0.1', '127.255.255.254'],
    ...['172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
    ...['169.254.0.1', '169.254.169.254', '168.63.129.16', '100.64.0.1', '100.100.100.200', '192.0.0.192'],
    ...['192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.7'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ])('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8'],
    ...['::127.0.0.1', '64:ff9b::a00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::', '2001:db8::1'],
    ...['100::1', '3fff::1', '5f00::1', '0:0:0:0:0:0:0:1', '0:0:0:0:0:ffff:a00:1'],
  ])('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['', 'localhost', '8.8.8', '8.8.8.8.', '08.8.8.8', '0x8.8.8.8', '134744072', '[2606:4700::1]', ' 8.8.8.8'])(
    'refuses %p, which is no address',
    (text) => expect(isPublicAddress(text)).toBe(false),
  );
});

describe('isLoopbackAddress', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1'])('takes %s', (address) => expect(isLoopbackAddress(address)).toBe(true));

  it.each(['128.0.0.1', '126.255.255.255', '0.0.0.0', '::', '::ffff:127.0.0.1', '10.0.0.1', 'localhost', ''])(
    'refuses %p',
    (address) => expect(isLoopbackAddress(address)).toBe(false),
  );
});
