import { underFacts } from '../../middleware/options.js';
import { anyOf, complement, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, guardOf, headerValueOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { factOf, unknown, type FunctionValue, type Handle, type Value } from '../../values/value.js';

interface Listed {
  readonly value: Value;
  readonly when: Condition;
  readonly at: Span;
}

/** What a rule sets: `cors.addRule { … }`, `cors.add { … }`. */
export interface CorsRule {
  readonly at: Span;
  readonly any: { readonly when: Guard; readonly at: Span }[];
  readonly hosts: { readonly when: Condition; readonly in: OriginSet; readonly at: Span }[];
  readonly exposed: readonly Listed[];
  readonly reflects: { readonly when: Guard; readonly at: Span } | undefined;
  readonly credentials: { readonly when: Guard; readonly at: Span } | undefined;
  readonly path: Value | undefined;
  readonly maxAge: Listed | undefined;
  readonly refused: { readonly when: Guard; readonly why: string; readonly at: Span }[];
}

/** The steps of a rule, and the requests whose origin it refuses: their answer has the status 400. */
export interface Applied {
  readonly steps: readonly Step[];
  readonly refuses: Guard;
}

export function corsRule(block: FunctionValue, rule: Handle, at: Span): CorsRule {
  const found: { -readonly [Key in keyof CorsRule]: CorsRule[Key] } = { at, any: [], hosts: [], exposed: [], reflects: undefined, credentials: undefined, path: undefined, maxAge: undefined, refused: [] };
  let scheme: Value = { kind: 'string', value: 'https', at };
  for (const event of block.run([rule])) {
    if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== rule) continue;
    const { when, at: place } = event;
    const [name, args] = event.kind === 'call' ? [event.method.replace(/^set([A-Z])/, (_all, first: string) => first.toLowerCase()), event.args] : [event.property, [event.value]];
    const [first] = args;
    if (name === 'anyHost') found.any.push({ when: guardOf(when), at: place });
    else if (name === 'allowHost') for (const arg of args.flatMap((one): readonly Value[] => (one.kind === 'list' ? [...one.items, ...(one.rest === undefined ? [] : [one.rest])] : [one]))) host(found, arg, scheme, when, place);
    else if (name === 'exposeHeader' && first !== undefined) found.exposed = [...found.exposed, { value: first, when, at: place }];
    else if (first === undefined) continue;
    else if (name === 'reflectClientOrigin') found.reflects = { when: whenAll(guardOf(when), truthOf(first)), at: place };
    else if (name === 'allowCredentials') found.credentials = { when: whenAll(guardOf(when), truthOf(first)), at: place };
    else if (name === 'defaultScheme') scheme = first;
    else if (name === 'path') found.path = first;
    else if (name === 'maxAge') found.maxAge = { value: first, when, at: place };
  }
  const reflects = found.reflects?.when ?? NEVER;
  const listed = [...found.any.map(({ when }) => when), ...found.hosts.map(({ when }) => guardOf(when))];
  if (listed.length === 0 && found.refused.length === 0) found.refused.push({ when: unless(reflects), why: 'it names no origin', at });
  if (found.reflects !== undefined && listed.length > 0) found.refused.push({ when: whenAll(reflects, whenAny(...listed)), why: 'it reflects the origin and names some', at: found.reflects.at });
  if (found.credentials !== undefined && found.any.length > 0) found.refused.push({ when: whenAll(found.credentials.when, whenAny(...found.any.map(({ when }) => when))), why: '`anyHost()` with credentials', at: found.credentials.at });
  return found;
}

/** A scheme is added where there is none; texts become lower-case and lose a slash at the end. A star stands for one label. */
function host(found: CorsRule, name: Value, scheme: Value, when: Condition, at: Span): void {
  for (const option of casesOf(name)) {
    const { value } = option;
    if (value.kind !== 'string' || scheme.kind !== 'string') {
      found.hosts.push({ when, in: exactSetOf({ kind: 'list', items: [value.kind === 'string' ? scheme : value], at: value.at }, value.at), at });
      continue;
    }
    const text = (value.value === '*' || value.value === 'null' || value.value.includes('://') ? value.value : `${scheme.value}://${value.value}`).toLowerCase().replace(/\/$/, '');
    const stars = text.split('*').length - 1;
    const why = text === 'null' ? '`null` is no host' : stars > 1 || (stars === 1 && !text.includes('://*.')) ? `the \`*\` of \`${value.value}\` does not stand at the beginning of a host` : /^[a-z][a-z0-9+.-]*:\/\/(?:\*\.)?(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d*)?$/.test(text) ? undefined : `\`${value.value}\` is no origin`;
    if (why !== undefined) found.refused.push({ when: whenAll(guardOf(when), option.when), why, at });
    else found.hosts.push({ when, in: stars === 1 ? { s: 'glob', text, star: 'one-label', ignoreCase: false, ports: 'as-written', at: value.at } : exact(text, value.at, ['drop-default-port']), at });
  }
}

function truthOf(value: Value): Guard {
  return whenAny(...casesOf(value).map((option): Guard => whenAll(option.when, option.value.kind === 'boolean' ? (option.value.value ? { g: 'always' } : NEVER) : option.value.kind === 'condition' ? guardOf(option.value.condition) : { g: 'fact', fact: factOf(option.value.kind === 'unknown' || option.value.kind === 'env' ? option.value : unknown('unsupported-syntax', 'a flag', value.at)) })));
}

