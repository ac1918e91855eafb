import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/** One of the lists of a `CorsConfiguration`: what was written, and whether it only stands there by `applyPermitDefaultValues`. */
export interface Listed {
  readonly items: readonly Value[];
  readonly at: Span;
  readonly byDefault: boolean;
  /** Nobody wrote it: something else that is written makes it so. */
  readonly implied?: true;
}

/** `org.springframework.web.cors.CorsConfiguration` as it stands after its setters and adders ran; undefined: never set. */
export interface CorsConfiguration {
  readonly origins?: Listed;
  readonly patterns?: Listed;
  readonly methods?: Listed;
  readonly headers?: Listed;
  readonly exposed?: Listed;
  readonly credentials?: { readonly value: Value; readonly at: Span };
  readonly maxAge?: { readonly value: Value; readonly at: Span };
  readonly privateNetwork?: boolean;
}

/** Setters, adders, and the names that registries and annotations give the same lists. */
const LISTS: Readonly<Record<string, 'origins' | 'patterns' | 'methods' | 'headers' | 'exposed'>> = {
  allowedorigins: 'origins',
  allowedorigin: 'origins',
  origins: 'origins',
  value: 'origins',
  allowedoriginpatterns: 'patterns',
  allowedoriginpattern: 'patterns',
  originpatterns: 'patterns',
  allowedmethods: 'methods',
  allowedmethod: 'methods',
  methods: 'methods',
  allowedheaders: 'headers',
  allowedheader: 'headers',
  exposedheaders: 'exposed',
  exposedheader: 'exposed',
};

/** A configuration after one more call (`setAllowedOrigins`, `addAllowedHeader`, `maxAge`, …); others change nothing. */
export function configured(config: CorsConfiguration, call: string, args: readonly Value[], at: Span): CorsConfiguration {
  const name = call.toLowerCase().replace(/^(set|add)/, '');
  if (name === 'applypermitdefaultvalues') return withPermitDefaults(config, at);
  const list = LISTS[name];
  const [first] = args;
  if (first?.kind === 'nothing' && args.length === 1) return call.startsWith('add') ? config : without(config, list ?? SINGLES[name]);
  if (list !== undefined) {
    const items = args.flatMap((arg): readonly Value[] => (arg.kind === 'list' ? [...arg.items, ...(arg.rest === undefined ? [] : [arg.rest])] : [arg]));
    const before = call.startsWith('add') ? (config[list]?.items ?? []) : [];
    // The `*` that is only permitted by default goes with the first pattern.
    const rest = list === 'patterns' && items.length > 0 && config.origins?.byDefault === true ? without(config, 'origins') : config;
    return { ...rest, [list]: { items: [...before, ...items], at: first?.at ?? at, byDefault: false } };
  }
  if (first === undefined) return config;
  if (name === 'allowcredentials') return { ...config, credentials: { value: first, at } };
  if (name === 'maxage') return { ...config, maxAge: { value: first, at } };
  return name === 'allowprivatenetwork' ? { ...config, privateNetwork: (first.kind === 'boolean' && first.value) || (first.kind === 'string' && first.value === 'true') } : config;
}

const SINGLES: Readonly<Record<string, 'credentials' | 'maxAge' | 'privateNetwork'>> = { allowcredentials: 'credentials', maxage: 'maxAge', allowprivatenetwork: 'privateNetwork' };

/** What is set to null is as if it never was set. */
function without(config: CorsConfiguration, key: keyof CorsConfiguration | undefined): CorsConfiguration {
  if (key === undefined) return config;
  const { [key]: _unset, ...rest } = config;
  return rest;
}

/** `applyPermitDefaultValues`: any origin, GET, HEAD and POST, any header, 1800 seconds, where nothing was set. */
export function withPermitDefaults(config: CorsConfiguration, at: Span): CorsConfiguration {
  const listed = (...texts: readonly string[]): Listed => ({ items: texts.map((value) => ({ kind: 'string', value, at })), at, byDefault: true });
  return {
    ...config,
    ...(config.origins === undefined && config.patterns === undefined ? { origins: listed('*') } : {}),
    ...(config.methods === undefined ? { methods: listed('GET', 'HEAD', 'POST') } : {}),
    ...(config.headers === undefined ? { headers: listed('*') } : {}),
    ...(config.maxAge === undefined ? { maxAge: { value: { kind: 'number', value: 1800, at }, at } } : {}),
  };
}

/**
 * Credentials that annotations and registries allow where nothing is said: before 4.3.28, and in 5.0.0 and 5.0.1 (read
 * in the sources of those releases, not measured).
 */
export function withOldDefaults(config: CorsConfiguration, version: number, at: Span): CorsConfiguration {
  const allowed = version < 40328 || version === 50000 || version === 50001;
  return allowed && config.credentials === undefined ? { ...config, credentials: { value: { kind: 'boolean', value: true, at }, at } } : config;
}

const LIST_KEYS = ['origins', 'patterns', 'methods', 'headers', 'exposed'] as const;

/**
 * `global.combine(own)`: lists are united unless one side only stands there by default, `*` swallows; the own
 * credentials and age win. Before 5.0 the default methods counted as written (measured on 4.3.30).
 */
export function combined(global: CorsConfiguration, own: CorsConfiguration | undefined, version: number): CorsConfiguration {
  if (own === undefined) return global;
  const lists = LIST_KEYS.flatMap((key) => {
    const [a, b] = [global[key], own[key]];
    if (a === undefined || b === undefined) return a === undefined && b === undefined ? [] : [[key, a ?? b!] as const];
    if ((a.byDefault || b.byDefault) && (key !== 'methods' || version >= 50000)) return [[key, a.byDefault ? b : a] as const];
    const star = [...a.items, ...b.items].find((item) => item.kind === 'string' && item.value === '*' && key !== 'patterns');
    return [[key, { items: star === undefined ? unrepeated([...a.items, ...b.items]) : [star], at: b.at, byDefault: false }] as const];
  });
  const united: CorsConfiguration = { ...global, ...own, ...Object.fromEntries(lists) };
  const { origins, ...rest } = united;
  return origins?.byDefault === true && (united.patterns?.items.length ?? 0) > 0 ? rest : united;
}

function unrepeated(items: readonly Value[]): readonly Value[] {
  return items.filter((item, index) => item.kind !== 'string' || items.findIndex((other) => other.kind === 'string' && other.value === item.value) === index);
}

/** `@CrossOrigin` of a class and of its method: lists are united, the method's credentials and age win. */
export function merged(outer: CorsConfiguration, inner: CorsConfiguration): CorsConfiguration {
  const lists = LIST_KEYS.flatMap((key) => {
    const [a, b] = [outer[key], inner[key]];
    if (a === undefined || b === undefined) return a === undefined && b === undefined ? [] : [[key, a ?? b!] as const];
    return [[key, { items: [...a.items, ...b.items], at: b.at, byDefault: false }] as const];
  });
  return { ...outer, ...inner, ...Object.fromEntries(lists) };
}
