/** Views of Flask that send headers of CORS, by themselves, by functions that they call or by a decorator: `@cross_origin(…)` does it. */
import type { Revised } from '../../engine.js';
import type { Policy, Probe } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { refuse, type Announcement, type Proposed } from '../codemod.js';
import { statedBy } from '../stated.js';
import { SAFELISTED_METHODS, together } from './announcing.js';
import { isHandingOn, namesCors, onlyAnswers, pruned } from './cors-code.js';
import { Borrowed, definedElsewhere, leftBehind, sharedWith, type Defined, type Left } from './elsewhere.js';
import { extensionOptions } from './flask-cors.js';
import { changeImports, importedBy } from './imports.js';
import { lineOf } from './lines.js';
import { requiring } from './requirements.js';
import { spelledCall, styleOf } from './style.js';
import { removeUnused, takeOut, textsWithout, wholeOf } from './taking-out.js';

/** A view with what sends its headers. */
interface View {
  readonly definition: SyntaxNode;
  /** `@crossdomain(…)`, with the function that it names. */
  readonly decorator: { readonly node: SyntaxNode; readonly by: Defined; readonly name: string } | undefined;
  /** Functions that it calls with a response, or for the answer to a preflight. */
  readonly helpers: ReadonlyMap<string, SyntaxNode>;
}

export function* viewProposals(repository: Revised, module: PythonModule, policy: Policy): Generator<Proposed> {
  for (const view of viewsIn(module)) yield* proposalFor(repository, module, policy, view);
}

