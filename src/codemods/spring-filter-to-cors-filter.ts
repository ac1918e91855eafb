import type { Revised } from '../engine.js';
import { springConfiguration } from '../middleware/spring/injection.js';
import type { Policy } from '../policy/program.js';
import { JvmModule, springVersion, type ClassDeclaration, type Code, type Method } from '../syntax/jvm/index.js';
import { applyEdits, type TextEdit } from '../text/edit.js';
import { contains, sameSpan, type Span } from '../text/span.js';
import { refuse, type Announcement, type Codemod, type Proposed } from './codemod.js';
import { sourcesOf } from './jvm/application.js';
import { configurationLines, settingsFor } from './jvm/cors-filter-settings.js';
import { extending, givenFrom, kotlinFilter, sourceMethod, type Given } from './jvm/filter-class.js';
import { filterCode, namesIn, within, type FilterCode, type Named } from './jvm/filter-code.js';
import { droppingServlets, droppingUnused, importing } from './jvm/imports.js';
import { addMember, commentsAbout, depthOf } from './jvm/members.js';
import { inStyle, styleOf } from './jvm/style.js';
import { statedBy, statedToListed, type Stated } from './stated.js';

/**
 * Filters that write headers of CORS by hand become Spring's own `CorsFilter` or `CorsWebFilter`, with the same policy
 * (Spring Framework, "CORS", filter). The class stays where it is, and is one that extends Spring's: so it is registered as
 * before, in the same place of the order, under the same conditions. A filter without a name becomes one of Spring's.
 */
export default {
  *propose(repository) {
    for (const policy of repository.policies) {
      if (!isHandWritten(policy) || !/\.(?:java|kt)$/.test(policy.at.file)) continue;
      const module = repository.unit('jvm', policy.at.file);
      if (module instanceof JvmModule && speaksSpring(module)) yield proposedFor(policy, module, repository);
    }
  },
} satisfies Codemod;

function isHandWritten({ reader, title }: Policy): boolean {
  return (reader === 'servlet' && /^(?:Servlet filter|Handler interceptor)/.test(title)) || (reader === 'spring-responses' && title.startsWith('Reactive filter'));
}

/** Elsewhere there is no filter of Spring's. */
function speaksSpring(module: JvmModule): boolean {
  return /\borg\.springframework\b/.test(module.source.text) || sourcesOf(module, /\borg\.springframework\b/).length > 0;
}

const SUPERTYPES = /(?:^|\.)(?:Filter|HttpFilter|GenericFilter|OncePerRequestFilter|GenericFilterBean|WebFilter|CoWebFilter|OrderedWebFilter)$/;
/** Methods of a filter that do nothing for a request. */
const LIFECYCLE = /^(?:init|destroy|initFilterBean)$/;

/** Code that is a filter: a class with its method, or an expression without a name. */
interface Found {
  readonly owner: ClassDeclaration;
  readonly method?: Method;
  readonly expression?: Code;
  readonly parameters: readonly string[];
  readonly body: readonly Code[];
}

