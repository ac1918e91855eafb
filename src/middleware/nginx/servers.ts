import type { Directive } from '../../syntax/nginx/index.js';
import { levelOf, type Level } from './levels.js';

/** The content of `http`: that of the block, or of a part that is included there. */
export function httpOf(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) => (directive.name === 'http' && directive.block !== undefined ? directive.block : directive.name === 'events' ? [] : [directive]));
}

/** The servers of a configuration, each with what it inherits; a bare snippet (locations or header lines) counts as one. */
export function serversOf(directives: readonly Directive[]): readonly Level[] {
  const http = httpOf(directives);
  // What servers inherit is looked for again and again: not among all the other servers.
  const settings = http.filter(({ name, block }) => block === undefined || !/^(?:server|upstream|map|geo|split_clients|types)$/.test(name));
  const outer = levelOf('http', settings, undefined, directives.find(({ name }) => name === 'http'));
  const servers = http.filter(({ name, block }) => name === 'server' && block !== undefined);
  if (servers.length > 0) return servers.map((server) => levelOf('server', server.block ?? [], outer, server));
  return http.some(({ name }) => name === 'location' || name === 'add_header' || name === 'more_set_headers' || name === 'if') ? [levelOf('server', http, undefined)] : [];
}
