import type { OriginSet, RegexSet } from '../../origins/origin-set.js';
import { pathIn } from '../../middleware/python-paths.js';
import { matchesRegex } from '../../origins/regex.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { named } from './packages.js';

/** A route with the responders of its resource. */
export interface FalconRoute {
  /** Requests for its paths that no better route takes. */
  readonly when: Guard;
  readonly sample: string;
  /** Undefined: the resource is not in view. */
  readonly responders: ReadonlyMap<string, FunctionValue> | undefined;
  readonly at: Span;
}

/** What is asked where no route takes a path: sinks, and folders of files. */
export interface FalconSink {
  readonly when: Guard;
  readonly sample: string;
  /** Undefined: a folder of files. */
  readonly sink: Value | undefined;
  readonly at: Span;
}

export interface FalconRoutes {
  readonly routes: readonly FalconRoute[];
  readonly sinks: readonly FalconSink[];
  /** All routes are in view. */
  readonly complete: boolean;
}

/** Methods that responders can be written for, sorted as the default `Allow` sorts them (falcon/constants.py). */
const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

interface Template {
  readonly set: RegexSet;
  readonly sample: string;
  /** One letter for each segment: texts before fields with text around them before fields. */
  readonly rank: string;
}

/** The routes of an application: literal segments win over fields, whatever the order (falcon/routing/compiled.py). */
export function routesOf(app: Handle, events: readonly Event[]): FalconRoutes {
  const found: { readonly template: Template; readonly exists: Guard; readonly responders: FalconRoute['responders']; readonly at: Span }[] = [];
  const sinks: FalconSink[] = [];
  let complete = true;
  for (const event of events) {
    if (event.kind === 'return' || event.kind === 'throw' || event.receiver !== app) continue;
    if (event.kind === 'escape' && !/serve|run|make_server|wsgi|Server|uvicorn|TestClient|print|len\b/.test(event.detail)) complete = false;
    if (event.kind !== 'call') continue;
    const exists = guardOf(event.when);
    const [path, target] = [event.args[0] ?? named(event.keywords, 'uri_template'), event.args[1] ?? named(event.keywords, 'resource')];
    if (event.method === 'add_route') {
      const template = path?.kind === 'string' ? templateOf(path.value, path.at) : undefined;
      if (template === undefined) complete = false;
      else found.push({ template, exists, responders: respondersOf(target, named(event.keywords, 'suffix')), at: event.at });
    } else if (event.method === 'add_sink') {
      const prefix = event.args[1] ?? named(event.keywords, 'prefix');
      const set = prefixOf(prefix, event.at);
      if (set === undefined) complete = false;
      else sinks.unshift({ when: whenAll(exists, { g: 'path', in: set }), sample: pathIn(set) ?? '/', sink: event.args[0] ?? named(event.keywords, 'sink'), at: event.at });
    } else if (event.method === 'add_static_route') {
      const text = path?.kind === 'string' ? path.value : undefined;
      if (text === undefined) complete = false;
      else sinks.push({ when: whenAll(exists, { g: 'path', in: { s: 'prefix', text: text.endsWith('/') ? text : `${text}/`, subject: 'origin', ignoreCase: false, at: event.at } }), sample: `${text.replace(/\/$/, '')}/x`, sink: undefined, at: event.at });
    }
  }
  const routes = found.map(({ template, exists, responders, at }): FalconRoute => {
    const better = found.filter((other) => other.template.rank < template.rank && matchesRegex(template.set, other.template.sample) === true);
    return { when: whenAll(exists, onPath(template.set), unless(whenAny(...better.map((other) => whenAll(other.exists, onPath(other.template.set)))))), sample: template.sample, responders, at };
  });
  return { routes, sinks, complete };
}

function onPath(set: OriginSet): Guard {
  return set.s === 'any' ? ALWAYS : { g: 'path', in: set };
}

/** `/things/{id:int}/files/{path:path}`; a slash at the end counts. */
function templateOf(text: string, at: Span): Template | undefined {
  if (!text.startsWith('/')) return undefined;
  const segments = text.slice(1).split('/');
  const sources = segments.map((segment) => segment.split(/(\{[^}]*\})/).map((part) => (part.startsWith('{') ? fieldOf(part) : escaped(part))).join(''));
  const sample = `/${segments.map((segment) => segment.replace(/\{[^}]*\}/g, (field) => (/:\s*(?:int|float)/.test(field) ? '1' : /:\s*dt/.test(field) ? '2024-01-01T00:00:00Z' : /:\s*uuid/.test(field) ? '00000000-0000-0000-0000-000000000000' : 'x'))).join('/')}`;
  const rank = segments.map((segment) => (!segment.includes('{') ? 'a' : /^\{[^}]*\}$/.test(segment) ? 'c' : 'b')).join('');
  return { set: { s: 'regex', source: `/${sources.join('/')}`, flags: '', dialect: 'python', use: 'full', subject: 'origin', at }, sample, rank };
}

function fieldOf(field: string): string {
  if (/:\s*int/.test(field)) return '-?[0-9]+';
  return /:\s*path/.test(field) ? '.*' : '[^/]+';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A sink takes the paths that begin with its pattern; `/` without one (falcon/app.py, `add_sink`). */
function prefixOf(prefix: Value | undefined, at: Span): RegexSet | undefined {
  const set = (source: string, flags: string): RegexSet => ({ s: 'regex', source, flags, dialect: 'python', use: 'match-prefix', subject: 'origin', at });
  if (prefix === undefined) return set('/', '');
  if (prefix.kind === 'string') return set(prefix.value, '');
  return prefix.kind === 'regex' ? set(prefix.source, prefix.flags) : undefined;
}

/** `on_get`, or `on_get_<suffix>`; a resource of which nothing is in view has any. */
function respondersOf(resource: Value | undefined, suffix: Value | undefined): FalconRoute['responders'] {
  if (resource?.kind !== 'handle' || (suffix !== undefined && suffix.kind !== 'string' && suffix.kind !== 'nothing')) return undefined;
  const end = suffix?.kind === 'string' && suffix.value !== '' ? `_${suffix.value}` : '';
  const responders = new Map<string, FunctionValue>();
  for (const method of METHODS) {
    const responder = resource.get(`on_${method.toLowerCase()}${end}`);
    if (responder?.kind === 'function') responders.set(method, responder);
  }
  return responders.size === 0 ? undefined : responders;
}
