/**
 * Headers of CORS that Express code writes by hand become npm `cors`, with the same policy.
 *
 * A middleware that does nothing else becomes `cors({…})` where it stands, whatever mounts it. One that does more loses
 * what is about CORS, and `cors({…})` is mounted beside it. A handler of a route gets `cors({…})` in front of it.
 */
import { Node } from './script/tree.js';
import type { Revised } from '../engine.js';
import type { Policy } from '../policy/program.js';
import { contains, withoutPlaces, type Span } from '../text/span.js';
import { refuse, type Codemod, type Proposed, type Refusal } from './codemod.js';
import { indented, optionsFor, type Replaced } from './script/cors-options.js';
import { boundIn, installedIn, notAlone, statedAtPlaces, type Imported } from './script/cors-package.js';
import { concernOf, handlerAround, setsHeaders, type Handler } from './script/handler.js';
import { calledIn, mountsOf, replaceWhole } from './script/mounts.js';
import { descendants, namesOf, nodesIn } from './script/nodes.js';
import { printObject, type Property } from './script/print.js';
import { Script, statementOf } from './script/script.js';
import { removeUnused } from './script/unused.js';
import { corsAmongOthers, placesWritten, writeAt, writesLeft, writtenBy } from './script/written.js';
import { placesSaidAt, type Stated } from './stated.js';

const NPM_CORS: Imported = { framework: 'express', module: { from: 'cors', names: ['cors', 'npmCors'], isOwn: true } };

const codemod: Codemod = {
  *propose(repository) {
    for (const [path, policies] of handWritten(repository)) {
      const open = (): Script => Script.open(path, repository.files.read(path) ?? '');
      const first = open();
      yield* withoutHandler(first, policies);
      const count = handlersIn(first, policies).length;
      for (let index = 0; index < count; index++) yield* rewritten(repository, index === 0 ? first : open(), policies, index);
    }
  },
};
export default codemod;

/** Who ends requests, and what else is done: `whole` does nothing but CORS and hands on, `preflight` answers OPTIONS and nothing else, `part` does more and hands on, `route` does more and ends. */
type Kind = 'whole' | 'preflight' | 'part' | 'route';

interface Found extends Handler {
  readonly span: Span;
  /** A text: why nothing can be told of it. */
  readonly kind: Kind | { readonly why: string };
}

/** What a handler becomes. Each is rewritten in a tree of its own, since edits of one are not those of another. */
function* rewritten(repository: Revised, script: Script, policies: readonly Policy[], index: number): Iterable<Proposed> {
  const all = handlersIn(script, policies);
  const handler = all[index]!;
  const no = (why: string): Refusal => refuse(handler.span, why);
  const { kind } = handler;
  if (typeof kind === 'object') return yield no(kind.why);
  const preflights = all.filter((other) => other.kind === 'preflight');
  const takesPreflights = (other: Found): boolean => other.kind === 'whole' || other.kind === 'part';
  // It is answered by `cors()` when the middleware in front has become it.
  if (kind === 'preflight' && all.some(takesPreflights)) return;
  const group = [handler, ...(takesPreflights(handler) ? preflights : all.filter((other) => other !== handler && !takesPreflights(other)))];
  // A route that only lets pages read more of its headers goes on doing so beside any cors().
  if (kind === 'route' && writtenIn(handler.node).every((header) => header === 'access-control-expose-headers')) return;
  const stated = statedTogether(repository, script, policies, handler, group);
  if (typeof stated === 'string') return yield no(stated);
  const gone = kind === 'whole' || kind === 'preflight' ? [handler.node] : aboutCors(handler);
  const [left] = writesLeft([handler.node], gone);
  if (left !== undefined) return yield no(`what writes headers of CORS in line ${script.lineOf(left)} does more than that`);
  const answersItself = group.some((one) => one.statements.some((statement) => concernOf(statement, one) === 'preflight'));
  const options = optionsFor(stated, replacedBy(script, group, gone), undefined, kind === 'route' ? 'response' : 'all');
  if (typeof options === 'string') return yield no(options);
  const status: readonly Property[] = answersItself && kind !== 'route' && stated.preflightStatus !== null && stated.preflightStatus !== 204 ? [{ key: 'optionsSuccessStatus', text: String(stated.preflightStatus) }] : [];
  const name = boundIn(script, NPM_CORS);
  const textFor = (indent: string, before: number): string => `${name}(${printObject([...options, ...status].map((one) => ({ ...one, text: indented(one.text, indent) })), script.style, indent, before + name.length + 3)})`;
  const removed = kind === 'whole' || kind === 'preflight' ? replaceWhole(script, handler.node, textFor) : kind === 'part' ? besidePart(script, handler, gone, textFor) : beforeRoute(script, handler, gone, textFor);
  if (typeof removed === 'string') return yield no(removed);
  const answered = takesPreflights(handler) ? preflights.flatMap((one) => mountsOf(script, one.node)).filter(({ method, statement }) => method === 'options' && Node.isExpressionStatement(statement)) : [];
  for (const { statement } of answered) script.removeStatements(statement);
  removeUnused(script, [...removed, ...answered.map(({ statement }) => statement)], [textFor('', 0)]);
  const installed = installedIn(repository.files, [script], NPM_CORS);
  if (typeof installed === 'string') return yield no(installed);
  yield {
    kind: 'rewriting',
    title: kind === 'preflight' ? 'the handler of preflights becomes cors()' : kind === 'route' ? 'headers of the route become cors()' : 'headers that the middleware writes become cors()',
    at: handler.span,
    ...installed,
  };
}

