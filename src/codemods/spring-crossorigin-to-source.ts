import type { Revised } from '../engine.js';
import { applicationRoot } from '../middleware/jvm/application-files.js';
import { covers } from '../middleware/spring/paths.js';
import { springConfiguration } from '../middleware/spring/injection.js';
import type { ProbeRequest } from '../policy/compare.js';
import { JvmModule, springVersion } from '../syntax/jvm/index.js';
import { applyEdits, type TextEdit } from '../text/edit.js';
import { spanKey, type Span } from '../text/span.js';
import { refuse, type Announcement, type Codemod, type Proposed } from './codemod.js';
import { sourcesOf } from './jvm/application.js';
import { corsHomeOf, type CorsHome } from './jvm/cors-home.js';
import { grantFor, type Grant } from './jvm/cors-lines.js';
import { servedIn, type Granted, type Served, type Unsaid } from './jvm/cross-origin.js';
import { Destination } from './jvm/entries.js';
import { droppingUnused } from './jvm/imports.js';
import { combinedWith, saySame, type Mapping } from './jvm/mappings.js';
import { nodeOf, removeAnnotation } from './jvm/members.js';
import { commentsIn } from './jvm/style.js';

/**
 * `@CrossOrigin` scattered over controllers becomes one policy by paths: in the `CorsConfigurationSource` that Spring
 * Security asks for where its chains call `cors()`, else in Spring's own registry (Spring Framework, "CORS", global
 * configuration; Spring Security, "CORS"). A source alone would do nothing without Spring Security.
 */
export default {
  *propose(repository) {
    const seen = new Set<string>();
    for (const path of annotatedFiles(repository)) {
      const module = repository.unit('jvm', path);
      if (!(module instanceof JvmModule)) continue;
      const application = applicationRoot(module) ?? path;
      if (seen.has(application)) continue;
      seen.add(application);
      yield* gathered(module);
    }
  },
} satisfies Codemod;

const ANNOTATION = /@(?:[\w.]+\.)?CrossOrigin\b/;
const CONCERNED = /@(?:[\w.]+\.)?(?:CrossOrigin|(?:Rest)?Controller|(?:Get|Post|Put|Patch|Delete|Request)Mapping)\b/;

function annotatedFiles({ policies, files }: Revised): readonly string[] {
  const paths = new Set(policies.filter(({ reader }) => reader === 'spring').map(({ at }) => at.file));
  return [...paths].filter((path) => /\.(?:java|kt)$/.test(path) && ANNOTATION.test(files.read(path) ?? '')).sort();
}

function* gathered(module: JvmModule): Generator<Proposed> {
  const read = sourcesOf(module, CONCERNED).flatMap((path) => {
    const holder = module.at(path);
    return holder === undefined ? [] : [servedIn(holder)];
  });
  const routes = read.flatMap(({ served }) => served);
  const used = new Set(routes.flatMap(({ annotations }) => annotations.map(spanKey)));
  const unused = new Map(read.flatMap(({ elsewhere }) => elsewhere).flatMap((one) => (used.has(spanKey(one)) ? [] : [[spanKey(one), one] as const])));
  const unserved = [...unused.values()].map((one): Unsaid => ({ at: one, reason: 'no controller in view has it: what serves its paths is not in the text' }));
  const { kept, refused } = separated(routes, [...read.flatMap(({ unsaid }) => unsaid), ...unserved]);
  yield* refused.map(({ at, reason }) => refuse(at, reason));
  const at = kept[0]?.at;
  if (at === undefined) return;
  const prefixed = sourcesOf(module, /\baddPathPrefix\b/)[0];
  if (prefixed !== undefined) return yield refuse(at, `${prefixed} puts a prefix before the paths of controllers`);
  if (springVersion(module.files, module.file).number < 50002) return yield refuse(at, 'before Spring 5.0.2 annotations allow credentials where nothing is said');
  const home = corsHomeOf(module);
  if (typeof home === 'string') return yield refuse(at, home);
  if (home.inFront && springConfiguration(module).property('spring.mvc.servlet.path', undefined) !== undefined) return yield refuse(at, 'spring.mvc.servlet.path comes before the paths of controllers, and a filter sees it');
  const proposed = rewriting(module, kept, home);
  yield proposed.kind === 'refusal' ? proposed : { ...proposed, serves: (request) => isServed(request, routes) };
}

