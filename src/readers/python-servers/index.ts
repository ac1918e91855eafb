/**
 * Modules of Python that make an application of another module listen: `uvicorn.run("shop.main:app", port=8000)`,
 * `from shop import create_app` with `create_app().run(port=5000)`. A port from the environment counts by its default.
 */
import { MACHINE } from '../../middleware/commands/machine.js';
import type { Run } from '../../policy/topology.js';
import { portsIn, portsServed, type PythonCall, type PythonModule } from '../../syntax/python/index.js';
import { entry } from '../../values/value.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<PythonModule>({
  title: 'Servers of Python',
  language: 'python',
  mayConcern: /(?!)/,
  layers: { paths: /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$)).*\.py$/, text: /\buvicorn\.run\s*\(|\bserve\s*\(|(?<![\s\S])(?=[\s\S]*^\s*from\s+\S+\s+import\s)[\s\S]*\.run\s*\(/m },

  *read(module) {
    const calls = module.calls().filter(({ callee }) => /^(?:uvicorn\.run|(?:waitress\.)?serve|(?!asyncio\.|subprocess\.|unittest\.)\w+(?:\(\))?\.run)$/.test(callee));
    const ports = new Set(calls.flatMap((call) => portsOf(call, module)));
    const [first] = calls;
    // Of several servers nobody knows here which one is whose.
    if (first === undefined || ports.size !== 1) return;
    const files = new Set([...calls.flatMap((call) => named(call, module)), ...imported(module)]);
    files.delete(module.file);
    if (files.size === 0) return;
    const runs = [module.file, ...files].map((path): Run => ({ of: 'file', path, at: first.at }));
    yield { kind: 'topology', fact: { fact: 'unit', title: module.file, at: first.at, ...MACHINE, ports: [...ports].map((port) => ({ port, at: first.at })), published: [], labels: {}, runs } };
  },

  write: () => decline('no policy stands here'),
});

function portsOf(call: PythonCall, module: PythonModule): readonly number[] {
  const port = entry(call.keywords, 'port')?.value;
  return port !== undefined ? portsIn(port) : /^(?:uvicorn\.run|(?:waitress\.)?serve)$/.test(call.callee) ? portsServed(module) : [];
}

/** `"shop.main:app"` */
function named({ positional: [first] }: PythonCall, module: PythonModule): readonly string[] {
  const value = first?.type === 'string' ? module.valueOf(first) : undefined;
  const [, name] = value?.kind === 'string' ? (/^([\w.]+):\w+(?:\(\))?$/.exec(value.value) ?? []) : [];
  const file = name === undefined ? undefined : module.fileNamed(name);
  return file === undefined ? [] : [file];
}

/** Files of the repository that the module imports names from. */
function imported(module: PythonModule): readonly string[] {
  return module.nodes('import_from_statement').flatMap((node) => module.fileNamed(node.childForFieldName('module_name')?.text ?? '') ?? []);
}
