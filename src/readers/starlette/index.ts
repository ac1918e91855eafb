/**
 * FastAPI and Starlette: `CORSMiddleware`, however it is added.
 *
 * FastAPI hands out Starlette's class, so only Starlette's version matters. With `*` and credentials it echoes every
 * origin (before 1.0 to requests that carry a cookie), which opens the service to every website.
 */
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { removeArgument, removeItem, respell, type PythonCall, type PythonModule } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import { entry } from '../../values/value.js';
import { decline, defineReader, type Declined } from '../reader.js';
import { corsProgram } from './program.js';
import { probesIn } from './routes.js';
import { behaviourOf, starletteVersion } from './version.js';

/** Where the class can be imported from. */
const NAMES = /^(?:starlette|fastapi)\.middleware\.cors\.CORSMiddleware$|^(?:.*\.)?CORSMiddleware$/;

export default defineReader<PythonModule>({
  title: 'FastAPI / Starlette',
  language: 'python',
  mayConcern: /CORSMiddleware/,

  *read(module) {
    for (const call of module.calls()) {
      if (!addsCors(module, call)) continue;
      const version = starletteVersion(module);
      const { preflights, answers, outward } = corsProgram({ ...call.keywords, entries: call.keywords.entries.filter(({ key }) => key !== 'app' && key !== 'middleware_class') }, [], call.at, behaviourOf(version.version));
      const policy: Policy = {
        reader: 'starlette',
        title: 'CORSMiddleware',
        layer: 'app-middleware',
        at: call.at,
        steps: [...preflights, ...answers, ...outward],
        behind: { options: 405 },
        probes: probesIn(module, call.at),
        survivesUncaught: false,
        listens: portsIn(module),
        version: version.text,
        evidence: { handWritten: false, canAddVary: false, readsCookies: /\bCookie\(|\.cookies\b|SessionMiddleware/.test(module.source.text) ? 'yes' : 'unknown', noStore: false },
        notes: [],
      };
      yield { kind: 'policy', policy };
      const { rest } = call.keywords;
      if (rest !== undefined) yield { kind: 'gap', gap: { at: rest.at, reason: rest.reason, message: `some options of CORSMiddleware depend on ${rest.detail}` } };
    }
  },

  write: (module, _policy, change) => edited(module, change),
});

/** `add_middleware(CORSMiddleware, …)`, `Middleware(CORSMiddleware, …)`, `CORSMiddleware(app, …)`. */
function addsCors(module: PythonModule, call: PythonCall): boolean {
  const isCors = (node: Parameters<PythonModule['qualifiedName']>[0] | undefined): boolean => node !== undefined && NAMES.test(module.qualifiedName(node) ?? '');
  if (/(^|\.)(add_middleware|Middleware)$/.test(call.callee)) {
    const named = call.node.childForFieldName('arguments')?.namedChildren.find((arg) => arg.type === 'keyword_argument' && arg.childForFieldName('name')?.text === 'middleware_class')?.childForFieldName('value');
    return isCors(call.positional[0]) || isCors(named ?? undefined);
  }
  const callee = call.node.childForFieldName('function');
  return isCors(callee ?? undefined) && (call.positional.length > 0 || entry(call.keywords, 'app') !== undefined);
}

/** `uvicorn.run(app, port=8000)`; without a port uvicorn's own default. */
function portsIn(module: PythonModule): readonly number[] {
  return module.calls().flatMap((call) => {
    if (call.callee !== 'uvicorn.run') return [];
    const port = entry(call.keywords, 'port')?.value;
    return port === undefined ? [8000] : port.kind === 'number' ? [port.value] : [];
  });
}

function edited(module: PythonModule, change: Change): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: PythonModule, change: Change): TextEdit | undefined {
  switch (change.kind) {
    case 'replace-pattern':
      return respell(module, change.at, change.source);
    case 'replace-text':
      return respell(module, change.at, change.text);
    case 'fail-closed':
      return respell(module, change.at, '');
    case 'remove-entry':
      return removeItem(module, change.at);
    case 'drop-credentials':
      return removeArgument(module, change.at);
    default:
      return undefined;
  }
}
