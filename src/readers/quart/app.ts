import { alternatives } from '../../middleware/alternatives.js';
import { addProbe } from '../../middleware/probes.js';
import { sendsCors } from '../../middleware/readings.js';
import { dictWrites } from '../../middleware/response-objects.js';
import { prefixPlace, routePlace, type Place } from '../../middleware/werkzeug-paths.js';
import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { entry, unknown, type Event, type Handle, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import { OPTIONS, PREFIX, quartCors, type QuartCors } from './cors.js';
import type { QuartPackages } from './packages.js';
import type { QuartVersions } from './version.js';

/** What an app, or a blueprint that no app in view takes, does with responses. */
export interface QuartApp {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly notes: readonly Note[];
  readonly handWritten: boolean;
  readonly usesCors: boolean;
  /** Hooks see the answers to exceptions, too. */
  readonly survivesErrors: boolean;
  /** The place that sets CORS up, where the package does. */
  readonly at: Span | undefined;
}

interface Route {
  readonly of: Handle;
  readonly rule: Value | undefined;
  readonly methods: readonly string[] | null;
  readonly view: Value | undefined;
  readonly at: Span;
}

/** A hook behind requests: Quart-CORS, or a function. */
interface Hook {
  readonly of: Handle;
  readonly when: Condition;
  readonly at: Span;
  readonly does: { readonly keywords: RecordValue } | { readonly callee: Value };
}

/** What the events of a program tell its apps and blueprints. */
export interface QuartProgram {
  readonly routes: readonly Route[];
  readonly hooks: readonly Hook[];
  readonly mounts: readonly { readonly on: Handle; readonly blueprint: Handle; readonly prefix: Value | undefined }[];
  readonly settings: readonly { readonly of: Handle; readonly entry: RecordEntry }[];
}

/** Sorts the events of a run by what they tell. */
export function programIn(events: readonly Event[], packages: QuartPackages): QuartProgram {
  const [routes, hooks, mounts, settings]: [Route[], Hook[], QuartProgram['mounts'][number][], QuartProgram['settings'][number][]] = [[], [], [], []];
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const { receiver, method, args, keywords, when, at } = event;
    const role = packages.roleOf(receiver);
    const [first, second, third] = args;
    const register = (of: Handle, how: string, rule: Value | undefined, named: RecordValue | undefined, target: Value | undefined): void => {
      if (how.startsWith('after') && target !== undefined) hooks.push({ of, when, at, does: { callee: target } });
      else if (/^(?:route|get|post|put|patch|delete)$/.test(how)) routes.push({ of, rule, methods: how === 'route' ? methodsIn(valueOf(named, 'methods')) : served([how.toUpperCase()]), view: target, at });
    };
    if (role?.is === 'cors') {
      const target = first ?? valueOf(keywords, 'app_or_blueprint');
      const known = packages.roleOf(target)?.is;
      if (target !== undefined) hooks.push({ of: target.kind === 'handle' && (known === 'app' || known === 'blueprint') ? target : packages.appFor(target.at), when, at, does: { keywords: keywords ?? { kind: 'record', entries: [], at } } });
    } else if (role?.is === 'registrar' && method === '') register(role.of, role.method, role.args[0] ?? valueOf(role.keywords, 'rule'), role.keywords, first);
    else if (role?.is === 'config') settings.push(...written(method, args, keywords, at).map((one) => ({ of: role.of, entry: one })));
    else if (role?.is === 'app' || role?.is === 'blueprint') {
      if (method === 'register_blueprint' && first?.kind === 'handle') mounts.push({ on: receiver, blueprint: first, prefix: valueOf(keywords, 'url_prefix') });
      else if (method === 'add_url_rule') register(receiver, 'route', first, keywords, third ?? valueOf(keywords, 'view_func') ?? second);
      else if (first?.kind === 'function') register(receiver, method, undefined, keywords, first);
    }
  }
  return { routes, hooks, mounts, settings };
}

