import { anyOf, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type End, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { alternatives, originsOf, type CorsConfiguration, type Field } from './cors-configuration.js';
import type { MicronautBehaviour } from './version.js';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const METHOD_ASKED = 'access-control-request-method';
const HEADERS_ASKED = 'access-control-request-headers';
const NETWORK_ASKED = 'access-control-request-private-network';
const asked = (name: string): Guard => ({ g: 'header', name, in: PRESENT });
const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/** What the filter is given: the first configuration that matches the origin decides. */
export interface Server {
  readonly configurations: readonly CorsConfiguration[];
  readonly singleHeader: Guard;
  readonly localhostPassThrough: Guard;
  readonly at: Span;
}

/** Configurations come in the order of a hash table: where several match an origin, either may decide. */
export function filterSteps(server: Server, behaviour: MicronautBehaviour, base: Guard, files: Files): readonly Step[] {
  const { configurations, at } = server;
  const on = whenAll(base, HAS_ORIGIN);
  if (configurations.length < 2) return inOrder(configurations, server, behaviour, on, files);
  const fact: Guard = { g: 'fact', fact: { key: `order@${at.file}:${at.start}`, reason: 'conflicting-writes', detail: 'which of the configurations that match is looked at first', at } };
  return [...inOrder(configurations, server, behaviour, whenAll(on, fact), files), ...inOrder([...configurations].reverse(), server, behaviour, whenAll(on, unless(fact)), files)];
}

function inOrder(configurations: readonly CorsConfiguration[], server: Server, behaviour: MicronautBehaviour, base: Guard, files: Files): readonly Step[] {
  const steps: Step[] = [];
  let open = base;
  for (const configuration of configurations) {
    const matched: Guard[] = [];
    for (const { when, any, set, at } of originsOf(configuration, behaviour, files)) {
      const matches: Guard = whenAll(when, any ? ALWAYS : { g: 'origin', in: set });
      matched.push(matches);
      steps.push(...new Configured(configuration, behaviour, server, whenAll(open, matches), at).steps(any));
    }
    open = whenAll(open, unless(whenAny(...matched)));
  }
  if (behaviour.localOriginsPass) steps.push({ when: whenAll(open, driveBy(server, behaviour)), effects: [], end: { to: 'answer', status: 403 }, at: server.at });
  return steps.filter((step) => step.when.g !== 'never' && (step.effects.length > 0 || step.end !== undefined));
}

/** A page from elsewhere asks a server on the developer's own machine. */
function driveBy({ localhostPassThrough, at }: Server, { localOriginsPass }: MicronautBehaviour): Guard {
  const local: OriginSet = { s: 'regex', source: '[a-z]+://(?:localhost|127\\.0\\.0\\.1)(?::\\d+)?', flags: '', dialect: 'java', use: 'full', subject: 'origin', at };
  const host: OriginSet = anyOf([exact('localhost', at), { s: 'prefix', text: '127.', subject: 'origin', ignoreCase: false, at }]);
  return whenAll(unless(localhostPassThrough), { g: 'host', in: localOriginsPass ? host : exact('localhost', at) }, localOriginsPass ? unless({ g: 'origin', in: local }) : ALWAYS);
}

class Configured {
  constructor(
    private readonly configuration: CorsConfiguration,
    private readonly behaviour: MicronautBehaviour,
    private readonly server: Server,
    private readonly base: Guard,
    private readonly originsAt: Span,
  ) {}

  steps(any: boolean): readonly Step[] {
    const { behaviour, configuration, server } = this;
    const preflight = whenAll(OPTIONS, behaviour.privateNetwork ? whenAny(asked(METHOD_ASKED), asked(HEADERS_ASKED), asked(NETWORK_ASKED)) : asked(METHOD_ASKED));
    const refuse = (when: Guard): Step => this.#step(when, [], { to: 'answer', status: 403 });
    const hasMethod = asked(METHOD_ASKED);
    const isTrue: Guard = { g: 'header', name: NETWORK_ASKED, in: exact('true', configuration.at, ['ignore-case']) };
    const network = behaviour.privateNetwork ? this.#truth('privateNetwork', true) : NEVER;
    const decorated = this.#decorated();
    return [
      refuse(whenAll(preflight, this.#methodRefused(true))),
      ...(behaviour.answersAlways ? [refuse(whenAll(preflight, unless(hasMethod)))] : []),
      refuse(whenAll(preflight, ...(behaviour.answersAlways ? [] : [hasMethod]), this.#headersRefused())),
      ...(behaviour.answersAlways ? [refuse(whenAll(preflight, isTrue, unless(network)))] : []),
      refuse(whenAll(unless(preflight), this.#methodRefused(false))),
      ...(any && behaviour.guardsLocalhost ? [refuse(whenAll(unless(preflight), driveBy(server, behaviour)))] : []),
      this.#step(this.#unsendable(), [], { to: 'answer', status: 500, fault: 'Netty refuses a header that begins with a blank' }),
      this.#step(whenAll(preflight, hasMethod), [this.#effect('access-control-allow-methods', { v: 'request-header', name: METHOD_ASKED, at: configuration.at }, configuration.at)]),
      this.#step(whenAll(preflight, asked(HEADERS_ASKED)), [this.#effect('access-control-allow-headers', { v: 'request-header', name: HEADERS_ASKED, at: configuration.at }, configuration.at)]),
      this.#step(whenAll(preflight, asked(NETWORK_ASKED), network), [this.#effect('access-control-allow-private-network', this.#literal('true', 'privateNetwork'), this.#place('privateNetwork'))]),
      ...this.#maxAge().map(({ when, effects }) => this.#step(whenAll(preflight, when), effects)),
      ...decorated,
      this.#step(whenAll(preflight, hasMethod), [], { to: 'answer', status: 200 }),
      this.#step(ALWAYS, [], { to: 'behind' }),
    ];
  }

  #decorated(): readonly Step[] {
    const { configuration, server } = this;
    const echo = this.#effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: this.originsAt }, this.originsAt);
    const exposed = alternatives(configuration.exposed).flatMap(({ when, value }) => {
      if (value === undefined) return [];
      const items = value.kind === 'list' && value.rest === undefined ? value.items : [];
      const texts = items.flatMap((item) => (item.kind === 'string' ? [item] : []));
      const place = this.#place('exposed');
      if (texts.length === 0 || texts.length < items.length) return [{ when, effects: [this.#effect('access-control-expose-headers', { v: 'unknown', fact: factOf(doubtful(value)), at: value.at }, place)] }];
      const joined: HeaderValue = { v: 'literal', text: texts.map((item) => item.value).join(','), at: value.at, written: true };
      return [
        { when: whenAll(when, server.singleHeader), effects: [this.#effect('access-control-expose-headers', joined, place)] },
        { when: whenAll(when, unless(server.singleHeader)), effects: texts.map((item): Effect => ({ ...this.#effect('access-control-expose-headers', { v: 'literal', text: item.value, at: item.at, written: true }, place), op: 'append' })) },
      ];
    });
    const vary: Effect = { ...this.#effect('vary', { v: 'literal', text: 'Origin', at: configuration.at, written: false }, configuration.at), op: 'append' };
    return [
      this.#step(ALWAYS, [echo, vary]),
      ...exposed.map(({ when, effects }) => this.#step(when, effects)),
      this.#step(this.#truth('credentials', true), [this.#effect('access-control-allow-credentials', this.#literal('true', 'credentials'), this.#place('credentials'))]),
    ];
  }

  /** An exposed header that is sent by itself with the blank that followed its comma (measured). */
  #unsendable(): Guard {
    const broken = alternatives(this.configuration.exposed).filter(({ value }) => value?.kind === 'list' && value.items.some((item) => item.kind === 'string' && /^\s/.test(item.value)));
    return whenAll(unless(this.server.singleHeader), whenAny(...broken.map(({ when }) => when)));
  }

  #methodRefused(preflight: boolean): Guard {
    return whenAny(
      ...alternatives(this.configuration.methods).map(({ when, value }): Guard => {
        if (value === undefined) return NEVER;
        if (value.kind !== 'list' || value.rest !== undefined) return whenAll(when, { g: 'fact', fact: factOf(doubtful(value)) });
        const methods = value.items.flatMap((item) => (item.kind === 'string' ? [item.value.toUpperCase()] : []));
        const own: Guard = { g: 'method', in: methods };
        const wanted: OriginSet = anyOf(methods.map((method) => exact(method, value.at)));
        const allowed = preflight ? whenAny({ g: 'header', name: METHOD_ASKED, in: wanted }, whenAll(unless(asked(METHOD_ASKED)), own)) : own;
        return whenAll(when, unless(allowed));
      }),
    );
  }

  #headersRefused(): Guard {
    return whenAny(
      ...alternatives(this.configuration.headers).map(({ when, value }): Guard => {
        if (value === undefined) return NEVER;
        if (value.kind !== 'list' || value.rest !== undefined) return whenAll(when, { g: 'fact', fact: factOf(doubtful(value)) });
        const names = anyOf(value.items.flatMap((item) => (item.kind === 'string' ? [exact(item.value, item.at, ['ignore-case'])] : [])));
        const every: Guard = { g: 'every-item', name: HEADERS_ASKED, in: names };
        return whenAll(when, this.behaviour.wantsHeaders ? unless(whenAll(asked(HEADERS_ASKED), every)) : whenAll(asked(HEADERS_ASKED), unless(every)));
      }),
    );
  }

  /** Whole seconds; what is no number leaves the default, and a negative one sends nothing. */
  #maxAge(): readonly { readonly when: Guard; readonly effects: readonly Effect[] }[] {
    return alternatives(this.configuration.maxAge).flatMap(({ when, value }) => {
      const known = value === undefined || value.kind === 'string' || value.kind === 'number';
      const written = value?.kind === 'string' || value?.kind === 'number' ? String(value.value).trim() : '';
      const seconds = /^[-+]?\d+$/.test(written) ? Number(written) : undefined;
      if (known && seconds !== undefined && seconds < 0) return [];
      const age: HeaderValue = known ? { v: 'literal', text: String(seconds ?? 1800), at: seconds === undefined ? this.configuration.at : value!.at, written: seconds !== undefined } : { v: 'unknown', fact: factOf(doubtful(value)), at: value.at };
      return [{ when, effects: [this.#effect('access-control-max-age', age, this.#place('maxAge'))] }];
    });
  }

  #truth(name: 'credentials' | 'privateNetwork', fallback: boolean): Guard {
    return truthOf(this.configuration[name], fallback);
  }

  /** `true` as it is written, or as the default. */
  #literal(text: string, name: 'credentials' | 'privateNetwork'): HeaderValue {
    const value = this.configuration[name];
    return { v: 'literal', text, at: value?.at ?? this.configuration.at, written: value !== undefined };
  }

  #place(name: Field): Span {
    return this.configuration.whole(name) ?? this.configuration.at;
  }

  #effect(header: string, value: HeaderValue, at: Span): Effect {
    return { op: 'set', header, value, statuses: 'all', at };
  }

  #step(when: Guard, effects: readonly Effect[], end?: End): Step {
    return { when: whenAll(this.base, when), effects, ...(end === undefined ? {} : { end }), at: this.configuration.at };
  }
}

function doubtful(value: Value): Parameters<typeof factOf>[0] {
  if (value.kind === 'env' || value.kind === 'unknown') return value;
  return value.kind === 'list' && value.rest !== undefined ? value.rest : unknown('template-syntax', 'a setting that is put together when the application starts', value.at);
}

/** When a setting is on: `true`, `yes`, `y` and `on` mean it. */
export function truthOf(value: Value | undefined, fallback: boolean): Guard {
  return whenAny(
    ...alternatives(value).map(({ when, value: option }): Guard => {
      if (option === undefined) return fallback ? when : NEVER;
      if (option.kind === 'boolean') return option.value ? when : NEVER;
      if (option.kind === 'string') return /^(?:true|yes|y|on)$/i.test(option.value.trim()) ? when : NEVER;
      return whenAll(when, { g: 'fact', fact: factOf(doubtful(option)) });
    }),
  );
}