/**
 * A rule of Javalin's CorsPlugin for the requests of `where` (sources of 5.6.5 to 7.2.3; measured on 6.7.0). Requests
 * without an origin or with a malformed one pass untouched. Every OPTIONS gets the headers and the method that it asks for;
 * an origin that is not listed is answered with 400 behind the handler that runs, `null` with nothing unless any is allowed.
 */
export function applied(rule: CorsRule, where: Guard): Applied {
  const { at } = rule;
  const effect = (header: string, value: HeaderValue, place: Span): Effect => ({ op: 'set', header, value, statuses: 'all', at: place });
  const literal = (text: string, place: Span, written: boolean): HeaderValue => ({ v: 'literal', text, at: place, written });
  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when, effects, at });
  const valid = whenAll(where, { g: 'origin', in: wellFormed(at) });
  const options = whenAll(valid, { g: 'method', in: ['OPTIONS'] });
  const asked = (name: string): Guard => ({ g: 'header', name, in: PRESENT });
  const any = whenAny(...rule.any.map(({ when }) => when));
  const reflects = rule.reflects?.when ?? NEVER;
  const notNull: Guard = { g: 'origin', in: complement(exact('null', at)) };
  const listed: Guard = { g: 'origin', in: anyOf(rule.hosts.map((one) => underFacts(one.when, one.in, one.at))) };
  const echoed = whenAll(valid, unless(any), notNull, whenAny(reflects, listed));
  const echoAt = rule.reflects?.at ?? rule.hosts[0]?.at ?? at;
  const allowed = whenAny(whenAll(valid, any), echoed);
  const exposed = rule.exposed.map(({ value }) => (value.kind === 'string' ? value.value : undefined));
  return {
    refuses: whenAll(valid, unless(any), notNull, unless(whenAny(reflects, listed))),
    steps: [
      ...rule.refused.map(({ when, why, at: place }): Step => ({ when, effects: [], end: { to: 'answer', status: 500, fault: `Javalin refuses the rule (${why}): the application does not start` }, at: place })),
      step(whenAll(options, asked('access-control-request-headers')), effect('access-control-allow-headers', { v: 'request-header', name: 'access-control-request-headers', at }, at)),
      step(whenAll(options, asked('access-control-request-method')), effect('access-control-allow-methods', { v: 'request-header', name: 'access-control-request-method', at }, at)),
      ...(rule.maxAge === undefined || (rule.maxAge.value.kind === 'number' && rule.maxAge.value.value < 0) ? [] : [step(whenAll(options, whenAny(asked('access-control-request-headers'), asked('access-control-request-method'))), effect('access-control-max-age', headerValueOf(rule.maxAge.value) ?? unread(rule.maxAge.value), rule.maxAge.at))]),
      step(whenAll(valid, any), effect('access-control-allow-origin', literal('*', rule.any[0]?.at ?? at, true), rule.any[0]?.at ?? at)),
      step(echoed, effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: echoAt }, echoAt)),
      step(allowed, effect('vary', literal('Origin', at, false), at)),
      ...(rule.credentials === undefined ? [] : [step(whenAll(allowed, rule.credentials.when), effect('access-control-allow-credentials', literal('true', rule.credentials.at, true), rule.credentials.at))]),
      ...(rule.exposed.length === 0 ? [] : [step(allowed, effect('access-control-expose-headers', exposed.includes(undefined) ? unread(rule.exposed.find(({ value }) => value.kind !== 'string')!.value) : literal(exposed.join(','), rule.exposed[0]!.at, true), rule.exposed[0]!.at))]),
    ].filter(({ when }) => when.g !== 'never'),
  };
}

/** `URI.parseServerAuthority` without a path, and `null`. */
function wellFormed(at: Span): OriginSet {
  return { s: 'regex', source: 'null|[A-Za-z][A-Za-z0-9+.-]*://(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]*)?', flags: '', dialect: 'java', use: 'full', subject: 'origin', at };
}

function unread(value: Value): HeaderValue {
  return { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a value of the rule', value.at)), at: value.at };
}

/**
 * `enableCorsForAllOrigins()` and `enableCorsForOrigin(…)` of Javalin up to 4 (source of 4.6.8): the origin is sent back
 * with credentials, to everybody where all are allowed; a slash at the end of an entry is cut.
 */
export function oldPlugin(origins: readonly Value[], any: boolean, where: Guard, at: Span): readonly Step[] {
  const entries = origins.flatMap((one): readonly Value[] => (one.kind === 'list' ? [...one.items, ...(one.rest === undefined ? [] : [one.rest])] : [one]));
  const star = any || entries.some((one) => one.kind === 'string' && one.value === '*');
  const place = entries[0]?.at ?? at;
  const allowed = whenAll(where, { g: 'origin', in: star ? PRESENT : anyOf(entries.map((one) => (one.kind === 'string' ? exact(one.value.replace(/\/$/, ''), one.at) : exactSetOf({ kind: 'list', items: [one], at: one.at }, one.at)))) });
  const effect = (header: string, value: HeaderValue): Effect => ({ op: 'set', header, value, statuses: 'all', at });
  const options = whenAll(where, { g: 'method', in: ['OPTIONS'] });
  const echo = (header: string, name: string): Step => ({ when: whenAll(options, { g: 'header', name, in: PRESENT }), effects: [effect(header, { v: 'request-header', name, at })], at });
  return [
    { when: allowed, effects: [{ ...effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: place }) }, effect('access-control-allow-credentials', { v: 'literal', text: 'true', at, written: false }), effect('vary', { v: 'literal', text: 'Origin', at, written: false })], at },
    echo('access-control-allow-headers', 'access-control-request-headers'),
    echo('access-control-allow-methods', 'access-control-request-method'),
  ];
}
