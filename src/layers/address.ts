/** What a layer in front calls the place that it passes requests on to. */
export type Address =
  /** This machine, or this container. */
  | { readonly kind: 'loopback' }
  /** The machine that a container runs on, as Docker calls it. */
  | { readonly kind: 'machine' }
  /** A name that a network knows, lower-case. */
  | { readonly kind: 'name'; readonly name: string }
  /** Decided when it is deployed, or for each request. */
  | { readonly kind: 'open' }
  /** A socket in the file system, an address in numbers. */
  | { readonly kind: 'elsewhere' };

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0)$/;
const NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;

export function addressOf(host: string): Address {
  const text = host.toLowerCase().replace(/\.$/, '');
  if (LOOPBACK.test(text)) return { kind: 'loopback' };
  if (/^(?:host\.docker\.internal|gateway\.docker\.internal|host\.containers\.internal)$/.test(text)) return { kind: 'machine' };
  if (text === '' || /[$%{}<>*]/.test(text)) return { kind: 'open' };
  if (!NAME.test(text) || /^\d+(?:\.\d+){3}$/.test(text)) return { kind: 'elsewhere' };
  return { kind: 'name', name: text };
}

/** Is it a name of one word, which only a network that knows it can mean? */
export function isBare(name: string): boolean {
  return !name.includes('.');
}
