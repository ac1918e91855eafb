import { ABSENT, anyOf, complement, exact, PRESENT } from '../../origins/origin-set.js';
import { casesOf, guardOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { admittedBy, listedOrigins, listedPatterns } from './entries.js';
import { DEFAULT_METHODS, defaultHeaders } from './defaults.js';
import { isUnbound, RENAMED, renamed, type Settings } from './settings.js';
import type { Behaviour } from './version.js';

const DEFAULT_MAX_AGE = '86400';

const IS_OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const IS_PREFLIGHT = whenAll(IS_OPTIONS, { g: 'header', name: 'access-control-request-method', in: PRESENT });

/**
 * The middleware's settings as steps (`corsheaders/middleware.py`, measured on 3.14.0, 4.2.0 and 4.9.0). `installed`: when the middleware
 * is in use; `at`: what installs it.
 */
export function programOf(given: Settings, behaviour: Behaviour, installed: Guard, at: Span): readonly Step[] {
  const settings = given.value;
  const [all, whitelist, regexes] = RENAMED.map((names) => renamed(given, names, behaviour));
  const origins = listedOrigins(whitelist, behaviour.comparesScheme);
  const patterns = listedPatterns(regexes);
  const [opens, credentials] = [whereTrue(all), whereTrue(settings('CORS_ALLOW_CREDENTIALS'))];
  const [open, credentialed] = [whenAny(...opens.map(({ when }) => when)), whenAny(...credentials.map(({ when }) => when))];

  const enabled = whenAll(installed, pathsOf(settings('CORS_URLS_REGEX')));
  const asked = whenAll(enabled, { g: 'origin', in: { s: 'and', of: [complement(ABSENT), complement(exact('', at))] } });
  const listed = whenAny(admittedBy(origins), admittedBy(patterns));
  const allowed = whenAll(asked, whenAny(open, listed));

  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when, effects, at });
  const vary: Effect = { op: 'append', header: 'vary', value: { v: 'literal', text: 'origin', at, written: false }, statuses: 'all', at };
  const echo = (where: Span): readonly Effect[] => [set('access-control-allow-origin', { v: 'request-header', name: 'origin', at: where }), ...(behaviour.alwaysVaries ? [] : [vary])];
  const steps: Step[] = [
    ...failures([...patterns.fails.map((one) => ({ ...one, when: whenAll(one.when, unless(listed)) })), ...origins.fails], whenAll(asked, unless(open))),
    ...(behaviour.alwaysVaries ? [step(enabled, vary)] : []),
    ...opens.flatMap((one) => [
      step(whenAll(asked, one.when, unless(credentialed)), set('access-control-allow-origin', { v: 'literal', text: '*', at: one.at, written: true })),
      step(whenAll(asked, one.when, credentialed), ...echo(one.at)),
    ]),
    ...[...origins.admits, ...patterns.admits].map((one) => step(whenAll(asked, unless(open), one.when), ...echo(one.at))),
    ...credentials.map((one) => step(whenAll(behaviour.credentialsForAllowed ? allowed : asked, one.when), set('access-control-allow-credentials', { v: 'literal', text: 'true', at: one.at, written: true }))),
    ...listSteps('access-control-expose-headers', settings('CORS_EXPOSE_HEADERS'), [], allowed, at).filter(({ effects }) => effects.some(({ value }) => value.v !== 'literal' || value.text !== '')),
    ...listSteps('access-control-allow-headers', settings('CORS_ALLOW_HEADERS'), defaultHeaders(behaviour), whenAll(allowed, IS_OPTIONS), at),
    ...listSteps('access-control-allow-methods', settings('CORS_ALLOW_METHODS'), DEFAULT_METHODS, whenAll(allowed, IS_OPTIONS), at),
    ...maxAgeSteps(settings('CORS_PREFLIGHT_MAX_AGE'), whenAll(allowed, IS_OPTIONS), at),
  ];
  for (const network of behaviour.privateNetwork ? whereTrue(settings('CORS_ALLOW_PRIVATE_NETWORK')) : []) {
    steps.push(step(whenAll(allowed, network.when, { g: 'header', name: 'access-control-request-private-network', in: anyOf([exact('true', network.at)]) }), set('access-control-allow-private-network', { v: 'literal', text: 'true', at: network.at, written: true })));
  }
  steps.push({ when: whenAll(enabled, IS_PREFLIGHT), effects: [], end: { to: 'answer', status: 200 }, at });
  return steps.filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined));
}

