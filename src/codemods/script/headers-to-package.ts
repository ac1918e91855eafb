import { Node, SyntaxKind } from 'ts-morph';
import type { Revised } from '../../engine.js';
import { isFrom } from '../../middleware/version.js';
import type { Policy } from '../../policy/program.js';
import { packageVersion } from '../../syntax/estree/index.js';
import { contains, withoutPlaces, type Span } from '../../text/span.js';
import { refuse, type Codemod, type Proposed, type Refusal } from '../codemod.js';
import { placesSaidAt, statedBy, type Stated } from '../stated.js';
import { indented, optionsFor, type OptionNames, type Replaced } from './cors-options.js';
import { writtenBy } from './handler.js';
import { aboutCors, hookAround, hookOf, writesIn, type Hook } from './hook.js';
import { withDependency } from './manifest.js';
import { VERSIONS } from './packages.js';
import { printObject, type Property } from './print.js';
import { Script, statementOf } from './script.js';
import type { Style } from './style.js';
import { removeUnused } from './unused.js';

/** A package of CORS for a framework whose readers know it. */
export interface CorsPackage {
  readonly reader: string;
  /** As people call it: `@fastify/cors`, `app.enableCors()`. */
  readonly title: string;
  /** What it takes the place of. */
  readonly writers: 'hooks write' | 'middleware writes';
  /** The package of the framework; where it is older than this, the CORS package is of no use to it. */
  readonly framework: { readonly name: string; readonly from?: string };
  /** Where it comes from. Absent: the application has it. */
  readonly module?: { readonly from: string; readonly member?: string; readonly names: readonly string[]; readonly isOwn: boolean };
  /** Does it make a route for OPTIONS of every path, beside which there can be no other? */
  readonly makesRoute?: true;
  /** Methods of an application that take what runs for every request. */
  readonly mounts: readonly string[];
  readonly names: OptionNames;
  /** Without a list of request headers it lets all of them through. */
  readonly takesAllHeaders?: true;
  /** The option that says the status of answers to preflights, where there is one. */
  readonly status?: string;
  /**
   * The option `origin`, of the text that npm cors would have.
   * @returns undefined where it has no words for them
   */
  origin?(text: string, origins: Stated['origins'], style: Style): string | undefined;
  /** The expression that mounts it: `name` is what the package is called in the file, `first` what stood in front of the hook among the arguments. */
  register(receiver: string, first: string, name: string, options: string, isAwaited: boolean): string;
}

/** A code-mod for headers that hooks and middleware write by hand: they become the package's, with the same policy. */
export function headersToPackage(into: CorsPackage): Codemod {
  return {
    *propose(repository) {
      for (const [path, policies] of handWritten(repository, into.reader)) yield rewritten(repository, path, policies, into);
    },
  };
}

function rewritten(repository: Revised, path: string, policies: readonly Policy[], into: CorsPackage): Proposed {
  const script = Script.open(path, repository.files.read(path) ?? '');
  const calls = policies.flatMap(sitesOf).filter(({ file }) => file === path).flatMap((at) => writeAt(script, at) ?? []).sort((a, b) => a.getStart() - b.getStart());
  const [call] = calls;
  if (call === undefined) return refuse(policies[0]!.at, 'how its headers are written is not known');
  const at = script.spanOf(call);
  const hooks = new Map<Node, Hook>();
  for (const one of calls) {
    const hook = hookAround(script, one);
    if (typeof hook === 'string') return refuse(script.spanOf(one), hook);
    hooks.set(hook.node, hook);
  }
  const found = [...hooks.values()].sort((a, b) => a.span.start - b.span.start);
  const main = found.find(({ mount }) => into.mounts.includes(mount.method));
  if (main === undefined) return refuse(at, 'the headers are written by a route, and not by what runs for every request');
  const stray = found.find(({ mount }) => mount.receiver !== main.mount.receiver || (mount.method !== 'options' && !into.mounts.includes(mount.method)));
  if (stray !== undefined) return refuse(stray.span, 'headers are written for every request and by a route too');
  const routes = optionsRoutes(script, main, found);
  const rival = into.makesRoute === true ? rivalRoute(script, [...found, ...routes]) : undefined;
  if (rival !== undefined) return refuse(script.spanOf(rival), `${into.title} makes a route for OPTIONS of every path, and there can be no other`);
  const busy = [...found, ...routes].flatMap((hook) => hook.statements.map((statement) => ({ hook, ...statement }))).find(({ hook, concern }) => concern === 'mixed' || (hook.preflight && concern === 'other'));
  if (busy !== undefined) return refuse(script.spanOf(busy.node), `what is done from line ${script.lineOf(busy.node)} on is not about CORS alone`);
  const stated = statedTogether(repository, policies, found);
  return typeof stated === 'string' ? refuse(at, stated) : registered(repository, script, { main, found, routes }, stated, into);
}

interface Group {
  /** The first that runs for every request. */
  readonly main: Hook;
  readonly found: readonly Hook[];
  /** Routes that answer OPTIONS, and would stand beside those of the package. */
  readonly routes: readonly Hook[];
}

