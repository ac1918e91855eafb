/**
 * Azure Functions and App Service: `Host.CORS` of `local.settings.json` (the local host alone), `customHeaders` of
 * `host.json`, and `siteConfig.cors` of sites in ARM templates.
 *
 * The local host is read (azure-functions-core-tools, Startup.cs, on ASP.NET Core's middleware); what App Service does
 * is documented: it answers for the app, whose own headers do not count, and refuses `*` with credentials.
 */
import { ALWAYS, type Policy } from '../../policy/program.js';
import { pairAt, type YamlFile } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { mappedHeaders } from '../../middleware/static-headers/yaml.js';
import { everyPath } from '../../middleware/static-headers/paths.js';
import { LAST, sitePolicy, stepsOf } from '../../middleware/static-headers/rules.js';
import { defineReader, type Reading } from '../reader.js';
import { localHost } from './local-host.js';
import { siteSteps, sitesIn } from './sites.js';
import { edited } from './write.js';

/** Sites of one template: more are no template that people write. */
const MAX_SITES = 100;

export default defineReader<YamlFile>({
  title: 'Azure Functions',
  language: 'yaml',
  mayConcern: /^(?:(?=[^]*"Host"\s*:)(?=[^]*"CORS"\s*:)|(?=[^]*customHeaders)(?=[^]*access-control-)|(?=[^]*Microsoft\.Web\/sites)(?=[^]*\bcors["']?\s*:))/i,

  *read(file) {
    const root = file.documents[0]?.root;
    if (root === undefined) return;
    const name = file.file.replace(/^.*\//, '');
    if (name === 'local.settings.json') yield* ofLocalHost(file);
    else if (name === 'host.json') yield* ofHost(file);
    const sites = sitesIn(file);
    if (sites.length > MAX_SITES) yield { kind: 'gap', gap: { at: sites[MAX_SITES]!.cors.at, reason: 'budget', message: `only the first ${MAX_SITES} sites are followed` } };
    for (const site of sites.slice(0, MAX_SITES)) {
      const { steps, gaps, at, title } = siteSteps(file, site);
      for (const gap of gaps) yield { kind: 'gap', gap };
      if (steps.length > 0) yield { kind: 'policy', policy: policyOf(title, gaps[0]?.at ?? at, steps) };
    }
  },

  write: edited,
});

function* ofLocalHost(file: YamlFile): Generator<Reading> {
  const root = file.documents[0]?.root;
  const cors = pairAt(root, 'Host', 'CORS');
  if (cors === undefined) return;
  const { steps, at } = localHost(file, cors, pairAt(root, 'Host', 'CORSCredentials'));
  if (steps.length === 0) return;
  const policy = policyOf('local host of Azure Functions', at, steps);
  yield { kind: 'policy', policy: { ...policy, evidence: { ...policy.evidence, localOnly: true } } };
}

/** The same on every response of a function that HTTP triggers; OPTIONS is left to the functions. */
function* ofHost(file: YamlFile): Generator<Reading> {
  const headers = pairAt(file.documents[0]?.root, 'extensions', 'http', 'customHeaders');
  const writes = mappedHeaders(file, headers?.value, false);
  if (headers === undefined || writes.length === 0) return;
  const place = everyPath(headers.at);
  yield { kind: 'policy', policy: { ...sitePolicy({ reader: 'azure-functions', title: 'host.json', at: headers.at, steps: stepsOf([{ place, when: ALWAYS, writes }], LAST) }, [place]), layer: 'gateway' } };
}

function policyOf(title: string, at: Span, steps: Policy['steps']): Policy {
  return {
    reader: 'azure-functions',
    title,
    layer: 'gateway',
    at,
    steps,
    behind: { options: null },
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
}
