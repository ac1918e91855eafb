import { alternatives } from '../../middleware/alternatives.js';
import { addProbe } from '../../middleware/probes.js';
import { settlements } from '../../middleware/settlements.js';
import { exact, type OriginSet } from '../../origins/origin-set.js';
import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import { choose } from '../../values/either.js';
import { unknown, type FunctionValue, type Handle, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import { KEYS, sanicCors, type Served } from './cors.js';
import type { SanicPackages } from './packages.js';
import type { Registration } from './registrations.js';

/** What an app, or a blueprint that no app in view takes, does with responses. */
export interface SanicApp {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly handWritten: boolean;
  /** The place that configures CORS, where the extension does it. */
  readonly at: Span | undefined;
}

/** Is Sanic Extensions there? Where nobody knows, code that configures its CORS says so. */
export type Extensions = 'yes' | 'no' | 'unknown';

interface Surroundings {
  readonly registrations: readonly Registration[];
  readonly packages: SanicPackages;
  readonly extensions: Extensions;
  /** What is written at a place. */
  readonly written: (at: Span) => string;
}

interface Member {
  readonly handle: Handle;
  readonly prefix: string | undefined;
}

interface Route {
  readonly told: Registration & { what: 'route' };
  readonly path: string | undefined;
  readonly when: Guard;
}

/** Statuses of answers that a handler gives, as far as they are told apart from those that exceptions get. */
const NOT_RAISED = [200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308];

/** Reads what an app (or a blueprint that no app in view takes) was told. */
export function appOf(target: Handle, around: Surroundings): SanicApp {
  return new Builder(target, around).finish();
}

/**
 * Hooks before a request run in order and may answer it; those behind run in the reverse order, on every response, errors
 * included (measured on 25.12). The extension's is registered when it starts: last, unless code starts it.
 */
class Builder {
  readonly #members: readonly Member[];
  readonly #routes: readonly Route[];
  readonly #refusals: Step[] = [];
  readonly #effects: Step[] = [];
  readonly #ends: Step[] = [];
  #open: Guard = ALWAYS;
  #handWritten = false;
  #at: Span | undefined;

  constructor(
    private readonly target: Handle,
    private readonly around: Surroundings,
  ) {
    this.#members = this.#membersOf();
    this.#routes = this.#told('route').flatMap(({ told, member }) => {
      const path = told.path?.kind === 'string' && member.prefix !== undefined ? `${member.prefix}/${told.path.value}`.replace(/\/+/g, '/') : told.path === undefined && member.prefix !== undefined ? member.prefix : undefined;
      return [{ told, path, when: whenAll(guardOf(told.when), path === undefined ? ALWAYS : { g: 'path', in: pathSet(path, told.at) }) }];
    });
  }

  finish(): SanicApp {
    for (const { told, member } of this.#told('before')) this.#before(told.callee, whenAll(guardOf(told.when), this.#seen(member)));
    for (const route of this.#routes) this.#route(route);
    const extended = this.#told('extend')[0]?.told;
    const position = extended === undefined ? Infinity : this.around.registrations.indexOf(extended);
    const hooks = this.#told('after').map(({ told, member }) => ({ told, member, order: this.around.registrations.indexOf(told) })).sort((a, b) => b.order - a.order);
    for (const { told, member } of hooks.filter(({ order }) => order > position)) this.#after(told.callee, whenAll(guardOf(told.when), this.#seen(member)));
    this.#extension(extended);
    for (const { told, member } of hooks.filter(({ order }) => order < position)) this.#after(told.callee, whenAll(guardOf(told.when), this.#seen(member)));
    return { steps: mergeSteps([...this.#refusals, ...this.#effects, ...this.#ends]), probes: this.#probes(), handWritten: this.#handWritten, at: this.#at };
  }

  #told<What extends Registration['what']>(what: What): readonly { readonly told: Registration & { readonly what: What }; readonly member: Member }[] {
    return this.#members.flatMap((member) => this.around.registrations.flatMap((told) => (isA(told, what) && told.of === member.handle ? [{ told, member }] : [])));
  }

  #membersOf(): readonly Member[] {
    const prefixOf = (value: Value | undefined): string | undefined => (value === undefined || value.kind === 'nothing' ? '' : value.kind === 'string' ? value.value : undefined);
    const own = (handle: Handle): Value | undefined => {
      const role = this.around.packages.roleOf(handle);
      return role?.is === 'blueprint' ? role.prefix : undefined;
    };
    const members: Member[] = [{ handle: this.target, prefix: prefixOf(own(this.target)) }];
    for (const member of members) {
      for (const told of this.around.registrations) {
        if (told.what !== 'mount' || told.of !== member.handle) continue;
        for (const blueprint of told.blueprint.kind === 'list' ? told.blueprint.items : [told.blueprint]) {
          if (blueprint.kind !== 'handle' || members.some(({ handle }) => handle === blueprint)) continue;
          const prefix = prefixOf(told.prefix ?? own(blueprint));
          members.push({ handle: blueprint, prefix: prefix === undefined || member.prefix === undefined ? undefined : `${member.prefix}${prefix}` });
        }
      }
    }
    return members;
  }

  /** Hooks of a blueprint see the requests that its routes take. */
  #seen(member: Member): Guard {
    return member.handle === this.target ? ALWAYS : whenAny(...this.#routes.filter(({ told }) => told.of === member.handle).map(({ when }) => when));
  }

  #before(callee: Value, seen: Guard): void {
    if (callee.kind !== 'function') return;
    const base = whenAll(this.#open, seen);
    const answered = this.#answers(callee, [this.around.packages.request(callee.at)], base, true);
    this.#open = whenAll(this.#open, ...answered.map(unless));
  }

  #route({ told, when }: Route): void {
    const role = this.around.packages.roleOf(told.handler);
    const handler = role?.is === 'decorated' ? role.handler : told.handler;
    const base = whenAll(this.#open, when, told.methods === null ? ALWAYS : { g: 'method', in: withHead(told.methods) });
    if (handler?.kind === 'function') this.#answers(handler, [this.around.packages.request(handler.at), ...Array.from({ length: Math.max(0, handler.parameters - 1) }, () => unknown('parameter', 'a part of the path', handler.at))], base, false);
    else if (told.methods?.includes('OPTIONS') === true) this.#ends.push({ when: whenAll(base, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 200 }, at: told.at });
  }

  /** What a hook or a handler answers by itself; the requests that it does answer. `always`: whatever their method. */
  #answers(callee: FunctionValue, args: readonly Value[], base: Guard, always: boolean): readonly Guard[] {
    const { responses } = this.around.packages;
    const events = callee.run(args);
    responses.follow(events);
    const { ways } = settlements(events, ({ kind }) => kind === 'return' || kind === 'throw');
    return ways.flatMap(({ event, when }): readonly Guard[] => {
      if (event.kind !== 'return') return [];
      return alternatives(event.value).flatMap((option): readonly Guard[] => {
        const reached = decided(and(when, option.when));
        if (reached.c === 'false' || (always && option.value.kind === 'nothing')) return [];
        const made = responses.madeOf(option.value, reached);
        const guard = whenAll(base, guardOf(reached));
        this.#write(made?.writes ?? [], base, NOT_RAISED);
        const ending = always ? guard : whenAll(guard, { g: 'method', in: ['OPTIONS'] });
        this.#end(made?.statuses ?? [], ending, event.at);
        return [guard];
      });
    });
  }

  #end(statuses: readonly { readonly when: Condition; readonly status: Value }[], reached: Guard, at: Span): void {
    if (reached.g === 'never') return;
    for (const { when, status } of [...statuses].reverse()) {
      for (const option of casesOf(status)) if (option.value.kind === 'number') this.#ends.push({ when: whenAll(reached, guardOf(when), option.when), effects: [], end: { to: 'answer', status: option.value.value }, at });
    }
    this.#ends.push({ when: reached, effects: [], end: { to: 'answer', status: 200 }, at });
  }

  #after(callee: Value, seen: Guard): void {
    if (callee.kind !== 'function') return;
    const { packages } = this.around;
    const response = packages.response(callee.at);
    packages.responses.follow(callee.run([packages.request(callee.at), response]));
    this.#write(packages.responses.madeOf(response, TRUE)?.writes ?? [], seen, 'all');
  }

  #write(writes: Parameters<typeof stepsFrom>[0], base: Guard, statuses: 'all' | readonly number[]): void {
    for (const step of stepsFrom(writes, base)) {
      if (step.effects.some(({ header }) => header.startsWith('access-control-'))) this.#handWritten = true;
      this.#effects.push({ ...step, effects: step.effects.map((effect) => ({ ...effect, statuses })) });
    }
  }

  #extension(extended: Registration | undefined): void {
    const settings = this.#settings(extended);
    const configured = settings.entries.some(({ key }) => key.startsWith('CORS'));
    const decorated = this.#routes.flatMap((route) => {
      const role = this.around.packages.roleOf(route.told.handler);
      return role?.is === 'decorated' ? [{ route, role }] : [];
    });
    const off = [settings.entries.findLast(({ key }) => key === 'CORS'), extended === undefined ? settings.entries.findLast(({ key }) => key === 'AUTO_EXTEND') : undefined].some((one) => one?.value.kind === 'boolean' && !one.value.value);
    const isThere = extended !== undefined || this.around.extensions === 'yes' || (this.around.extensions === 'unknown' && (configured || decorated.length > 0));
    if (off || !isThere) return;
    const options: RecordValue = { ...settings, entries: settings.entries.flatMap((one) => (one.key.startsWith('CORS_') ? [{ ...one, key: one.key.slice('CORS_'.length) }] : [])).filter(({ key }) => KEYS.some((known) => known === key)) };
    const at = options.entries[0]?.at ?? extended?.at ?? decorated[0]?.role.at ?? this.target.at;
    if (configured || extended !== undefined || decorated.length > 0) this.#at = at;
    const served = this.#served();
    const isList = (value: Value): boolean => !/^(?:\(|\{|(?:tuple|set|frozenset)\()/.test(this.around.written(value.at));
    const others: Guard[] = [];
    for (const { route, role } of decorated) {
      const own: RecordValue = { ...options, entries: [...options.entries, ...role.keywords.entries.flatMap(({ key, ...one }): RecordEntry[] => (DECORATOR[key] === undefined ? [] : [{ ...one, key: DECORATOR[key] }]))] };
      // A decorator is for all methods of its path.
      const methods = this.#routes.filter(({ path }) => path === route.path).map(({ told }) => told.methods);
      const group = whenAll(route.when, methods.includes(null) ? ALWAYS : { g: 'method', in: [...new Set([...methods.flatMap((one) => withHead(one ?? [])), 'OPTIONS'])] });
      const { steps } = sanicCors({ settings: own, base: whenAll(group, ...others.map(unless)), served, isList, written: this.around.written, at: role.at });
      this.#effects.push(...steps);
      others.push(group);
    }
    this.#effects.push(...sanicCors({ settings: options, base: whenAll(...others.map(unless)), served, isList, written: this.around.written, at }).steps);
    // An app that does not start answers nothing, whatever its decorators say.
    this.#refusals.push(...sanicCors({ settings: options, base: ALWAYS, served, isList, written: this.around.written, at }).refusals);
    // The extension answers OPTIONS of every path that has no handler for it.
    for (const { when } of this.#routes) this.#ends.push({ when: whenAll(when, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 204 }, at });
  }

  /** The app's configuration before the extension starts, over what the extension is given. */
  #settings(extended: Registration | undefined): RecordValue {
    const until = extended === undefined ? this.around.registrations.length : this.around.registrations.indexOf(extended);
    const entries = new Map<string, RecordEntry>();
    const fallback = extended?.what === 'extend' ? extended.config : undefined;
    for (const one of fallback?.entries ?? []) entries.set(one.key, one);
    for (const told of this.around.registrations.slice(0, until)) {
      if (told.what !== 'config' || told.of !== this.target) continue;
      const known = entries.get(told.entry.key);
      const certain = told.when.c === 'true' || known === undefined;
      entries.set(told.entry.key, certain ? told.entry : { ...told.entry, value: choose(told.when, told.entry.value, known.value, told.entry.at) });
    }
    return { kind: 'record', entries: [...entries.values()], ...(fallback?.rest === undefined ? {} : { rest: fallback.rest }), at: this.target.at };
  }

  /** The methods of each path; of those that are not in view, nothing is known. */
  #served(): readonly Served[] {
    const paths = new Map<string, { readonly when: Guard; readonly methods: Set<string> }>();
    for (const { path, when, told } of this.#routes) {
      if (path === undefined || told.methods === null) return [{ when: ALWAYS, methods: null }];
      const known = paths.get(path) ?? { when, methods: new Set<string>() };
      for (const method of [...withHead(told.methods), 'OPTIONS']) known.methods.add(method);
      paths.set(path, known);
    }
    return paths.size === 0 ? [{ when: ALWAYS, methods: null }] : [...paths.values()].map(({ when, methods }) => ({ when, methods: [...methods] }));
  }

  #probes(): readonly Probe[] {
    const probes: Probe[] = [];
    for (const { path, told } of this.#routes) if (path !== undefined) addProbe(probes, { path: path.replace(/<[^>]*>/g, 'x'), methods: told.methods === null ? null : withHead(told.methods).filter((method) => method !== 'OPTIONS'), requestHeaders: [], at: told.at });
    return probes;
  }
}

/** Arguments of the extension's `@cors`, as the configuration calls them. */
const DECORATOR: Readonly<Record<string, string | undefined>> = { origin: 'ORIGINS', expose_headers: 'EXPOSE_HEADERS', allow_headers: 'ALLOW_HEADERS', allow_methods: 'METHODS', supports_credentials: 'SUPPORTS_CREDENTIALS', max_age: 'MAX_AGE' };

function isA<What extends Registration['what']>(told: Registration, what: What): told is Registration & { readonly what: What } {
  return told.what === what;
}

function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods;
}

/** Parameters of a path stand in angle brackets; those of the type `path` take slashes. */
function pathSet(path: string, at: Span): OriginSet {
  if (!path.includes('<')) return exact(path, at);
  const source = path.split(/(<[^>]*>)/).map((part) => (part.startsWith('<') ? (part.endsWith(':path>') ? '.+' : '[^/]+') : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
  return { s: 'regex', source, flags: '', dialect: 'python', use: 'full', subject: 'origin', at };
}
