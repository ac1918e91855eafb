import type { AffixSet, ExactSet, GlobSet, RegexSet } from '../../origins/origin-set.js';
import type { JvmModule } from '../../syntax/jvm/index.js';
import type { Stated } from '../stated.js';
import { literal } from './style.js';

/** One property of a `CorsConfiguration`, as it is written. */
export interface CorsSetting {
  readonly property: 'allowedOrigins' | 'allowedOriginPatterns' | 'allowedMethods' | 'allowedHeaders' | 'exposedHeaders' | 'allowCredentials' | 'maxAge';
  /** The header that it is for. */
  readonly header: string;
  /** Items of a list, or an expression. */
  readonly value: readonly string[] | string;
}

/** How the author writes origins. */
export interface OwnWords {
  /** An expression for all of them: a list, or where the same one is sent to all that origin. */
  readonly kept: string | undefined;
  /** Constants that the code names, by their texts. */
  readonly constants: ReadonlyMap<string, string>;
}

/** What browsers let through without a preflight's word on it, and a `CorsFilter` only where it is named (Fetch, "CORS-safelisted method"). */
const SAFELISTED = ['GET', 'HEAD', 'POST'] as const;

/**
 * The settings that say what a filter says.
 * @param spring version of Spring as a number
 * @returns a text where Spring has no words for it
 */
export function settingsFor(stated: Stated, own: OwnWords, spring: number, module: JvmModule): readonly CorsSetting[] | string {
  const { isKotlin } = module;
  const origins = originSettings(stated, own, spring, module);
  if (typeof origins === 'string') return origins;
  const star = stated.origins.kind === 'any' || (stated.origins.kind === 'reflected' && !stated.credentials);
  const credentials = stated.credentials && !star;
  if (credentials && stated.methods !== 'requested' && stated.methods?.includes('*') === true) return 'it sends * for methods together with credentials, which browsers take for the name of a method: name those that are meant first';
  if (stated.origins.kind === 'reflected' && credentials && names(stated.requestHeaders).includes('*')) return 'it sends * for headers together with credentials, which browsers take for the name of a header: a CorsFilter would open it to all that are asked for, from every origin';
  const methods = stated.methods === 'requested' ? ['*'] : names(stated.methods).includes('*') ? ['*'] : [...SAFELISTED.filter((name) => !names(stated.methods).includes(name)), ...names(stated.methods)];
  const headers = stated.requestHeaders === 'requested' || names(stated.requestHeaders).includes('*') ? ['*'] : names(stated.requestHeaders);
  const quoted = (items: readonly string[]): readonly string[] => items.map((item) => literal(item, isKotlin));
  return [
    ...origins,
    { property: 'allowedMethods', header: 'access-control-allow-methods', value: quoted(methods) },
    ...(headers.length === 0 ? [] : [{ property: 'allowedHeaders', header: 'access-control-allow-headers', value: quoted(headers) } as const]),
    ...(stated.exposedHeaders.length === 0 ? [] : [{ property: 'exposedHeaders', header: 'access-control-expose-headers', value: quoted(stated.exposedHeaders) } as const]),
    ...(credentials ? [{ property: 'allowCredentials', header: 'access-control-allow-credentials', value: 'true' } as const] : []),
    ...(stated.maxAge === null ? [] : [{ property: 'maxAge', header: 'access-control-max-age', value: `${stated.maxAge}L` } as const]),
  ];
}

function names(list: Stated['methods']): readonly string[] {
  return list === null || list === 'requested' ? [] : list;
}

