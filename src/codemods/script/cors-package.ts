import { Node } from 'ts-morph';
import type { Revised } from '../../engine.js';
import type { Deployment } from '../../policy/evaluate.js';
import type { Policy, Probe } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import { contains, withoutPlaces, type Span } from '../../text/span.js';
import type { Environment } from '../../values/fact.js';
import type { Announcement, Rewriting } from '../codemod.js';
import { placesSaidAt, statedBy, statedToListed, type Stated } from '../stated.js';
import { listThatIsAsked, optionsFor, type OptionNames, type Replaced } from './cors-options.js';
import { writesIn } from './hook.js';
import { leftBehind, withDependency, type Dependency } from './manifest.js';
import type { Property } from './print.js';
import { statementOf, type Script } from './script.js';
import type { Style } from './style.js';
import { placesWritten, sendsOneOrigin } from './written.js';

/** What is imported for a framework, and installed. */
export interface Imported {
  /** The package of the framework. */
  readonly framework: string;
  /** Where it comes from; `isOwn`: of a package of its own, which the manifest has to have. Absent: the application has it. */
  readonly module?: { readonly from: string; readonly member?: string; readonly names: readonly string[]; readonly isOwn: boolean };
}

/** A package of CORS for a framework whose readers know it. */
export interface CorsPackage extends Imported {
  readonly reader: string;
  /** As people call it: `@fastify/cors`, `app.enableCors()`. */
  readonly title: string;
  /** What it takes the place of. */
  readonly writers: 'hooks write' | 'middleware writes';
  /** Does it make a route for OPTIONS of every path, beside which there can be no other? */
  readonly makesRoute?: true;
  /** Methods of an application that take what runs for every request. */
  readonly mounts: readonly string[];
  readonly names: OptionNames;
  /** It is a function that runs for requests, and can stand where a hand-written one does. */
  readonly isMiddleware?: true;
  /** Without a list of request headers it lets all of them through. */
  readonly takesAllHeaders?: true;
  /** The option that says the status of answers to preflights, where there is one. */
  readonly status?: string;
  /**
   * The option `origin`, of the text that npm cors would have.
   * @returns undefined where it has no words for them
   */
  origin?(text: string, origins: Stated['origins'], style: Style): string | undefined;
  /** What it decides otherwise than code that answers every OPTIONS, where pages may ask with OPTIONS themselves. */
  readonly asksWithOptions?: Announcement;
  /** What it decides otherwise than any code by hand. */
  readonly otherwise?: Announcement;
  /** The expression that mounts it: `name` is what the package is called in the file, `first` what stood in front of the hook among the arguments. */
  register(receiver: string, first: string, name: string, options: string, isAwaited: boolean): string;
}

/** The options that say what is stated; a text where the package has no words for it. @param answers does the code that goes answer preflights? */
export function packageOptions(stated: Stated, replaced: Replaced, into: CorsPackage, answers: boolean): readonly Property[] | string {
  const { style } = replaced.script;
  if (into.takesAllHeaders === true && (stated.requestHeaders === null || stated.requestHeaders.length === 0)) return `it lets no request header through, and ${into.title} lets all of them through where none is named`;
  const options = optionsFor(stated, replaced, into.names);
  if (typeof options === 'string') return options;
  const spelled = options.flatMap((option): readonly Property[] => {
    if (option.key !== into.names.origin || into.origin === undefined) return [option];
    const text = into.origin(option.text, stated.origins, style);
    return text === undefined ? [] : [{ ...option, text }];
  });
  if (spelled.length < options.length) return `${into.title} takes no list of patterns`;
  const status: readonly Property[] = into.status !== undefined && answers && stated.preflightStatus !== null && stated.preflightStatus !== 204 ? [{ key: into.status, text: String(stated.preflightStatus) }] : [];
  return [...spelled, ...status];
}

/** What changes for pages. @param answers does the code that goes answer preflights? */
export function announcedFor({ methods }: Stated, { asksWithOptions, otherwise }: CorsPackage, answers: boolean): Pick<Rewriting, 'announces'> {
  const isAllowed = methods === 'requested' || (methods ?? []).some((method) => method === '*' || method === 'OPTIONS');
  const all = [answers && isAllowed ? asksWithOptions : undefined, otherwise].filter((one) => one !== undefined);
  return all.length === 0 ? {} : { announces: { words: all.map(({ words }) => words).join(' '), allows: (difference) => all.some((one) => one.allows(difference)) } };
}

