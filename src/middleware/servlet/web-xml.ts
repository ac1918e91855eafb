import { unless, whenAll, whenAny, type Guard, type Step } from '../../policy/program.js';
import { elementsAt, listOf, textAt, valueOf, type XmlElement, type XmlFile, type XmlText } from '../../syntax/xml/index.js';
import type { Span } from '../../text/span.js';
import type { Param, Params } from './params.js';
import { bySpecificity, covered, type UrlPattern } from './url-patterns.js';

/** A filter of a deployment descriptor that some mapping leads requests to. */
export interface DeclaredFilter {
  readonly name: string;
  /** Qualified. */
  readonly className: string;
  readonly params: Params;
  readonly patterns: readonly UrlPattern[];
  /** The class's name, which switches it on. */
  readonly at: Span;
}

/** Filters of a `web.xml` or a `web-fragment.xml` that see requests from outside, in the order of their mappings. */
export function declaredFilters({ root }: XmlFile): readonly DeclaredFilter[] {
  if (root.name !== 'web-app' && root.name !== 'web-fragment') return [];
  const mappings = elementsAt(root, 'filter-mapping');
  const order = (name: string): number => mappings.findIndex((mapping) => textAt(mapping, 'filter-name')?.value === name);
  return elementsAt(root, 'filter')
    .flatMap((filter): DeclaredFilter[] => {
      const name = textAt(filter, 'filter-name')?.value ?? '';
      const className = textAt(filter, 'filter-class');
      const patterns = mappings.filter((mapping) => textAt(mapping, 'filter-name')?.value === name && seesRequests(mapping)).flatMap((mapping) => patternsOf(mapping, root));
      if (className === undefined || patterns.length === 0) return [];
      return [{ name, className: className.value, params: paramsOf(filter), patterns, at: className.at }];
    })
    .sort((a, b) => order(a.name) - order(b.name));
}

/** Without a dispatcher a mapping is for requests; forwards and errors alone are no answers to browsers. */
function seesRequests(mapping: XmlElement): boolean {
  const dispatchers = elementsAt(mapping, 'dispatcher');
  return dispatchers.length === 0 || dispatchers.some(({ text }) => text.value === 'REQUEST');
}

function patternsOf(mapping: XmlElement, root: XmlElement): readonly UrlPattern[] {
  const own = elementsAt(mapping, 'url-pattern').map(({ text }) => patternOf(text));
  const servlets = elementsAt(mapping, 'servlet-name').flatMap(({ text }): readonly UrlPattern[] => {
    if (text.value === '*') return [{ text: '/*', at: text.at }];
    return elementsAt(root, 'servlet-mapping').filter((other) => textAt(other, 'servlet-name')?.value === text.value).flatMap((other) => elementsAt(other, 'url-pattern').map(({ text: pattern }) => (pattern.value === '/' ? { text: '/*', at: pattern.at } : patternOf(pattern))));
  });
  return [...own, ...servlets];
}

function patternOf(text: XmlText): UrlPattern {
  return { text: text.value, at: text.at };
}

/** The last one of a name counts, or the first: two of them are refused. */
export function paramsOf(filter: XmlElement): Params {
  return new Map(
    elementsAt(filter, 'init-param').flatMap((param): [string, Param][] => {
      const [name, value] = [textAt(param, 'param-name'), textAt(param, 'param-value')];
      return name === undefined || value === undefined ? [] : [[name.value, { value: valueOf(value), items: listOf(value, /,/), at: value.value === '' ? param.at : value.at }]];
    }),
  );
}

/**
 * Constraints of the container stand before every filter: a preflight, which carries no credentials, never reaches the
 * filter unless OPTIONS is left out of them. Basic and digest answer 401, a form its page, and no login method 403.
 */
export function constraints({ root }: XmlFile): readonly Step[] {
  const method = textAt(root, 'login-config', 'auth-method')?.value.toUpperCase();
  const status = method === undefined ? 403 : method === 'FORM' ? 200 : 401;
  const collections = elementsAt(root, 'security-constraint').flatMap((constraint) => {
    const open = elementsAt(constraint, 'auth-constraint').length === 0;
    return elementsAt(constraint, 'web-resource-collection').filter(coversOptions).flatMap((collection) => elementsAt(collection, 'url-pattern').map(({ text }) => ({ pattern: patternOf(text), open })));
  });
  const sorted = collections.sort((a, b) => bySpecificity(a.pattern, b.pattern));
  return sorted.flatMap(({ pattern, open }, index): readonly Step[] => {
    if (open || sorted.some((other) => other.open && other.pattern.text === pattern.text)) return [];
    const before = sorted.slice(0, index).filter((other) => other.open).map((other): Guard => covered([other.pattern], 'servlet'));
    return [{ when: whenAll({ g: 'method', in: ['OPTIONS'] }, covered([pattern], 'servlet'), unless(whenAny(...before))), effects: [], end: { to: 'answer', status, ...(status === 401 ? { unauthenticated: true as const } : {}) }, at: pattern.at }];
  });
}

function coversOptions(collection: XmlElement): boolean {
  const named = (name: string): readonly string[] => elementsAt(collection, name).map(({ text }) => text.value.toUpperCase());
  const [listed, omitted] = [named('http-method'), named('http-method-omission')];
  return listed.length > 0 ? listed.includes('OPTIONS') : !omitted.includes('OPTIONS');
}
