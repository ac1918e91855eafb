import { saysYes, textsFor } from '../../middleware/origin-predicate.js';
import { isFrom } from '../../middleware/version.js';
import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, guardOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';

/** Something that is allowed, where a condition holds. */
export interface Allowed {
  readonly value: Value;
  readonly when: Guard;
  /** The call. */
  readonly at: Span;
}

/** What the block behind `install(CORS)` sets. */
export interface KtorCors {
  /** `anyHost()`, `allowHost("*")` */
  readonly any: readonly { readonly when: Guard; readonly at: Span }[];
  readonly origins: readonly { readonly when: Guard; readonly in: OriginSet; readonly at: Span }[];
  readonly methods: readonly Allowed[];
  readonly headers: readonly Allowed[];
  /** Header names that a prefix or a predicate allows. */
  readonly headerSets: readonly OriginSet[];
  readonly exposed: readonly Allowed[];
  readonly credentials: { readonly when: Guard; readonly at: Span } | undefined;
  readonly nonSimple: Guard;
  readonly sameOrigin: boolean;
  readonly maxAge: { readonly value: Value; readonly at: Span } | undefined;
  /** Why the application does not start. */
  readonly refused: readonly { readonly when: Guard; readonly why: string; readonly at: Span }[];
}

/** Always allowed; naming them again changes nothing. */
const SIMPLE_METHODS = ['GET', 'POST', 'HEAD'];
const SIMPLE_HEADERS = ['accept', 'accept-language', 'content-language', 'content-type'];
const SIMPLE_RESPONSE_HEADERS = ['cache-control', 'content-language', 'content-type', 'expires', 'last-modified', 'pragma'];

type Building = { -readonly [Key in keyof KtorCors]: KtorCors[Key] extends readonly (infer Item)[] ? Item[] : KtorCors[Key] };

/**
 * The configuration after a block ran (`CORSConfig` of `ktor-server-cors`). Names of 1.x (`host`, `method`, `header`) mean the same as those of 2
 * and 3 (`allowHost`, …). Without schemes a host is one of `http` before 2.3.8, and of `http` and `https` since.
 */
export function ktorCors(block: FunctionValue | undefined, config: Handle, version: string): KtorCors {
  const found: Building = { any: [], origins: [], methods: [], headers: [], headerSets: [], exposed: [], credentials: undefined, nonSimple: NEVER, sameOrigin: true, maxAge: undefined, refused: [] };
  for (const event of block?.run([config]) ?? []) {
    if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== config) continue;
    const when = guardOf(event.when);
    if (event.kind === 'assign') assigned(found, event, when);
    else called(found, event, when, version);
  }
  return found;
}

function called(found: Building, event: Event & { kind: 'call' }, when: Guard, version: string): void {
  const { method, args, keywords, at } = event;
  const [first] = args;
  switch (method) {
    case 'anyHost':
      found.any.push({ when, at });
      return;
    case 'allowHost':
    case 'host': {
      const named = (key: string): Value | undefined => keywords?.entries.find((entry) => entry.key === key)?.value;
      const positional = args.slice(0, args.length - (keywords?.entries.length ?? 0));
      host(found, positional[0] ?? named('host'), positional[1] ?? named('schemes'), positional[2] ?? named('subDomains'), when, at, version);
      return;
    }
    case 'allowOrigins':
      if (first?.kind === 'function') found.origins.push({ when: whenAll(when, saysYes(first, { kind: 'request', part: 'header', header: 'origin', at })), in: { s: 'any' }, at });
      return;
    case 'anyMethod':
      for (const name of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) found.methods.push({ value: { kind: 'string', value: name, at }, when, at });
      return;
    case 'allowMethod':
    case 'method':
      allow(found.methods, first, when, at, (name) => !SIMPLE_METHODS.includes(name));
      return;
    case 'allowHeader':
    case 'header':
      for (const { when: option, value } of first === undefined ? [] : casesOf(first)) {
        if (value.kind === 'string' && value.value.toLowerCase() === 'content-type') found.nonSimple = whenAny(found.nonSimple, whenAll(when, option));
        else allow(found.headers, value, whenAll(when, option), at, (name) => !SIMPLE_HEADERS.includes(name.toLowerCase()));
      }
      return;
    case 'allowXHttpMethodOverride':
      found.headers.push({ value: { kind: 'string', value: 'X-Http-Method-Override', at }, when, at });
      return;
    case 'exposeXHttpMethodOverride':
      found.exposed.push({ value: { kind: 'string', value: 'X-Http-Method-Override', at }, when, at });
      return;
    case 'allowHeadersPrefixed':
    case 'headersPrefixed':
      if (first?.kind === 'string') found.headerSets.push({ s: 'prefix', text: first.value.toLowerCase(), subject: 'origin', ignoreCase: true, at: first.at });
      else if (first !== undefined) found.headerSets.push(exactSetOf({ kind: 'list', items: [first], at: first.at }, at));
      return;
    case 'allowHeaders':
      if (first?.kind === 'function') found.headerSets.push(textsFor(whenAll(when, saysYes(first, { kind: 'derived', how: 'lower-case', of: { kind: 'request', part: 'header', header: 'origin', at }, at }))));
      return;
    case 'exposeHeader':
      allow(found.exposed, first, when, at, (name) => !SIMPLE_RESPONSE_HEADERS.includes(name.toLowerCase()));
  }
}

