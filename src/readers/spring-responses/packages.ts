import { jvmHeader } from '../../middleware/jvm/header.js';
import { corsUtils } from '../../middleware/spring/cors-utils.js';
import { jvmNames, statusNumber } from '../../middleware/jvm/names.js';
import { reactiveExchange, type ReactiveExchange } from '../../middleware/jvm/reactive-exchange.js';
import { requestHeader } from '../../middleware/jvm/request-headers.js';
import { servletExchange, type ServletExchange } from '../../middleware/jvm/servlet-exchange.js';
import { springHeaders, springHeaderWrites } from '../../middleware/jvm/spring-headers.js';
import { beyond, restricted } from '../../middleware/alternatives.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { MadeResponse, StatusWrite } from '../../middleware/response-objects.js';
import { springInjection } from '../../middleware/spring/injection.js';
import type { Injection, Packages, Parameter } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';

/** `ResponseEntity`, or its builder. */
interface Entity {
  readonly status: Value | undefined;
  /** Headers that the constructor is given. */
  readonly headers: Value | undefined;
}

const BUILDERS: Readonly<Record<string, number | 'given'>> = { ok: 200, status: 'given', created: 201, accepted: 202, noContent: 204, badRequest: 400, notFound: 404, unprocessableEntity: 422, internalServerError: 500, of: 200, ofNullable: 200 };

/** What Spring hands to controllers, advice and reactive filters of one file, and the responses that they build. */
export class SpringResponses {
  readonly servlet: ServletExchange;
  readonly reactive: ReactiveExchange;
  readonly #entities = new WeakMap<Handle, Entity>();
  readonly #headers = new WeakSet<Handle>();
  readonly #known = new Map<string, Handle | undefined>();

  constructor(file: string) {
    const at: Span = { file, start: 0, end: 0 };
    this.servlet = servletExchange(at);
    this.reactive = reactiveExchange(at);
  }

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  readonly injection: Injection = (into) => this.servlet.given(into.type) ?? springInjection(into);

  /** What a method gets for a parameter; undefined where nobody knows. */
  given({ type, annotations, at }: Parameter): Value | undefined {
    const element = annotations.find((one) => /(?:^|\.)RequestHeader$/.test(one.name))?.elements;
    const name = element?.get('value') ?? element?.get('name');
    if (name?.is === 'text') return requestHeader({ kind: 'string', value: name.value, at: name.at }, this.reactive.reads, at);
    return this.servlet.given(type) ?? this.reactive.given(type);
  }

  get reads(): ReadonlySet<string> {
    return new Set([...this.servlet.reads, ...this.reactive.reads]);
  }

  /** An entity as it stands where it is returned; undefined for any other value. */
  madeOf(value: Value, when: Condition, events: readonly Event[]): MadeResponse | undefined {
    const entity = value.kind === 'handle' ? this.#entities.get(value) : undefined;
    if (value.kind !== 'handle' || entity === undefined) return undefined;
    const statuses: StatusWrite[] = entity.status === undefined ? [] : [{ when, status: entity.status }];
    for (const event of events) {
      const reached = event.kind === 'call' && event.receiver === value && event.method === 'status' ? beyond(event.when, when) : undefined;
      if (reached !== undefined && event.kind === 'call' && event.args[0] !== undefined) statuses.push({ when: reached, status: statusNumber(event.args[0]) });
    }
    const constructed = entity.headers === undefined ? [] : this.#writesOn(entity.headers, events);
    return { writes: [...constructed, ...events.flatMap((event) => this.#entityWrites(event, value, events))].flatMap((write) => restricted(write, when)), statuses };
  }

  /** `header(name, values…)`, `headers(object)`, `headers(h -> …)`, `varyBy(…)` of a builder. */
  #entityWrites(event: Event, builder: Handle, events: readonly Event[]): readonly HeaderWrite[] {
    if (event.kind === 'escape' && event.receiver === builder && /cors|origin/i.test(event.detail)) return openWrites(unknown(event.reason, event.detail, event.at), event.when);
    if (event.kind !== 'call' || event.receiver !== builder) return [];
    const [first, ...values] = event.args;
    switch (event.method) {
      case 'header':
        return values.flatMap((value) => (value.kind === 'list' ? value.items : [value])).flatMap((value) => jvmHeader('append', first, value, 'skip', event));
      case 'headers':
        return first === undefined ? [] : this.#given(first, events).map((write) => ({ ...write, when: and(event.when, write.when) }));
      case 'varyBy':
        return event.args.flatMap((value) => jvmHeader('append', { kind: 'string', value: 'Vary', at: event.at }, value, 'skip', event));
      default:
        return [];
    }
  }

  #given(value: Value, events: readonly Event[]): readonly HeaderWrite[] {
    if (value.kind !== 'function') return this.#writesOn(value, events);
    const headers = this.#headersAt(value.at);
    return value.run([headers]).flatMap((event) => springHeaderWrites(event, headers, () => []));
  }

  /** What was written on an object of headers, up to the end of the run. */
  #writesOn(value: Value, events: readonly Event[], depth = 0): readonly HeaderWrite[] {
    if (value.kind === 'either') return value.options.flatMap((option) => this.#writesOn(option.value, events, depth).map((write) => ({ ...write, when: and(option.when, write.when) })));
    if (value.kind === 'unknown') return /cors|access-control/i.test(value.detail) ? openWrites(value, TRUE) : [];
    if (value.kind !== 'handle' || !this.#headers.has(value) || depth > 4) return [];
    return events.flatMap((event) => springHeaderWrites(event, value, (other) => this.#writesOn(other, events, depth + 1)));
  }

  #headersAt(at: Span): Handle {
    const headers = springHeaders(at);
    this.#headers.add(headers);
    return headers;
  }

  #package(name: string): Handle | undefined {
    if (/^(?:org\.springframework\.http|java\.lang)\.ResponseEntity$/.test(name)) return this.#entityClass();
    if (/^(?:org\.springframework\.http|java\.lang)\.HttpHeaders$/.test(name)) {
      const names = jvmNames(name);
      return { kind: 'handle', name, at: this.servlet.request.at, get: (constant) => names?.get(constant), call: (method, _args, at) => (method === 'new' ? this.#headersAt(at) : undefined) };
    }
    if (/^org\.springframework\.web\.cors\.(?:reactive\.)?CorsUtils$/.test(name)) return corsUtils;
    return jvmNames(name);
  }

  #entityClass(): Handle {
    return {
      kind: 'handle',
      name: 'ResponseEntity',
      at: this.servlet.request.at,
      get: () => undefined,
      call: (method, args, at) => {
        // `new ResponseEntity<>(body, headers, status)`, any of the first two left out.
        if (method === 'new') return this.#entity({ status: args.length === 0 ? undefined : statusNumber(args.at(-1)!), headers: args.slice(0, -1).find((arg) => arg.kind === 'unknown' || arg.kind === 'either' || (arg.kind === 'handle' && this.#headers.has(arg))) }, at);
        const status = BUILDERS[method];
        if (status === undefined) return undefined;
        return this.#entity({ status: status === 'given' ? (args[0] === undefined ? undefined : statusNumber(args[0])) : { kind: 'number', value: status, at }, headers: undefined }, at);
      },
    };
  }

  /** A builder gives itself back, and the entity that it builds is itself. */
  #entity(entity: Entity, at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: 'entity', at, get: () => undefined, call: (method) => (/^(?:get|has|is)[A-Z]/.test(method) ? undefined : handle) };
    this.#entities.set(handle, entity);
    return handle;
  }
}
