import { argumentsIn, nameNode } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { Grant } from './cors-lines.js';
import { callsIn, followingCall } from './security-chains.js';

/** `registry.addMapping("/api/**")` with what is called on it. */
export interface Mapping {
  /** Undefined: no literal. */
  readonly pattern: string | undefined;
  /** What it grants, as it is written; a text where that is not said by calls with arguments of their own. */
  readonly grant: Grant | string;
}

type Lists = 'origins' | 'originPatterns' | 'allowedHeaders' | 'exposedHeaders';

const LISTS: Readonly<Record<string, Lists>> = { allowedOrigins: 'origins', allowedOriginPatterns: 'originPatterns', allowedHeaders: 'allowedHeaders', exposedHeaders: 'exposedHeaders' };

/** The mappings that a method registers, in order. */
export function mappingsIn(method: SyntaxNode): readonly Mapping[] {
  return callsIn(method).filter((call) => nameNode(call)?.text === 'addMapping').toSorted((a, b) => a.startIndex - b.startIndex).map((call) => {
    const pattern = literalOf(argumentsIn(call)[0]);
    return { pattern, grant: granted(call, pattern ?? '') };
  });
}

/** The text of a literal without anything to fill in. */
function literalOf(node: SyntaxNode | undefined): string | undefined {
  return /^"([^"\\$]*)"$/.exec(node?.text ?? '')?.[1];
}

function granted(call: SyntaxNode, path: string): Grant | string {
  const found: { -readonly [Name in keyof Grant]: Grant[Name] } = { path, origins: [], originPatterns: [], methods: [], allowedHeaders: [], exposedHeaders: [], allowCredentials: undefined, allowPrivateNetwork: undefined, maxAge: undefined, comments: [] };
  for (let next = followingCall(call); next !== undefined; next = followingCall(next)) {
    const name = nameNode(next)?.text ?? '';
    const args = argumentsIn(next);
    const list = LISTS[name];
    const [first] = args.map(({ text }) => text);
    if (list !== undefined) found[list] = args.map(({ text }) => text);
    else if (name === 'allowedMethods') {
      const methods = args.map((arg) => literalOf(arg) ?? /^(?:Http|Request)Method\.([A-Z]+)(?:\.name(?:\(\))?)?$/.exec(arg.text)?.[1]);
      if (methods.includes(undefined)) return 'its methods are not written out';
      found.methods = methods.flatMap((one) => one ?? []);
    } else if ((name === 'allowCredentials' || name === 'allowPrivateNetwork') && (first === 'true' || first === 'false')) found[name] = first === 'true';
    else if (name === 'maxAge' && first !== undefined && /^\d+L?$/.test(first)) found.maxAge = Number(first.replace('L', ''));
    else return `${name}() is not followed`;
  }
  return found;
}

/**
 * What Spring makes of a mapping and an annotation for the same request (`CorsConfiguration.combine`): lists are united, where
 * one of them is only the default the other one counts, and single settings are the annotation's.
 * @returns a text where their lists cannot be written as one
 */
export function combinedWith(mapping: Grant, annotation: Grant, isKotlin: boolean): Grant | string {
  let reason: string | undefined;
  const united = (some: readonly string[], others: readonly string[]): readonly string[] => {
    if (some.length === 0 || others.length === 0) return some.length === 0 ? others : some;
    const all = [...new Set([...some, ...others])];
    if (all.includes('"*"')) return ['"*"'];
    // A variable may hold several at once, which Java takes alone.
    const several = all.length > some.length ? some.find((one) => !isKotlin && !/^(?:"|(?:\w+\.)*[A-Z][A-Z\d_]*$)/.test(one)) : undefined;
    if (several !== undefined) reason = `${several} may be a list, which nothing can be added to`;
    return all;
  };
  const methods = mapping.methods.length === 0 || annotation.methods.length === 0 ? [...mapping.methods, ...annotation.methods] : [...new Set([...mapping.methods, ...annotation.methods])];
  const grant: Grant = {
    path: annotation.path,
    origins: united(mapping.origins, annotation.origins),
    originPatterns: united(mapping.originPatterns, annotation.originPatterns),
    methods: methods.includes('*') ? ['*'] : methods,
    allowedHeaders: united(mapping.allowedHeaders, annotation.allowedHeaders),
    exposedHeaders: united(mapping.exposedHeaders, annotation.exposedHeaders),
    allowCredentials: annotation.allowCredentials ?? mapping.allowCredentials,
    allowPrivateNetwork: annotation.allowPrivateNetwork ?? mapping.allowPrivateNetwork,
    maxAge: annotation.maxAge,
    comments: annotation.comments,
  };
  return reason ?? grant;
}

/** Do both say the same? Defaults that are written out are defaults. */
export function saySame(one: Grant, other: Grant): boolean {
  const said = ({ path: _path, comments: _comments, ...grant }: Grant): string => JSON.stringify({
    ...grant,
    origins: sorted(grant.origins.length === 0 && grant.originPatterns.length === 0 ? ['"*"'] : grant.origins),
    originPatterns: sorted(grant.originPatterns),
    methods: sorted(grant.methods.length === 0 ? ['GET', 'HEAD', 'POST'] : grant.methods),
    allowedHeaders: sorted(grant.allowedHeaders.length === 0 ? ['"*"'] : grant.allowedHeaders),
    exposedHeaders: sorted(grant.exposedHeaders),
    allowCredentials: grant.allowCredentials === true,
    allowPrivateNetwork: grant.allowPrivateNetwork === true,
    maxAge: grant.maxAge ?? 1800,
  });
  return said(one) === said(other);
}

function sorted(items: readonly string[]): readonly string[] {
  return [...items].sort();
}
