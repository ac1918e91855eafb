import { matchesRegex } from '../../origins/regex.js';
import { pathIn } from '../../middleware/python-paths.js';
import type { RegexSet } from '../../origins/origin-set.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { TornadoPackages } from './packages.js';

/** One rule of an application: the first whose pattern fits takes the request. */
export interface TornadoRule {
  readonly when: Guard;
  /** The paths that it takes; undefined where they are not known. */
  readonly paths: RegexSet | undefined;
  /** A path that it takes. */
  readonly sample: string | undefined;
  /** A class of handlers. */
  readonly target: Value;
  readonly kwargs: RecordValue | undefined;
  readonly at: Span;
}

export interface TornadoRules {
  readonly rules: readonly TornadoRule[];
  /** All rules are in view. */
  readonly complete: boolean;
}

/** So many lists of rules inside each other are followed. */
const MAX_NESTING = 6;

/**
 * The rules of an application in the order in which they are asked: those that `add_handlers()` gave to hosts come first
 * (tornado/web.py, `Application.add_handlers`). Patterns are anchored at both ends (tornado/routing.py, `PathMatches`).
 */
export function rulesOf(app: Handle, packages: TornadoPackages, events: readonly Event[]): TornadoRules {
  const role = packages.roleOf(app);
  const rules: TornadoRule[] = [];
  let complete = true;
  const add = (value: Value | undefined, when: Guard, depth: number): void => {
    if (value === undefined || value.kind === 'nothing') return;
    if (value.kind === 'either') return value.options.forEach((option) => add(option.value, whenAll(when, guardOf(option.when)), depth));
    if (value.kind !== 'list' || depth > MAX_NESTING) return void (complete = false);
    if (value.rest !== undefined) complete = false;
    for (const item of value.items) one(item, when, depth);
  };
  const one = (item: Value, when: Guard, depth: number): void => {
    if (item.kind === 'either') return item.options.forEach((option) => one(option.value, whenAll(when, guardOf(option.when)), depth));
    const made = packages.roleOf(item);
    const parts = made?.is === 'rule' ? made.args : item.kind === 'list' ? item.items : [];
    const [pattern, target, kwargs] = parts;
    if (pattern === undefined || target === undefined) return void (complete = false);
    const path = pathOf(pattern, packages);
    if (path === undefined) complete = false;
    const reached = whenAll(when, path === undefined ? opaque(pattern) : { g: 'path', in: path });
    if (target.kind === 'list') return add(target, reached, depth + 1);
    rules.push({ when: reached, paths: path, sample: path === undefined ? undefined : pathIn(path), target, kwargs: kwargs?.kind === 'record' ? kwargs : undefined, at: item.at });
  };
  for (const event of events) {
    if (event.kind === 'escape' && event.receiver === app && !/listen|HTTPServer|run/.test(event.detail)) complete = false;
    if (event.kind === 'call' && event.receiver === app && event.method === 'add_handlers') add(event.args[1], whenAll(guardOf(event.when), hostOf(event.args[0])), 0);
  }
  if (role?.is === 'application') add(role.handlers, ALWAYS, 0);
  return { rules, complete };
}

function pathOf(pattern: Value, packages: TornadoPackages): RegexSet | undefined {
  const role = packages.roleOf(pattern);
  const value = role?.is === 'path' ? role.pattern : pattern;
  if (value?.kind === 'string') return fully(value.value, '', value.at);
  return value?.kind === 'regex' ? fully(value.source, value.flags, value.at) : undefined;
}

function fully(source: string, flags: string, at: Span): RegexSet {
  return { s: 'regex', source: source.endsWith('$') ? source : `${source}$`, flags, dialect: 'python', use: 'match-prefix', subject: 'origin', at };
}

/** `add_handlers(r'.*', …)`; other hosts are told by the Host header. */
function hostOf(host: Value | undefined): Guard {
  if (host?.kind !== 'string') return host === undefined ? ALWAYS : opaque(host);
  return /^\.\*\$?$/.test(host.value) ? ALWAYS : { g: 'host', in: fully(host.value, '', host.at) };
}

function opaque(value: Value): Guard {
  return { g: 'fact', fact: factOf(unknown('dynamic-key', 'a pattern put together at run time', value.at)) };
}

/** Can no path be taken by both rules? Told by the plain texts that their patterns begin with. */
export function areApart({ paths: a }: TornadoRule, { paths: b }: TornadoRule): boolean {
  if (a === undefined || b === undefined) return false;
  const [first, second] = [plainStart(a.source), plainStart(b.source)];
  if (first.whole) return matchesRegex(b, first.text) === false;
  if (second.whole) return matchesRegex(a, second.text) === false;
  return !first.text.startsWith(second.text) && !second.text.startsWith(first.text);
}

function plainStart(source: string): { readonly text: string; readonly whole: boolean } {
  const text = /^\^?((?:[\w/ -](?![*+?{])|\\[./-](?![*+?{]))*)/.exec(source)?.[1] ?? '';
  const plain = text.replaceAll('\\', '');
  return { text: plain, whole: source.replace(/^\^/, '') === `${text}$` };
}