function registered(repository: Revised, script: Script, { main, found, routes }: Group, stated: Stated, into: CorsPackage): Proposed {
  const no = (why: string): Refusal => refuse(main.span, why);
  if (into.takesAllHeaders === true && (stated.requestHeaders === null || stated.requestHeaders.length === 0)) return no(`it lets no request header through, and ${into.title} lets all of them through where none is named`);
  const isWhole = (hook: Hook): boolean => hook.statements.every(({ concern }) => concern !== 'other');
  const gone: readonly Node[] = [...found, ...routes].flatMap((hook) => (isWhole(hook) ? [hook.node] : aboutCors(hook)));
  const options = optionsFor(stated, replacedBy(script, found, gone), into.names);
  if (typeof options === 'string') return no(options);
  const spelled = options.flatMap((option): readonly Property[] => {
    if (option.key !== into.names.origin || into.origin === undefined) return [option];
    const text = into.origin(option.text, stated.origins, script.style);
    return text === undefined ? [] : [{ ...option, text }];
  });
  if (spelled.length < options.length) return no(`${into.title} takes no list of patterns`);
  const answers = found.some(({ statements }) => statements.some(({ concern }) => concern === 'preflight'));
  const status: readonly Property[] = into.status !== undefined && answers && stated.preflightStatus !== null && stated.preflightStatus !== 204 ? [{ key: into.status, text: String(stated.preflightStatus) }] : [];
  const side = sideOf(script, main);
  if (typeof side === 'object') return no(side.why);
  const text = registration(script, main, [...spelled, ...status], into);
  const { statement } = main.mount;
  if (side === 'instead') script.replace(statement, text);
  else if (side === 'before') script.insertStatementBefore(statement, text, 'below-comments');
  else script.insertStatementAfter(statement, text);
  const removed: Node[] = [];
  for (const hook of [...found, ...routes]) {
    removed.push(...(isWhole(hook) ? [hook.mount.statement] : aboutCors(hook)));
    if (!isWhole(hook)) for (const one of aboutCors(hook)) script.removeStatements(one);
    else if (hook !== main) script.removeStatements(hook.mount.statement);
  }
  removeUnused(script, removed, [text]);
  const dependency = into.module?.isOwn === true ? withDependency(repository.files, script.path, into.module.from, into.framework.name, { typed: script.isTypeScript }) : undefined;
  const version = packageVersion(repository.files, script.path, into.framework.name)?.version;
  if (dependency?.kind === 'added' && into.framework.from !== undefined && !isFrom(version, into.framework.from)) return no(`${into.title} ${VERSIONS[into.module?.from ?? ''] ?? ''} is for ${into.framework.name} ${into.framework.from} and later, and this is ${version}`);
  return {
    kind: 'rewriting',
    title: `headers that ${into.writers} become ${into.title}`,
    at: main.span,
    texts: new Map([[script.path, script.result()], ...(dependency?.kind === 'added' ? [[dependency.path, dependency.text] as const] : [])]),
    ...(dependency === undefined || dependency.kind === 'there' ? {} : { notes: [dependency.note] }),
  };
}

function registration(script: Script, { mount }: Hook, options: readonly Property[], into: CorsPackage): string {
  const { module } = into;
  const name = module === undefined ? '' : script.bind({ from: module.from, names: module.names, like: into.framework.name, ...(module.member === undefined ? {} : { member: module.member }) });
  const first = mount.call.getArguments().slice(0, mount.call.getArguments().indexOf(mount.argument)).map((one) => `${one.getText()}, `).join('');
  const isAwaited = script.root.getDescendantsOfKind(SyntaxKind.AwaitExpression).some((one) => new RegExp(`^await ${mount.receiver}\\.(?:register|listen)\\(`).test(one.getText()) && one.getFirstAncestorByKind(SyntaxKind.Block) === mount.call.getFirstAncestorByKind(SyntaxKind.Block));
  const indent = script.indentOf(mount.statement);
  const before = into.register(mount.receiver, first, name, '', isAwaited).length;
  const object = printObject(options.map((one) => ({ ...one, text: indented(one.text, indent) })), script.style, indent, before);
  return `${into.register(mount.receiver, first, name, object, isAwaited)}${script.style.semicolons ? ';' : ''}`;
}

/** Where the package stands, so that what a hook does besides is done for the preflights for which it was done. */
function sideOf(script: Script, { statements }: Hook): 'instead' | 'before' | 'after' | { readonly why: string } {
  const answer = statements.map(({ concern }) => concern).lastIndexOf('preflight');
  const others = statements.flatMap(({ node, concern }, index) => (concern === 'other' ? [{ node, isBefore: answer === -1 || index < answer }] : []));
  const [first, last] = [others.find(({ isBefore }) => isBefore), others.find(({ isBefore }) => !isBefore)];
  if (first !== undefined && last !== undefined) return { why: `line ${script.lineOf(first.node)} is done for preflights too and line ${script.lineOf(last.node)} is not, so that the package can stand neither before nor behind it` };
  return first !== undefined ? 'after' : last !== undefined ? 'before' : 'instead';
}