/** An app with the blueprints that it takes: Quart runs hooks in the reverse order, those of blueprints first. */
export function appOf(target: Handle, program: QuartProgram, packages: QuartPackages, versions: QuartVersions): QuartApp {
  const steps: Step[] = [];
  const probes: Probe[] = [];
  const notes: Note[] = [];
  const refusals: Step[] = [];
  const ends: Step[] = [];
  const configured = configuration(target, program);
  const members = membersOf(target, program, packages);
  const routes = program.routes.flatMap((route) => {
    const member = members.find(({ handle }) => handle === route.of);
    return member === undefined ? [] : [{ ...route, place: routePlace(route.rule, member.prefix, route.at) }];
  });
  /** Requests whose responses Quart-CORS has seen, or that are exempt: it leaves them alone. */
  const applied: Guard[] = [];
  let [usesCors, handWritten, at]: [boolean, boolean, Span | undefined] = [false, false, undefined];
  const use = (keywords: RecordValue, base: Guard, place: Span): QuartCors => {
    const cors = quartCors({ keywords, configured, base: whenAll(base, ...applied.map(unless)), versions, at: place });
    refusals.push(...cors.refusals);
    notes.push(...cors.notes);
    [usesCors, at] = [true, at ?? place];
    return cors;
  };
  const write = (written: readonly Step[]): void => {
    if (sendsCors(written)) handWritten = true;
    steps.push(...written);
  };
  for (const { place, methods, view, at: routeAt } of routes) {
    if (place.rule !== undefined) addProbe(probes, { path: place.sample, methods: methods === null ? null : methods.filter((method) => method !== 'OPTIONS'), requestHeaders: [], at: routeAt });
    const role = packages.roleOf(view);
    const writes = viewWrites(role?.is === 'decorated' ? role.view : view, packages);
    const byView = stepsFrom(writes, whenAll(place.when, methods === null ? ALWAYS : { g: 'method', in: methods }));
    write(byView.map((step): Step => ({ ...step, effects: step.effects.map((effect) => ({ ...effect, statuses: NOT_RAISED })) })));
    if (role?.is !== 'decorated') continue;
    const taken = whenAll(place.when, methods === null ? ALWAYS : { g: 'method', in: [...methods, 'OPTIONS'] });
    if (role.options === 'exempt') {
      applied.push(taken);
      continue;
    }
    const own = takesOptions(role.options) || methods === null ? taken : whenAll(taken, { g: 'method', in: methods });
    const cors = use({ ...role.options, entries: role.options.entries.filter(({ key }) => key !== 'provide_automatic_options') }, own, role.at);
    // What is raised here, or in the view, is answered without the decorator; hooks see that answer.
    const kept = whenAll(...cors.faults.map(({ when }) => unless(when)));
    steps.push(...cors.steps.map((step): Step => ({ ...step, when: whenAll(step.when, kept), effects: step.effects.map((effect) => ({ ...effect, statuses: NOT_RAISED })) })));
    ends.push(...cors.faults);
    applied.push(whenAll(own, kept));
  }
  const behind = [...members].reverse().flatMap((member) => program.hooks.filter(({ of }) => of === member.handle).reverse().map((hook) => ({ hook, member })));
  for (const { hook, member } of behind) {
    const base = whenAll(guardOf(hook.when), member.handle === target ? ALWAYS : seenBy(member, routes));
    if ('keywords' in hook.does) {
      const cors = use(hook.does.keywords, base, hook.at);
      // What hooks before it wrote stays on the answer to the exception.
      steps.push(...cors.faults, ...cors.steps);
    } else if (hook.does.callee.kind === 'function') {
      const response = packages.response(hook.does.callee.at);
      packages.responses.follow(hook.does.callee.run([response]));
      write(stepsFrom(packages.responses.madeOf(response, TRUE)?.writes ?? [], base));
    }
  }
  return { steps: mergeSteps([...refusals, ...steps, ...ends]), probes, notes, handWritten, usesCors, survivesErrors: behind.length > 0, at };
}

