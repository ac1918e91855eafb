import { spanKey } from '../../../text/span.js';
import type { Fact } from '../../../values/fact.js';
import { factOf, unknown } from '../../../values/value.js';
import type { Application } from '../application.js';
import type { Source } from '../sources.js';
import { encloses, FILTER_NAME, SOURCE_NAME, type CorsBean } from './beans.js';
import type { SecurityChain, SourceReference } from './chains.js';

/** The `CorsFilter` in a chain, by what it asks. */
export type ChainFilter =
  | { readonly asks: 'nobody' }
  /** Spring MVC's handlers and registry. */
  | { readonly asks: 'dispatcher' }
  | { readonly asks: 'source'; readonly source: Source }
  | { readonly asks: 'unknown'; readonly fact: Fact };

/**
 * Where a chain's `CorsFilter` comes from (`CorsConfigurer`, `HttpSecurityConfiguration` and `ServerHttpSecurity`
 * as released): the given source, else a bean named `corsFilter`, a bean named `corsConfigurationSource`, Spring MVC.
 * `security`: the version of Spring Security.
 */
export function filterOf(chain: SecurityChain, application: Application, security: number): ChainFilter {
  const { cors } = chain;
  switch (cors.asked) {
    case 'disabled':
      return { asks: 'nobody' };
    case 'unknown':
      return { asks: 'unknown', fact: cors.fact };
    case 'source':
      return given(cors.source, chain, application);
    case 'defaults':
      return chain.reactive ? onlySource(application) : byName(application);
    case 'never':
      if (chain.reactive) return onlySource(application);
      return automatic(chain, application, security);
  }
}

function given(reference: SourceReference, chain: SecurityChain, application: Application): ChainFilter {
  const open: ChainFilter = { asks: 'unknown', fact: factOf(unknown('parameter', 'the source of cors()', chain.at)) };
  const sources = application.all.flatMap((file) => file.sources);
  if ('made' in reference) {
    const source = sources.find(({ made }) => encloses(reference.made, made));
    return source === undefined ? open : { asks: 'source', source };
  }
  const beans = beansOf(application).filter(({ type }) => type === 'source' || type === 'url-based');
  const bean = beans.length === 1 ? beans[0] : beans.find(({ names }) => names.includes(reference.injected));
  return (bean === undefined ? undefined : behind(bean, application)) ?? open;
}

/** `http.cors(withDefaults())`. */
function byName(application: Application): ChainFilter {
  for (const [name, types] of [[FILTER_NAME, ['filter']], [SOURCE_NAME, ['source', 'url-based']]] as const) {
    const bean = beansOf(application).find(({ names }) => names.includes(name));
    if (bean === undefined) continue;
    const found = types.some((type) => type === bean.type) ? behind(bean, application) : undefined;
    return found ?? { asks: 'unknown', fact: factOf(unknown('function-call', `the bean ${name}`, bean.at)) };
  }
  return { asks: 'dispatcher' };
}

/** Reactive chains take the one bean of the type, called or not; with none or several of them they have no filter. */
function onlySource(application: Application): ChainFilter {
  const beans = beansOf(application).filter(({ type }) => type === 'source' || type === 'url-based');
  const [bean] = beans;
  if (bean === undefined || beans.length > 1) return { asks: 'nobody' };
  return behind(bean, application) ?? { asks: 'unknown', fact: factOf(unknown('function-call', 'a source', bean.at)) };
}

/**
 * Where `cors()` is not called, `HttpSecurity` calls it since 6.2 (measured on 6.2.0, 6.2.8, 6.5.7 and 7.0.2): before 6.2.6 and 6.3.2 for
 * the only `CorsConfigurationSource` there is, Spring MVC's own among them, so only without one of the application's;
 * later for any bean that is known to be an `UrlBasedCorsConfigurationSource`. One that is declared as a
 * `CorsConfigurationSource` is known to be more only when it was made before the chain: in the order of their methods.
 */
function automatic(chain: SecurityChain, application: Application, security: number): ChainFilter {
  if (security < 60200) return { asks: 'nobody' };
  const beans = beansOf(application).filter(({ type }) => type === 'source' || type === 'url-based');
  if (countsSources(security)) return beans.length === 0 ? { asks: 'dispatcher' } : { asks: 'nobody' };
  if (beans.some((bean) => bean.type === 'url-based' || (bean.urlBased && isMadeBefore(bean, chain)))) return byName(application);
  const elsewhere = beans.find((bean) => bean.urlBased && spanKey(bean.owner) !== spanKey(chain.owner));
  return elsewhere === undefined ? { asks: 'nobody' } : { asks: 'unknown', fact: factOf(unknown('unsupported-syntax', 'whether the source is made before the chain', elsewhere.at)) };
}

/** Releases that counted sources. */
function countsSources(security: number): boolean {
  return security < 60206 || (security >= 60300 && security < 60302);
}

function isMadeBefore(bean: CorsBean, chain: SecurityChain): boolean {
  return spanKey(bean.owner) === spanKey(chain.owner) && bean.at.start < chain.at.start;
}

function beansOf({ all }: Application): readonly CorsBean[] {
  return all.flatMap((file) => file.security.beans);
}

/** The source that a bean is or asks. */
function behind(bean: CorsBean, { all }: Application): ChainFilter | undefined {
  const sources = all.flatMap((file) => file.sources);
  const source = sources.find(({ made }) => encloses(bean.at, made)) ?? sources.find(({ made }) => bean.gives.some((place) => encloses(place, made)));
  return source === undefined ? undefined : { asks: 'source', source };
}