function viewsIn(module: PythonModule): readonly View[] {
  const senders = new Map(module.root.namedChildren.flatMap((statement) => (statement.type === 'function_definition' && namesCors(module, statement) ? [[statement.childForFieldName('name')?.text ?? '', statement] as const] : [])));
  return module.nodes('function_definition').flatMap((definition): readonly View[] => {
    const decorators = wholeOf(definition).type === 'decorated_definition' ? wholeOf(definition).namedChildren.filter(({ type }) => type === 'decorator').flatMap(({ namedChildren }) => namedChildren.slice(0, 1)) : [];
    if (!decorators.some(({ text }) => /^[\w.]+\.(?:route|get|post|put|patch|delete)\(/.test(text))) return [];
    const [decorator] = decorators.flatMap((node) => {
      const name = (node.type === 'call' ? node.childForFieldName('function') : node) ?? node;
      const own = senders.get(name.text);
      const by = own === undefined ? sentElsewhere(module, name) : { holder: module, definition: own };
      return by === undefined ? [] : [{ node, by, name: name.text }];
    });
    const called = definition.descendantsOfType('call').flatMap((call) => {
      const name = call.childForFieldName('function')?.text ?? '';
      const helper = senders.get(name);
      return helper === undefined ? [] : [[name, helper] as const];
    });
    return decorator === undefined && called.length === 0 && !namesCors(module, definition) ? [] : [{ definition, decorator, helpers: new Map(called) }];
  });
}

/** A decorator of another file that names headers of CORS. */
function sentElsewhere(module: PythonModule, name: SyntaxNode): Defined | undefined {
  const found = definedElsewhere(module, name);
  return found?.definition.type === 'function_definition' && namesCors(found.holder, found.definition) ? found : undefined;
}

function* proposalFor(repository: Revised, module: PythonModule, policy: Policy, view: View): Generator<Proposed> {
  const { definition, decorator, helpers } = view;
  const whole = wholeOf(definition);
  const at = module.span(decorator?.node ?? definition.childForFieldName('name') ?? definition);
  const probes = policy.probes.filter((probe) => probe.at.file === module.file && whole.startIndex <= probe.at.start && probe.at.end <= whole.endIndex);
  if (probes.length === 0) return;
  const obstacle = obstacleIn(module, view);
  if (obstacle !== undefined) return yield refuse(obstacle.holder.span(obstacle.node), obstacle.why);
  const told = statedBy(repository.layering.deploymentOf(policy), repository.environment, probes);
  if (typeof told === 'string') return yield refuse(at, told);
  const isOfRoute = Array.isArray(told.methods) && told.methods.length === 0;
  if (isOfRoute && !asksForAllowed(view)) return yield refuse(at, 'the methods that it allows are not in the text');
  const stated = isOfRoute ? { ...told, methods: methodsOf(probes) } : told;
  const style = styleOf(module);
  const { text } = module.source;
  const from = decorator?.by.definition ?? [...helpers.values()][0] ?? definition;
  const by = decorator === undefined || decorator.by.holder === module ? undefined : decorator.by;
  const borrowed = by === undefined ? undefined : new Borrowed(module, by.holder, importedBy(module, decorator!.name));
  const options = extensionOptions(stated, { module, from, to: lineOf(text, whole.startIndex).start, gone: [], style, ...(borrowed === undefined ? {} : { borrowed }) }, probes);
  if (typeof options === 'string') return yield refuse(at, options);
  const indent = /^[ \t]*/.exec(text.slice(lineOf(text, whole.startIndex).start))![0];
  const { local, edits } = changeImports(module, 'flask_cors', 'cross_origin', (name) => {
    const written = spelledCall(name, options.args, style, indent, '@');
    const { file } = module;
    const own = decorator === undefined ? { file, start: definition.startIndex, end: definition.startIndex, text: `@${written}${style.newline}${indent}` } : { file, start: decorator.node.startIndex, end: decorator.node.endIndex, text: written };
    const changed = [own, ...takeOut(module, pruned(module, definition))];
    return { written, edits: [...changed, ...removeUnused(module, changed, repository.files, repository.paths)] };
  }, borrowed?.wantedBy(options.args.join(' ')) ?? []);
  const left = by === undefined ? undefined : leftOf(repository, module, by, decorator!.node);
  const required = requiring(repository.files, module.file, 'Flask-Cors', 'Flask');
  const notes = [...options.notes, ...(left?.notes ?? []), ...required.notes];
  const texts = textsWithout(repository.files, [...edits, ...(left?.edits ?? [])]);
  if (texts === undefined) return yield refuse(at, 'what would be written here overlaps with something else that would');
  yield {
    kind: 'rewriting',
    title: `headers of ${definition.childForFieldName('name')?.text ?? 'a view'} become @${local}`,
    at,
    texts: new Map([...texts, ...required.texts]),
    ...together([...options.announcements, ...(isOfRoute ? [OF_ROUTE] : [])]),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What becomes of a decorator in another file: nothing, as long as this file asks for it at other views. */
function leftOf(repository: Revised, module: PythonModule, by: Defined, node: SyntaxNode): Left {
  const shared = sharedWith(repository.files, module, by, [node]);
  return shared === module.file ? { edits: [], notes: [] } : leftBehind(repository, by, shared);
}

/** Is `Allow` of Flask's own answer to OPTIONS what is sent? */
function asksForAllowed({ decorator, helpers }: View): boolean {
  return [...helpers.values(), ...(decorator === undefined ? [] : [decorator.by.definition])].some(({ text }) => /make_default_options_response\(\)[^]*headers\[\s*["']allow["']\s*\]/i.test(text));
}

/** Those that Flask's own answer to OPTIONS names for a route. */
function methodsOf(probes: readonly Probe[]): readonly string[] {
  const served = probes.flatMap(({ methods }) => methods ?? []);
  return [...new Set([...served, ...(served.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort();
}

/** What the reader leaves open, as the text of `Allow` is made by Flask. */
const OF_ROUTE: Announcement = {
  words: 'The methods are written out: those that Flask tells of the route.',
  allows: ({ request, what, before }) => what === 'verdict' && before === 'undecided' && !SAFELISTED_METHODS.includes(request.method),
};

/** What sends headers, and does something else, too. */
function obstacleIn(module: PythonModule, { definition, decorator, helpers }: View): { readonly node: SyntaxNode; readonly why: string; readonly holder: PythonModule } | undefined {
  const own = pruned(module, definition);
  if (own.obstacles[0] !== undefined) return { ...own.obstacles[0], holder: module };
  const inside = [...[...helpers.values()].map((helper) => ({ holder: module, helper })), ...(decorator === undefined ? [] : [{ holder: decorator.by.holder, helper: decorator.by.definition }])];
  for (const { holder, helper } of inside) {
    const isDecorator = helper === decorator?.by.definition;
    const name = helper.childForFieldName('name') ?? helper;
    const inner = isDecorator ? (helper.descendantsOfType('function_definition').findLast((one) => one.id !== helper.id && namesCors(holder, one)) ?? helper) : helper;
    const work = pruned(holder, inner);
    if (work.obstacles[0] !== undefined) return { ...work.obstacles[0], holder };
    if (!work.idle && (isDecorator || !onlyAnswers(holder, inner))) return { node: name, why: `${name.text} does something else than CORS, too`, holder };
    if (isDecorator && !isHandingOn(helper, inner)) return { node: name, why: `${name.text} does something else than CORS, too`, holder };
  }
  return undefined;
}
