import { Node } from 'ts-morph';
import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { refuse, type Codemod, type Proposed, type Refusal } from '../codemod.js';
import type { Stated } from '../stated.js';
import { apart } from './apart.js';
import { announcedFor, boundIn, installedIn, packageOptions, replacedBy, statedTogether, type CorsPackage } from './cors-package.js';
import { indented } from './cors-options.js';
import { aboutCors, functionAround, hookOfFunction, type Hook } from './hook.js';
import { exportedAs, importersOf } from './importers.js';
import { calledIn, isAwaitedAt } from './mounts.js';
import { optionsRoutes, rivalRoute } from './options-routes.js';
import { printObject, type Property } from './print.js';
import { Script } from './script.js';
import { removeUnused } from './unused.js';
import { writeAt, writesLeft } from './written.js';

/** A code-mod for headers that hooks and middleware write by hand: they become the package's, with the same policy. */
export function headersToPackage(into: CorsPackage): Codemod {
  return {
    *besides(repository) {
      // Where the package stands in a function's place nobody else is asked who mounts it.
      if (into.isMiddleware === true) return;
      for (const [path, policies] of handWritten(repository, into.reader)) yield* importing(repository, path, policies);
    },
    *propose(repository) {
      for (const [path, policies] of handWritten(repository, into.reader)) yield* rewritten(repository, path, policies, into);
    },
  };
}

/** Files that import functions of a file which no call of its own mounts. */
function* importing({ files }: Revised, path: string, policies: readonly Policy[]): Iterable<string> {
  const script = Script.open(path, files.read(path) ?? '');
  for (const node of new Set(callsIn(script, policies).map(functionAround))) {
    if (typeof node === 'string' || Node.isMethodDeclaration(node) || hookOfFunction(script, node) !== undefined) continue;
    const exported = exportedAs(script, node);
    if (exported !== undefined) for (const importer of importersOf(files, path, exported, new Map())) yield importer.script.path;
  }
}

/** Where a file writes the headers of policies, in order. */
function callsIn(script: Script, policies: readonly Policy[]): readonly Node[] {
  return policies.flatMap(sitesOf).filter(({ file }) => file === script.path).flatMap((at) => writeAt(script, at) ?? []).sort((a, b) => a.getStart() - b.getStart());
}

function* rewritten(repository: Revised, path: string, policies: readonly Policy[], into: CorsPackage): Iterable<Proposed> {
  const script = Script.open(path, repository.files.read(path) ?? '');
  const calls = callsIn(script, policies);
  const [call] = calls;
  if (call === undefined) return yield refuse(policies[0]!.at, 'how its headers are written is not known');
  const hooks = new Map<Node, Hook>();
  const apartFrom = new Set<Hook['node']>();
  for (const one of calls) {
    const node = functionAround(one);
    if (typeof node === 'string') return yield refuse(script.spanOf(one), node);
    if (Node.isMethodDeclaration(node)) return yield refuse(script.spanOf(one), byMethod(node.getName()));
    const hook = hookOfFunction(script, node);
    if (typeof hook === 'string') return yield refuse(script.spanOf(one), hook);
    const called = hook === undefined ? calledIn(script, node) : undefined;
    if (called !== undefined) return yield refuse(script.spanOf(one), `${called.name}() writes the headers, and is called in line ${script.lineOf(called.call)} by the code that requests come to`);
    if (hook === undefined) apartFrom.add(node);
    else hooks.set(node, hook);
  }
  if (hooks.size > 0) yield together(repository, script, policies, [...hooks.values()].sort((a, b) => a.span.start - b.span.start), into, script.spanOf(call));
  for (const node of apartFrom) yield apart(repository, script.spanOf(node), policies, into);
}

/** Hooks of one file that one of its applications runs become one registration. */
function together(repository: Revised, script: Script, policies: readonly Policy[], found: readonly Hook[], into: CorsPackage, at: Span): Proposed {
  const main = found.find(({ mount }) => into.mounts.includes(mount.method));
  if (main === undefined) return refuse(at, 'the headers are written by a route, and not by what runs for every request');
  const stray = found.find(({ mount }) => mount.receiver !== main.mount.receiver || (mount.method !== 'options' && !into.mounts.includes(mount.method)));
  if (stray !== undefined) return refuse(stray.span, 'headers are written for every request and by a route too');
  const routes = optionsRoutes(script, main.mount, found);
  const rival = into.makesRoute === true ? rivalRoute(script, [...found, ...routes]) : undefined;
  if (rival !== undefined) return refuse(script.spanOf(rival), `${into.title} makes a route for OPTIONS of every path, and there can be no other`);
  const busy = [...found, ...routes].flatMap((hook) => hook.statements.map((statement) => ({ hook, ...statement }))).find(({ hook, concern }) => concern === 'mixed' || (hook.preflight && concern === 'other'));
  if (busy !== undefined) return refuse(script.spanOf(busy.node), `what is done from line ${script.lineOf(busy.node)} on is not about CORS alone`);
  const stated = statedTogether(repository, policies, script, found);
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
  const isWhole = (hook: Hook): boolean => hook.statements.every(({ concern }) => concern !== 'other');
  const gone: readonly Node[] = [...found, ...routes].flatMap((hook) => (isWhole(hook) ? [hook.node] : aboutCors(hook)));
  const [left] = writesLeft(found.map(({ node }) => node), gone);
  if (left !== undefined) return refuse(script.spanOf(left), `what writes headers of CORS in line ${script.lineOf(left)} does more than that`);
  const answers = found.some(({ statements }) => statements.some(({ concern }) => concern === 'preflight'));
  const options = packageOptions(stated, replacedBy(script, found.map(({ node }) => node), gone), into, answers);
  if (typeof options === 'string') return no(options);
  const side = sideOf(script, main);
  if (typeof side === 'object') return no(side.why);
  const text = registration(script, main, options, into);
  const { statement } = main.mount;
  if (side === 'instead') script.replace(statement, text);
  else if (side === 'before') script.insertStatementBefore(statement, text, 'below-comments');
  else script.insertStatementAfter(statement, text);
  const removed: Node[] = [];
  for (const hook of [...found, ...routes]) {
    removed.push(...(isWhole(hook) ? [hook.mount.statement] : aboutCors(hook)));
    if (!isWhole(hook)) {
      const own = aboutCors(hook);
      script.removeProperties(own);
      for (const one of own) if (!Node.isPropertyAssignment(one)) script.removeStatements(one);
    } else if (hook !== main) script.removeStatements(hook.mount.statement);
  }
  removeUnused(script, removed, [text]);
  const installed = installedIn(repository.files, [script], into);
  return typeof installed === 'string' ? no(installed) : { kind: 'rewriting', title: `headers that ${into.writers} become ${into.title}`, at: main.span, ...installed, ...announcedFor(stated, into, answers) };
}

function registration(script: Script, { mount }: Hook, options: readonly Property[], into: CorsPackage): string {
  const name = boundIn(script, into);
  const first = mount.call.getArguments().slice(0, mount.call.getArguments().indexOf(mount.argument)).map((one) => `${one.getText()}, `).join('');
  const isAwaited = isAwaitedAt(script, mount);
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

/** Why a method of a class stays. `intercept`: https://docs.nestjs.com/faq/request-lifecycle */
function byMethod(name: string): string {
  return name === 'intercept' ? 'an interceptor writes the headers: it sees no preflights and no errors of guards, and app.enableCors() is for all answers' : 'the headers are written by a method of a class, and other code gives it to the application';
}
