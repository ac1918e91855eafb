/** What lists of addresses mean to pages: may the browser of somebody who opens them sit in a network? */

interface Network {
  /** The address as groups: four of 8 bits, or eight of 16. */
  readonly groups: readonly number[];
  /** Bits in a group. */
  readonly width: 8 | 16;
  /** Bits of the prefix. */
  readonly length: number;
}

/** Public networks of so many addresses or fewer are those of offices; larger ones are those of providers and of edges in front. */
const OFFICE = { 8: 24, 16: 48 } as const;

/** Networks that are not reached from the public internet (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291). */
const PRIVATE: readonly Network[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'].map((text) => networkOf(text)!);
const LOOPBACK: readonly Network[] = ['127.0.0.0/8', '::1/128'].map((text) => networkOf(text)!);

/**
 * Do clients that open web pages sit in the network? The server itself is none; a large public network may be that
 * of a CDN or a balancer, and a single private address that of a proxy in front, which let everybody in.
 */
export function hasBrowsers(text: string): boolean {
  const network = networkOf(text);
  if (network === undefined || LOOPBACK.some((outer) => isWithin(network, outer))) return false;
  return PRIVATE.some((outer) => isWithin(network, outer)) ? network.length < network.width * network.groups.length : network.length >= OFFICE[network.width];
}

/** Is it an address (or a network) that only a private network reaches? Loopback is none. */
export function isPrivateNetwork(text: string): boolean {
  const network = networkOf(text);
  return network !== undefined && PRIVATE.some((outer) => isWithin(network, outer));
}

/** Is every address of a network also one of another? */
export function isInNetwork(text: string, outer: string): boolean {
  const [network, around] = [networkOf(text), networkOf(outer)];
  return network !== undefined && around !== undefined && isWithin(network, around);
}

function isWithin(network: Network, outer: Network): boolean {
  if (network.width !== outer.width || network.length < outer.length) return false;
  return outer.groups.every((group, index) => {
    const bits = Math.min(Math.max(outer.length - index * outer.width, 0), outer.width);
    return group >> (outer.width - bits) === network.groups[index]! >> (outer.width - bits);
  });
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.1` (Apache), `192.168.1.7`, `fd00::/8`, `[fd00::1]`. */
function networkOf(text: string): Network | undefined {
  const [, address = '', suffix] = /^\[?([0-9a-f:.]+)\]?(?:\/([\d.]+))?$/i.exec(text.trim()) ?? [];
  return address.includes(':') ? sixOf(address, suffix) : fourOf(address, suffix);
}

function fourOf(address: string, suffix: string | undefined): Network | undefined {
  const written = address.replace(/\.$/, '').split('.');
  if (written.length > 4 || !written.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  const length = suffix === undefined ? written.length * 8 : suffix.includes('.') ? lengthOf(suffix) : Number(suffix);
  if (length === undefined || length > 32) return undefined;
  return { groups: [...written.map(Number), 0, 0, 0].slice(0, 4), width: 8, length };
}

/** The length of a mask: ones, then zeros. */
function lengthOf(mask: string): number | undefined {
  const bits = mask.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.replace(/0/g, '').length : undefined;
}

function sixOf(address: string, suffix: string | undefined): Network | undefined {
  const halves = address.split('::');
  const [front = [], back = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: halves.length === 2 ? Math.max(missing, 0) : 0 }, () => '0'), ...back];
  const length = suffix === undefined ? 128 : Number(suffix);
  if (halves.length > 2 || groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) || !(length <= 128)) return undefined;
  return { groups: groups.map((group) => Number.parseInt(group, 16)), width: 16, length };
}