/** What a handler says of CORS where nothing else does; a text where that is not one thing. */
function statedTogether(repository: Revised, script: Script, policies: readonly Policy[], handler: Found, group: readonly Found[]): Stated | string {
  const { layering, environment } = repository;
  const places = new Map(group.map((one) => [one, placesWritten(script, [one.node])]));
  const isIn = (one: Found, at: Span): boolean => places.get(one)?.some((place) => contains(place, at)) === true;
  const said: Stated[] = [];
  for (const policy of policies) {
    if (!sitesOf(policy).some((at) => isIn(handler, at))) continue;
    const deployment = layering.deploymentOf(policy);
    const probes = placesSaidAt(deployment, environment, (at) => group.some((one) => isIn(one, at)), (at) => isIn(handler, at), handler.kind === 'route' ? 'response' : handler.kind === 'preflight' ? 'preflight' : 'both');
    if (probes.length === 0) continue;
    const stated = statedAtPlaces(deployment, environment, probes, script, group.map(({ node, statements }) => ({ node, statements: statements.map((one) => ({ node: one })) })));
    if (typeof stated === 'string') return stated;
    said.push(stated);
  }
  const [first, ...others] = said;
  if (first === undefined) return notAlone(repository, policies.filter((policy) => sitesOf(policy).some((at) => isIn(handler, at))));
  return others.every((other) => withoutPlaces(other) === withoutPlaces(first)) ? first : 'it says one thing in one application and another in another';
}

/** The values that a group gives to headers, and the comments that stand at them. */
function replacedBy(script: Script, group: readonly Found[], gone: readonly Node[]): Replaced {
  const values = new Map<string, Node>();
  const comments = new Map<string, readonly string[]>();
  for (const { node: handler } of group) {
    for (const call of descendants(handler, Node.isCallExpression)) {
      for (const { header, value, node } of writtenBy(call)) {
        if (!values.has(header)) values.set(header, value);
        const holder = Node.isPropertyAssignment(node) ? node : statementOf(node);
        if (holder !== undefined && !comments.has(header)) comments.set(header, script.commentsOf(holder));
      }
    }
  }
  return { script, gone, values, comments };
}

/** The headers of CORS that a handler writes. */
function writtenIn(node: Node): readonly string[] {
  return descendants(node, Node.isCallExpression).flatMap(writtenBy).map(({ header }) => header).filter((header) => header.startsWith('access-control-'));
}

/** Statements of a handler that are about CORS alone, variables that only they read, and properties of objects that hold other headers too. */
function aboutCors(handler: Handler): readonly Node[] {
  const concerns = handler.statements.map((statement) => ({ statement, concern: concernOf(statement, handler) }));
  const gone: Node[] = concerns.filter(({ concern }) => concern === 'cors' || concern === 'preflight').map(({ statement }) => statement);
  // From the last to the first: a variable may be read by another one's value.
  for (const { statement, concern } of concerns.reverse()) {
    if (concern !== 'declares' || !Node.isVariableStatement(statement)) continue;
    const names = statement.getDeclarations().flatMap((declaration) => nodesIn(declaration.getNameNode())).filter(Node.isIdentifier).map((name) => name.getText());
    const isRead = names.some((name) => namesOf(handler.node, name).some((node) => ![statement, ...gone].some((one) => one.containsRange(node.getStart(), node.getEnd()))));
    if (!isRead) gone.push(statement);
  }
  return [...gone, ...concerns.flatMap(({ statement, concern }) => (concern === 'other' ? corsAmongOthers(statement) : []))];
}

/** Takes CORS out of a middleware that does more, and mounts `cors()` before or behind it: where what it does besides stays what it was. */
function besidePart(script: Script, handler: Found, gone: readonly Node[], textFor: (indent: string, before: number) => string): readonly Node[] | string {
  const [mount, ...more] = mountsOf(script, handler.node);
  if (mount === undefined || more.length > 0 || mount.method !== 'use' || !Node.isExpressionStatement(mount.statement)) return 'it does more than CORS, and is not mounted by one app.use() in this file';
  const concerns = handler.statements.map((statement) => concernOf(statement, handler));
  const answer = concerns.lastIndexOf('preflight');
  const isBefore = (index: number): boolean => answer === -1 || index < answer;
  const other = handler.statements.filter((_one, index) => concerns[index] === 'other');
  // Of an answer to a preflight, pages see no headers but those of CORS.
  const counts = (one: Node): boolean => !other.some((later) => !isBefore(handler.statements.indexOf(later))) || !setsHeaders(one, handler);
  const [before, after] = [other.filter((one) => isBefore(handler.statements.indexOf(one)) && counts(one)), other.filter((one) => !isBefore(handler.statements.indexOf(one)))];
  if (before.length > 0 && after.length > 0) return `line ${script.lineOf(before[0]!)} is done for preflights too and line ${script.lineOf(after[0]!)} is not, so that cors() can stand neither before nor behind it`;
  const path = mount.call.getArguments().slice(0, mount.call.getArguments().indexOf(mount.argument)).map((one) => `${one.getText()}, `).join('');
  const start = `${mount.receiver}.use(${path}`;
  const text = `${start}${textFor(script.indentOf(mount.statement), start.length)})${script.style.semicolons ? ';' : ''}`;
  if (before.length > 0) script.insertStatementAfter(mount.statement, text);
  else script.insertStatementBefore(mount.statement, text, 'below-comments');
  removeAll(script, handler, gone);
  return gone;
}

