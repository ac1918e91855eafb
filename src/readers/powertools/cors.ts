import { ConfigCall, unknownText } from '../../middleware/config-call.js';
import { filled } from '../../middleware/options.js';
import { asWritten, byDefault, byOption, doing } from '../../middleware/sent.js';
import { NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { PowertoolsPackages } from './packages.js';
import type { Manner } from './version.js';

const ORIGIN = 'access-control-allow-origin';
/** `CORSConfig._REQUIRED_HEADERS` */
const REQUIRED = ['Authorization', 'Content-Type', 'X-Amz-Date', 'X-Api-Key', 'X-Amz-Security-Token'];

/** What `cors=` of an application comes to. */
export interface AppCors {
  readonly when: Guard;
  /** Undefined: what is not in view decides. */
  readonly config: ConfigCall | undefined;
  readonly value: Value;
}

/** Cases in which an application has CORS; where none holds it has none. */
export function corsOf(value: Value | undefined, packages: PowertoolsPackages, manner: Manner): readonly AppCors[] {
  if (value === undefined) return [];
  return casesOf(value).flatMap(({ when, value: option }): readonly AppCors[] => {
    const role = packages.roleOf(option);
    if (role?.is === 'cors') return [{ when, config: configOf(role.call, manner), value: option }];
    return option.kind === 'unknown' || option.kind === 'env' ? [{ when, config: undefined, value: option }] : [];
  });
}

/** What a route with `cors=True` has in an application without CORS: `CORSConfig()`. */
export function defaultCors(at: Span, value: Value, manner: Manner): AppCors {
  return { when: ALWAYS, config: configOf({ args: [], at }, manner), value };
}

function configOf({ args, keywords, at }: { readonly args: readonly Value[]; readonly keywords?: ConstructorParameters<typeof ConfigCall>[2]; readonly at: Span }, manner: Manner): ConfigCall {
  const parameters = ['allow_origin', ...(manner === 'fixed' ? [] : ['extra_origins']), 'allow_headers', 'expose_headers', 'max_age', 'allow_credentials'];
  return new ConfigCall(parameters, args, keywords, at);
}

/** The headers that an application adds to the answer of a route with CORS. None of its releases sends Vary. */
export function corsSteps({ when, config, value }: AppCors, base: Guard, manner: Manner): readonly Step[] {
  const under = whenAll(base, when);
  if (config === undefined) return doing(under, byOption('set', ORIGIN, unknownText(value, 'cors'), value.at));
  return config.cases('allow_origin', { kind: 'string', value: '*', at: config.at }).flatMap((origin) =>
    config.cases('extra_origins', { kind: 'nothing', what: 'null', at: config.at }).flatMap((extra) => new Program(config, manner, origin.value, manner === 'fixed' ? undefined : extra.value, whenAll(under, origin.when, extra.when)).steps()),
  );
}

class Program {
  readonly #origins: Value;
  readonly #star: Value | undefined;

  constructor(
    private readonly config: ConfigCall,
    private readonly manner: Manner,
    private readonly origin: Value,
    extra: Value | undefined,
    private readonly under: Guard,
  ) {
    const more: Value = extra === undefined || extra.kind === 'nothing' ? { kind: 'list', items: [], at: origin.at } : extra;
    const items = [origin, ...(more.kind === 'list' ? more.items : [])];
    // `list.extend` takes a text apart, which lets nobody in.
    const rest = more.kind === 'list' ? more.rest : more.kind === 'unknown' || more.kind === 'env' ? more : undefined;
    this.#origins = { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: origin.at };
    this.#star = items.find((item) => item.kind === 'string' && item.value === '*');
  }

  steps(): readonly Step[] {
    const { config, origin, under } = this;
    const given = config.argument('allow_origin') !== undefined;
    const literal = (value: Value): HeaderValue => headerValueOf(value) ?? unknownText(value, 'allow_origin');
    const text = (value: Value): HeaderValue => (value === origin && !given ? { v: 'literal', text: '*', at: config.at, written: false } : literal(value));
    if (this.manner === 'fixed') return [...doing(under, { op: 'set', header: ORIGIN, value: text(origin), statuses: 'all', at: origin.at }), ...this.#others(under), ...config.credentials(under)];
    const hasOrigin: Guard = { g: 'origin', in: filled(origin.at) };
    const listed = whenAll(hasOrigin, { g: 'origin', in: this.#listed() });
    const echo = (at: Span): Step['effects'][number] => byOption('set', ORIGIN, { v: 'request-header', name: 'origin', at }, at);
    if (this.#star === undefined || this.manner === 'echoes') {
      const allowed = whenAll(under, this.#star === undefined ? listed : hasOrigin);
      return [...doing(allowed, echo(this.#star?.at ?? origin.at)), ...this.#others(allowed), ...config.credentials(allowed)];
    }
    const [named, others] = [whenAll(under, listed), whenAll(under, { g: 'origin', in: PRESENT }, unless(listed))];
    return [
      ...doing(named, echo(origin.at)),
      ...doing(others, this.#star === origin && !given ? byDefault('set', ORIGIN, '*', config.at) : byOption('set', ORIGIN, asWritten('*', this.#star.at), this.#star.at)),
      ...this.#others(whenAny(named, others)),
      ...config.credentials(named),
    ];
  }

  /** Origins that are in the list as texts. */
  #listed(): OriginSet {
    const list = this.#origins;
    const others: Value = list.kind === 'list' ? { ...list, items: list.items.filter((item) => item !== this.#star && ['string', 'env', 'unknown', 'concat', 'either'].includes(item.kind)) } : list;
    return others.kind === 'list' && others.items.length === 0 && others.rest === undefined ? NONE : exactSetOf(others, others.at);
  }

  #others(when: Guard): readonly Step[] {
    return [...this.config.names('allow_headers', 'access-control-allow-headers', when, REQUIRED), ...this.config.names('expose_headers', 'access-control-expose-headers', when, undefined), ...this.config.maxAge(when)];
  }
}
