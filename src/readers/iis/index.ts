/**
 * IIS: `customHeaders`, outbound rules of URL Rewrite and the CORS module, in `web.config` and `applicationHost.config`.
 *
 * What stands in `customHeaders` is added to every response beside what the application sends, and cannot depend on
 * the request. Read after Microsoft's documentation; what that leaves open is unknown here.
 */
import { policyOrLayer, saysCors } from '../../middleware/plain-layer.js';
import { ABSENT, complement } from '../../origins/origin-set.js';
import { unless, whenAll, type Guard, type Policy, type Probe, type Step } from '../../policy/program.js';
import { allElements, attributeOf, elementsAt, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import { folderOf } from '../../text/files.js';
import { defineReader, type Reading } from '../reader.js';
import { corsModule, MAX_RULES } from './cors-module.js';
import { customHeaders } from './custom-headers.js';
import { inboundSteps, outboundSteps } from './rewrite.js';
import { MAX_PLACES, sitesOf, type Section, type Site } from './sections.js';
import { flag } from './texts.js';
import { edited } from './write.js';

const CONCERNS = /access-control-|RESPONSE_Access_Control_|<cors[\s>]/i;

export default defineReader<XmlFile>({
  title: 'IIS',
  language: 'xml',
  mayConcern: /(?<![\s\S])(?=[\s\S]*<system\.webServer[\s>])[\s\S]*?(?:access-control-|RESPONSE_Access_Control_|<cors[\s>])/i,
  layers: { paths: /(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i, text: /<action\b(?=[^>]*\burl\s*=\s*["']https?:)[^>]*>/i },

  *read(file): Generator<Reading> {
    const transformed = [...allElements(file.root)].find((element) => attributeOf(element, 'Transform') !== undefined);
    if (transformed !== undefined) {
      yield { kind: 'gap', gap: { at: transformed.at, reason: 'unsupported-syntax', message: 'this file changes another one when it is deployed; what comes of it is not known' } };
      return;
    }
    for (const site of sitesOf(file)) {
      yield* readingsOf(site, file);
    }
    const crowded = [...allElements(file.root)].find(({ name, elements }) => elements.length > MAX_RULES && (name === 'cors' || name === 'rules' || name === 'outboundRules')) ?? elementsAt(file.root, 'location')[MAX_PLACES];
    if (crowded !== undefined) yield { kind: 'gap', gap: { at: crowded.at, reason: 'budget', message: 'there are more rules or places here than are followed' } };
    const outer = outerFile(file);
    if (outer !== undefined) yield { kind: 'gap', gap: { at: file.root.at, reason: 'import-not-resolved', message: `${outer} stands in a folder around this one: if both belong to one site, its headers come too` } };
  },

  write: (file, _policy, change) => edited(file, change),
});

function* readingsOf({ name, sections }: Site, file: XmlFile): Generator<Reading> {
  const said = sections.filter(({ webServers }) => webServers.length > 0);
  const steps = said.flatMap(stepsOf);
  const policy: Policy = {
    reader: 'iis',
    title: name === undefined ? 'IIS site' : `IIS site ${name}`,
    layer: 'proxy',
    at: said[0]?.at ?? file.root.at,
    steps,
    // OPTIONSVerbHandler, WebDAV or the application: which is installed is not said here.
    behind: { options: null },
    probes: said.map(({ path, at }): Probe => ({ path, methods: null, requestHeaders: [], at })),
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: !said.some(({ webServers }) => usesModule(webServers)), canAddVary: !said.some(({ webServers }) => usesModule(webServers)), readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield* policyOrLayer(policy, saysCors(steps) || steps.some(({ end }) => end?.to === 'answer' && end.fault?.includes('Access-Control-') === true));
}

/** Headers first, for they are on every response; then what ends a request, in the order in which IIS asks its modules. */
function stepsOf({ when, at, webServers }: Section): readonly Step[] {
  const { effects, duplicate } = customHeaders(webServers);
  if (duplicate !== undefined) return [{ when, effects: [], end: { to: 'answer', status: 500, fault: `500.19: the header ${duplicate.name} is added twice, and IIS refuses the configuration` }, at: duplicate.at }];
  const module = corsModule(webServers, when);
  return [
    ...module.effects,
    ...effects.map((effect): Step => ({ when, effects: [effect], at: effect.at })),
    ...outboundSteps(webServers, when),
    ...module.answers,
    ...authentication(webServers, when),
    ...inboundSteps(webServers, when),
    { when, effects: [], end: { to: 'behind' }, at },
  ];
}

/** Without anonymous authentication every request must be signed, a preflight too. */
function authentication(webServers: readonly XmlElement[], within: Guard): readonly Step[] {
  const anonymous = webServers.flatMap((webServer) => elementsAt(webServer, 'security', 'authentication', 'anonymousAuthentication')).at(-1);
  if (anonymous === undefined || flag(anonymous, 'enabled', true)) return [];
  const signed: Guard = { g: 'header', name: 'authorization', in: complement(ABSENT) };
  return [{ when: whenAll(within, unless(signed)), effects: [], end: { to: 'answer', status: 401, unauthenticated: true }, at: anonymous.at }];
}

function usesModule(webServers: readonly XmlElement[]): boolean {
  return webServers.some((webServer) => elementsAt(webServer, 'cors').length > 0);
}

/** The `web.config` of a folder around, when it speaks of CORS too. */
function outerFile({ file, files }: XmlFile): string | undefined {
  if (!/(?:^|\/)web\.config$/i.test(file)) return undefined;
  for (let folder = folderOf(file); folder !== ''; ) {
    folder = folderOf(folder);
    for (const name of ['web.config', 'Web.config']) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (files.exists(path) && CONCERNS.test(files.read(path) ?? '')) return path;
    }
  }
  return undefined;
}
