import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { holds } from './conditions.js';
import { textOf } from './expressions.js';
import { isAboutCors } from './header-rules.js';
import type { ProxiesInView, Proxy } from './proxies.js';
import type { Scope } from './scope.js';
import { asGuard } from './tests.js';
import { knownText, spanOf } from './values.js';

/** A backend that a request may be passed to: the first whose guard holds. */
export interface Candidate {
  readonly when: Guard;
  /** Undefined: one that is not in view. */
  readonly proxy: Proxy | undefined;
  /** There is no server: HAProxy answers 503 itself. */
  readonly unserved: boolean;
  /** Who is asked, where no backend is in view. */
  readonly name: string;
  readonly at: Span;
}

/** The backends of a frontend in the order in which it tries them: `use_backend` lines, then its own servers or the default. */
export function backendsOf(front: Proxy, proxies: ProxiesInView, scope: Scope): readonly Candidate[] {
  const found: Candidate[] = [];
  const named = (name: string, when: Guard, at: Span): Candidate => {
    const proxy = proxies.backends.get(name);
    return { when, proxy, unserved: proxy?.servers.length === 0, name, at: spanOf(at) };
  };
  for (const { words, condition } of front.uses) {
    const word = words[1];
    const when = asGuard(holds(condition, front.acls, scope, 'http-request'));
    if (word === undefined || when === undefined || when.g === 'never') continue;
    if (!word.text.includes('%')) found.push(named(word.text, when, word));
    else found.push(...chosenAtRunTime(word, when, proxies, scope, named));
  }
  const fallback = front.defaultBackend;
  if (fallback !== undefined && !fallback.text.includes('%')) found.push(named(fallback.text, ALWAYS, fallback));
  else if (fallback !== undefined) found.push(...chosenAtRunTime(fallback, ALWAYS, proxies, scope, named));
  else found.push({ when: ALWAYS, proxy: front, unserved: front.servers.length === 0, name: front.name, at: front.section.head.at });
  return found;
}

/** `use_backend %[…]`: those that a map in view names; else, as far as it matters, any. A name that no backend has is passed over. */
function chosenAtRunTime(word: Word, when: Guard, proxies: ProxiesInView, scope: Scope, named: (name: string, when: Guard, at: Span) => Candidate): readonly Candidate[] {
  return textOf(word, scope, { set: 'http-request', use: 'text' }).flatMap((one): readonly Candidate[] => {
    const here = whenAll(when, one.when);
    const name = knownText(one.value);
    if (one.value.t === 'missing') return [];
    if (name !== undefined) return proxies.backends.has(name) ? [named(name, here, word)] : [];
    const either = (what: string): Guard => ({ g: 'fact', fact: { key: `haproxy:backend:${word.text.slice(0, 200)}:${what}`, reason: 'unsupported-syntax', detail: `which backend ${word.text.slice(0, 80)} names (${what})`, at: spanOf(word) } });
    const own = proxies.all.filter((proxy) => proxy.kind === 'backend' && writesCors(proxy));
    return [...own.slice(0, MAX_OPEN).map((proxy) => named(proxy.name, whenAll(here, either(proxy.name)), word)), { when: whenAll(here, either('another one')), proxy: undefined, unserved: false, name: word.text, at: spanOf(word) }];
  });
}

/** Backends of an open choice that are told apart. */
const MAX_OPEN = 4;

export function writesCors({ rules, oldRules }: Proxy): boolean {
  return Object.values(rules).flat().some(({ args }) => args.some(({ text }) => isAboutCors(text.toLowerCase()))) || oldRules.some(({ words }) => words.some(({ text }) => isAboutCors(text.toLowerCase())));
}
