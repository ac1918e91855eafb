import { effect, HAS_ORIGIN, literal, PREFLIGHT, withinLimit } from '../../middleware/api-gateway/cors-configuration.js';
import { ANY, NONE, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { attributeOf, elementsAt, type XmlElement, type XmlText } from '../../syntax/xml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { valueOf } from './texts.js';

/**
 * The `cors` policy. An origin is a URI: its default port and a slash at its end say nothing, nor does case. Without
 * `allowed-methods` GET and POST are allowed. Whether it says `Vary` is not documented.
 */
export function corsSteps(element: XmlElement): readonly Step[] {
  const { at } = element;
  const entries = elementsAt(element, 'allowed-origins', 'origin').map(({ text }) => text);
  const credentials = attributeOf(element, 'allow-credentials');
  const allowed = flag(credentials, false);
  const star = entries.find(({ value }) => value === '*');
  const known = withinLimit(entries.filter((entry) => entry !== star).map(valueOf), at).map((value) => ({ at: value.at, set: originOf(value) }));
  const grants = star === undefined ? known : [{ at: star.at, set: ANY }];
  const matched = whenAll(HAS_ORIGIN, whenAny(...grants.map(({ set }): Guard => ({ g: 'origin', in: set }))));
  const refused = whenAll(HAS_ORIGIN, unless(matched));
  const terminates = flag(attributeOf(element, 'terminate-unmatched-request'), true);
  const steps: readonly Step[] = [
    { when: ALWAYS, effects: [effect('append', 'vary', { v: 'unknown', fact: factOf(unknown('upstream', 'whether API Management says `Vary: Origin`', at)), at }, at)], at },
    ...grants.flatMap(({ set, at: place }) => originSteps(whenAll(HAS_ORIGIN, { g: 'origin', in: set }), place, star !== undefined, allowed)),
    ...(credentials === undefined ? [] : [{ when: whenAll(matched, allowed), effects: [effect('set', 'access-control-allow-credentials', literal('true', credentials.at, true), credentials.at)], at: credentials.at }]),
    { when: matched, effects: listed(element, 'expose-headers', 'header', 'access-control-expose-headers'), at },
    { when: whenAll(PREFLIGHT, matched), effects: preflightEffects(element), at },
    { when: PREFLIGHT, effects: [], end: { to: 'answer', status: 200 }, at },
    { when: whenAll(refused, { g: 'method', in: ['GET', 'HEAD'] }, terminates), effects: [], end: { to: 'answer', status: 200 }, at },
  ];
  return steps.filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined));
}

/** `*` with credentials is sent as it stands, or as the origin: one of both. */
function originSteps(when: Guard, at: Span, all: boolean, credentials: Guard): readonly Step[] {
  const echo = effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at }, at);
  if (!all) return [{ when, effects: [echo], at }];
  const asIs: Guard = { g: 'fact', fact: factOf(unknown('upstream', 'whether API Management sends `*` with credentials as it stands', at)) };
  const star = effect('set', 'access-control-allow-origin', literal('*', at, true), at);
  return [
    { when: whenAll(when, unless(whenAll(credentials, unless(asIs)))), effects: [star], at },
    { when: whenAll(when, credentials, unless(asIs)), effects: [echo], at },
  ];
}

function originOf(value: Value): OriginSet {
  const { at } = value;
  if (value.kind === 'string' && !value.value.includes('*')) return { s: 'exact', text: value.value, comparison: ['ignore-case', 'strip-trailing-slash', 'drop-default-port'], at };
  const why = value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'what API Management makes of a `*` in an origin', at);
  return { s: 'dynamic', why: factOf(why), lower: NONE, upper: ANY, exactTexts: value.kind !== 'string', at };
}

function preflightEffects(element: XmlElement): readonly Effect[] {
  const [methods] = elementsAt(element, 'allowed-methods');
  const age = methods === undefined ? undefined : attributeOf(methods, 'preflight-result-max-age');
  const named = listed(element, 'allowed-methods', 'method', 'access-control-allow-methods');
  return [
    ...(named.length > 0 ? named : [effect('set', 'access-control-allow-methods', literal('GET,POST', element.at, false), element.at)]),
    ...listed(element, 'allowed-headers', 'header', 'access-control-allow-headers'),
    ...(age === undefined ? [] : [effect('set', 'access-control-max-age', headerValueOf(valueOf(age)) ?? doubt(valueOf(age)), age.at)]),
  ];
}

function listed(element: XmlElement, list: string, item: string, header: string): readonly Effect[] {
  const [holder] = elementsAt(element, list);
  const items = holder === undefined ? [] : elementsAt(holder, item).map(({ text }) => valueOf(text));
  if (holder === undefined || items.length === 0) return [];
  const texts = items.flatMap((one) => (one.kind === 'string' && one.value !== '*' ? [one.value] : []));
  // All of them may be said as `*`, or by name.
  const value = texts.length === items.length ? literal(texts.join(','), holder.at, true) : doubt(items.find((one) => one.kind !== 'string') ?? unknown('upstream', `how API Management says \`*\` in ${header}`, holder.at));
  return [effect('set', header, value, holder.at)];
}

function doubt(value: Value): HeaderValue {
  const why = value.kind === 'unknown' || value.kind === 'env' ? value : unknown('function-call', 'an expression of the policy', value.at);
  return { v: 'unknown', fact: factOf(why), at: value.at };
}

function flag(text: XmlText | undefined, otherwise: boolean): Guard {
  if (text === undefined) return otherwise ? ALWAYS : NEVER;
  return whenAny(
    ...casesOf(valueOf(text)).map(({ when, value }): Guard => {
      if (value.kind === 'string') return /^(?:true|1)$/i.test(value.value) ? when : NEVER;
      return whenAll(when, { g: 'fact', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('function-call', 'an expression of the policy', value.at)) });
    }),
  );
}
