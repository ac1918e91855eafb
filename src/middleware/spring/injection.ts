import type { Annotation, Code, Injected, Injection, JvmModule } from '../../syntax/jvm/index.js';
import { mapCases } from '../../values/cases.js';
import { setting } from '../../values/either.js';
import { unknown, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { ApplicationConfiguration, configurationFor, documentsOf, splitAtCommas, SPRING } from '../application/index.js';
import { folderOf } from '../../text/files.js';
import { converted, isList } from './conversion.js';
import { environmentOf, isEnvironment } from './environment.js';
import { spelExpression } from './spel.js';

/**
 * What Spring puts into fields and parameters: `@Value("${key:default}")`, properties of `@ConfigurationProperties`
 * classes, the `Environment`. Keys are looked up in the application files; one that none of them has is a setting that is
 * not in the repository, with its default where there is one.
 */
export const springInjection: Injection = (into) => {
  if (isEnvironment(into.type)) return environmentOf(springConfiguration(into.module), into.at);
  const element = annotationNamed(into.annotations, 'Value')?.elements.get('value');
  if (element !== undefined) return annotated(element, into);
  const prefix = prefixOf(into);
  return prefix === undefined ? undefined : bound(prefix === '' ? into.name : `${prefix}.${into.name}`, into);
};

const configurations = new WeakMap<JvmModule, ApplicationConfiguration>();

/** The configuration of the application that a file belongs to; files that its `@PropertySource` names count least. */
export function springConfiguration(module: JvmModule): ApplicationConfiguration {
  let known = configurations.get(module);
  if (known === undefined) {
    const own = configurationFor(module.files, module.file, SPRING);
    const more = propertySources(module);
    configurations.set(module, (known = more.length === 0 ? own : new ApplicationConfiguration([...own.sources, ...more])));
  }
  return known;
}

function propertySources(module: JvmModule): ApplicationConfiguration['sources'] {
  if (!module.source.text.includes('PropertySource')) return [];
  const texts = (code: Code | undefined): readonly string[] => (code?.is === 'text' ? [code.value] : code?.is === 'list' ? code.items.flatMap(texts) : []);
  const resources = module.file.replace(/(^|\/)src\/main\/(?:java|kotlin)\/.*$/, '$1src/main/resources');
  const folder = resources === module.file ? folderOf(module.file) : resources;
  return module.unit.classes
    .flatMap(({ annotations }) => annotations.filter(({ name }) => /(?:^|\.)PropertySource$/.test(name)).flatMap(({ elements }) => texts(elements.get('value'))))
    .flatMap((location) => {
      const name = location.replace(/^(?:classpath|file):\/?/, '');
      const file = folder === '' ? name : `${folder}/${name}`;
      return documentsOf(module.files, file).map(({ settings }) => ({ file, when: { c: 'true' } as const, settings }));
    })
    .toReversed();
}

function annotationNamed(annotations: readonly Annotation[], name: string): Annotation | undefined {
  return annotations.find((one) => one.name === name || one.name.endsWith(`.${name}`));
}

/** `@Value`: placeholders are filled in first, then an expression is evaluated, then the text is converted. */
function annotated(element: Code, { type, module, evaluate }: Injected): Value | undefined {
  const value = element.is === 'text' ? undefined : evaluate(element);
  const text = element.is === 'text' ? element.value : value?.kind === 'string' ? value.value : undefined;
  if (text === undefined) return unknown('unsupported-syntax', 'the expression of a @Value', element.at);
  const { at } = element;
  const place = element.is === 'text' && element.verbatim ? (start: number, end: number): Span => ({ file: at.file, start: at.start + 1 + start, end: at.start + 1 + end }) : (): Span => at;
  const configuration = springConfiguration(module);
  const key = /^\$\{([^${}:]+)\}$/.exec(text)?.[1]?.trim();
  // One placeholder alone: items of a list keep their places in the application file.
  if (key !== undefined && isList(type)) return configuration.propertyList(key, { kind: 'list', items: [], rest: { kind: 'env', name: key, at }, at });
  const [, name, fallback] = /^\$\{([^${}:]+):([^{}]*)\}$/s.exec(text) ?? [];
  if (name !== undefined && fallback !== undefined && isList(type)) {
    const from = text.indexOf(':') + 1;
    const written = splitAtCommas({ kind: 'string', value: fallback, at: place(from, from + fallback.length) }, (start, end) => place(from + start, from + end));
    return configuration.propertyList(name.trim(), setting(name.trim(), written, { kind: 'list', items: [], rest: { kind: 'env', name: name.trim(), at }, at }, at));
  }
  return mapCases(spelExpression(text, (part, start) => configuration.filledIn(part, (a, b) => place(start + a, start + b)), place), at, (one) => converted(one, type));
}

/** Keys that objects are bound below which stand in a class of properties, not under a prefix of their own. */
const nested = new WeakMap<Handle, string>();

function prefixOf({ holder, owner, annotations }: Injected): string | undefined {
  const inside = holder === undefined ? undefined : nested.get(holder);
  if (inside !== undefined) return inside;
  const found = annotationNamed(owner?.annotations ?? [], 'ConfigurationProperties');
  const prefix = found?.elements.get('prefix') ?? found?.elements.get('value');
  if (found === undefined || annotations.some(({ name }) => /(?:^|\.)(?:Autowired|Inject|Resource)$/.test(name))) return undefined;
  return prefix === undefined ? '' : prefix.is === 'text' ? prefix.value : undefined;
}

/** A property of a class that is bound to keys: what the files say, else what the code puts there, where nothing else does. */
function bound(key: string, into: Injected): Value | undefined {
  const { type, at, module } = into;
  const configuration = springConfiguration(module);
  const open: Value = isList(type) ? { kind: 'list', items: [], rest: { kind: 'env', name: key, at }, at } : { kind: 'env', name: key, at };
  const nestedObject = SIMPLE.test(type ?? 'String') || isList(type) || /^(?:Map|HashMap|LinkedHashMap)$/.test(type ?? '') ? undefined : into.make((object) => nested.set(object, key));
  if (nestedObject !== undefined) return configuration.holds(key) || into.written() !== undefined ? nestedObject : unknown('env-variable', `the settings below ${key}`, at);
  if (/^(?:Mutable)?(?:Linked)?(?:Hash)?Map$/.test(type ?? '')) return boundMap(key, configuration, at);
  const written = into.written() ?? defaultValue(into);
  const otherwise = written === undefined ? open : setting(key, converted(written, type), open, at);
  if (isList(type)) return configuration.list(key, otherwise);
  const value = configuration.bound(key, otherwise);
  return value === undefined ? undefined : mapCases(value, value.at, (one) => converted(one, type));
}

const SIMPLE = /^(?:String|boolean|Boolean|int|Int|Integer|long|Long|short|Short|double|Double|float|Float|Duration|URI|URL|Object|Any)$/;

/** `@DefaultValue("a")` of a constructor's parameter. */
function defaultValue({ annotations, type, evaluate }: Injected): Value | undefined {
  const element = annotationNamed(annotations, 'DefaultValue')?.elements.get('value');
  if (element === undefined) return undefined;
  const value = evaluate(element);
  return isList(type) && value.kind !== 'list' ? { kind: 'list', items: [value], at: value.at } : value;
}

function boundMap(key: string, configuration: ApplicationConfiguration, at: Span): Value {
  const names = configuration.names(key);
  if (names.length === 0) return unknown('env-variable', `the settings below ${key}`, at);
  const entries = names.flatMap((name) => {
    const value = configuration.list(`${key}.${name}`, undefined);
    return value === undefined ? [] : [{ key: name.replace(/^\[|\]$/g, ''), value: value.kind === 'list' && value.items.length === 1 && value.rest === undefined ? value.items[0]! : value, at: value.at }];
  });
  return { kind: 'record', entries, at };
}