/** `app.options('*', …)` that do nothing but answer, besides those that write headers. */
function optionsRoutes(script: Script, { mount }: Hook, found: readonly Hook[]): readonly Hook[] {
  return script.root.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const callee = call.getExpression();
    const [path, ...rest] = call.getArguments();
    const handler = rest.at(-1);
    const statement = statementOf(call);
    if (!Node.isPropertyAccessExpression(callee) || callee.getName() !== 'options' || callee.getExpression().getText() !== mount.receiver || !isEveryPath(path) || statement === undefined) return [];
    if (!Node.isArrowFunction(handler) && !Node.isFunctionExpression(handler)) return [];
    if (found.some(({ node }) => node === handler)) return [];
    const hook = hookOf(script, handler, { call, argument: handler, statement, receiver: mount.receiver, method: 'options' });
    return [hook];
  });
}

/** Another route for every path that OPTIONS come to: it is no hook that goes. */
function rivalRoute(script: Script, gone: readonly Hook[]): Node | undefined {
  return script.root.getDescendantsOfKind(SyntaxKind.CallExpression).find((call) => {
    const callee = call.getExpression();
    const [first] = call.getArguments();
    if (!Node.isPropertyAccessExpression(callee) || first === undefined || gone.some(({ mount }) => mount.call === call)) return false;
    if (/^(?:options|all)$/.test(callee.getName())) return isEveryPath(first);
    const url = Node.isObjectLiteralExpression(first) ? first.getProperty('url') ?? first.getProperty('path') : undefined;
    return callee.getName() === 'route' && Node.isPropertyAssignment(url) && isEveryPath(url.getInitializer()) && /options/i.test(first.getText());
  });
}

function isEveryPath(node: Node | undefined): boolean {
  return Node.isStringLiteral(node) && /^\/?(?:\*|\(\.\*\))$/.test(node.getLiteralValue());
}

/** What hooks say of CORS where nothing else does; a text where that is not one thing. */
function statedTogether({ layering, environment }: Revised, policies: readonly Policy[], hooks: readonly Hook[]): Stated | string {
  const isMeant = (at: Span): boolean => hooks.some(({ span }) => contains(span, at));
  const said: Stated[] = [];
  for (const policy of policies) {
    const deployment = layering.deploymentOf(policy);
    const probes = placesSaidAt(deployment, environment, isMeant);
    if (probes.length === 0) continue;
    const stated = statedBy(deployment, environment, probes);
    if (typeof stated === 'string') return stated;
    said.push(refusingPreflights(stated));
  }
  const [first, ...others] = said;
  if (first === undefined) return 'its headers reach no place alone: other code writes CORS headers there too, or answers first';
  return others.every((other) => withoutPlaces(other) === withoutPlaces(first)) ? first : 'it says one thing in one application and another in another';
}

/** Browsers read no header of a preflight that fails: https://fetch.spec.whatwg.org/#cors-preflight-fetch */
function refusingPreflights(stated: Stated): Stated {
  const fails = stated.preflightStatus !== null && (stated.preflightStatus < 200 || stated.preflightStatus > 299);
  return fails ? { ...stated, methods: null, requestHeaders: null, maxAge: null } : stated;
}

/** The values that hooks give to headers, and the comments that stand at them. */
function replacedBy(script: Script, hooks: readonly Hook[], gone: readonly Node[]): Replaced {
  const values = new Map<string, Node>();
  const comments = new Map<string, readonly string[]>();
  for (const { header, value, node } of writesIn(hooks)) {
    if (!values.has(header)) values.set(header, value);
    const holder = Node.isPropertyAssignment(node) ? node : statementOf(node);
    if (holder !== undefined && !comments.has(header)) comments.set(header, script.commentsOf(holder));
  }
  return { script, gone, values, comments };
}

/** Files in which policies of a framework write CORS headers by hand, with these policies. */
function handWritten({ policies }: Revised, reader: string): ReadonlyMap<string, readonly Policy[]> {
  const found = new Map<string, Policy[]>();
  for (const policy of policies) {
    if (policy.reader !== reader || !policy.evidence.handWritten) continue;
    for (const path of new Set(sitesOf(policy).map(({ file }) => file))) found.set(path, [...(found.get(path) ?? []), policy]);
  }
  return found;
}

function sitesOf({ steps }: Policy): readonly Span[] {
  return steps.flatMap(({ effects }) => effects.flatMap(({ header, at }) => (header.startsWith('access-control-') ? [at] : [])));
}

/** The call that writes what stands at a place. */
function writeAt(script: Script, at: Span): Node | undefined {
  const node = script.nodeAround(at);
  return [node, ...node.getAncestors()].find((one) => writtenBy(one).some(({ header }) => header.startsWith('access-control-')));
}
