import { inWebFlux } from '../../middleware/spring/webflux.js';
import { nameNode, springVersion, type ClassDeclaration, type JvmModule } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { applicationClassOf, freshClass, sourcesOf } from './application.js';
import { registryLines, sourceLines, type Grant } from './cors-lines.js';
import type { Destination } from './entries.js';
import { importing } from './imports.js';
import { mappingsIn, type Mapping } from './mappings.js';
import { addFirst, addMember, depthOf } from './members.js';
import { callsIn, securityChainsIn, type SecurityChain } from './security-chains.js';
import { blanksBefore, inStyle, linesOf, literal, styleOf } from './style.js';

/** Where an application's policy is written. */
export interface CorsHome {
  /** In words: `addCorsMappings of WebConfig`. */
  readonly title: string;
  readonly isKotlin: boolean;
  readonly package: string;
  /** Patterns of paths that something written there is for already. */
  readonly patterns: readonly (string | undefined)[];
  /** What stands in Spring MVC's own registry, in order: Spring combines it with annotations. */
  readonly mappings: readonly Mapping[];
  /** Does it answer before Spring MVC sees a request? Else it is Spring MVC's own registry. */
  readonly inFront: boolean;
  /** Does it refuse preflights for paths that it has nothing for? */
  readonly refusesOthers: boolean;
  /** What it takes; whole texts of new files by path. @returns a text where it cannot be written */
  write(grants: readonly Grant[], destination: Destination): { readonly edits: readonly TextEdit[]; readonly fresh: ReadonlyMap<string, string> } | string;
}

/**
 * Where a policy for paths has the effect that `@CrossOrigin` has: the source or registry that there is; a bean that the
 * chains of Spring Security ask for; else Spring's own registry, which chains without a source ask, too.
 */
export function corsHomeOf(module: JvmModule): CorsHome | string {
  const chains = modulesOf(module, /HttpSecurity\b/).flatMap(securityChainsIn).filter(({ isReactive }) => !isReactive);
  const asked = chains.length > 0 && chains.every(({ cors }) => cors === 'defaults' || cors === 'source');
  const filtering = modulesOf(module, /\bCors(?:Web)?Filter\b/).length > 0;
  const registered = modulesOf(module, /registerCorsConfiguration/);
  if (registered.length > 0 && (asked || filtering)) return inSource(registered);
  const registry = modulesOf(module, /addCorsMappings/).flatMap((holder) => methodsNamed(holder, 'addCorsMappings').map((node) => ({ holder, node })));
  if (registry.length > 1) return `addCorsMappings stands in ${registry.map(({ holder }) => holder.file).join(' and in ')}: which of them comes first is not known`;
  if (registry[0] !== undefined) return inMethod(registry[0].holder, registry[0].node);
  const hasSource = modulesOf(module, /\bCorsConfigurationSource\b|\bcorsFilter\b/).length > 0;
  if (asked && !hasSource && chains.every(({ cors }) => cors === 'defaults')) return besideChain(chains[0]!);
  const application = applicationClassOf(module);
  if (typeof application === 'string') return application;
  const configurer = configurerIn(module);
  if (configurer !== undefined) return inConfigurer(configurer.holder, configurer.declaration);
  const fresh = freshClass(application, ['CorsConfig', 'WebCorsConfig', 'CrossOriginConfig']);
  return fresh === undefined ? 'there are classes named CorsConfig, WebCorsConfig and CrossOriginConfig' : newConfigurer(application.module, fresh);
}

function modulesOf(module: JvmModule, texts: RegExp): readonly JvmModule[] {
  return sourcesOf(module, texts).flatMap((path) => module.at(path) ?? []);
}

function methodsNamed({ root }: JvmModule, name: string): readonly SyntaxNode[] {
  return root.descendantsOfType(['method_declaration', 'function_declaration']).filter((node) => (node.childForFieldName('name') ?? node.namedChildren.find(({ type }) => type === 'identifier'))?.text === name);
}

