/**
 * Tyk's CORS settings of an API: `CORS` in a classic definition and in the operator's ApiDefinition, `cors` below
 * `x-tyk-api-gateway` in an OpenAPI document.
 *
 * It is rs/cors in front of the API, authentication included: an absent or empty list of origins allows everybody, by a
 * literal `*` with credentials as well. What the upstream sends gives way where Tyk has sent the same header. Since 5.10
 * every OPTIONS is answered, and those that are let through (`options_passthrough`) get no header of Tyk's; before, only
 * preflights were answered, and those that are let through had the headers.
 *
 * Read in Tyk 2.9 to 5.13; run: rs/cors in every version that a Tyk was built with.
 */
import { rsCorsEdits } from '../../middleware/rs-cors/edits.js';
import { rsCorsSteps } from '../../middleware/rs-cors/program.js';
import { ALWAYS, unless, whenAll, type End, type Guard, type Policy, type Step } from '../../policy/program.js';
import { nodeAt, type YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { definitionsIn, type Definition } from './definitions.js';
import { passesKey, settingsOf, type Enabled } from './settings.js';
import { tykFor, type Tyk } from './version.js';

export default defineReader<YamlInProject>({
  title: 'Tyk',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*\bcors\b)[\s\S]*(?:x-tyk-api-gateway|tyk\.tyk\.io|listen_path)/i,

  *read(file) {
    const tyk = tykFor(file.files, file.file);
    for (const definition of definitionsIn(file)) yield* readingsOf(definition, tyk);
  },

  write(file, policy, change) {
    const definition = [...definitionsIn(file)].find(({ cors }) => cors.key.at.start === policy.at.start);
    return rsCorsEdits(file, policy, change, definition === undefined ? undefined : nodeAt(definition.cors.value, passesKey(definition.spelling)));
  },
});

function* readingsOf(definition: Definition, tyk: Tyk): Generator<Reading> {
  const { enabled, gaps } = settingsOf(definition, tyk);
  for (const gap of gaps) yield { kind: 'gap', gap };
  if (enabled === undefined) return;
  const { at } = enabled.cors;
  const listens = definition.listens?.text;
  const policy: Policy = {
    reader: 'tyk',
    title: `CORS of the API ${definition.title}`,
    layer: 'gateway',
    at,
    steps: stepsOf(definition, enabled, tyk.own),
    behind: { options: null },
    probes: [{ path: listens === undefined ? '/' : `/${listens.replace(/^\//, '').replace(/\{[^{}]*\}/g, '1')}`, methods: null, requestHeaders: [], at: definition.listens?.at ?? at }],
    survivesUncaught: true,
    listens: [],
    version: tyk.text,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'policy', policy };
}

function stepsOf(definition: Definition, { when, passes, cors }: Enabled, own: Guard): readonly Step[] {
  const { at } = cors;
  const options: Guard = { g: 'method', in: ['OPTIONS'] };
  const end = endOf(definition);
  const elsewhere = outside(definition);
  const steps: readonly Step[] = [
    { when: elsewhere, effects: [], end: { to: 'behind' }, at },
    { when: unless(when), effects: [], end, at },
    { when: whenAll(options, passes, own), effects: [], end, at },
    ...rsCorsSteps(cors),
    { when: whenAll(options, own), effects: [], end: { to: 'answer', status: 200 }, at },
    { when: ALWAYS, effects: [], end, at },
  ];
  return steps.filter((step) => step.when.g !== 'never');
}

/** Requests for other APIs. */
function outside({ listens }: Definition): Guard {
  if (listens === undefined || !/^\/?[\w./~-]*$/.test(listens.text)) return { g: 'never' };
  const text = `/${listens.text.replace(/^\/|\/$/g, '')}`;
  return text === '/' ? { g: 'never' } : unless({ g: 'path', in: { s: 'prefix', text, subject: 'origin', ignoreCase: false, at: listens.at } });
}

function endOf({ target, listens, strips }: Definition): End {
  const [, host, port, path = ''] = /^http:\/\/([\w.-]+)(?::(\d+))?(\/[^?#]*)?$/.exec(target?.text ?? '') ?? [];
  if (target === undefined || host === undefined) return { to: 'behind' };
  return { to: 'upstream', upstream: { host, port: Number(port ?? 80), request: [], ...rewritten(path.replace(/\/$/, ''), strips ? listens?.text : ''), at: target.at } };
}

/** The listen path gives way to the target's. */
function rewritten(path: string, stripped: string | undefined): { readonly path?: { readonly prefix: string; readonly by: string } | null } {
  if (stripped === undefined || !/^[\w./~-]*$/.test(stripped)) return { path: null };
  return stripped === '' && path === '' ? {} : { path: { prefix: stripped, by: stripped === '' ? path : `${path}${stripped.endsWith('/') ? '/' : ''}` } };
}
