import type { Evidence } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { isPrivateNetwork } from './networks.js';

/** An address that a server listens on, as it is written, with or without a port. */
export interface Listener {
  readonly address: string;
  readonly tls: boolean;
  readonly at: Span;
}

/**
 * What the addresses that a server listens on tell of who reaches it. One that speaks plain HTTP may stand behind
 * another that does not, except in a private network.
 */
export function reachedBy(listeners: readonly Listener[]): Pick<Evidence, 'https' | 'privateListener'> {
  const [first] = listeners;
  const inside = first !== undefined && listeners.every(({ address }) => isPrivateNetwork(hostOf(address)));
  const https = listeners.some(({ tls }) => tls) ? 'yes' : inside ? 'no' : undefined;
  return { ...(https === undefined ? {} : { https }), ...(inside ? { privateListener: first.at } : {}) };
}

/** `10.0.0.5:80` without its port, `[fd00::1]:80` too. */
function hostOf(address: string): string {
  return /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(address)?.[1] ?? address;
}
