/**
 * FastAPI, Starlette, and Connexion on it: `CORSMiddleware`, however it is added, and headers that middleware and
 * endpoints write by hand.
 *
 * FastAPI hands out Starlette's class, so only Starlette's version matters. With `*` and credentials it echoes every
 * origin (before 1.0 to requests that carry a cookie), which opens the service to every website. Order is meaning:
 * what is added last lies around all that was added before, and an exception that nobody catches is answered outside
 * of all of them, without their headers. Since 1.7 every answer varies by Origin.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { covering } from '../../middleware/readings.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { moveBehind, moveItem, portsServed, run, type PythonCall, type PythonModule } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import { entry, type Event, type RecordValue } from '../../values/value.js';
import { decline, defineReader, type Change, type Declined, type Reading } from '../reader.js';
import { corsLayer, type Around } from './layers.js';
import { StarlettePackages } from './packages.js';
import { keyOf, programsIn, type Program } from './programs.js';
import { stackOfLayers } from './stack.js';
import { behaviourOf, starletteVersion } from './version.js';

/** Code that may have to do with apps and their middleware. */
const CONCERNS = /starlette|fastapi|connexion|CORSMiddleware|APIRouter|cors|access-control/i;

/** Where the class can be imported from; under another name by a module that is not in view. */
const NAMES = /^(?:starlette|fastapi)\.middleware\.cors\.CORSMiddleware$|^(?:.*\.)?CORSMiddleware$/;

/** How its changes are spelled: by options, and by statements where headers are written. */
const OPTIONS: PythonSpelling = {
  options: { origins: 'allow_origins', pattern: 'allow_origin_regex', lists: { 'access-control-allow-methods': { option: 'allow_methods' }, 'access-control-allow-headers': { option: 'allow_headers', added: true }, 'access-control-expose-headers': { option: 'expose_headers' } } },
};
const SPELLING: PythonSpelling = { ...OPTIONS, append: ({ receiver }, name, value) => `${receiver}.append(${name}, ${value})`, origin: 'request.headers.get("Origin")' };

export default defineReader<PythonModule>({
  title: 'FastAPI / Starlette',
  language: 'python',
  mayConcern: /CORSMiddleware|\b(?:fastapi|starlette|connexion)\b|access-control-(?:allow|expose|max)/i,

  *read(module) {
    const { text } = module.source;
    if (!/CORSMiddleware|\b(?:starlette|fastapi|connexion)\b/.test(text)) return;
    const version = starletteVersion(module);
    const packages = new StarlettePackages();
    const ran = run(module, packages.packages, CONCERNS);
    const events = once(followed(ran, ({ name, type, at }) => (/^(?:app|application|api)$/i.test(name) || /^(?:FastAPI|Starlette|AsyncApp)$/.test(type ?? '') ? packages.appFor(at) : undefined)));
    const around: Around = { packages, events, module, ran, behaviour: behaviourOf(version), used: new Set() };
    yield* covering(module.file, readingsOf(around, version.text));
  },

  write: (module, policy, change) => (change.kind === 'move-before' ? moveOutward(module, change) : editPython(module, policy, change, hasHeaders(module.written(change.at), module.source.text) ? SPELLING : { ...(SPELLING.options === undefined ? {} : { options: SPELLING.options }) })),
});

/** What is added later lies around what was there; in a list of middleware the first is the outermost. */
function moveOutward(module: PythonModule, { at, before }: Change & { readonly kind: 'move-before' }): readonly TextEdit[] | Declined {
  const holder = module.at(at.file);
  return (holder === undefined ? undefined : (moveItem(holder, at, before) ?? moveBehind(holder, at, before))) ?? decline('it is registered elsewhere');
}

/** Is what is written on an object of headers, and no dictionary that becomes them? */
function hasHeaders(written: string, text: string): boolean {
  return /\.headers\s*[[.]/.test(written) || (/\bMutableHeaders\(/.test(text) && /^\w*headers\s*[[.]/.test(written));
}

function* readingsOf(around: Around, version: string): Generator<Reading> {
  const programs = programsIn(around);
  const told = new Set(programs.flatMap(({ stack }) => stack.cors.map(keyOf)));
  for (const call of around.module.calls()) {
    if (!addsCors(around.module, call) || told.has(keyOf(call.at))) continue;
    yield* readingOf({ at: call.at, stack: stackOfLayers([corsLayer([], optionsOf(call), call.at, { g: 'always' }, around)], around) }, around, version);
  }
  for (const program of programs) yield* readingOf(program, around, version);
}

function* readingOf({ at, stack }: Program, { module }: Around, version: string): Generator<Reading> {
  for (const gap of stack.gaps) yield { kind: 'gap', gap };
  const [cors] = stack.cors;
  const { text } = module.source;
  const policy: Policy = {
    reader: 'starlette',
    title: cors !== undefined ? 'CORSMiddleware' : /\bfastapi\b/.test(text) ? 'FastAPI app' : 'Starlette app',
    layer: cors !== undefined || stack.inMiddleware ? 'app-middleware' : 'route-handler',
    at: cors ?? at,
    steps: stack.steps,
    behind: { options: 405 },
    probes: askedPaths(stack.probes, stack.steps, cors ?? at),
    survivesUncaught: stack.survivesUncaught,
    listens: portsServed(module),
    version,
    evidence: pythonEvidence(module, stack.handWritten, stack.probes),
    notes: stack.notes,
  };
  if (stack.steps.length > 0) yield { kind: 'policy', policy };
}

/** What happens twice where a function is called twice happens once to each app. */
function once(events: readonly Event[]): readonly Event[] {
  const seen = new Map<unknown, Set<string>>();
  return events.filter((event) => {
    if (event.kind !== 'call') return true;
    const key = `${keyOf(event.at)}:${event.method}:${JSON.stringify([event.args, event.keywords])}`;
    const known = seen.get(event.receiver) ?? new Set();
    seen.set(event.receiver, known);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Calls that were not followed, by their text: `add_middleware(CORSMiddleware, …)`, `Middleware(CORSMiddleware, …)`, `CORSMiddleware(app, …)`. */
function addsCors(module: PythonModule, call: PythonCall): boolean {
  // A class of the project that has the name is read as what it is.
  const isCors = (node: Parameters<PythonModule['qualifiedName']>[0] | undefined): boolean => node !== undefined && NAMES.test(module.qualifiedName(node) ?? '') && !module.resolvedNames(node).some((name) => name.includes(':'));
  if (/(^|\.)(add_middleware|add_asgi_middleware|Middleware)$/.test(call.callee)) {
    const named = call.node.childForFieldName('arguments')?.namedChildren.find((arg) => arg.type === 'keyword_argument' && arg.childForFieldName('name')?.text === 'middleware_class')?.childForFieldName('value');
    return isCors(call.positional[0]) || isCors(named ?? undefined);
  }
  const callee = call.node.childForFieldName('function');
  return isCors(callee ?? undefined) && (call.positional.length > 0 || entry(call.keywords, 'app') !== undefined);
}

function optionsOf({ keywords }: PythonCall): RecordValue {
  return { ...keywords, entries: keywords.entries.filter(({ key }) => key !== 'app' && key !== 'middleware_class') };
}