/** Another method than those of a path gets 405 before anything of CORS is said; OPTIONS is answered by Spring itself. */
function isServed({ probe, method }: ProbeRequest, routes: readonly Served[]): boolean {
  const own = routes.filter(({ path }) => covers(path, probe.path));
  return own.length === 0 || method === 'OPTIONS' || own.some(({ methods }) => methods.length === 0 || methods.includes(method) || (method === 'HEAD' && methods.includes('GET')));
}

/** Routes whose annotations can go, all routes that share one with them included; and why others cannot. */
function separated(routes: readonly Served[], unsaid: readonly Unsaid[]): { readonly kept: readonly Served[]; readonly refused: readonly Unsaid[] } {
  const refused = new Map<string, Unsaid>(unsaid.map((one) => [spanKey(one.at), one]));
  const annotated = routes.filter(({ granted }) => granted !== undefined);
  const bad = new Set(unsaid.map(({ at }) => spanKey(at)));
  for (const route of annotated) {
    const reason = conflictOf(route, routes);
    if (reason === undefined) continue;
    for (const annotation of route.annotations) bad.add(spanKey(annotation));
    if (!refused.has(spanKey(route.at))) refused.set(spanKey(route.at), { at: route.at, reason });
  }
  // An annotation stays whole: what shares one with a route that stays, or a path with it, stays too.
  for (let before = -1; before !== bad.size; ) {
    before = bad.size;
    const staying = new Set(annotated.filter(({ annotations }) => annotations.some((one) => bad.has(spanKey(one)))).map(({ path }) => path));
    for (const { path, annotations } of annotated) if (staying.has(path) || annotations.some((one) => bad.has(spanKey(one)))) for (const one of annotations) bad.add(spanKey(one));
  }
  return { kept: annotated.filter(({ annotations }) => !annotations.some((one) => bad.has(spanKey(one)))), refused: [...refused.values()] };
}

/** Why a path cannot have what one of its routes is granted. */
function conflictOf(route: Served, routes: readonly Served[]): string | undefined {
  const same = answering(route.path, routes);
  const bare = same.find(({ granted }) => granted === undefined);
  if (bare !== undefined) return `${bare.of} has no @CrossOrigin: a policy of ${route.path} would be its policy, too`;
  const other = same.find(({ granted }) => policyOf(granted) !== policyOf(route.granted));
  if (other !== undefined) return `${route.of} and ${other.of} have different policies, and a path has one`;
  const covered = routes.find(({ path, granted }) => path !== route.path && granted === undefined && covers(route.path, path) && !covers(path, route.path));
  return covered === undefined ? undefined : `${covered.of} has no @CrossOrigin, and the pattern ${route.path} is for it, too`;
}

/** Routes that answer at a path: its own, and of those whose pattern is for it the ones of other methods. */
function answering(path: string, routes: readonly Served[]): readonly Served[] {
  const own = routes.filter((route) => route.path === path);
  const served = new Set(own.flatMap(({ methods }) => methods));
  if (own.some(({ methods }) => methods.length === 0)) return own;
  return [...own, ...routes.filter((route) => route.path !== path && covers(route.path, path) && (route.methods.length === 0 || route.methods.some((method) => !served.has(method))))];
}

/** What is granted but for the methods, which a path has together. */
function policyOf(granted: Served['granted']): string {
  if (granted === undefined) return '';
  const { methods: _methods, ...rest } = granted;
  return JSON.stringify(rest, (key, value: unknown) => (key === 'code' || key === 'at' ? undefined : value));
}

