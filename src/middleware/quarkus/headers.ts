import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { QuarkusSettings } from './settings.js';

const HEADER = /^(quarkus\.http\.header\.["']?([\w-]+)["']?)\.value$/;

/** Headers of CORS that `quarkus.http.header."…".value` adds to every response, or to those of a path and of methods. */
export function headerSteps(settings: QuarkusSettings): readonly Step[] {
  const found = new Map<string, { readonly name: string; readonly at: Span }>();
  for (const { settings: keys } of settings.sources) {
    for (const { key, whole } of keys) {
      const [, prefix, name] = HEADER.exec(key) ?? [];
      if (prefix !== undefined && name !== undefined && /^(?:access-control-|vary$)/i.test(name) && !found.has(prefix)) found.set(prefix, { name: name.toLowerCase(), at: whole });
    }
  }
  return [...found].flatMap(([prefix, { name, at }]): readonly Step[] => {
    const value = settings.text(`${prefix}.value`);
    const path = settings.text(`${prefix}.path`);
    const methods = settings.list(`${prefix}.methods`);
    const guards: readonly Guard[] = [path?.kind === 'string' ? { g: 'path', in: routePath(path.value, path.at) } : ALWAYS, methods?.kind === 'list' ? { g: 'method', in: methods.items.flatMap((item) => (item.kind === 'string' ? [item.value.toUpperCase()] : [])) } : ALWAYS];
    return (value === undefined ? [] : casesOf(value)).flatMap(({ when, value: option }): readonly Step[] => {
      const text = option.kind === 'nothing' ? undefined : headerValueOf(option);
      return text === undefined ? [] : [{ when: whenAll(when, ...guards), effects: [{ op: methods === undefined ? 'set' : 'append', header: name, value: text, statuses: 'all', at }], at }];
    });
  });
}

/** A path of Vert.x: exact, or everything below it when it ends with `*`. */
function routePath(path: string, at: Span): OriginSet {
  if (!path.endsWith('*')) return exact(path, at);
  const base = path.slice(0, -1);
  return anyOf([{ s: 'prefix', text: base, subject: 'origin', ignoreCase: false, at }, ...(base.endsWith('/') && base !== '/' ? [exact(base.slice(0, -1), at)] : [])]);
}