/** Headers of the responses that a view returns: made by it, or as `body, headers` and `body, status, headers`. */
function viewWrites(view: Value | undefined, { responses }: QuartPackages): readonly HeaderWrite[] {
  if (view?.kind !== 'function') return [];
  const events = view.run(Array.from({ length: view.parameters }, () => unknown('parameter', 'a part of the path', view.at)));
  responses.follow(events);
  return events.flatMap((event) => {
    if (event.kind !== 'return') return [];
    return alternatives(event.value).flatMap(({ when, value }) => {
      const reached = decided(and(event.when, when));
      const [body, headers] = value.kind === 'list' ? [value.items[0], value.items.slice(1).find((item) => item.kind === 'record' || item.kind === 'either')] : [value, undefined];
      return [...(body === undefined ? [] : (responses.madeOf(body, reached)?.writes ?? [])), ...dictWrites(headers, true, reached)];
    });
  });
}

/** Statuses of answers that a view gives, as far as they are told apart from those that exceptions get. */
const NOT_RAISED = [200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308];

interface Member {
  readonly handle: Handle;
  readonly prefix: string | undefined;
}

function membersOf(target: Handle, program: QuartProgram, packages: QuartPackages): readonly Member[] {
  const prefixOf = (value: Value | undefined): string | undefined => (value === undefined || value.kind === 'nothing' ? '' : value.kind === 'string' ? value.value : undefined);
  const ownPrefix = (handle: Handle): Value | undefined => {
    const role = packages.roleOf(handle);
    return role?.is === 'blueprint' ? role.prefix : undefined;
  };
  const members: Member[] = [{ handle: target, prefix: prefixOf(ownPrefix(target)) }];
  // Grows while blueprints within blueprints are found.
  for (const member of members) {
    for (const { on, blueprint, prefix } of program.mounts) {
      if (on !== member.handle || members.some(({ handle }) => handle === blueprint)) continue;
      const own = prefixOf(prefix ?? ownPrefix(blueprint));
      members.push({ handle: blueprint, prefix: own === undefined || member.prefix === undefined ? undefined : `${member.prefix.replace(/\/$/, '')}${own}` });
    }
  }
  return members;
}

/** Of a blueprint: the requests that its routes take. */
function seenBy(member: Member, routes: readonly (Route & { readonly place: Place })[]): Guard {
  const own = routes.filter(({ of }) => of === member.handle);
  if (own.length === 0) return prefixPlace(member.prefix, member.handle.at).when;
  return whenAny(...own.map(({ place, methods }) => whenAll(place.when, methods === null ? ALWAYS : { g: 'method', in: [...methods, 'OPTIONS'] })));
}

/** Keys that Quart-CORS looks at, under the names of its options. */
function configuration(app: Handle, { settings }: QuartProgram): RecordValue {
  const entries = settings.flatMap(({ of, entry: { key, value, at } }): RecordEntry[] => {
    const option = OPTIONS.find((name) => key === PREFIX + name.toUpperCase());
    return of === app && option !== undefined ? [{ key: option, value, at }] : [];
  });
  return { kind: 'record', entries, at: app.at };
}

function written(method: string, [first, second]: readonly Value[], keywords: RecordValue | undefined, at: Span): readonly RecordEntry[] {
  if (method === '__setitem__' || method === 'setdefault') return first?.kind === 'string' && second !== undefined ? [{ key: first.value, value: second, at }] : [];
  if (method !== 'update' && method !== 'from_mapping' && method !== '__ior__') return [];
  return [...(first?.kind === 'record' ? first.entries : []), ...(keywords?.entries ?? [])];
}

/** Without this, Quart answers OPTIONS by itself, and the decorator does not see it. */
function takesOptions(options: RecordValue): boolean {
  const option = entry(options, 'provide_automatic_options')?.value;
  return !(option?.kind === 'boolean' && !option.value);
}

function valueOf(keywords: RecordValue | undefined, name: string): Value | undefined {
  return keywords === undefined ? undefined : entry(keywords, name)?.value;
}

/** Null: not known. Without a list Quart serves GET; HEAD comes with it. */
function methodsIn(value: Value | undefined): readonly string[] | null {
  if (value === undefined) return served(['GET']);
  if (value.kind !== 'list' || value.rest !== undefined) return null;
  const methods = value.items.map((item) => (item.kind === 'string' ? item.value.toUpperCase() : undefined));
  return methods.includes(undefined) ? null : served(methods.flatMap((method) => method ?? []));
}

function served(methods: readonly string[]): readonly string[] {
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}
