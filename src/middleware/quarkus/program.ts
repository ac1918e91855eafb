import { anyOf, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type End, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { joined } from '../options.js';
import { durationSeconds } from './duration.js';
import { originCases, type Origins } from './origins.js';
import type { QuarkusSettings } from './settings.js';
import type { QuarkusBehaviour } from './version.js';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const asked = (name: string): Guard => ({ g: 'header', name, in: PRESENT });
const METHOD_ASKED = 'access-control-request-method';
const HEADERS_ASKED = 'access-control-request-headers';
const PREFLIGHT: Guard = whenAll({ g: 'method', in: ['OPTIONS'] }, whenAny(asked(METHOD_ASKED), asked(HEADERS_ASKED)));

/** What `CORSFilter` does to a request that has an Origin; others pass untouched. `at` is the place that switches it on. */
export function filterSteps(settings: QuarkusSettings, behaviour: QuarkusBehaviour, on: Guard, files: Files, at: Span): readonly Step[] {
  const filter = new Filter(settings, behaviour, at);
  return originCases(settings.list('quarkus.http.cors.origins'), behaviour, files, at).flatMap((origins) => filter.steps(origins, whenAll(on, HAS_ORIGIN, origins.when))).filter((step) => step.when.g !== 'never' && (step.effects.length > 0 || step.end !== undefined));
}

/** When a switch is on: SmallRye takes `true`, `yes`, `y`, `on` and `1` for it. */
export function truthGuard(value: Value | undefined): Guard {
  return whenAny(
    ...(value === undefined ? [] : casesOf(value)).map(({ when, value: option }) => {
      if (option.kind === 'boolean') return option.value ? when : NEVER;
      if (option.kind === 'string') return isTrue(option.value) ? when : NEVER;
      if (option.kind === 'nothing') return NEVER;
      return whenAll(when, { g: 'fact', fact: factOf(option.kind === 'env' || option.kind === 'unknown' ? option : unknown('template-syntax', 'a switch', option.at)) });
    }),
  );
}

export function isTrue(text: string): boolean {
  return /^\s*(?:true|yes|y|on|1)\s*$/i.test(text);
}

interface Guarded {
  readonly when: Guard;
  readonly effects: readonly Effect[];
}

class Filter {
  constructor(
    private readonly settings: QuarkusSettings,
    private readonly behaviour: QuarkusBehaviour,
    private readonly at: Span,
  ) {}

  steps(origins: Origins, base: Guard): readonly Step[] {
    const { at, behaviour } = this;
    const matches: Guard = origins.any ? ALWAYS : { g: 'origin', in: origins.matched };
    const allowed = origins.any ? ALWAYS : whenAny(matches, origins.own ? { g: 'same-origin' } : NEVER);
    const step = (when: Guard, effects: readonly Effect[], end?: End): Step => ({ when: whenAll(base, when), effects, ...(end === undefined ? {} : { end }), at });
    const refusal: End = { to: 'answer', status: 403 };
    const credentials = this.#credentials(origins).map((one) => ({ ...one, when: behaviour.asConfigured ? whenAll(one.when, allowed) : one.when }));
    const exposed = this.#list('exposed-headers', 'access-control-expose-headers').map(({ when, effects }) => step(when, effects));
    const allow = step(allowed, [this.#effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: origins.at }, origins.at)]);
    const maxAge = this.#maxAge().map(({ when, effects }) => step(whenAll(PREFLIGHT, when), effects));
    const sent = credentials.map(({ when, effect }) => step(when, [effect]));
    if (!behaviour.asConfigured) {
      const negotiated = [...this.#negotiated('methods', METHOD_ASKED, 'access-control-allow-methods'), ...this.#negotiated('headers', HEADERS_ASKED, 'access-control-allow-headers')];
      const refused = behaviour.refuses ? [step(unless(allowed), [], refusal)] : [];
      return [...negotiated.map(({ when, effects }) => step(when, effects)), allow, ...sent, ...exposed, ...refused, ...maxAge, step(PREFLIGHT, [], { to: 'answer', status: 200 })];
    }
    const literal = this.#literalStar(origins);
    const exactly = literal.g === 'never' ? [allow, ...sent] : [{ ...allow, when: whenAll(allow.when, unless(literal)) }, ...sent.map((one) => ({ ...one, when: whenAll(one.when, unless(literal)) })), step(literal, this.#star(origins))];
    const varies = whenAll(this.#switch('vary-origin', behaviour.varies), behaviour.varies ? ALWAYS : NEVER, unless(whenAll(allowed, literal)));
    const methods = this.#list('methods', 'access-control-allow-methods');
    const headers = this.#list('headers', 'access-control-allow-headers');
    const preflight = [...this.#answered(methods, METHOD_ASKED, 'access-control-allow-methods'), ...this.#answered(headers, HEADERS_ASKED, 'access-control-allow-headers')];
    return [
      ...exactly,
      step(varies, [this.#effect('append', 'vary', { v: 'literal', text: 'Origin', at, written: false }, at)]),
      ...maxAge,
      ...preflight.map(({ when, effects }) => step(whenAll(PREFLIGHT, when), effects)),
      ...exposed,
      step(whenAll(PREFLIGHT, unless(allowed)), [], refusal),
      step(PREFLIGHT, [], { to: 'answer', status: 200 }),
      ...[...headers, ...methods].map(({ when, effects }) => step(when, effects)),
      step(whenAll(this.#methodRefused(), behaviour.ownMethodsFree ? matches : ALWAYS), [], refusal),
      step(unless(allowed), [], refusal),
    ];
  }

  /** `Access-Control-Allow-Credentials` is always there: as configured, else `true` for origins that are explicitly let in. */
  #credentials(origins: Origins): readonly { readonly when: Guard; readonly effect: Effect }[] {
    const { behaviour } = this;
    const key = 'quarkus.http.cors.access-control-allow-credentials';
    const whole = this.settings.whole([key]);
    const value = this.settings.text(key);
    const explicit: Guard = { g: 'origin', in: behaviour.patternsExplicit ? origins.matched : origins.listed };
    const header = (text: 'true' | 'false', at: Span, written: boolean): Effect => this.#effect('set', 'access-control-allow-credentials', { v: 'literal', text, at, written: written && text === 'true' }, whole?.whole ?? this.at);
    return (value === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(value)).flatMap(({ when, value: option }) => {
      if (option === undefined || option.kind === 'nothing') return [{ when: whenAll(when, explicit), effect: header('true', this.at, false) }, { when: whenAll(when, unless(explicit)), effect: header('false', this.at, false) }];
      const on = truthGuard(option);
      return [{ when: whenAll(when, on), effect: header('true', option.at, true) }, { when: whenAll(when, unless(on)), effect: header('false', option.at, true) }];
    });
  }

  #literalStar(origins: Origins): Guard {
    return this.behaviour.exactOrigins && origins.any ? unless(this.#switch('return-exact-origins', true)) : NEVER;
  }

  #star(origins: Origins): readonly Effect[] {
    return [
      this.#effect('set', 'access-control-allow-origin', { v: 'literal', text: '*', at: origins.at, written: true }, origins.at),
      this.#effect('set', 'access-control-allow-credentials', { v: 'literal', text: 'false', at: this.at, written: false }, this.at),
    ];
  }

  #switch(name: string, fallback: boolean): Guard {
    const value = this.settings.text(`quarkus.http.cors.${name}`);
    const cases = value === undefined ? [] : casesOf(value);
    const unset = whenAny(...cases.filter((one) => one.value.kind === 'nothing').map(({ when }) => when), value === undefined ? ALWAYS : NEVER);
    return whenAny(truthGuard(value), fallback ? unset : NEVER);
  }

  /** What a list of texts may be; undefined where it is not set, and for `*` alone. */
  #items(name: string): readonly { readonly when: Guard; readonly items: Value | undefined }[] {
    const value = this.settings.list(`quarkus.http.cors.${name}`);
    return (value === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(value)).map(({ when, value: option }) => {
      const [only] = option?.kind === 'list' && option.items.length === 1 && option.rest === undefined ? option.items : [];
      const unset = option === undefined || option.kind === 'nothing' || (only?.kind === 'string' && only.value === '*');
      return { when, items: unset ? undefined : option };
    });
  }

  #list(name: string, header: string): readonly Guarded[] {
    return this.#items(name).map(({ when, items }) => ({ when, effects: items === undefined ? [] : [this.#effect('append', header, listValue(items, name), this.#place(name) ?? items.at)] }));
  }

  #place(name: string): Span | undefined {
    return this.settings.whole([`quarkus.http.cors.${name}`, `quarkus.http.cors.${name}[0]`])?.whole;
  }

  /** A preflight's answer: the configured list, else what was asked for. */
  #answered(configured: readonly Guarded[], question: string, header: string): readonly Guarded[] {
    const echo = [this.#effect('set', header, { v: 'request-header', name: question, at: this.at }, this.at)];
    return configured.map(({ when, effects }) => ({ when: whenAll(when, asked(question)), effects: effects.length > 0 ? effects.map((one) => ({ ...one, op: 'set' as const })) : echo }));
  }

  /** Before 3.1: what was asked for and is configured, whatever the request is. */
  #negotiated(name: string, question: string, header: string): readonly Guarded[] {
    return this.#items(name).map(({ when, items }) => {
      const value: HeaderValue = items === undefined ? { v: 'request-header', name: question, at: this.at } : items.kind === 'list' && items.rest === undefined ? { v: 'request-items', name: question, in: textSet(items, ['ignore-case']), separator: ',', at: items.at } : listValue(items, name);
      return { when: whenAll(when, asked(question)), effects: [this.#effect('set', header, value, items === undefined ? this.at : (this.#place(name) ?? items.at))] };
    });
  }

  #maxAge(): readonly Guarded[] {
    const key = 'quarkus.http.cors.access-control-max-age';
    const value = this.settings.text(key);
    const whole = this.settings.whole([key])?.whole ?? this.at;
    return (value === undefined ? [] : casesOf(value)).flatMap(({ when, value: option }) => {
      const seconds = option.kind === 'string' ? durationSeconds(option.value) : undefined;
      const age = option.kind === 'nothing' ? undefined : option.kind === 'string' ? (seconds === undefined ? undefined : { v: 'literal' as const, text: String(seconds), at: option.at, written: true }) : headerValueOf(option);
      return age === undefined ? [] : [{ when, effects: [this.#effect('set', 'access-control-max-age', age, whole)] }];
    });
  }

  #methodRefused(): Guard {
    return whenAny(
      ...this.#items('methods').map(({ when, items }): Guard => {
        if (items === undefined) return NEVER;
        if (items.kind !== 'list' || items.rest !== undefined) return whenAll(when, { g: 'fact', fact: factOf(items.kind === 'env' || items.kind === 'unknown' ? items : unknown('template-syntax', 'the list of methods', items.at)) });
        return whenAll(when, unless({ g: 'method', in: items.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) }));
      }),
    );
  }

  #effect(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
    return { op, header, value, statuses: 'all', at };
  }
}

function listValue(items: Value, name: string): HeaderValue {
  const text = joined(items, ',');
  return text === undefined ? { v: 'unknown', fact: factOf(items.kind === 'env' || items.kind === 'unknown' ? items : unknown('template-syntax', `the list \`${name}\``, items.at)), at: items.at } : { v: 'literal', text, at: items.at, written: true };
}

function textSet(list: Value, comparison: readonly ['ignore-case']): OriginSet {
  return anyOf((list.kind === 'list' ? list.items : []).flatMap((item) => (item.kind === 'string' ? [exact(item.value, item.at, comparison)] : [])));
}