function originSettings({ origins, credentials }: Stated, { kept, constants }: OwnWords, spring: number, module: JvmModule): readonly CorsSetting[] | string {
  const header = 'access-control-allow-origin';
  const allowed = (value: CorsSetting['value']): readonly CorsSetting[] => [{ property: 'allowedOrigins', header, value }];
  switch (origins.kind) {
    case 'any':
      return allowed(['"*"']);
    case 'reflected':
      if (!credentials) return allowed(['"*"']);
      return spring < 50300 ? 'it sends every origin back, for which Spring before 5.3 has no pattern' : [{ property: 'allowedOriginPatterns', header, value: ['"*"'] }];
    case 'fixed':
      if (kept === undefined && origins.origin === '') return 'the origin that it sends is not in the text';
      return allowed([kept ?? constants.get(origins.origin) ?? literal(origins.origin, module.isKotlin)]);
    case 'listed': {
      if (kept !== undefined) return allowed(kept);
      const entries = origins.leaves.map((leaf) => entryFor(leaf, constants, module));
      const unsaid = entries.find((entry) => 'why' in entry);
      if (unsaid !== undefined && 'why' in unsaid) return unsaid.why;
      const texts = (isPattern: boolean): readonly string[] => [...new Set(entries.flatMap((entry) => ('text' in entry && entry.isPattern === isPattern ? [entry.text] : [])))];
      const [exact, patterns] = [texts(false), texts(true)];
      if (patterns.length > 0 && spring < 50300) return 'it lets origins in by a part of their text, for which Spring before 5.3 has no pattern';
      return [...(exact.length === 0 ? [] : allowed(exact)), ...(patterns.length === 0 ? [] : [{ property: 'allowedOriginPatterns', header, value: patterns } as const])];
    }
  }
}

type Entry = { readonly text: string; readonly isPattern: boolean } | { readonly why: string };

/** An origin as it is written, or the pattern of Spring's that lets in the same: there `*` is any text, and all else stands for itself. */
function entryFor(leaf: ExactSet | GlobSet | RegexSet | AffixSet, constants: OwnWords['constants'], module: JvmModule): Entry {
  const { isKotlin } = module;
  if (leaf.s === 'exact') return { text: constants.get(leaf.text) ?? literal(leaf.text, isKotlin), isPattern: false };
  const pattern = leaf.s === 'regex' ? patternOf(leaf) : leaf.s === 'glob' || leaf.subject !== 'origin' || leaf.ignoreCase ? undefined : affixed(leaf);
  return pattern === undefined ? { why: `it lets origins in by ${module.written(leaf.at) || leaf.s}, which patterns of Spring's do not say: there * is any text, and nothing else is special` } : { text: literal(pattern, isKotlin), isPattern: true };
}

function affixed({ s, text }: AffixSet): string | undefined {
  if (/[*[\]]/.test(text)) return undefined;
  return { prefix: `${text}*`, suffix: `*${text}`, contains: `*${text}*`, 'part-of': undefined }[s];
}

/** A whole match of texts and `.*` alone. */
function patternOf({ source, flags, use, subject }: RegexSet): string | undefined {
  if (use !== 'full' || flags !== '' || subject !== 'origin') return undefined;
  const parts = [...source.replace(/^\^|\$$/g, '').matchAll(/\.\*|\\([./:-])|([\w/:-])|([\s\S])/g)];
  return parts.some(([, , , other]) => other !== undefined) ? undefined : parts.map(([all, escaped, plain]) => escaped ?? plain ?? (all === '.*' ? '*' : all)).join('');
}

/** Longer lines have an item on each. */
const MAX_LENGTH = 100;

/**
 * Statements that make a `CorsConfiguration` of settings, levels of indentation as two blanks.
 * @param comments those that stood at what wrote a header, by its name
 * @param listed makes a list of its items: `List.of`
 */
export function configurationLines(settings: readonly CorsSetting[], comments: ReadonlyMap<string, readonly string[]>, listed: string, isKotlin: boolean): readonly string[] {
  return [
    isKotlin ? 'val configuration = CorsConfiguration()' : 'CorsConfiguration configuration = new CorsConfiguration();',
    ...settings.flatMap(({ property, header, value }, index) => {
      const [start, end] = isKotlin ? [`configuration.${property} = `, ''] : [`configuration.set${property[0]!.toUpperCase()}${property.slice(1)}(`, ');'];
      const own = settings.findIndex((one) => one.header === header) === index ? comments.get(header) ?? [] : [];
      if (typeof value === 'string') return [...own, `${start}${value}${end}`];
      const line = `${start}${listed}(${value.join(', ')})${end}`;
      const blanks = isKotlin ? '  ' : '    ';
      return line.length <= MAX_LENGTH ? [...own, line] : [...own, `${start}${listed}(`, ...value.map((item, at) => `${blanks}${item}${at < value.length - 1 ? ',' : ''}`), `)${end}`];
    }),
  ];
}