/** What the middleware raises over a setting of the wrong type becomes a bare 500 behind it. */
function failures(fails: readonly { readonly when: Guard; readonly fault: string; readonly at: Span }[], when: Guard): readonly Step[] {
  return fails.map((one) => ({ when: whenAll(when, one.when), effects: [], end: { to: 'answer', status: 500, fault: one.fault }, at: one.at }));
}

/** When a setting is true, with the place that makes it so. */
function whereTrue(value: Value | undefined): readonly { readonly when: Guard; readonly at: Span }[] {
  return value === undefined ? [] : casesOf(value).flatMap(({ when, value: one }) => {
    const holds = whenAll(when, guardOf(truth(one)));
    return holds.g === 'never' ? [] : [{ when: holds, at: one.at }];
  });
}

function set(header: string, value: HeaderValue, at = value.at): Effect {
  return { op: 'set', header, value, statuses: 'all', at };
}

/** `CORS_URLS_REGEX`: `re.match` on the path; by default every path. */
function pathsOf(value: Value | undefined): Guard {
  if (value === undefined) return ALWAYS;
  return whenAny(
    ...casesOf(value).map(({ when, value: one }): Guard => {
      if (isUnbound(one)) return when;
      if (one.kind === 'string') return whenAll(when, { g: 'path', in: { s: 'regex', source: one.value, flags: '', dialect: 'python', use: 'match-prefix', subject: 'origin', at: one.at, sourceAt: one.at } });
      if (one.kind === 'regex') return whenAll(when, { g: 'path', in: { s: 'regex', source: one.source, flags: one.flags, dialect: 'python', use: 'match-prefix', subject: 'origin', at: one.at } });
      return whenAll(when, { g: 'fact', fact: factOf(one.kind === 'unknown' || one.kind === 'env' ? one : unknown('unsupported-syntax', 'CORS_URLS_REGEX', one.at)) });
    }),
  );
}

/** `", ".join(…)`: a text is joined letter by letter. */
function listSteps(header: string, value: Value | undefined, fallback: readonly string[], when: Guard, at: Span): readonly Step[] {
  const byDefault: HeaderValue = { v: 'literal', text: fallback.join(', '), at, written: false };
  if (value === undefined) return [{ when, effects: [set(header, byDefault)], at }];
  return casesOf(value).map(({ when: guard, value: one }) => ({ when: whenAll(when, guard), effects: [set(header, isUnbound(one) ? byDefault : joined(one))], at }));
}

function joined(value: Value): HeaderValue {
  if (value.kind === 'string') return { v: 'literal', text: [...value.value].join(', '), at: value.at, written: true };
  if (value.kind !== 'list' || value.rest !== undefined) return open(value);
  const names = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return names.includes(undefined) ? open(value) : { v: 'literal', text: names.join(', '), at: value.at, written: true };
}

/** Zero, nothing and the empty text leave the header out. */
function maxAgeSteps(value: Value | undefined, when: Guard, at: Span): readonly Step[] {
  const byDefault: Step = { when, effects: [set('access-control-max-age', { v: 'literal', text: DEFAULT_MAX_AGE, at, written: false })], at };
  if (value === undefined) return [byDefault];
  return casesOf(value).map(({ when: guard, value: one }): Step => {
    if (isUnbound(one)) return { ...byDefault, when: whenAll(when, guard) };
    const text: HeaderValue = one.kind === 'boolean' ? { v: 'literal', text: 'True', at: one.at, written: true } : (headerValueOf(one) ?? open(one));
    return { when: whenAll(when, guard, guardOf(truth(one))), effects: [set('access-control-max-age', text)], at };
  });
}

function open(value: Value): HeaderValue {
  const fact = factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a setting of django-cors-headers', value.at));
  return { v: 'unknown', fact, at: value.at };
}