const MVC = 'org.springframework.web.servlet.config.annotation';
const WEBFLUX = 'org.springframework.web.reactive.config';

/** In front of the first registration of an `UrlBasedCorsConfigurationSource`. */
function inSource(holders: readonly JvmModule[]): CorsHome | string {
  const calls = holders.flatMap((holder) => callsIn(holder.root).filter((call) => nameNode(call)?.text === 'registerCorsConfiguration').map((call) => ({ holder, call })));
  const first = calls[0];
  const statement = first?.holder.isKotlin === true ? first.call : (first?.call.parent ?? undefined);
  const receiver = first === undefined ? undefined : /^(\w+)\s*\./.exec(first.call.text)?.[1];
  if (first === undefined || statement === undefined || statement === null || receiver === undefined || blanksBefore(first.holder.source.text, statement.startIndex) === undefined) return 'paths are registered on a CorsConfigurationSource in a way that nothing can be added to';
  const { holder } = first;
  const at = linesOf(holder.source.text, statement.startIndex, statement.startIndex).start;
  return {
    title: `the CorsConfigurationSource in ${holder.file}`,
    isKotlin: holder.isKotlin,
    package: holder.unit.package,
    patterns: calls.map(({ call }) => firstText(call)),
    mappings: [],
    inFront: true,
    refusesOthers: springVersion(holder.files, holder.file).number < 70000,
    write: (grants, destination) => {
      if (grants.length === 0) return { edits: [], fresh: new Map() };
      if (destination.settings.size > 0) return `${[...destination.settings.keys()].join(', ')} would have to be given to the bean of the CorsConfigurationSource`;
      return written(holder, destination, ['org.springframework.web.cors.CorsConfiguration', ...listImport(holder)], () => [{ file: holder.file, start: at, end: at, text: `${inStyle([...sourceLines(grants, receiver, holder.isKotlin, listed(holder)), ''], styleOf(holder), depthOf(holder, { file: holder.file, start: statement.startIndex, end: statement.endIndex }))}${styleOf(holder).newline}` }]);
    },
  };
}

/** At the beginning of `addCorsMappings`: the first mapping that covers a path decides. */
function inMethod(holder: JvmModule, method: SyntaxNode): CorsHome | string {
  const body = method.childForFieldName('body') ?? method.namedChildren.find(({ type }) => type === 'function_body')?.namedChildren.find(({ type }) => type === 'block');
  const parameter = method.descendantsOfType(['formal_parameter', 'parameter'])[0];
  const registry = (parameter?.childForFieldName('name') ?? parameter?.namedChildren.find(({ type }) => type === 'identifier'))?.text;
  if (body === null || body === undefined || registry === undefined || body.type !== 'block') return 'addCorsMappings has no body that anything can be added to';
  const owner = ownerOf(holder, method);
  const mappings = mappingsIn(method);
  const { end } = linesOf(holder.source.text, body.startIndex, body.startIndex);
  return {
    title: `addCorsMappings in ${holder.file}`,
    isKotlin: holder.isKotlin,
    package: holder.unit.package,
    patterns: mappings.map(({ pattern }) => pattern),
    mappings,
    inFront: false,
    refusesOthers: false,
    write: (grants, destination) => {
      if (grants.length === 0) return { edits: [], fresh: new Map() };
      if (end > body.endIndex) return 'addCorsMappings stands on one line';
      const depth = depthOf(holder, { file: holder.file, start: method.startIndex, end: method.endIndex }) + 1;
      return written(holder, destination, valueImport(destination), () => {
        const settings = settingFields(holder, owner, destination);
        return settings === undefined ? undefined : [...settings, { file: holder.file, start: end, end, text: `${inStyle(registryLines(grants, registry, holder.isKotlin), styleOf(holder), depth)}${styleOf(holder).newline}` }];
      });
    },
  };
}

