import type { OriginSet } from '../../origins/origin-set.js';
import { whenAll, unless, type Guard, type Upstream } from '../../policy/program.js';
import { rewrittenPath } from '../../middleware/rewritten-path.js';
import type { Word } from '../../syntax/apache/index.js';
import type { Span } from '../../text/span.js';
import { aliasSet, patternPaths } from './paths.js';
import { inForce, type Scoped, type Sections } from './sections.js';
import { pathGuard, type Pass } from './text.js';

/** Requests that go to another server. */
export interface Passed {
  readonly when: Guard;
  readonly upstream: Upstream;
  readonly at: Span;
}

/** `ProxyPass` lines: a location's own first, then the server's in the order of the file; `!` keeps paths here. */
export function proxied(sections: Sections, pass: Pass): readonly Passed[] {
  const lines = sections.all('proxypass', 'proxypassmatch');
  const kept: OriginSet[] = [];
  const found: Passed[] = [];
  for (const scoped of [...lines.filter(({ rank }) => rank.kind > 0), ...lines.filter(({ rank }) => rank.kind === 0)]) {
    const { directive, rank } = scoped;
    const [first, second] = directive.args;
    const inside = rank.kind > 0 && (first === undefined || /^(?:[a-z]+:|!)/i.test(first.text));
    const [path, target] = inside ? [undefined, first] : [first, second];
    if (target === undefined) continue;
    const force = inForce(scoped, 'translated', pass, () => ({ g: 'never' }));
    const set = path === undefined ? undefined : directive.name === 'proxypassmatch' ? patternPaths(path) : aliasSet(path);
    const when = whenAll(force, ...(set === undefined ? [] : [pathGuard(set, pass)]), ...kept.map((other) => unless(pathGuard(other, pass))));
    if (target.text === '!') {
      const here = set ?? locationOf(scoped.tests);
      if (here !== undefined) kept.push(here);
    } else {
      const prefix = path?.text ?? prefixOf(locationOf(scoped.tests));
      const behind = (written: string): Upstream['path'] => (directive.name === 'proxypass' ? (prefix === undefined ? null : { prefix, by: written }) : matchedPath(path?.text, written));
      found.push({ ...passedOn(target, behind, directive.at, sections.balancers), when });
    }
  }
  return found;
}

function locationOf(tests: Scoped['tests']): OriginSet | undefined {
  const test = tests.find(({ t }) => t === 'location');
  return test?.t === 'location' ? test.in : undefined;
}

function prefixOf(set: OriginSet | undefined): string | undefined {
  const [first] = set?.s === 'or' ? set.of : set === undefined ? [] : [set];
  return first?.s === 'exact' || first?.s === 'prefix' ? first.text : set?.s === 'any' ? '/' : undefined;
}

/** Where nothing of what the pattern takes is named, the path as it was asked for is put behind the target (mod_proxy's proxy_trans). */
function matchedPath(pattern: string | undefined, written: string): Upstream['path'] {
  if (/[$%]/.test(written)) return pattern === undefined ? null : rewrittenPath(pattern, written, { base: '', group: '$1', whole: '$0', asked: NEVER_NAMED });
  return written === '' ? undefined : { prefix: '', by: written };
}

const NEVER_NAMED = /(?!)/;

/**
 * Where a request goes that is passed on to an address; to a group of servers, as to its first: all of them serve the same.
 *
 * @param behind the path that is asked for there, by the path of the address
 */
export function passedOn(target: Word, behind: (written: string) => Upstream['path'], at: Span, balancers: ReadonlyMap<string, string>): Passed {
  const [, group = '', inside = ''] = /^balancer:\/\/([^/$%]+)(.*)$/is.exec(target.text) ?? [];
  const address = (balancers.get(group.toLowerCase()) ?? target.text.slice(0, target.text.length - inside.length)) + inside;
  const [, scheme = '', host = '', port, path = ''] = /^([a-z0-9]+):\/\/(\[[^\]]*\]|[^:/$%]*)(?::(\d+))?([/$%].*)?$/is.exec(address) ?? [];
  const known = /^(?:https?|h2c?|ws?s)$/i.test(scheme) && host !== '' && !/[$%{]/.test(host);
  const changed = known ? behind(path) : undefined;
  const upstream: Upstream = {
    host: known ? host : target.text,
    port: !known ? null : port !== undefined ? Number(port) : /s$/i.test(scheme) ? 443 : 80,
    request: [],
    ...(changed === undefined ? {} : { path: changed }),
    at,
  };
  return { when: { g: 'always' }, upstream, at };
}
