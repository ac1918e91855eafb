import { effect, HAS_ORIGIN, literal, open, truth, type CorsConfiguration, type Setting } from '../../middleware/api-gateway/cors-configuration.js';
import { exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, guardedSet, headerValueOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/**
 * What CloudFront adds to responses by a response headers policy, documented: only to requests with an Origin; it
 * answers no preflight, what stands behind must; with `OriginOverride` its headers replace those from behind, else they
 * are added only where there are none. `*` is sent as it stands. In an origin `*` stands for the first labels of the
 * host or for the port. Whether it says `Vary: Origin` is left open.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
export function distribution(configuration: CorsConfiguration, overrides: Value | undefined): readonly Step[] {
  const { origins, at } = configuration;
  if (origins === undefined) return [];
  const preflight: Guard = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN);
  const replaces = truth(overrides === undefined ? undefined : { value: overrides, at, written: true });
  const steps: Step[] = [];
  for (const [op, mode] of [['set', replaces], ['set-if-absent', unless(replaces)]] as const) {
    if (mode.g === NEVER.g) continue;
    for (const { when, value } of casesOf(origins.value)) {
      const items = value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : value.kind === 'nothing' ? [] : [value];
      const star = items.find((item) => item.kind === 'string' && item.value === '*');
      for (const item of star === undefined ? items : [star]) {
        const place = item.at;
        const fits = whenAll(mode, when, HAS_ORIGIN, { g: 'origin', in: setOf(item) });
        const vary = effect('append', 'vary', { v: 'unknown', fact: factOf(unknown('upstream', 'whether CloudFront says `Vary: Origin`', place)), at: place }, place);
        const sent = star === undefined ? [effect(op, 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: place }, place), vary] : [effect(op, 'access-control-allow-origin', literal('*', place, true), place)];
        steps.push(
          { when: fits, effects: [...sent, ...listed(configuration.exposed, 'access-control-expose-headers', op)], at: place },
          { when: whenAll(fits, truth(configuration.credentials)), effects: credentials(configuration, op), at: configuration.credentials?.at ?? at },
          { when: whenAll(fits, preflight), effects: [...listed(configuration.methods, 'access-control-allow-methods', op), ...listed(configuration.headers, 'access-control-allow-headers', op), ...age(configuration.maxAge, op)], at },
        );
      }
    }
  }
  return steps.filter(({ when, effects }) => when.g !== 'never' && effects.length > 0);
}

function setOf(item: Value): OriginSet {
  if (item.kind === 'either') return guardedSet(item, setOf);
  if (item.kind === 'nothing') return NONE;
  if (item.kind !== 'string') return { s: 'dynamic', why: factOf(open(item, 'an origin')), lower: NONE, upper: PRESENT, exactTexts: true, at: item.at };
  if (item.value === '*') return PRESENT;
  const [, text = item.value, ports] = /^(.*?)(:\*)?$/.exec(item.value) ?? [];
  if (!text.includes('*') && ports === undefined) return exact(item.value, item.at);
  return { s: 'glob', text, star: 'labels', ignoreCase: false, ports: ports === undefined ? 'as-written' : 'any', at: item.at };
}

function credentials({ credentials: written, at }: CorsConfiguration, op: Effect['op']): readonly Effect[] {
  return [effect(op, 'access-control-allow-credentials', literal('true', written?.value.at ?? at, written !== undefined), written?.at ?? at)];
}

function listed(setting: Setting | undefined, header: string, op: Effect['op']): readonly Effect[] {
  if (setting === undefined || setting.value.kind === 'nothing') return [];
  const { value, at } = setting;
  const items = value.kind === 'list' ? value.items : [value];
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  const known = texts.length === items.length && !(value.kind === 'list' && value.rest !== undefined);
  // `ALL` stands for every method.
  const text: HeaderValue = known ? literal(texts.map((one) => (one === 'ALL' ? METHODS : one)).join(', '), value.at, true) : { v: 'unknown', fact: factOf(open(value, 'a list')), at: value.at };
  return known && texts.length === 0 ? [] : [effect(op, header, text, at)];
}

const METHODS = 'GET, DELETE, HEAD, OPTIONS, PATCH, POST, PUT';

function age(setting: Setting | undefined, op: Effect['op']): readonly Effect[] {
  const value = setting === undefined ? undefined : headerValueOf(setting.value);
  return setting === undefined || value === undefined ? [] : [effect(op, 'access-control-max-age', value, setting.at)];
}