function ownerOf({ unit }: JvmModule, node: SyntaxNode): ClassDeclaration | undefined {
  return unit.classes.find(({ at }) => at.start <= node.startIndex && node.endIndex <= at.end);
}

interface Configurer {
  readonly holder: JvmModule;
  readonly declaration: ClassDeclaration;
}

/** A class of the application that configures Spring MVC or WebFlux. */
function configurerIn(module: JvmModule): Configurer | undefined {
  return modulesOf(module, /\bWeb(?:Mvc|Flux)Configurer\b/).flatMap((holder) => holder.unit.classes.filter(({ supertypes, annotations }) => supertypes.some((name) => /(?:^|\.)Web(?:Mvc|Flux)Configurer$/.test(name)) && annotations.some(({ name }) => /(?:^|\.)(?:Configuration|Component|SpringBootApplication)$/.test(name))).map((declaration) => ({ holder, declaration })))[0];
}

/** A method `addCorsMappings` in a class that has none. */
function inConfigurer(holder: JvmModule, declaration: ClassDeclaration): CorsHome {
  const stack = inWebFlux(holder) ? WEBFLUX : MVC;
  return {
    title: `addCorsMappings of ${declaration.name}`,
    isKotlin: holder.isKotlin,
    package: holder.unit.package,
    patterns: [],
    mappings: [],
    inFront: false,
    refusesOthers: false,
    write: (grants, destination) =>
      written(holder, destination, [`${stack}.CorsRegistry`, ...valueImport(destination)], () => {
        const settings = settingFields(holder, declaration, destination);
        const member = addMember(holder, declaration, mappingsMethod(grants, holder.isKotlin));
        return settings === undefined || member === undefined ? undefined : [...settings, member];
      }),
  };
}

/** Lines of a method that registers mappings. */
function mappingsMethod(grants: readonly Grant[], isKotlin: boolean): readonly string[] {
  const lines = registryLines(grants, 'registry', isKotlin).map((line) => `  ${line}`);
  return isKotlin ? ['override fun addCorsMappings(registry: CorsRegistry) {', ...lines, '}'] : ['@Override', 'public void addCorsMappings(CorsRegistry registry) {', ...lines, '}'];
}

/** A class of its own, in the package of the application class. */
function newConfigurer(application: JvmModule, { name, path, package: own, isKotlin }: Exclude<ReturnType<typeof freshClass>, undefined>): CorsHome {
  const stack = inWebFlux(application) ? WEBFLUX : MVC;
  const configurer = stack === MVC ? 'WebMvcConfigurer' : 'WebFluxConfigurer';
  return {
    title: `addCorsMappings of ${name}`,
    isKotlin,
    package: own,
    patterns: [],
    mappings: [],
    inFront: false,
    refusesOthers: false,
    write: (grants, destination) => {
      const end = isKotlin ? '' : ';';
      const imports = [...new Set(['org.springframework.context.annotation.Configuration', `${stack}.CorsRegistry`, `${stack}.${configurer}`, ...valueImport(destination), ...destination.imports])].sort();
      const fields = fieldLines(destination);
      const lines = [
        ...(own === '' ? [] : [`package ${own}${end}`, '']),
        ...imports.map((one) => `import ${one}${end}`),
        '',
        '@Configuration',
        isKotlin ? `class ${name} : ${configurer} {` : `public class ${name} implements ${configurer} {`,
        '',
        ...[...fields, ...(fields.length === 0 ? [] : ['']), ...mappingsMethod(grants, isKotlin)].map((line) => (line === '' ? '' : `  ${line}`)),
        '}',
        '',
      ];
      return { edits: [], fresh: new Map([[path, inStyle(lines, styleOf(application))]]) };
    },
  };
}

