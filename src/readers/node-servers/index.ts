/**
 * Modules of Node that make an application of another module listen: `require('./app').listen(process.env.PORT || 3000)`.
 * What such a module imports runs in its process, on the port that it names. A port from the environment counts by its default.
 */
import { MACHINE } from '../../middleware/commands/machine.js';
import type { Run } from '../../policy/topology.js';
import { bare, keyOf, portsIn, resolveImport, valueOf, walk, type EstreeModule, type Node } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'Servers of Node',
  language: 'estree',
  mayConcern: /(?!)/,
  layers: { paths: /^(?!(?:.*\/)?(?:tests?|__tests__|e2e|spec)\/).*(?<!\.d|\.test|\.spec)\.[cm]?[jt]s$/, text: /(?<![\s\S])(?=[\s\S]*(?:\brequire\s*\(|\bfrom|\bimport\s*\(?)\s*['"]\.)[\s\S]*?(?:\.listen\s*\(|\bserve\s*\()/ },

  *read(module) {
    const listening = [...listens(module)];
    const ports = new Set(listening.flatMap((one) => one.ports));
    const [first] = listening;
    // Of several servers nobody knows here which one is whose.
    if (first === undefined || ports.size !== 1 || listening.some((one) => one.ports.length === 0)) return;
    const imported = importsOf(module);
    if (imported.length === 0) return;
    const runs: readonly Run[] = [{ of: 'file', path: module.file, at: first.at }, ...imported];
    yield { kind: 'topology', fact: { fact: 'unit', title: module.file, at: first.at, ...MACHINE, ports: [...ports].map((port) => ({ port, at: first.at })), published: [], labels: {}, runs } };
  },

  write: () => decline('no policy stands here'),
});

/** Calls of `….listen(port)`, and of `serve({ port })` of Hono. */
function* listens(module: EstreeModule): Generator<{ readonly ports: readonly number[]; readonly at: Span }> {
  for (const { node } of walk(module.program)) {
    if (node.type !== 'CallExpression') continue;
    const callee = bare(node.callee);
    const [first] = node.arguments;
    const isListen = callee.type === 'MemberExpression' && keyOf(callee.property, callee.computed) === 'listen';
    const isServe = callee.type === 'Identifier' && callee.name === 'serve' && first?.type === 'ObjectExpression';
    if (first !== undefined && (isListen || isServe)) yield { ports: portsIn(valueOf(module, written(module, first))), at: module.spanOf(node) };
  }
}

/** What the port is made of: `normalizePort(…)` of Express' generator gives its argument, `app.get('port')` what was set. */
function written(module: EstreeModule, node: Node): Node {
  if (node.type === 'Identifier') {
    const made = assigned(module, node.name);
    return made === undefined ? node : written(module, made);
  }
  if (node.type !== 'CallExpression') return node;
  const callee = bare(node.callee);
  const [first] = node.arguments;
  if (callee.type === 'Identifier' && callee.name === 'normalizePort' && first !== undefined) return written(module, first);
  if (callee.type !== 'MemberExpression' || keyOf(callee.property, callee.computed) !== 'get' || first === undefined || module.textOf(first).slice(1, -1) !== 'port') return node;
  for (const { node: other } of walk(module.program)) {
    if (other.type !== 'CallExpression' || other.arguments.length !== 2 || !/\.set$/.test(module.textOf(other.callee)) || module.textOf(other.arguments[0]!) !== module.textOf(first)) continue;
    return written(module, other.arguments[1]!);
  }
  return node;
}

/** What a name of the module is made of by a call: other texts are followed by their value. */
function assigned(module: EstreeModule, name: string): Node | undefined {
  for (const { node } of walk(module.program)) {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === name && node.init?.type === 'CallExpression') return node.init;
  }
  return undefined;
}

/** The files of the repository that the module imports. */
function importsOf(module: EstreeModule): readonly Run[] {
  const found = new Map<string, Span>();
  for (const { node } of walk(module.program)) {
    const source = node.type === 'ImportDeclaration' ? node.source : node.type === 'ImportExpression' ? node.source : node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require' ? node.arguments[0] : undefined;
    const specifier = source?.type === 'Literal' && typeof source.value === 'string' && source.value.startsWith('.') ? source.value : undefined;
    const path = specifier === undefined ? undefined : resolveImport(module.files, module.file, specifier);
    if (path !== undefined && !found.has(path)) found.set(path, module.spanOf(node));
  }
  return [...found].map(([path, at]): Run => ({ of: 'file', path, at }));
}