function proposedFor(policy: Policy, module: JvmModule, repository: Revised): Proposed {
  const { at } = policy;
  if (policy.title.startsWith('Handler interceptor')) return refuse(at, 'it is an interceptor, which comes behind Spring MVC\'s own CORS: what it says belongs into addCorsMappings, and has to be moved by hand');
  const found = foundAt(module, at);
  if (typeof found === 'string') return refuse(at, found);
  const code = filterCode(module, found.owner, found.parameters, found.body);
  if ('why' in code) return refuse(code.at, `the filter ${code.why}`);
  const spring = springVersion(module.files, module.file).number;
  const own = ownWords(code, found, module);
  const stated = statedOf(policy, repository, code, own?.code);
  if (typeof stated === 'string') return refuse(at, stated);
  const unsaid = unsaidIn(stated, code);
  if (unsaid !== undefined) return refuse(at, unsaid);
  const kept = stated.origins.kind === 'fixed' ? own?.value : own?.list;
  const words = kept !== undefined && (stated.origins.kind === 'fixed' || stated.origins.kind === 'listed') ? kept : undefined;
  const settings = settingsFor(stated, { kept: words?.text, constants: constantsIn(found, code, module) }, spring, module);
  if (typeof settings === 'string') return refuse(at, settings);
  const listed = listOf(module, spring);
  const configuration = configurationLines(settings, commentsOn(code, module), listed, module.isKotlin);
  const change = found.method === undefined ? madeAnew(module, found, configuration, words, policy) : rewrittenClass(module, { ...found, method: found.method }, code, configuration, words, policy);
  if (typeof change === 'string') return refuse(at, change);
  const imports = importing(module, [
    'org.springframework.web.cors.CorsConfiguration',
    `org.springframework.web.cors.${isReactive(policy) ? 'reactive.' : ''}UrlBasedCorsConfigurationSource`,
    ...(change.filter.includes('.') ? [] : [filterName(policy)]),
    ...(module.isKotlin || !configuration.some((line) => line.includes(`${listed}(`)) ? [] : [`java.util.${listed.split('.')[0]!}`]),
    ...(words?.text.startsWith('new ArrayList<>(') === true ? ['java.util.ArrayList'] : []),
  ]);
  if (typeof imports === 'string') return refuse(at, imports);
  const edits = [...change.edits, ...imports];
  const unused = droppingUnused(module, module.unit.imports.flatMap(({ name, all }) => (all ? [] : [name])), edits);
  const texts = new Map([[module.file, applyEdits(module.source.text, [...edits, ...unused, ...droppingServlets(module, edits)])]]);
  const announces = announcement(policy, stated, module, settings.some(({ property, value }) => property === 'allowedHeaders' && value[0] === '"*"'));
  const name = found.method === undefined ? 'the filter' : found.owner.name;
  return { kind: 'rewriting', title: `headers that ${name} writes become ${simple(filterName(policy))}`, at, texts, ...(announces === undefined ? {} : { announces }), ...proxyNote(stated, module) };
}

function isReactive({ reader }: Policy): boolean {
  return reader === 'spring-responses';
}

function filterName(policy: Policy): string {
  return isReactive(policy) ? 'org.springframework.web.cors.reactive.CorsWebFilter' : 'org.springframework.web.filter.CorsFilter';
}