function rewriting(module: JvmModule, routes: readonly Served[], home: CorsHome): Proposed {
  const at = routes[0]!.at;
  const covering = routes.filter(({ path }) => home.patterns.some((pattern) => pattern === undefined || covers(pattern, path)));
  const destination = new Destination(home.isKotlin, home.package);
  const grants: Grant[] = [];
  const told = new Set<string>();
  for (const path of ordered(routes.filter((route) => !home.inFront || !covering.includes(route)))) {
    const own = routes.filter((route) => route.path === path);
    const { granted, annotations } = own[0]!;
    const comments = annotations.filter((one) => !told.has(spanKey(one))).flatMap((one) => commentsAt(module, one));
    for (const one of annotations) told.add(spanKey(one));
    const grant = grantFor(path, methodsOf(answering(path, routes)), granted!, comments, destination, module.at(annotations[0]!.file)!);
    if (typeof grant === 'string') return refuse(own[0]!.at, grant);
    const together = withMapping(grant, home);
    if (typeof together === 'string') return refuse(own[0]!.at, `${home.title} has a mapping for ${path} already: ${together}`);
    grants.push(together);
  }
  const needed = grants.filter((grant, index) => !isSaidBehind(grant, grants.slice(index + 1)));
  const result = home.write(needed, destination);
  if (typeof result === 'string') return refuse(at, result);
  const removed = removals(module, routes);
  const edits = [...result.edits, ...removed];
  const files = [...new Set(edits.map(({ file }) => file))];
  const texts = files.map((file) => {
    const holder = module.at(file)!;
    const own = edits.filter((edit) => edit.file === file);
    return [file, applyEdits(holder.source.text, [...own, ...droppingUnused(holder, namesIn(holder, removed), own)])] as const;
  });
  const announced = home.refusesOthers && grants.length > 0 ? answeringPreflights(routes.filter((route) => !covering.includes(route))) : lettingAsk(routes, grants, home);
  const gone = grants.length === 0 ? 'goes: it says nothing beside' : 'becomes';
  return { kind: 'rewriting', title: `@CrossOrigin of ${[...new Set(routes.map(({ of }) => of.replace(/^.* of /, '')))].join(', ')} ${gone} ${home.title}`, at, texts: new Map([...texts, ...result.fresh]), ...(announced === undefined ? {} : { announces: announced }), ...notesOn(module, needed, home) };
}

/** The first mapping of the registry that is for a path, or may be: it decides. */
function mappingFor({ path }: Grant, { mappings }: CorsHome): Mapping | undefined {
  return mappings.find(({ pattern }) => pattern === undefined || covers(pattern, path));
}

/** What a path is granted by its annotations and by the mapping that is for it already. */
function withMapping(grant: Grant, home: CorsHome): Grant | string {
  const mapping = mappingFor(grant, home);
  if (mapping === undefined) return grant;
  if (mapping.pattern === undefined) return 'its pattern is not in the text';
  return typeof mapping.grant === 'string' ? mapping.grant : combinedWith(mapping.grant, grant, home.isKotlin);
}

