import { exact } from '../../origins/origin-set.js';
import type { Effect, Guard, PathRewrite, Upstream } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import { inherited } from './levels.js';
import { scopeOf } from './rewrite.js';
import { headerValue, textOf, type Expander } from './variables.js';
import type { Way } from './ways.js';

/** Where a `proxy_pass` leads to, and what it does to the request. */
export function upstreamOf(directive: Directive, way: Way, expander: Expander): Upstream {
  const written = directive.args[0];
  const cases = written === undefined ? [] : expander.expand(written, scopeOf(way));
  // A variable that holds one address is that address.
  const target = (cases.length === 1 ? textOf(cases[0]!.parts) : undefined) ?? written?.text ?? '';
  const withVariables = written?.text.includes('$') === true;
  const [, scheme = '', host = '', port, path] = /^(https?):\/\/(\[[^\]]*\]|[^:/$]*)(?::(\d+))?(\/.*)?$/.exec(target) ?? [];
  const rewrite = pathFor(path, withVariables, way);
  // Under a path that is not known nobody can tell what the layer behind does.
  const known = host !== '' && !/[$]/.test(host) && rewrite !== 'unknown';
  return {
    host: known ? host : `${target}${way.path.kind === 'own' ? '' : ' (rewritten)'}`,
    port: !known ? null : port !== undefined ? Number(port) : scheme === 'https' ? 443 : 80,
    request: requestHeaders(way, expander),
    ...(rewrite === undefined || rewrite === 'unknown' ? {} : { path: rewrite }),
    at: directive.at,
  };
}

/** With a path of its own a `proxy_pass` puts it in the place of the location's prefix; with variables it is the whole path. */
function pathFor(path: string | undefined, withVariables: boolean, way: Way): PathRewrite | 'unknown' | undefined {
  const exactly = way.location?.kind === 'exact' ? way.location.text : undefined;
  if (path !== undefined && withVariables) return exactly === undefined ? 'unknown' : { prefix: exactly, by: path };
  if (way.path.kind === 'mapped') return path === undefined ? { prefix: way.path.prefix, by: way.path.by } : 'unknown';
  if (way.path.kind !== 'own') return 'unknown';
  if (path === undefined) return undefined;
  return way.location?.kind === 'prefix' || exactly !== undefined ? { prefix: way.location!.text, by: path } : 'unknown';
}

function requestHeaders(way: Way, expander: Expander): readonly Effect[] {
  return inherited(way.level, 'proxy_set_header')
    .filter(({ args }) => args[0]?.text.toLowerCase() === 'origin')
    .flatMap(({ args: [, value], at }): readonly Effect[] => {
      const cases = value === undefined ? [] : expander.expand(value, scopeOf(way));
      const gone: Effect = { op: 'remove', header: 'origin', value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at };
      return [gone, ...cases.flatMap(({ when, parts }): readonly Effect[] => {
        const text = headerValue(parts, at);
        if (text === undefined) return [];
        return [{ op: 'set', header: 'origin', value: cases.length === 1 ? text : { v: 'unknown', fact: { key: `nginx:origin sent at ${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: `the Origin that is sent on (${guardWord(when)})`, at }, at }, statuses: 'all', at }];
      }).slice(0, 1)];
    });
}

function guardWord(when: Guard): string {
  return when.g === 'always' ? 'always' : 'under a condition';
}

/** `/api` for requests of exactly this path. */
export function onlyPath(text: string, directive: Directive): Guard {
  return { g: 'path', in: exact(text, directive.at) };
}
