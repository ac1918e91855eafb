import type { JvmModule } from '../../syntax/jvm/index.js';
import type { Entry, Granted } from './cross-origin.js';
import type { Destination } from './entries.js';
import { literal } from './style.js';

/** What is granted to a path, as texts of the language that it is written in. */
export interface Grant {
  readonly path: string;
  readonly origins: readonly string[];
  readonly originPatterns: readonly string[];
  readonly methods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly allowCredentials: boolean | undefined;
  readonly allowPrivateNetwork: boolean | undefined;
  readonly maxAge: number | undefined;
  /** Comments of the annotations that it was written in. */
  readonly comments: readonly string[];
}

/** @returns a text where something of it cannot be written there */
export function grantFor(path: string, methods: readonly string[], granted: Granted, comments: readonly string[], to: Destination, from: JvmModule): Grant | string {
  let reason: string | undefined;
  const texts = (entries: readonly Entry[]): readonly string[] =>
    entries.flatMap((entry) => {
      const written = to.entry(entry, from);
      if ('reason' in written) reason ??= written.reason;
      return 'text' in written ? [written.text] : [];
    });
  const [origins, originPatterns, allowedHeaders, exposedHeaders] = [granted.origins, granted.originPatterns, granted.allowedHeaders, granted.exposedHeaders].map(texts);
  return reason ?? { path, origins: origins!, originPatterns: originPatterns!, methods, allowedHeaders: allowedHeaders!, exposedHeaders: exposedHeaders!, allowCredentials: granted.allowCredentials, allowPrivateNetwork: granted.allowPrivateNetwork, maxAge: granted.maxAge, comments };
}

/** Statements of `addCorsMappings(CorsRegistry registry)`; what is left out there is as `@CrossOrigin` has it. */
export function registryLines(grants: readonly Grant[], registry: string, isKotlin: boolean): readonly string[] {
  const end = isKotlin ? '' : ';';
  // Continued lines stand one level in, as Kotlin's conventions have it, in Java two.
  const blanks = isKotlin ? '  ' : '    ';
  return grants.flatMap(({ path, methods, comments, ...grant }) => {
    const calls = [
      ...called('allowedOrigins', grant.origins),
      ...called('allowedOriginPatterns', grant.originPatterns),
      ...called('allowedMethods', methods.map((name) => `"${name}"`)),
      ...called('allowedHeaders', grant.allowedHeaders),
      ...called('exposedHeaders', grant.exposedHeaders),
      ...(grant.allowCredentials === undefined ? [] : [`allowCredentials(${grant.allowCredentials})`]),
      ...(grant.allowPrivateNetwork === undefined ? [] : [`allowPrivateNetwork(${grant.allowPrivateNetwork})`]),
      ...(grant.maxAge === undefined ? [] : [`maxAge(${grant.maxAge})`]),
    ];
    return [...comments, `${registry}.addMapping(${literal(path, isKotlin)})${calls.length === 0 ? end : ''}`, ...calls.map((call, index) => `${blanks}.${call}${index === calls.length - 1 ? end : ''}`)];
  });
}

function called(name: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${name}(${items.join(', ')})`];
}

/**
 * Statements that fill an `UrlBasedCorsConfigurationSource`. A `CorsConfiguration` permits nothing by itself: what
 * `@CrossOrigin` has by default is written out.
 * @param listed makes a list of its items: `List.of`
 */
export function sourceLines(grants: readonly Grant[], source: string, isKotlin: boolean, listed: string): readonly string[] {
  const end = isKotlin ? '' : ';';
  const list = (items: readonly string[]): string => `${listed}(${items.join(', ')})`;
  const set = (name: string, property: string, value: string): string => (isKotlin ? `${name}.${property} = ${value}` : `${name}.set${property[0]!.toUpperCase()}${property.slice(1)}(${value});`);
  const configurations = new Map<string, { readonly name: string; readonly grants: Grant[] }>();
  for (const grant of grants) {
    const { path, comments, ...said } = grant;
    const key = JSON.stringify(said);
    const known = configurations.get(key);
    if (known !== undefined) known.grants.push(grant);
    else configurations.set(key, { name: nameFor(path, [...configurations.values()].map(({ name }) => name)), grants: [grant] });
  }
  return [...configurations.values()].flatMap(({ name, grants: own }, index) => {
    const grant = own[0]!;
    const origins = grant.origins.length === 0 && grant.originPatterns.length === 0 ? ['"*"'] : grant.origins;
    const methods = grant.methods.length === 0 ? ['GET', 'HEAD', 'POST'] : grant.methods;
    const headers = grant.allowedHeaders.length === 0 ? ['"*"'] : grant.allowedHeaders;
    return [
      ...(index === 0 ? [] : ['']),
      ...new Set(own.flatMap(({ comments }) => comments)),
      isKotlin ? `val ${name} = CorsConfiguration()` : `CorsConfiguration ${name} = new CorsConfiguration();`,
      ...(origins.length === 0 ? [] : [set(name, 'allowedOrigins', list(origins))]),
      ...(grant.originPatterns.length === 0 ? [] : [set(name, 'allowedOriginPatterns', list(grant.originPatterns))]),
      set(name, 'allowedMethods', list(methods.map((method) => `"${method}"`))),
      set(name, 'allowedHeaders', list(headers)),
      ...(grant.exposedHeaders.length === 0 ? [] : [set(name, 'exposedHeaders', list(grant.exposedHeaders))]),
      ...(grant.allowCredentials === undefined ? [] : [set(name, 'allowCredentials', String(grant.allowCredentials))]),
      ...(grant.allowPrivateNetwork === undefined ? [] : [set(name, 'allowPrivateNetwork', String(grant.allowPrivateNetwork))]),
      set(name, 'maxAge', `${grant.maxAge ?? 1800}L`),
      ...own.map(({ path }) => `${source}.registerCorsConfiguration(${literal(path, isKotlin)}, ${name})${end}`),
    ];
  });
}

/** A variable for the configuration of a path: its last word, `orders` of `/api/orders/{id}`. */
function nameFor(path: string, taken: readonly string[]): string {
  const words = path.split('/').filter((segment) => /^[A-Za-z][\w-]*$/.test(segment));
  const last = (words.at(-1) ?? 'configuration').replace(/[-_]+(\w)/g, (_all, next: string) => next.toUpperCase());
  const base = RESERVED.has(last) ? `${last}Configuration` : `${last[0]!.toLowerCase()}${last.slice(1)}`;
  let name = base;
  for (let count = 2; taken.includes(name); count += 1) name = `${base}${count}`;
  return name;
}

const RESERVED = new Set(['source', 'http', 'class', 'default', 'public', 'private', 'new', 'package', 'import', 'return', 'object', 'val', 'var', 'fun', 'in', 'is', 'interface', 'switch', 'case', 'for', 'if', 'else', 'do', 'try', 'this', 'super', 'static', 'final', 'void', 'int', 'long', 'char', 'byte', 'when', 'continue', 'break', 'enum', 'record']);
