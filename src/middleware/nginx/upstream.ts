import { exact } from '../../origins/origin-set.js';
import type { Effect, Guard, Upstream } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import { inherited } from './levels.js';
import { changeOf } from './request-path.js';
import { scopeOf } from './rewrite.js';
import { headerValue, textOf, type Expander } from './variables.js';
import type { Way } from './ways.js';

/** Where a `proxy_pass` leads to, and what it does to the request. */
export function upstreamOf(directive: Directive, way: Way, expander: Expander, asGet: boolean): Upstream {
  const written = directive.args[0];
  const cases = written === undefined ? [] : expander.expand(written, scopeOf(way));
  // A variable that holds one address is that address.
  const target = (cases.length === 1 ? textOf(cases[0]!.parts) : undefined) ?? written?.text ?? '';
  const withVariables = written?.text.includes('$') === true;
  const [, scheme = '', host = '', port, path] = /^(https?):\/\/(\[[^\]]*\]|[^:/$]*)(?::(\d+))?(\/.*)?$/.exec(target) ?? [];
  const changed = pathFor(path, withVariables, way);
  const known = host !== '' && !/[$]/.test(host);
  return {
    host: known ? host : target,
    port: !known ? null : port !== undefined ? Number(port) : scheme === 'https' ? 443 : 80,
    request: requestHeaders(way, expander),
    ...(changed === undefined ? {} : { path: changed }),
    ...(asGet ? { method: 'GET' } : {}),
    at: directive.at,
  };
}

/**
 * The path that is asked for behind (ngx_http_proxy_create_request): with a path of its own a `proxy_pass` puts it in
 * the place of the location's name, unless a `rewrite` settled the path before; with variables it is the whole path.
 */
function pathFor(written: string | undefined, withVariables: boolean, { path, location, settled }: Way): Upstream['path'] {
  const by = written?.replace(/\?.*$/s, '');
  if (by !== undefined && withVariables) return { whole: by };
  const change = changeOf(path);
  if (by === undefined || settled) return path.kind === 'text' ? { whole: path.text } : path.kind === 'own' ? undefined : (change ?? null);
  if (location?.kind === 'exact') return { whole: by };
  if (location?.kind !== 'prefix') return null;
  const { text } = location;
  if (path.kind === 'own') return { prefix: text, by };
  if (path.kind === 'text') return path.text.startsWith(text) ? { whole: by + path.text.slice(text.length) } : null;
  if (change?.by.startsWith(text)) return { ...change, by: by + change.by.slice(text.length) };
  // The name of an index file is no part of the location's.
  return change !== undefined && text.startsWith(change.by) && text.endsWith('/') ? { ...change, prefix: change.prefix + text.slice(change.by.length), by } : null;
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
