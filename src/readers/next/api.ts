import { neededHeaders } from '../../middleware/request-reads.js';
import { CorsByHand, nodeEndpoint } from '../../middleware/node-endpoint.js';
import { evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { handlerIn } from '../../middleware/wrapped-handlers.js';
import type { Policy, Step } from '../../policy/program.js';
import { run, type EstreeModule, type Run } from '../../syntax/estree/index.js';
import { entry, type FunctionValue, type Value } from '../../values/value.js';
import type { Reading } from '../reader.js';
import { webModule } from './handlers.js';
import type { Place } from '../../middleware/path-to-regexp.js';
import { fileRoute } from './paths.js';

/** `pages/api/**`: one function for all methods, on Node's objects or, in the edge runtime, on those of the Fetch standard. */
export function apiPolicies(module: EstreeModule): readonly Reading[] {
  const cors = new CorsByHand();
  const ran = run(module, cors.packages);
  const handler = ran.exports.get('default') ?? ran.exports.get('module.exports');
  const [, path = ''] = /(?:^|\/)pages\/(.*?)(?:\/index)?\.[jt]sx?$/.exec(module.file) ?? [];
  const place = fileRoute(path, module.spanOf(module.program));
  const own = handlerIn(handler);
  if (own !== undefined) return onEdge(ran) ? edgePolicy(module, place) : nodePolicy(module, own, cors, place);
  if (handler?.kind !== 'unknown' || !/cors/i.test(handler.detail)) return [];
  return [{ kind: 'gap', gap: { at: handler.at, reason: handler.reason, message: `what the handler of ${place.sample} sends depends on ${handler.detail}` } }];
}

/** `export const config = { runtime: 'edge' }`, `export const runtime = 'edge'` */
function onEdge(ran: Run): boolean {
  const config = ran.exports.get('config');
  const runtime: Value | undefined = ran.exports.get('runtime') ?? (config?.kind === 'record' ? entry(config, 'runtime')?.value : undefined);
  return runtime?.kind === 'string' && runtime.value.includes('edge');
}

function nodePolicy(module: EstreeModule, handler: FunctionValue, cors: CorsByHand, place: Place): readonly Reading[] {
  const endpoint = nodeEndpoint(handler, cors, place.when);
  if (!endpoint.usesCors && !sendsCors(endpoint.steps)) return [];
  return [
    reading(place, handler, endpoint.steps, endpoint.reads, {
      ...(endpoint.usesCors ? { version: versionText(module, 'cors', 'cors', '2.8') } : {}),
      evidence: evidenceIn(module, endpoint.handWritten, endpoint.reads.has('cookie') || endpoint.reads.has('cookies') ? 'yes' : 'unknown'),
      notes: endpoint.notes.map((note) => ({ ...note, path: place.sample })),
    }),
  ];
}

function edgePolicy(module: EstreeModule, place: Place): readonly Reading[] {
  const { web, ran } = webModule(module);
  const handler = handlerIn(ran.exports.get('default'));
  if (handler === undefined) return [];
  const steps = web.stepsOf(handler, place.when, 'fail');
  return writesCors(steps) ? [reading(place, handler, steps, web.reads, { evidence: evidenceIn(module, true, web.reads.has('cookie') ? 'yes' : 'unknown'), notes: [] })] : [];
}

function reading(place: Place, handler: FunctionValue, steps: readonly Step[], reads: ReadonlySet<string>, more: Pick<Policy, 'evidence' | 'notes'> & { readonly version?: string }): Reading {
  const policy: Policy = {
    reader: 'next',
    title: `function ${place.sample}`,
    layer: 'route-handler',
    at: handler.at,
    steps,
    behind: { options: null },
    probes: [{ path: place.sample, methods: null, requestHeaders: neededHeaders(reads, true), at: handler.at }],
    survivesUncaught: true,
    listens: [],
    ...more,
  };
  return { kind: 'policy', policy };
}