/** Takes CORS out of a handler that answers, and puts `cors()` in front of it. */
function beforeRoute(script: Script, handler: Found, gone: readonly Node[], textFor: (indent: string, before: number) => string): readonly Node[] | string {
  const [mount, ...more] = mountsOf(script, handler.node);
  if (mount === undefined || more.length > 0) return 'it answers requests too, and is not mounted by one call in this file';
  script.insertBefore(mount.argument, `${textFor(script.indentOf(mount.statement), script.before(mount.argument))}, `);
  removeAll(script, handler, gone);
  return gone;
}

/** Removes statements; where they were the only ones to hand on, that stays to be done. */
function removeAll(script: Script, handler: Handler, gone: readonly Node[]): void {
  const { next } = handler;
  const calls = next === undefined ? [] : descendants(handler.node, Node.isCallExpression).filter((call) => call.getExpression().getText() === next);
  const isLost = calls.length > 0 && calls.every((call) => gone.some((one) => one.containsRange(call.getStart(), call.getEnd())));
  const [last] = isLost ? gone.filter((one) => calls.some((call) => one.containsRange(call.getStart(), call.getEnd()))) : [];
  script.removeProperties(gone);
  for (const node of gone) {
    if (Node.isPropertyAssignment(node)) continue;
    if (node === last) script.replace(node, `${next}()${script.style.semicolons ? ';' : ''}`);
    else script.removeStatements(node);
  }
}

/** Files in which policies of Express write CORS headers, with these policies. */
function handWritten({ policies }: Revised): ReadonlyMap<string, readonly Policy[]> {
  const found = new Map<string, Policy[]>();
  for (const policy of policies) {
    if (policy.reader !== 'express' || !policy.evidence.handWritten) continue;
    for (const path of new Set(sitesOf(policy).map(({ file }) => file))) found.set(path, [...(found.get(path) ?? []), policy]);
  }
  return found;
}

function sitesOf({ steps }: Policy): readonly Span[] {
  return steps.flatMap(({ effects }) => effects.flatMap(({ header, at }) => (header.startsWith('access-control-') ? [at] : [])));
}

/** The handlers of a file that write CORS headers, in the order of the text. */
function handlersIn(script: Script, policies: readonly Policy[]): readonly Found[] {
  const found = new Map<Node, Found>();
  for (const at of policies.flatMap(sitesOf)) {
    if (at.file !== script.path) continue;
    const call = writeAt(script, at);
    const around = call === undefined ? undefined : handlerAround(call);
    if (around === undefined || found.has(around.node)) continue;
    const mounts = mountsOf(script, around.node);
    const handler: Handler = { ...around, preflight: mounts.length > 0 && mounts.every(({ method }) => method === 'options') };
    found.set(handler.node, { ...handler, span: script.spanOf(handler.node), kind: kindOf(handler, script) });
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

/** Places that write headers, and are in no handler. */
function withoutHandler(script: Script, policies: readonly Policy[]): readonly Refusal[] {
  const [call] = policies.flatMap(sitesOf).flatMap((at) => (at.file === script.path ? writeAt(script, at) ?? [] : [])).filter((one) => handlerAround(one) === undefined);
  return call === undefined ? [] : [refuse(script.spanOf(call), 'the headers are written by a function that is not given a request, its response and what is next')];
}

function kindOf(handler: Handler, script: Script): Found['kind'] {
  const called = handler.next === undefined && mountsOf(script, handler.node).length === 0 ? calledIn(script, handler.node) : undefined;
  if (called !== undefined) return { why: `${called.name}() writes the headers, and is called in line ${script.lineOf(called.call)} by the code that requests come to` };
  if (handler.statements.length === 0) return { why: 'the headers are written in an expression, not in statements' };
  const concerns = handler.statements.map((statement) => ({ statement, concern: concernOf(statement, handler) }));
  const mixed = concerns.find(({ concern }) => concern === 'mixed');
  if (mixed !== undefined) return { why: `what is done from line ${script.lineOf(mixed.statement)} on is not about CORS alone` };
  const handsOn = handler.next !== undefined && namesOf(handler.node, handler.next).length > 1;
  if (concerns.some(({ concern }) => concern === 'other')) return handsOn ? 'part' : 'route';
  return handsOn || !concerns.some(({ concern }) => concern === 'preflight') ? 'whole' : 'preflight';
}