function assigned(found: Building, { property, value, at }: Event & { kind: 'assign' }, when: Guard): void {
  const holds = (): Guard => whenAny(...casesOf(value).map((option): Guard => whenAll(option.when, option.value.kind === 'boolean' ? (option.value.value ? { g: 'always' } : NEVER) : option.value.kind === 'condition' ? guardOf(option.value.condition) : { g: 'fact', fact: factOf(option.value.kind === 'unknown' || option.value.kind === 'env' ? option.value : unknown('unsupported-syntax', property, value.at)) })));
  if (property === 'allowCredentials') found.credentials = { when: whenAny(whenAll(when, holds()), whenAll(unless(when), found.credentials?.when ?? NEVER)), at };
  else if (property === 'allowNonSimpleContentTypes') found.nonSimple = whenAny(whenAll(when, holds()), whenAll(unless(when), found.nonSimple));
  else if (property === 'allowSameOrigin') found.sameOrigin = !(value.kind === 'boolean' && !value.value);
  else if (property === 'maxAgeInSeconds' || property === 'maxAge' || property === 'maxAgeDuration') {
    if (value.kind === 'number' && value.value < 0) found.refused.push({ when, why: `${property} is negative`, at });
    found.maxAge = { value: value.kind === 'number' ? { ...value, value: Math.round(value.value) } : value, at };
  }
}

function allow(list: Allowed[], value: Value | undefined, when: Guard, at: Span, counts: (name: string) => boolean): void {
  for (const option of value === undefined ? [] : casesOf(value)) {
    if (option.value.kind === 'string' && !counts(option.value.value)) continue;
    // A constant of Ktor's stands where it is used.
    list.push({ value: option.value.at.file === '' ? { ...option.value, at } : option.value, when: whenAll(when, option.when), at });
  }
}

function host(found: Building, name: Value | undefined, schemes: Value | undefined, subDomains: Value | undefined, when: Guard, at: Span, version: string): void {
  const usual = isFrom(version, '2.3.8') ? ['http', 'https'] : ['http'];
  for (const { when: option, value } of name === undefined ? [] : casesOf(name)) {
    const here = whenAll(when, option);
    if (value.kind === 'nothing') found.refused.push({ when: here, why: 'a host is null', at });
    else if (value.kind !== 'string') found.origins.push({ when: here, in: exactSetOf({ kind: 'list', items: [value], at: value.at }, at), at });
    else if (value.value === '*') found.any.push({ when: here, at });
    else if (value.value.includes('://')) found.refused.push({ when: here, why: `\`${value.value}\` has a scheme, which \`allowHost\` takes apart from the host`, at });
    else {
      const list = schemes === undefined ? usual : textsOf(schemes);
      const below = subDomains === undefined ? [] : textsOf(subDomains);
      if (list === undefined || below === undefined) {
        const doubt = unknown('unsupported-syntax', 'the schemes of a host', at);
        found.origins.push({ when: here, in: exactSetOf({ kind: 'list', items: [doubt], at }, at), at });
        continue;
      }
      const hosts = [value.value, ...below.map((text) => `${text}.${value.value}`)];
      const wrong = [value.value, ...below, ...hosts.slice(1)].map(misplaced).find((why) => why !== undefined);
      if (wrong !== undefined && list.length > 0) found.refused.push({ when: here, why: wrong, at });
      else found.origins.push({ when: here, in: anyOf(list.flatMap((scheme) => hosts.map((one) => originSet(`${scheme}://${one}`, value.at, version)))), at });
    }
  }
}

/** A star stands once, and before a dot at the beginning of a host. */
function misplaced(text: string): string | undefined {
  if (!text.includes('*')) return undefined;
  const place = text.indexOf('*.');
  if (place === -1 || text.endsWith('*.') || place > 0) return `the \`*\` of \`${text}\` does not stand in front of a domain`;
  return text.lastIndexOf('*') === place ? undefined : `\`${text}\` has more than one \`*\``;
}

/** Default ports are added on both sides before texts are compared; a slash at the end is cut on both since 3.0. */
function originSet(text: string, at: Span, version: string): OriginSet {
  const whole = isFrom(version, '3.0.0') ? text.replace(/\/$/, '') : text;
  if (whole.includes('*')) return { s: 'glob', text: whole.replace(/^(https:.*):443$|^(http:.*):80$/, (_all, secure?: string, plain?: string) => secure ?? plain ?? ''), star: 'any-text', ignoreCase: false, ports: 'as-written', at };
  return exact(whole, at, isFrom(version, '3.0.0') ? ['strip-trailing-slash', 'drop-default-port'] : ['drop-default-port']);
}

function textsOf(value: Value): readonly string[] | undefined {
  if (value.kind !== 'list' || value.rest !== undefined) return undefined;
  const texts = value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return texts.length === value.items.length ? texts : undefined;
}
