import { whenAll, whenAny, unless, type Effect, type Guard, type Step, type Upstream } from '../../policy/program.js';
import { passesOn } from '../plain-layer.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type RecordValue, type Value } from '../../values/value.js';
import { passedPath, replacementBy, replacementIn, type Replacement } from './rewrite.js';
import { targetsOf, type Target } from './target.js';

/** A rule of the proxy in a dev server: `http-proxy` with the options of Vite, or of http-proxy-middleware. */
export interface ProxyRule {
  /** Requests that it takes, of those that no rule before it took. */
  readonly when: Guard;
  /** What the paths of all of them begin with; empty where that is not known. */
  readonly prefix: string;
  readonly target: Value;
  /** The other options; undefined where the target is all that is said. */
  readonly options: RecordValue | undefined;
  /** Requests get the target's own Host where `changeOrigin` does not say. */
  readonly changesHost: boolean;
  readonly at: Span;
}

/** Options whose functions are handed requests and responses, and may change them. */
const HANDLERS = ['configure', 'on', 'onProxyReq', 'onProxyRes', 'selfHandleResponse'] as const;
/** What a handler says that changes headers by which CORS is decided. */
const OF_CORS = /access-control|\bvary\b|origin|cors|headers\s*(?:\[|=[^=])/i;
const DECIDED_BY = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'vary'] as const;

/** Steps that pass requests on, in the order of the rules. */
export function proxySteps(rules: readonly ProxyRule[], files: Files): readonly Step[] {
  return rules.flatMap((rule) => {
    const option = optionsOf(rule.options);
    const bypass = option('bypass');
    const when = bypass === undefined ? rule.when : whenAll(rule.when, { g: 'fact', fact: factOf(unknown('function-call', 'what `bypass` makes of a request', bypass.at)) });
    const router = option('router');
    const targets = targetsOf(router === undefined ? rule.target : unknown('function-call', 'the router of the proxy', router.at));
    return targets.map((target): Step => ({ when: whenAll(when, target.when), effects: [], end: { to: 'upstream', upstream: upstreamOf(target, rule, option, files) }, at: rule.at }));
  });
}

type Option = (name: string) => Value | undefined;

function optionsOf(options: RecordValue | undefined): Option {
  return (name) => {
    const value = options === undefined ? undefined : (entry(options, name)?.value ?? options.rest);
    return value?.kind === 'nothing' || (value?.kind === 'boolean' && !value.value) ? undefined : value;
  };
}

function upstreamOf(target: Target, rule: ProxyRule, option: Option, files: Files): Upstream {
  const { host, port, at } = target;
  const headers = option('headers');
  const handler = HANDLERS.map(option).find((value) => value !== undefined && mayDecideCors(value, files)) ?? openOrigin(headers);
  const said = rule.options === undefined ? undefined : entry(rule.options, 'changeOrigin')?.value;
  const changesHost = said?.kind === 'boolean' ? said.value : rule.changesHost;
  const path = pathOf(target, rule, option);
  return {
    host,
    port,
    request: [...(changesHost ? [literal('host', host, at)] : []), ...headersOf(headers)],
    ...(handler === undefined ? {} : { response: DECIDED_BY.map((header): Effect => ({ op: 'set', header, value: { v: 'unknown', fact: factOf(unknown('function-call', 'what the proxy does with headers', handler.at)), at: handler.at }, statuses: 'all', at: handler.at })) }),
    ...(path === undefined ? {} : { path }),
    at,
  };
}

function pathOf({ path }: Target, { prefix, options }: ProxyRule, option: Option): Upstream['path'] {
  const prepends = options === undefined ? undefined : entry(options, 'prependPath')?.value;
  const front = prepends?.kind === 'boolean' && !prepends.value ? '' : path;
  return option('ignorePath') === undefined ? passedPath(rewriteOf(option), prefix, front) : { whole: front === '' ? '/' : front };
}

/** `rewrite` of Vite, `pathRewrite` of http-proxy-middleware. */
function rewriteOf(option: Option): Replacement | undefined {
  const [rewrite, rules] = [option('rewrite'), option('pathRewrite')];
  if (rewrite !== undefined) return replacementBy(rewrite);
  return rules === undefined ? undefined : replacementIn(rules);
}

/** Headers that requests get on the way. */
function headersOf(headers: Value | undefined): readonly Effect[] {
  if (headers?.kind !== 'record') return [];
  return headers.entries.flatMap(({ key, value, at }) => (value.kind === 'string' ? [literal(key.toLowerCase(), value.value, at)] : []));
}

function literal(header: string, text: string, at: Span): Effect {
  return { op: 'set', header, value: { v: 'literal', text, at, written: true }, statuses: 'all', at };
}

/** An Origin that requests get on the way, and that is not known. */
function openOrigin(headers: Value | undefined): Value | undefined {
  const own = headers?.kind === 'record' ? headers.entries.find(({ key }) => key.toLowerCase() === 'origin')?.value : undefined;
  return own?.kind === 'string' ? undefined : own;
}

/** What cannot be read may do anything. */
function mayDecideCors(value: Value, files: Files): boolean {
  if (value.kind === 'record') return value.entries.some((one) => mayDecideCors(one.value, files));
  const text = value.kind === 'function' ? files.read(value.at.file)?.slice(value.at.start, value.at.end) : undefined;
  return text === undefined || OF_CORS.test(text);
}

/**
 * What a server in JavaScript sets before its proxy answers: `http-proxy` hands on the headers of the response behind by
 * `setHeader`, each in the place of one that is there already.
 * @param passing the steps that pass requests on
 */
export function beforeProxy(steps: readonly Step[], passing: readonly Step[]): readonly Step[] {
  if (passing.length === 0) return steps;
  const proxied = whenAny(...passing.map(({ when }) => when));
  return steps.flatMap((step): readonly Step[] =>
    step.effects.length === 0
      ? [step]
      : [
          { ...step, when: whenAll(step.when, unless(proxied)) },
          { ...step, when: whenAll(step.when, proxied), effects: step.effects.map((effect) => ({ ...effect, early: 'yielding' })) },
        ],
  );
}

/**
 * Is what a file of configuration says about CORS? One without a word about it makes a dev server the layer that its proxy
 * is; what that sends by default counts with what stands behind, and is not judged by itself.
 */
export function isAboutCors(steps: readonly Step[], text: string): boolean {
  return passesOn(steps) ? /cors|access-control/i.test(text) : steps.some(({ effects, end }) => effects.length > 0 || end?.to === 'answer');
}

/** Pages that a browser goes to are the dev server's own: what script asks for does not ask for text/html. */
export function forPages(at: Span): Guard {
  return whenAll({ g: 'method', in: ['GET'] }, { g: 'header', name: 'accept', in: { s: 'contains', text: 'text/html', subject: 'origin', ignoreCase: false, at } });
}
