import { expect, test } from 'vitest';
import { hasBrowsers, isInNetwork, isPrivateNetwork } from '../../src/middleware/networks.js';

test.each(['10.0.0.0/8', '10.0.0.0/255.0.0.0', '10.1', '192.168.4.16/30', '172.31.0.0/16', 'fd12:3456::/32', '203.0.113.0/24', '198.51.100.7', '2001:db8:1:2::/64'])('%s: people browse there', (network) => {
  expect(hasBrowsers(network)).toBe(true);
});

test.each(['127.0.0.1', '127.0.0.0/8', '::1', '192.168.4.17', '10.0.0.2/32', 'fd00::1', '0.0.0.0/0', '::/0', '173.245.48.0/20', '2400:cb00::/32', '172.32.0.0/12', 'unix:', 'all', 'localhost', '$bad', '10.0.0.300', '10.0.0.0/255.0.255.0', '1::2::3'])('%s: nobody is known to', (network) => {
  expect(hasBrowsers(network)).toBe(false);
});

test('private addresses are those that the internet does not reach', () => {
  expect(['10.1.2.3', '192.168.0.1', '[fd00::1]', '100.64.0.1'].map(isPrivateNetwork)).toEqual([true, true, true, true]);
  expect(['127.0.0.1', '203.0.113.1', '0.0.0.0', '::'].map(isPrivateNetwork)).toEqual([false, false, false, false]);
});

test('a network is in another when all its addresses are', () => {
  expect(isInNetwork('127.0.0.1', '127.0.0.0/8')).toBe(true);
  expect(isInNetwork('127.0.0.1', '0.0.0.0/0')).toBe(true);
  expect(isInNetwork('10.0.0.0/8', '10.0.0.0/16')).toBe(false);
  expect(isInNetwork('127.0.0.1', '10.0.0.0/8')).toBe(false);
});
