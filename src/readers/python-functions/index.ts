/**
 * Serverless functions of Google Cloud (`functions_framework`) and Azure in Python, which write headers of CORS by hand:
 * `return (body, 204, headers)`, `func.HttpResponse(…, headers=…)`.
 *
 * A function of Google Cloud answers every method that comes to it, so without a branch for OPTIONS a preflight gets the
 * answer of the function itself.
 */
import { editDictionaries } from '../../middleware/edit-python.js';
import { covering } from '../../middleware/readings.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { run, type PythonModule, type Run } from '../../syntax/python/index.js';
import { entry } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { FunctionPackages } from './packages.js';
import { answersOf, type Cloud } from './program.js';

/** Code that may have to do with answers. */
const CONCERNS = /response|headers|cors|origin|access-control/i;
/** Files of frameworks whose views get a request, too, and of Flask applications: read by others. */
const OTHERS = /^\s*(?:from|import)\s+(?:django|rest_framework|sanic|aiohttp|starlette|fastapi|litestar|quart|pyramid|falcon|bottle|tornado)\b|\bFlask\(/m;

type Defined = ReturnType<Run['functions']> extends Iterable<infer One> ? One : never;

export default defineReader<PythonModule>({
  title: 'Google Cloud and Azure functions (Python)',
  language: 'python',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\bdef\s+\w+\(\s*(?:req\w*|_)\b[^(),]*,?\s*\)/,

  *read(module) {
    yield* covering(module.file, policiesIn(module));
    yield* corsOfFirebase(module);
  },

  write: (module, policy, change) => editDictionaries(module, policy, change, { origin: 'request.headers.get("Origin")', ...(/\bHttpResponse\b/.test(module.source.text) ? {} : { appends: /\.headers$/ }) }),
});

function* policiesIn(module: PythonModule): Generator<Reading> {
  const packages = new FunctionPackages();
  const ran = run(module, packages.packages, CONCERNS);
  const plain = !OTHERS.test(module.source.text);
  for (const defined of ran.functions()) {
    const cloud = cloudOf(defined, module);
    if (cloud === undefined || defined.value?.kind !== 'function') continue;
    const { steps, makesResponses } = answersOf(defined.value, cloud.is, module, packages);
    if (!(cloud.sure || (plain && makesResponses)) || !writesCors(steps)) continue;
    const { at } = defined.value;
    const policy: Policy = {
      reader: 'python-functions',
      title: `function ${defined.name}`,
      layer: 'route-handler',
      at,
      steps,
      behind: { options: null },
      probes: comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: packages.reads.has('authorization') ? ['authorization'] : [], at })),
      survivesUncaught: false,
      listens: [],
      evidence: { handWritten: true, canAddVary: true, readsCookies: packages.reads.has('cookie') ? 'yes' : 'unknown', noStore: false },
      notes: [],
    };
    yield { kind: 'policy', policy };
  }
}

/** `@https_fn.on_request(cors=options.CorsOptions(…))`: Firebase hands its options to Flask-CORS, which is not followed here. */
function* corsOfFirebase(module: PythonModule): Generator<Reading> {
  if (!/\bfirebase_functions\b/.test(module.source.text)) return;
  for (const call of module.calls()) {
    const cors = /(?:^|\.)on_(?:request|call)$/.test(call.callee) ? entry(call.keywords, 'cors') : undefined;
    if (cors !== undefined && cors.value.kind !== 'nothing') yield { kind: 'gap', gap: { at: cors.at, reason: 'unsupported-syntax', message: 'What Flask-CORS makes of the CorsOptions of Firebase is not followed.' } };
  }
}

/** Surely a function of the cloud by its decorator or its type; else one that is given a request and returns tuples, as older ones are. */
function cloudOf({ parameters, decorators }: Defined, module: PythonModule): { readonly is: Cloud; readonly sure: boolean } | undefined {
  const [request, ...others] = parameters;
  if (request === undefined) return undefined;
  if (request.type === 'HttpRequest') return { is: 'azure', sure: false };
  const imported = decorators.map((name) => name.replace(/^\w+/, (first) => module.imports.get(first) ?? first));
  if (imported.some((name) => /^functions_framework\.http$|^firebase_functions\.https_fn\.on_request$/.test(name))) return { is: 'google', sure: true };
  return others.length === 0 && decorators.length === 0 && /^(?:req\w*|_)$/.test(request.name) && (request.type === undefined || request.type === 'Request') ? { is: 'google', sure: false } : undefined;
}
