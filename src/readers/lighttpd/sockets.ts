import { knownText, type LighttpdFile, type Scope } from '../../syntax/lighttpd/index.js';
import type { Span } from '../../text/span.js';
import { normalised } from './conditions.js';

/** An address that lighttpd listens on: requests to each are under other conditions. */
export interface Socket {
  /** `0.0.0.0:80`; absent where a part of a configuration does not say. */
  readonly address: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
  readonly port: number | undefined;
  readonly at: Span;
}

/** The address of `server.bind` and `server.port`, then one for every `$SERVER["socket"] == "…"`. */
export function socketsOf({ scopes, unread }: LighttpdFile): readonly Socket[] {
  const main = scopes[0]!;
  const written = ['server.port', 'server.bind', 'server.document-root'].some((name) => main.settings.has(name));
  const host = knownText(main.settings.get('server.bind')?.data) ?? '0.0.0.0';
  const port = main.settings.has('server.port') ? knownText(main.settings.get('server.port')?.data) : undefined;
  const tls = switchedOn(main);
  // 80 is the default, and 443 with TLS for all.
  const chosen = port ?? (written && !main.settings.has('server.port') ? (tls === true ? '443' : '80') : undefined);
  const extended = main.settings.has('extforward.forwarder') || unread.length > 0;
  const schemeOf = (own: boolean | undefined): Socket['scheme'] => (own === true ? 'https' : extended || own === undefined ? undefined : 'http');
  const found: Socket[] = [{ address: chosen === undefined ? undefined : `${host}:${chosen}`, scheme: schemeOf(written ? (tls ?? false) : tls), port: chosen === undefined ? undefined : Number(chosen), at: main.at }];
  for (const { condition, settings, at } of scopes) {
    if (condition?.object !== 'SERVER' || condition.operator !== '==') continue;
    const text = knownText(condition.text);
    if (text === undefined || found.some(({ address }) => address !== undefined && normalised(address) === normalised(text))) continue;
    const own = settings.has('ssl.engine') ? switchedOn({ settings }) : (tls ?? false);
    const digits = /:(\d+)$/.exec(text)?.[1];
    found.push({ address: text, scheme: schemeOf(own), port: digits === undefined ? undefined : Number(digits), at });
  }
  return found;
}

function switchedOn({ settings }: Pick<Scope, 'settings'>): boolean | undefined {
  const text = knownText(settings.get('ssl.engine')?.data);
  return text === undefined ? undefined : /^(?:enabled?|true|1)$/i.test(text);
}
