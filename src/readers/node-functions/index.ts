/**
 * Serverless functions on Node's request and response, `(req, res) => …`: Google Cloud and Firebase functions, Vercel's
 * `api` folder. Each answers every method that comes to it, so without a branch for OPTIONS a preflight gets the answer
 * of the function itself. `onRequest({ cors })` of Firebase puts npm `cors` in front.
 */
import { neededHeaders } from '../../middleware/request-reads.js';
import { editScript } from '../../middleware/edit-script.js';
import { nextFile } from '../../middleware/next-files.js';
import { nodeEndpoint } from '../../middleware/node-endpoint.js';
import { corsProgram } from '../../middleware/npm-cors.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, type Policy, type Step } from '../../policy/program.js';
import { run, type EstreeModule } from '../../syntax/estree/index.js';
import type { Handle, RecordEntry, Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { Platforms, type NodeFunction } from './functions.js';

export default defineReader<EstreeModule>({
  title: 'Node.js functions',
  language: 'estree',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\(\s*_?(?:req|request|_)\b[^(){}]{0,80},\s*_?re[qs]\w*\b/,

  *read(module) {
    // These have readers of their own.
    if (nextFile(module) !== undefined || /['"]micro-cors['"]/.test(module.source.text)) return;
    const platforms = new Platforms();
    const ran = run(module, platforms.packages);
    yield* covering(module.file, platforms.functionsIn(ran).flatMap((one) => readingsOf(module, one, platforms)));
  },

  write: (module, policy, change) => editScript(module, policy, change, { vary: (response, value) => `${response}.appendHeader('Vary', ${value})` }),
});

function readingsOf(module: EstreeModule, { name, handler, cors }: NodeFunction, platforms: Platforms): readonly Reading[] {
  const endpoint = nodeEndpoint(handler, platforms.cors, ALWAYS);
  const before = cors === undefined ? [] : corsOf(cors);
  const usesCors = endpoint.usesCors || before.length > 0;
  if (!usesCors && !(endpoint.answers && sendsCors(endpoint.steps))) return [];
  const vercel = /(?:^|\/)(api\/.*?)(?:\/index)?\.[cm]?[jt]sx?$/.exec(module.file)?.[1];
  const path = vercel !== undefined && name === 'default' ? `/${vercel}` : name === 'default' ? '/' : `/${name}`;
  const policy: Policy = {
    reader: 'node-functions',
    title: `function ${path}`,
    layer: 'route-handler',
    at: handler.at,
    steps: [...before, ...endpoint.steps],
    behind: { options: null },
    probes: [{ path, methods: null, requestHeaders: neededHeaders(endpoint.reads, false), at: handler.at }],
    survivesUncaught: true,
    listens: [],
    ...(usesCors ? { version: versionText(module, 'cors', 'cors', '2.8') } : {}),
    evidence: evidenceIn(module, endpoint.handWritten),
    notes: endpoint.notes.map((note) => ({ ...note, path })),
  };
  return [{ kind: 'policy', policy }];
}

/** `cors` of Firebase's `onRequest`: an origin for npm `cors`; a list of one entry counts as that entry. */
function corsOf(cors: RecordEntry): readonly Step[] {
  const request: Handle = { kind: 'handle', name: 'req', at: cors.at, get: () => undefined, call: () => undefined };
  return casesOf(cors.value).flatMap(({ when, value }) => {
    if (value.kind === 'nothing' || (value.kind === 'boolean' && !value.value)) return [];
    const origin: Value = value.kind === 'list' && value.items.length === 1 && value.rest === undefined ? value.items[0]! : value;
    const options: Value = { kind: 'record', entries: [{ ...cors, key: 'origin', value: origin }], at: cors.at };
    return corsProgram(options, request, when, cors.at).steps;
  });
}