/** A bean that chains of Spring Security look up by its name, in the class that builds them. */
function besideChain({ module: holder, owner, method }: SecurityChain): CorsHome {
  const isPublic = /^\s*(?:@\w+(?:\([^)]*\))?\s*)*public\b/.test(holder.written(method.at));
  return {
    title: `the bean corsConfigurationSource of ${owner.name}`,
    isKotlin: holder.isKotlin,
    package: holder.unit.package,
    patterns: [],
    mappings: [],
    inFront: true,
    refusesOthers: false,
    write: (grants, destination) => {
      const { isKotlin } = holder;
      const parameters = [...destination.settings.values()].map(({ placeholder, name }) => `@Value(${literal(placeholder, isKotlin)}) ${isKotlin ? `${name}: String` : `String ${name}`}`).join(', ');
      const lines = sourceLines(grants, 'source', isKotlin, listed(holder)).map((line) => (line === '' ? '' : `  ${line}`));
      const bean = isKotlin
        ? ['@Bean', `fun corsConfigurationSource(${parameters}): CorsConfigurationSource {`, '  val source = UrlBasedCorsConfigurationSource()', '', ...lines, '  return source', '}']
        : ['@Bean', `${isPublic ? 'public ' : ''}CorsConfigurationSource corsConfigurationSource(${parameters}) {`, '  UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();', '', ...lines, '  return source;', '}'];
      const cors = 'org.springframework.web.cors';
      return written(holder, destination, ['org.springframework.context.annotation.Bean', `${cors}.CorsConfiguration`, `${cors}.CorsConfigurationSource`, `${cors}.UrlBasedCorsConfigurationSource`, ...listImport(holder), ...valueImport(destination)], () => {
        const member = addMember(holder, owner, bean);
        return member === undefined ? undefined : [member];
      });
    },
  };
}

/** Edits of one file, with the imports that they need. */
function written(holder: JvmModule, { imports }: Destination, names: readonly string[], make: () => readonly TextEdit[] | undefined): ReturnType<CorsHome['write']> {
  const added = importing(holder, [...names, ...imports]);
  if (typeof added === 'string') return added;
  const edits = make();
  return edits === undefined ? `nothing can be added to the class in ${holder.file}` : { edits: [...added, ...edits], fresh: new Map() };
}

function valueImport({ settings }: Destination): readonly string[] {
  return settings.size === 0 ? [] : ['org.springframework.beans.factory.annotation.Value'];
}

function fieldLines({ settings, isKotlin }: Destination): readonly string[] {
  return [...settings.values()].flatMap(({ placeholder, name }, index) => [...(index === 0 ? [] : ['']), `@Value(${literal(placeholder, isKotlin)})`, isKotlin ? `private lateinit var ${name}: String` : `private String ${name};`]);
}

/** Fields for settings; undefined where the class has no place for them. */
function settingFields(holder: JvmModule, owner: ClassDeclaration | undefined, destination: Destination): readonly TextEdit[] | undefined {
  if (destination.settings.size === 0) return [];
  const taken = owner?.fields.some(({ name }) => [...destination.settings.values()].some((setting) => setting.name === name)) ?? true;
  const edit = owner === undefined || taken ? undefined : addFirst(holder, owner, fieldLines(destination));
  return edit === undefined ? undefined : [edit];
}

/** `List.of` is there since Java 9, which Spring 6 asks for. */
function listed(holder: JvmModule): string {
  if (holder.isKotlin) return 'listOf';
  return springVersion(holder.files, holder.file).number >= 60000 ? 'List.of' : 'Arrays.asList';
}

function listImport(holder: JvmModule): readonly string[] {
  return holder.isKotlin ? [] : [listed(holder) === 'List.of' ? 'java.util.List' : 'java.util.Arrays'];
}

/** The text that a call is given first; undefined: it is no literal. */
function firstText(call: SyntaxNode): string | undefined {
  return /^[^(]*\(\s*"([^"\\$]*)"/.exec(call.text.slice((nameNode(call)?.startIndex ?? call.startIndex) - call.startIndex))?.[1];
}
