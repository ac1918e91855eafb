/** What a host of a developer's own machine or network is; `tunnel`: a public name that leads to such a machine for a while. */
export type LocalKind = 'loopback' | 'private-address' | 'local-name' | 'tunnel';

/** Services that lend a public name to a developer's machine or workspace for as long as it runs. */
export const TUNNEL_DOMAINS: readonly string[] = ['ngrok.io', 'ngrok-free.app', 'ngrok-free.dev', 'loca.lt', 'localtunnel.me', 'trycloudflare.com', 'serveo.net', 'lhr.life', 'devtunnels.ms', 'tunnelmole.net', 'app.github.dev', 'gitpod.io'];

/** Loopback names and addresses (RFC 6761, RFC 1122), private and link-local ones (RFC 1918, 3927, 4193), `.local` (RFC 6762), `.test` (RFC 2606), tunnels; undefined for all others. */
export function localKindOf(host: string): LocalKind | undefined {
  if (/^(?:.+\.)?localhost$|^127(?:\.\d+){3}$|^0\.0\.0\.0$|^\[::1?\]$/.test(host)) return 'loopback';
  if (/^(?:10(?:\.\d+){3}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|192\.168(?:\.\d+){2}|169\.254(?:\.\d+){2}|\[f[cd][0-9a-f]{2}:.*\]|\[fe[89ab][0-9a-f]:.*\])$/.test(host)) return 'private-address';
  if (/\.(?:local|test)$/.test(host)) return 'local-name';
  return TUNNEL_DOMAINS.some((domain) => host.endsWith(`.${domain}`)) ? 'tunnel' : undefined;
}
