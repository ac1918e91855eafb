import { applicationFiles } from '../../middleware/jvm/application-files.js';
import { managedVersion, run, type ClassInView, type JvmModule, type MethodInView, type Run } from '../../syntax/jvm/index.js';
import { Traced, type Files } from '../../text/files.js';
import { spanKey } from '../../text/span.js';
import type { Event, Value } from '../../values/value.js';
import { beanNameOf, followed } from './followed.js';
import { securityIn, type SecurityFacts } from './security/chains.js';
import { builtBy, type Mapping, type OpenFilter, type Source } from './sources.js';
import { SpringObjects } from './spring-classes.js';
import { springInjection } from '../../middleware/spring/injection.js';

/** One file as it was followed: every method of its classes with what happens in it. Holds trees: gone when the file is released. */
export interface Followed {
  readonly module: JvmModule;
  readonly ran: Run;
  readonly objects: SpringObjects;
  /** In the order in which they ran. */
  readonly methods: readonly FollowedMethod[];
  /** Of all methods, after those of the objects that were made for them. */
  readonly events: readonly Event[];
}

export interface FollowedMethod {
  readonly type: ClassInView;
  readonly method: MethodInView;
  /** Those of lambdas and objects that it gives away included. */
  readonly events: readonly Event[];
  /** What it gives back. */
  readonly returned: readonly Value[];
}

/** What one file says to the others of its application. Plain data: no tree, no function, no handle. */
export interface FileFacts {
  readonly file: string;
  /** Mappings of the MVC registry. */
  readonly registry: readonly Mapping[];
  /** `CorsConfigurationSource`s and `CorsFilter`s. */
  readonly sources: readonly Source[];
  /** Filters whose source is a bean that another file may make. */
  readonly open: readonly OpenFilter[];
  /** Spring Security's chains, and beans that they look up. */
  readonly security: SecurityFacts;
}

/** A file in its application. */
export interface Application {
  /** Of the file that is read. */
  readonly own: FileFacts;
  /** Of all files of the application, the own one included, in the order in which Spring's scan meets them. */
  readonly all: readonly FileFacts[];
  /** The version of Spring Security, as a number. */
  readonly security: number;
}

export function follow(module: JvmModule): Followed {
  const objects = new SpringObjects();
  const ran = run(module, objects.packages, (into) => springInjection(into) ?? (objects.isSource(into.type) ? (into.written() ?? objects.given(into.type, into.at, beanNameOf(into))) : undefined));
  const methods = followed(ran, objects);
  return { module, ran, objects, methods, events: [...ran.classes.flatMap(({ construction }) => construction), ...methods.flatMap((one) => one.events)] };
}

export function factsOf(file: Followed): FileFacts {
  const { sources, open, registered } = builtBy(file);
  return { file: file.module.file, registry: registered, sources, open, security: securityIn(file) };
}

/** The application of a file: the files of its build module, but for tests. */
export function applicationOf(file: Followed): Application {
  const { module } = file;
  const own = factsOf(file);
  const others = applicationFiles(module, /\.(?:java|kt)$/, SPEAKS).flatMap((path) => (path === module.file ? [] : (factsAt(path, module) ?? [])));
  const all = placed(linked([...others, own].sort((a, b) => (a.file < b.file ? -1 : 1))));
  return { own: all.find((facts) => facts.file === own.file)!, all, security: managedVersion(module.files, module.file, 'spring-security').number };
}

/** Sources that are injected into filters are those of these filters: by their name, else the only one that there is. */
function linked(all: readonly FileFacts[]): readonly FileFacts[] {
  const open = all.flatMap((facts) => facts.open);
  if (open.length === 0) return all;
  const beans = all.flatMap(({ sources }) => sources.filter(({ names }) => names.length > 0));
  const filters = new Map(open.flatMap(({ asks, filter }) => {
    const bean = beans.length === 1 ? beans[0] : beans.find(({ names }) => names.includes(asks));
    return bean === undefined || bean.filter !== undefined ? [] : [[bean, filter] as const];
  }));
  return all.map((facts) => ({ ...facts, sources: facts.sources.map((source) => (filters.has(source) ? { ...source, title: 'CorsFilter', filter: filters.get(source)! } : source)) }));
}

/** Filters that are classes of the project stand where any file puts them. */
function placed(all: readonly FileFacts[]): readonly FileFacts[] {
  const uses = new Map(all.flatMap(({ sources }) => sources).flatMap(({ at, filter }) => (filter?.placed === true ? [[spanKey(at), filter] as const] : [])));
  return uses.size === 0 ? all : all.map((facts) => ({ ...facts, sources: facts.sources.map((source) => (source.filter === undefined ? source : { ...source, filter: uses.get(spanKey(source.at)) ?? source.filter })) }));
}

/** What a file says that speaks for more than its own handlers. */
const SPEAKS = /CorsRegistry|CorsConfiguration|Cors(?:Web)?Filter|FilterRegistrationBean|HttpSecurity|WebSecurity|SecurityFilterChain|Access-Control-Allow-|ACCESS_CONTROL_ALLOW_/;

/** Facts of a file, with the texts that they rest on (undefined: no such file). */
interface Remembered {
  readonly texts: readonly (readonly [path: string, text: string | undefined])[];
  readonly facts: FileFacts;
}

/** By path; good as long as the texts are those that were read. */
const remembered = new Map<string, Remembered>();
const MAX_REMEMBERED = 2_000;

function factsAt(path: string, module: JvmModule): FileFacts | undefined {
  const { files } = module;
  const known = remembered.get(path);
  if (known !== undefined && known.texts.every(([file, text]) => textIn(files, file) === text)) return known.facts;
  const traced = new Traced(files);
  const { value: facts, asked } = traced.trace(() => {
    const alone = module.alone(path, traced);
    const found = alone === undefined ? undefined : factsOf(follow(alone));
    alone?.release();
    return found;
  });
  if (facts === undefined) return undefined;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(path, { texts: [...asked].map((file) => [file, textIn(files, file)]), facts });
  return facts;
}

function textIn(files: Files, file: string): string | undefined {
  return files.exists(file) ? files.read(file) : undefined;
}