function notesOn({ files, file }: JvmModule, grants: readonly Grant[], home: CorsHome): { readonly notes?: readonly string[] } {
  const isOld = springVersion(files, file).number < 60000;
  // A handler serves its path with a slash behind it, too, which a pattern of CORS is not for (measured on 5.3.31).
  const path = isOld ? grants.map((grant) => grant.path).find((one) => !/[/*]$/.test(one)) : undefined;
  const said = grants.flatMap((grant) => {
    const mapping = mappingFor(grant, home);
    return typeof mapping?.grant === 'object' && saySame(mapping.grant, grant) ? [`What ${grant.path} is granted the mapping of ${mapping.pattern} grants it, too: it can be left out.`] : [];
  });
  const notes = [...(path === undefined ? [] : [`Spring before 6 serves ${path}/ as it serves ${path}, and the policy is for the latter: pages that ask with a slash at the end have to ask without it.`]), ...said];
  return notes.length === 0 ? {} : { notes };
}

/** Before Spring 7 a filter refuses preflights for paths that its source has nothing for, whatever stands behind it. */
function answeringPreflights(routes: readonly Served[]): Announcement {
  const paths = [...new Set(routes.map(({ path }) => path))];
  return {
    words: `Preflights for ${paths.join(', ')}, which were refused as the source had nothing for them, are answered by what @CrossOrigin says.`,
    allows: ({ what, before, after, request: { probe, origin } }) => what === 'verdict' && before === 'blocked' && after === 'allowed' && routes.some(({ path, granted }) => granted !== undefined && covers(path, probe.path) && mayAdmit(granted, origin)),
  };
}

/** Spring itself answers OPTIONS, by the mapping alone, whatever the annotations of other methods say. */
function lettingAsk(routes: readonly Served[], grants: readonly Grant[], home: CorsHome): Announcement | undefined {
  const asked = grants.filter((grant) => {
    const said = mappingFor(grant, home)?.grant;
    return typeof said === 'object' && grant.methods.some((method) => method === '*' || method === 'OPTIONS') && !saySame(said, grant);
  });
  if (asked.length === 0) return undefined;
  const own = routes.filter(({ path }) => asked.some((grant) => grant.path === path));
  return {
    words: `Pages that @CrossOrigin lets in may send OPTIONS to ${asked.map(({ path }) => path).join(', ')} by themselves, which Spring answers with the methods that are served: the mapping allows that method.`,
    allows: ({ what, before, after, request: { probe, origin, method } }) => what === 'verdict' && method === 'OPTIONS' && before === 'blocked' && after === 'allowed' && own.some(({ path, granted }) => granted !== undefined && covers(path, probe.path) && mayAdmit(granted, origin)),
  };
}

function mayAdmit({ origins, originPatterns }: Granted, origin: string): boolean {
  return originPatterns.length > 0 || origins.length === 0 || origins.some(({ value }) => value.kind !== 'string' || value.value === '*' || value.value === origin || value.value.includes('${'));
}

/** Does the pattern that decides where a grant is left out grant the same? */
function isSaidBehind(grant: Grant, behind: readonly Grant[]): boolean {
  const next = behind.find(({ path }) => covers(path, grant.path));
  const said = (one: Grant): string => JSON.stringify({ ...one, path: '', comments: [], methods: [...one.methods].sort() });
  return next !== undefined && grant.comments.length === 0 && said(next) === said(grant);
}

/** Patterns that cover others come behind them: the first that covers a path decides. */
function ordered(routes: readonly Served[]): readonly string[] {
  const paths: string[] = [];
  for (const path of new Set(routes.map((one) => one.path))) {
    const before = paths.findIndex((other) => covers(other, path));
    if (before === -1) paths.push(path);
    else paths.splice(before, 0, path);
  }
  return paths;
}

/** The methods of a path together, as far as something serves them there; empty: the default, where one of its routes has no others. */
function methodsOf(routes: readonly Served[]): readonly string[] {
  const methods = [...new Set(routes.flatMap(({ granted }) => (granted!.methods.length === 0 ? ['GET', 'HEAD', 'POST'] : granted!.methods)))];
  return routes.every(({ granted }) => granted!.methods.length === 0) ? [] : servedOf(methods, routes);
}

/** Those of some methods that something serves: a preflight for another one is answered as if there were no annotation, and the request with 405. */
function servedOf(methods: readonly string[], routes: readonly Served[]): readonly string[] {
  if (routes.some((route) => route.methods.length === 0)) return methods;
  const served = routes.flatMap((route) => (route.methods.includes('GET') ? [...route.methods, 'HEAD'] : route.methods));
  const meant = methods.filter((method) => method === '*' || served.includes(method));
  return meant.length === 0 ? methods : meant;
}

function commentsAt(module: JvmModule, at: Span): readonly string[] {
  const holder = module.at(at.file);
  const node = holder === undefined ? undefined : nodeOf(holder, at);
  return node === undefined ? [] : commentsIn(node);
}

function removals(module: JvmModule, routes: readonly Served[]): readonly TextEdit[] {
  const spans = new Map(routes.flatMap(({ annotations }) => annotations).map((one) => [spanKey(one), one]));
  return [...spans.values()].map((one) => removeAnnotation(module.at(one.file)!, one));
}

/** Names that are imported in a file and used in what is removed from it. */
function namesIn(holder: JvmModule, removed: readonly TextEdit[]): readonly string[] {
  const text = removed.filter(({ file }) => file === holder.file).map((edit) => holder.source.text.slice(edit.start, edit.end)).join('\n');
  return holder.unit.imports.filter(({ as, all }) => !all && new RegExp(`\\b${as}\\b`).test(text)).map(({ name }) => name);
}
