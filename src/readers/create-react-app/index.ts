/**
 * The dev server of Create React App, where `package.json` has a `proxy`: whatever script asks for goes there, preflights
 * too, as if the application's own page had asked.
 *
 * It runs on a developer's machine alone. Since react-scripts 5 every response has the headers of CORS with `*`, in the
 * place of which the application's own come.
 */
import { BY_VARIABLE, toldPort } from '../../middleware/dev-proxy/port.js';
import { beforeProxy, forPages, proxySteps } from '../../middleware/dev-proxy/proxy.js';
import { PRESENT } from '../../origins/origin-set.js';
import { unless, whenAll, type Effect, type Guard, type Policy, type Step } from '../../policy/program.js';
import { packageVersion, type PackageVersion } from '../../syntax/estree/index.js';
import { nodeAt, resolve, type YamlInProject } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { runsIn } from '../../values/fact.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Create React App',
  language: 'yaml',
  mayConcern: /(?!)/,
  layers: { paths: /(?:^|\/)package\.json$/, text: /"proxy"\s*:\s*"[^]*"react-scripts"|"react-scripts"[^]*"proxy"\s*:\s*"/ },

  *read(file) {
    const version = packageVersion(file.files, file.file, 'react-scripts');
    const proxy = resolve(nodeAt(file.documents[0]?.root, 'proxy'));
    if (version === undefined || proxy?.kind !== 'scalar' || typeof proxy.value !== 'string' || !/^https?:\/\//.test(proxy.value)) return;
    yield { kind: 'layer', layer: { policy: policyOf(proxy.value, proxy.at, version, file) } };
  },

  write: () => decline('a proxy says nothing of CORS'),
});

function policyOf(target: string, at: Span, version: PackageVersion, { files, file }: YamlInProject): Policy {
  const development: Guard = { g: 'fact', fact: runsIn('development', at) };
  const rule = { when: whenAll(development, unless(forPages(at))), prefix: '', target: { kind: 'string', value: target, at } as const, options: undefined, changesHost: true, at };
  const passing = proxySteps([rule], files).map((step) => withOrigin(step, target, at));
  return {
    reader: 'create-react-app',
    title: 'dev server of Create React App',
    layer: 'static-host',
    at,
    steps: [...(Number.parseInt(version.version, 10) >= 5 ? beforeProxy(OWN.map((header): Step => ({ when: development, effects: [set(header, '*', at)], at })), passing) : []), ...passing],
    behind: { options: null },
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
    survivesUncaught: true,
    listens: [toldPort(files, file, /\breact-scripts\s+start\b/, BY_VARIABLE) ?? 3000],
    version: `react-scripts ${version.version} (${version.from})`,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false, localOnly: true },
    notes: [],
  };
}

/** `headers` of its webpackDevServer.config.js. */
const OWN = ['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-headers'] as const;

function set(header: string, text: string, at: Span): Effect {
  return { op: 'set', header, value: { v: 'literal', text, at, written: false }, statuses: 'all', at };
}

/** A request that has an Origin gets the target's text for it. */
function withOrigin(step: Step, target: string, at: Span): Step {
  if (step.end?.to !== 'upstream') return step;
  const { upstream } = step.end;
  return { ...step, end: { to: 'upstream', upstream: { ...upstream, request: [...upstream.request, { ...set('origin', target, at), onlyIf: { header: 'origin', in: PRESENT } }] } } };
}