/** The name of the package in a file, which imports it if it does not yet; an empty text where it needs none. */
export function boundIn(script: Script, { module, framework }: Imported): string {
  return module === undefined ? '' : script.bind({ from: module.from, names: module.names, like: framework, ...(module.member === undefined ? {} : { member: module.member }) });
}

/** Texts of scripts that the package takes over, with the manifest; a text where the framework is too old for it, or what is written would fail. */
export function installedIn(files: Files, scripts: readonly Script[], { module, framework }: Imported): Pick<Rewriting, 'texts' | 'notes'> | string {
  const [first] = scripts;
  const fault = scripts.map((script) => script.unready()).find((why) => why !== undefined);
  if (fault !== undefined) return fault;
  const dependency: Dependency = module?.isOwn === true && first !== undefined ? withDependency(files, first.path, module.from, framework, { typed: first.isTypeScript }) : { kind: 'there' };
  if (dependency.kind === 'too-old') return dependency.why;
  const texts = new Map([...scripts.map((script) => [script.path, script.result()] as const), ...(dependency.kind === 'added' ? [[dependency.path, dependency.text] as const] : [])]);
  const notes = [...(dependency.kind === 'there' ? [] : [dependency.note]), ...leftBehind(files, texts)];
  return { texts, ...(notes.length === 0 ? {} : { notes }) };
}

/** What functions say of CORS where nothing else does; a text where that is not one thing. */
export function statedTogether(repository: Revised, policies: readonly Policy[], script: Script, functions: readonly Writer[]): Stated | string {
  const places = placesWritten(script, functions.map(({ node }) => node));
  const { layering, environment } = repository;
  const isMeant = (at: Span): boolean => places.some((place) => contains(place, at));
  const said: Stated[] = [];
  for (const policy of policies) {
    const deployment = layering.deploymentOf(policy);
    const probes = placesSaidAt(deployment, environment, isMeant);
    if (probes.length === 0) continue;
    const stated = statedAtPlaces(deployment, environment, probes, script, functions);
    if (typeof stated === 'string') return stated;
    said.push(refusingPreflights(stated));
  }
  const [first, ...others] = said;
  if (first === undefined) return notAlone(repository, policies);
  return others.every((other) => withoutPlaces(other) === withoutPlaces(first)) ? first : 'it says one thing in one application and another in another';
}

/** A function, and what it does. */
export interface Writer {
  readonly node: Node;
  readonly statements: readonly { readonly node: Node }[];
}

/** What places say, to the origins of a list from the environment too, where functions look one up in a list that has a name. */
export function statedAtPlaces(deployment: Deployment, environment: Environment, probes: readonly Probe[], script: Script, functions: readonly Writer[]): Stated | string {
  const isFixed = sendsOneOrigin(functions.map(({ node, statements }) => ({ node, statements: statements.map((one) => one.node) })));
  const stated = statedBy(deployment, environment, probes, isFixed);
  if (typeof stated !== 'string' || listThatIsAsked({ script, gone: functions.map(({ node }) => node) }) === undefined) return stated;
  const [listed, ...others] = probes.map((probe) => statedToListed(deployment, probe, environment));
  return listed !== undefined && typeof listed !== 'string' && others.every((other) => withoutPlaces(other) === withoutPlaces(listed)) ? listed : stated;
}

/** Why the headers of some code are not all that places have. */
export function notAlone({ layering, environment }: Revised, policies: readonly Policy[]): string {
  const isSent = policies.some((policy) => placesSaidAt(layering.deploymentOf(policy), environment, () => true).length > 0);
  return isSent ? 'its headers reach no place alone: other code writes CORS headers there too, or answers first' : `no origin is known that is sent headers of CORS in ${environment}: --env names another environment`;
}

/** Browsers read no header of a preflight that fails: https://fetch.spec.whatwg.org/#cors-preflight-fetch */
function refusingPreflights(stated: Stated): Stated {
  const fails = stated.preflightStatus !== null && (stated.preflightStatus < 200 || stated.preflightStatus > 299);
  return fails ? { ...stated, methods: null, requestHeaders: null, maxAge: null } : stated;
}

/** The values that functions give to headers, and the comments that stand at them. */
export function replacedBy(script: Script, functions: readonly Node[], gone: readonly Node[]): Replaced {
  const values = new Map<string, Node>();
  const comments = new Map<string, readonly string[]>();
  for (const { header, value, node } of writesIn(functions)) {
    if (!values.has(header)) values.set(header, value);
    const holder = Node.isPropertyAssignment(node) ? node : statementOf(node);
    if (holder !== undefined && !comments.has(header)) comments.set(header, script.commentsOf(holder));
  }
  return { script, gone, values, comments };
}
