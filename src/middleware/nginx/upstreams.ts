import type { Step } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';

/** Names of `upstream` blocks, in lower case, each with the first server that gets requests: all of them serve the same. */
export type UpstreamGroups = ReadonlyMap<string, { readonly host: string; readonly port: number | null }>;

export function upstreamGroups(http: readonly Directive[]): UpstreamGroups {
  const groups = new Map<string, { readonly host: string; readonly port: number | null }>();
  for (const { name, args, block } of http) {
    if (name !== 'upstream' || args[0] === undefined || block === undefined) continue;
    const server = block.find((row) => row.name === 'server' && row.args[0] !== undefined && !row.args.some(({ text }) => text === 'down' || text === 'backup'));
    const address = server?.args[0]?.text;
    if (address !== undefined) groups.set(args[0].text.toLowerCase(), addressIn(address));
  }
  return groups;
}

/** The program with requests passed on to a server where it names a group of them. */
export function throughGroups(steps: readonly Step[], groups: UpstreamGroups): readonly Step[] {
  if (groups.size === 0) return steps;
  return steps.map((step) => {
    if (step.end?.to !== 'upstream') return step;
    const server = groups.get(step.end.upstream.host.toLowerCase());
    return server === undefined ? step : { ...step, end: { to: 'upstream', upstream: { ...step.end.upstream, ...server } } };
  });
}

/** `host`, `host:port`, `[::1]:port`, `unix:/path`; without a port it is 80 (ngx_parse_url). */
function addressIn(text: string): { readonly host: string; readonly port: number | null } {
  if (/^unix:|\$/i.test(text)) return { host: text, port: null };
  const [, host = text, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [];
  return { host, port: port === undefined ? 80 : Number(port) };
}