function simple(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The class or the expression that a policy was read from. */
function foundAt(module: JvmModule, at: Span): Found | string {
  const all = (classes: readonly ClassDeclaration[]): readonly ClassDeclaration[] => classes.flatMap((one) => [one, ...all(one.classes)]);
  const classes = all(module.unit.classes);
  const declaration = classes.find((one) => sameSpan(one.at, at));
  if (declaration !== undefined) {
    const method = declaration.methods.find(isFilterMethod);
    if (method?.body === undefined) return 'its class has no method of a filter: it inherits it';
    return { owner: declaration, method, parameters: method.parameters.map(({ name }) => name), body: method.body() };
  }
  const owner = classes.filter((one) => contains(one.at, at)).at(-1);
  const expressions = (owner?.methods ?? []).flatMap((method) => (method.body?.() ?? []).flatMap((code) => [code, ...within(code)]));
  const expression = expressions.find((code) => (code.is === 'lambda' || (code.is === 'new' && code.body !== undefined)) && sameSpan(code.at, at)) ?? expressions.find((code) => (code.is === 'lambda' || code.is === 'new') && contains(code.at, at));
  if (owner === undefined || expression === undefined) return 'what the filter is made by is not found';
  if (expression.is === 'lambda') return { owner, expression: samConstructor(expressions, expression), parameters: expression.parameters?.map(({ name }) => name) ?? [], body: expression.body() };
  const method = expression.is === 'new' ? expression.body?.methods.find(isFilterMethod) : undefined;
  if (expression.is !== 'new' || method?.body === undefined) return 'what the filter is made by is not found';
  const others = expression.body!.methods.filter((one) => one !== method && !LIFECYCLE.test(one.name));
  if (others.length > 0 || expression.body!.fields.length > 0) return 'the class without a name has more than the method of a filter';
  return { owner, expression, parameters: method.parameters.map(({ name }) => name), body: method.body() };
}

/** Kotlin's `Filter { … }` around a lambda is the filter. */
function samConstructor(expressions: readonly Code[], lambda: Code): Code {
  return expressions.find((code) => code.is === 'call' && code.args.length === 1 && code.args[0]!.value === lambda && SUPERTYPES.test(code.name)) ?? lambda;
}

function isFilterMethod({ name, parameters }: Method): boolean {
  return (/^doFilter(?:Internal)?$/.test(name) && parameters.length === 3) || (name === 'filter' && parameters.length === 2);
}

/** What the author writes for the origins, where a filter that is made before any request can ask for it. */
interface Words {
  readonly text: string;
  readonly named: readonly Named[];
}

function ownWords(code: FilterCode, { owner }: Found, module: JvmModule): { readonly code: FilterCode; readonly list: Words | undefined; readonly value: Words | undefined } {
  const words = (one: Code | undefined): Words | undefined => {
    const made = one?.is === 'name' ? code.locals.get(one.name) ?? one : one;
    const named = made === undefined ? undefined : namesIn(made, code, fieldsOf(owner, module), owner.constructors);
    return made === undefined || named === undefined || made.is === 'text' ? undefined : { text: module.written(made.at).replace(/\bthis\./g, ''), named };
  };
  const [list, another] = code.lists;
  const listed = another === undefined ? words(list) : undefined;
  const value = code.unconditional ? words(code.values.get('access-control-allow-origin')) : undefined;
  return { code, value, list: listed === undefined ? undefined : { ...listed, text: asList(listed, owner, module) } };
}

function fieldsOf(owner: ClassDeclaration, { unit }: JvmModule): ClassDeclaration['fields'] {
  return [...owner.fields, ...owner.classes.filter(({ kind }) => kind === 'object').flatMap(({ fields }) => fields), ...unit.properties];
}

/** Java's `setAllowedOrigins` takes a `List`, Kotlin's property too. */
function asList({ text, named }: Words, { constructors }: ClassDeclaration, module: JvmModule): string {
  const field = named.find(({ name }) => name === text)?.field;
  const parameter = constructors.flatMap(({ parameters }) => parameters).find(({ name }) => name === text);
  const declared = field !== undefined ? module.written(field.at) : parameter !== undefined ? module.written(parameter.at) : text;
  if (/\bList\s*<[^=]*(?:=|;|$)|(?:^|=\s*)(?:List\.of|Arrays\.asList|Collections\.\w+List|listOf|mutableListOf)\b/.test(declared)) return text;
  return module.isKotlin ? `${text}.toList()` : `new ArrayList<>(${text})`;
}

/** Constants of the class that its code names, by their texts. */
function constantsIn({ owner, body }: Found, { called }: FilterCode, module: JvmModule): ReadonlyMap<string, string> {
  const named = new Set([...body, ...called.flatMap((method) => method.body?.() ?? [])].flatMap((code) => [code, ...within(code)]).flatMap((code) => (code.is === 'name' ? [code.name] : [])));
  return new Map(fieldsOf(owner, module).flatMap(({ name, value, isStatic }) => (value?.is === 'text' && isStatic && named.has(name) ? [[value.value, name] as const] : [])));
}

/** What the policy says; where the environment alone lists its origins, what it says to one of them. */
function statedOf(policy: Policy, { layering, environment }: Revised, { unconditional }: FilterCode, own: FilterCode | undefined): Stated | string {
  const deployment = layering.deploymentOf(policy);
  const stated = statedBy(deployment, environment, policy.probes, unconditional && own !== undefined);
  if (typeof stated !== 'string' || own === undefined || own.lists.length !== 1 || policy.probes.length !== 1) return stated;
  return statedToListed(deployment, policy.probes[0]!, environment);
}

/** What it writes whose text nobody knows. */
function unsaidIn({ methods, requestHeaders, maxAge }: Stated, { values }: FilterCode): string | undefined {
  const isEmpty = (list: Stated['methods']): boolean => list !== null && list.length === 0;
  if (values.has('access-control-allow-methods') && isEmpty(methods)) return 'the methods that it lets in are not in the text';
  if (values.has('access-control-allow-headers') && isEmpty(requestHeaders)) return 'the headers that it lets in are not in the text';
  return values.has('access-control-max-age') && maxAge === null ? 'how long preflights are kept is not in the text as a number of seconds' : undefined;
}

/** Comments in front of what writes a header, and behind it on its line. */
function commentsOn({ writes }: FilterCode, module: JvmModule): ReadonlyMap<string, readonly string[]> {
  return new Map([...writes].map(([name, places]) => [name, places.flatMap((at) => commentsAbout(module, at))]));
}

function listOf(module: JvmModule, spring: number): string {
  if (module.isKotlin) return 'listOf';
  return spring >= 60000 || /\bList\.of\(/.test(module.source.text) ? 'List.of' : 'Arrays.asList';
}

/** Edits, and the name by which they know Spring's filter. */
interface Change {
  readonly edits: readonly TextEdit[];
  readonly filter: string;
}

function nameIn(module: JvmModule, policy: Policy): string {
  const own = simple(filterName(policy));
  const isTaken = module.unit.classes.some(({ name }) => name === own) || module.unit.imports.some(({ as, name }) => as === own && name !== filterName(policy));
  return isTaken ? filterName(policy) : own;
}

function rewrittenClass(module: JvmModule, { owner, method }: Found & { readonly method: Method }, code: FilterCode, configuration: readonly string[], words: Words | undefined, policy: Policy): Change | string {
  const { name, supertypes, constructors } = owner;
  const supertype = supertypes.find((one) => SUPERTYPES.test(one));
  if (supertype === undefined) return `${name} is a filter by a class of the project that it extends`;
  if (owner.annotations.some((one) => /(?:^|\.)(?:\w*ArgsConstructor|Data)$/.test(one.name))) return `the constructor of ${name} is made by Lombok`;
  const goes = [...new Set([...code.called, ...owner.methods.filter((one) => LIFECYCLE.test(one.name))])].filter((one) => one !== method);
  const busy = owner.methods.find((one) => LIFECYCLE.test(one.name) && (one.body?.() ?? []).some((statement) => !isSuperCall(statement)));
  if (busy !== undefined) return `its method ${busy.name} does something besides`;
  const shared = goes.find((one) => owner.methods.some((other) => other !== method && !goes.includes(other) && (other.body?.() ?? []).flatMap((statement) => [statement, ...within(statement)]).some((part) => part.is === 'call' && part.name === one.name)));
  if (shared !== undefined) return `its method ${shared.name} is called by others, too`;
  const decides = owner.methods.find((one) => /^shouldNotFilter/.test(one.name) || (!goes.includes(one) && one !== method && one.annotations.some((annotation) => /Override$/.test(annotation.name)) && one.name !== 'getOrder'));
  if (decides !== undefined) return `its method ${decides.name} decides for which requests it is`;
  const written = constructors.filter(({ body, parameters }) => body !== undefined || parameters.length > 0);
  if (written.length > 1) return `${name} has several constructors`;
  if (written.some(({ body }) => (body?.() ?? []).some((statement) => !isAssigning(statement)))) return `the constructor of ${name} does something besides`;
  const extended = sourcesOf(module, new RegExp(module.isKotlin ? `:\\s*${name}\\s*\\(` : `\\bextends\\s+${name}\\b`));
  if (extended.length > 0) return `${name} is extended in ${extended[0]!}`;
  const fields = words?.named.filter(({ kind }) => kind === 'field') ?? [];
  const given = givenFrom(module, fields, written);
  const unset = fields.find(({ name: one, field }) => field !== undefined && !field.isStatic && owner.fields.includes(field) && field.value === undefined && !given.some((value) => value.name === one));
  if (unset !== undefined) return `${unset.name} is set by something that is not in view`;
  if (owner.methods.some((one) => one.name === 'corsSource')) return `${name} has a method corsSource`;
  if (!module.isKotlin && isInner(module, owner)) return `${name} belongs to an object of another class: make it static first`;
  const busyWith = given.find((value) => isUsedBeside(module, owner, value.name, [method, ...goes].map(({ at }) => at)));
  if (busyWith !== undefined) return `${busyWith.name} is used by others in ${name}, too`;
  if (given.length > 0 && written.length === 0) {
    const maker = sourcesOf(module, new RegExp(module.isKotlin ? `(?<!class\\s{1,9})\\b${name}\\(` : `\\bnew\\s+${name}\\s*\\(`))[0];
    if (maker !== undefined) return `${maker} makes a ${name} without the values that it is given afterwards`;
  }
  const isOrdered = owner.annotations.some((one) => /(?:^|\.)(?:Order|Priority)$/.test(one.name)) || owner.methods.some((one) => one.name === 'getOrder');
  const placed = new RegExp(`\\b${name}\\b`);
  const chain = isReactive(policy) || isOrdered || sourcesOf(module, placed).some((path) => path !== module.file) ? undefined : sourcesOf(module, /\bHttpSecurity\b/)[0];
  if (chain !== undefined) return `${name} has no order, so it stands behind the filters of Spring Security in ${chain}, which may refuse preflights before it sees them: put it in front with @Order(Ordered.HIGHEST_PRECEDENCE) first`;
  const filter = nameIn(module, policy);
  const own = written.filter(({ at }) => !module.isKotlin || at.start !== owner.at.start);
  const gone = [...goes.map(({ at }) => at), ...(module.isKotlin ? [] : own.map(({ at }) => at)), ...unusedFields(module, owner, [method, ...goes], [...given.map((one) => one.name)], configuration), ...(module.isKotlin ? [] : constructors.filter(({ body, parameters }) => body !== undefined && parameters.length === 0).map(({ at }) => at))];
  const inlined = module.isKotlin ? inlinedFields(module, owner, fields, configuration) : { configuration, gone: [] };
  const edits = extending(module, { declaration: owner, supertype, filter, method: method.at, gone: [...new Map([...gone, ...inlined.gone].map((span) => [span.start, span])).values()], given, configuration: inlined.configuration });
  return typeof edits === 'string' ? edits : { edits: [...edits, ...(module.isKotlin ? [] : madeStatic(module, owner, fields))], filter };
}

function isSuperCall(code: Code): boolean {
  return code.is === 'nothing' || (code.is === 'call' && (code.of?.is === 'super' || LIFECYCLE.test(code.name)));
}

/** `this.origins = origins`. */
function isAssigning(code: Code): boolean {
  if (code.is === 'block') return code.body.every(isAssigning);
  return code.is === 'assign' && code.value.is === 'name' && (code.target.is === 'name' || code.target.is === 'member') && code.target.name === code.value.name;
}

/** A class inside of another one whose objects know one of that. */
function isInner({ unit, written }: JvmModule, { at }: ClassDeclaration): boolean {
  return !unit.classes.some((one) => sameSpan(one.at, at)) && !/^[^{]*\bstatic\b/.test(written(at));
}

/** Does what stays of a class name a value that its constructor is given? */
function isUsedBeside(module: JvmModule, { at, fields, constructors }: ClassDeclaration, name: string, gone: readonly Span[]): boolean {
  const spans = [...gone, ...fields.filter((field) => field.name === name).map((field) => field.at), ...constructors.flatMap((one) => (module.isKotlin ? one.parameters.map((parameter) => parameter.at) : [one.at]))];
  return [...module.written(at).matchAll(new RegExp(`\\b${name}\\b`, 'g'))].some(({ index }) => !spans.some(({ start, end }) => start <= at.start + index && at.start + index < end));
}

/** Private fields that only what goes names. */
function unusedFields(module: JvmModule, owner: ClassDeclaration, methods: readonly Method[], given: readonly string[], configuration: readonly string[]): readonly Span[] {
  const text = module.source.text;
  return owner.fields.flatMap(({ name, at, isStatic }) => {
    if (given.includes(name)) return [at];
    const isWord = new RegExp(`\\b${name}\\b`, 'g');
    const uses = [...text.slice(owner.at.start, owner.at.end).matchAll(isWord)].map(({ index }) => owner.at.start + index);
    const inside = (offset: number, spans: readonly Span[]): boolean => spans.some(({ start, end }) => start <= offset && offset < end);
    const gone = methods.map((method) => method.at);
    const isUsed = uses.some((offset) => inside(offset, gone));
    const stays = uses.some((offset) => !inside(offset, [...gone, at])) || configuration.some((line) => new RegExp(`(?<!["\\w.-])${name}\\b`).test(line));
    return isUsed && !stays && (/\bprivate\b/.test(module.written(at)) || !isStatic) ? [at] : [];
  });
}

/** Kotlin's properties of an object are not there yet when its superclass is made: what they hold is written in their place. */
function inlinedFields(module: JvmModule, owner: ClassDeclaration, named: readonly Named[], configuration: readonly string[]): { readonly configuration: readonly string[]; readonly gone: readonly Span[] } {
  const held = named.filter(({ field }) => field !== undefined && !field.isStatic && field.value !== undefined && owner.fields.includes(field));
  const lines = held.reduce<readonly string[]>((all, { name, field }) => all.map((line) => line.replace(new RegExp(`(?<!["\\w.])${name}\\b`), () => module.written(field!.value!.at))), configuration);
  return { configuration: lines, gone: held.filter(({ field }) => /\bprivate\b/.test(module.written(field!.at))).map(({ field }) => field!.at) };
}

/** What a superclass is made of in Java has to be there without an object. */
function madeStatic(module: JvmModule, owner: ClassDeclaration, named: readonly Named[]): readonly TextEdit[] {
  return named.flatMap(({ field }) => {
    if (field === undefined || field.isStatic || field.value === undefined || !owner.fields.includes(field)) return [];
    const start = field.at.start + /^(?:(?:private|protected|public)\s+)?/.exec(module.written(field.at))![0].length;
    return [{ file: module.file, start, end: start, text: 'static ' }];
  });
}

/** A filter without a name, written anew where it stands. */
function madeAnew(module: JvmModule, { owner, expression }: Found, configuration: readonly string[], words: Words | undefined, policy: Policy): Change | string {
  const { file } = module;
  const { start, end } = expression!.at;
  const filter = nameIn(module, policy);
  if (words?.named.some(({ kind }) => kind === 'parameter') === true) return 'its origins are parameters of a constructor';
  if (module.isKotlin && /\bva[lr]\s+\w+\s*=\s*FilterRegistrationBean\(\s*$/.test(module.source.text.slice(0, start))) return 'the registration that it is given to would be of another type: write FilterRegistrationBean<Filter> first';
  if (module.isKotlin) return { edits: [{ file, start, end, text: inStyle(kotlinFilter(filter, configuration), styleOf(module), depthOf(module, expression!.at)).trimStart() }], filter };
  if (owner.methods.some(({ name }) => name === 'corsSource')) return `${owner.name} has a method corsSource`;
  const none: readonly Given[] = [];
  const isStatic = owner.methods.some((method) => method.isStatic && contains(method.at, expression!.at));
  const member = addMember(module, owner, sourceMethod(isStatic ? 'private static ' : 'private ', none, configuration));
  return member === undefined ? `nothing can be added to ${owner.name}` : { edits: [{ file, start, end, text: `new ${filter}(corsSource())` }, member], filter };
}

/** What browsers may decide otherwise. */
function announcement(policy: Policy, stated: Stated, module: JvmModule, opensHeaders: boolean): Announcement | undefined {
  const asked = stated.requestHeaders === 'requested' || stated.requestHeaders === null ? [] : stated.requestHeaders.map((name) => name.toLowerCase());
  const opens = opensHeaders && asked.includes('*') && !(asked.includes('authorization') && !stated.credentials);
  // Spring MVC lets preflights pass that have the header of the origin already (measured on 6.2); what else stands behind may refuse them.
  const handsOn = !policy.steps.some(({ end, when }) => end?.to === 'answer' && JSON.stringify(when).includes('OPTIONS')) && sourcesOf(module, /HttpSecurity\b|\bdoFilter(?:Internal)?\b|\bWebFilterChain\b/).some((path) => path !== module.file);
  if (!opens && !handsOn) return undefined;
  const words = [
    ...(opens ? ['Preflights that ask for Authorization pass, too, and with credentials those that ask for any header: browsers do not count these among *, and Spring answers with the names that are asked for.'] : []),
    ...(handsOn ? ['Preflights, which the filter handed on, are answered by it: where something behind it refused them, what its headers allow pages may do now.'] : []),
  ];
  return {
    words: words.join(' '),
    allows: ({ what, before, after, request: { headers, credentials, method } }) => {
      if (what !== 'verdict' || before !== 'blocked' || after !== 'allowed') return false;
      const isHeader = headers.some(([name]) => name.toLowerCase() === 'authorization') || (credentials === 'include' && headers.length > 0);
      return (opens && isHeader) || (handsOn && (headers.length > 0 || !/^(?:GET|HEAD|POST)$/.test(method)));
    },
  };
}

/** `CorsFilter` refuses requests of other origins, and tells the server's own by the address that the request came to. */
function proxyNote({ origins, methods }: Stated, module: JvmModule): { readonly notes?: readonly string[] } {
  const refuses = origins.kind === 'listed' || origins.kind === 'fixed' || methods !== 'requested';
  const isForwarded = springConfiguration(module).property('server.forward-headers-strategy', undefined) !== undefined || sourcesOf(module, /\bForwardedHeader(?:Filter|Transformer)\b/).length > 0;
  return !refuses || isForwarded ? {} : { notes: ['A CorsFilter answers 403 to requests that it does not let in. Behind a proxy that ends TLS, set server.forward-headers-strategy: without it, pages of the server\'s own look as if they came from another origin.'] };
}
