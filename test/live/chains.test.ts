/** What a browser sees through real proxies and applications is what the composed program says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../src/browser/judge.js';
import { exchanges, serverRequest } from '../../src/findings/exchange.js';
import type { ClientRequest, Fix, Witness } from '../../src/findings/finding.js';
import { layersOf } from '../../src/policy/deployment.js';
import type { Deployment, HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import { applyEdits } from '../../src/text/edit.js';
import { mismatches, predicted, truthIn, type World } from '../support/nginx-world.js';
import { isSilent } from './chain-applications.js';
import { PASSWORD } from './chain-proxies.js';
import { APPLICATION, filesOf, generatedChains, insideOf, outsideOf, proxyFile, surveyed, type Chain, type Surveyed } from './chain-repositories.js';
import { ChainServers, type Deployed } from './chain-servers.js';
import { ChainRelay, COOKIE } from './chain-relay.js';
import { doubledIn, WithoutSecondHeaders } from './chain-second-headers.js';
import { isFailure, reasonOf } from './chromium-reasons.js';
import { Chromium, type Page } from './chromium.js';
import { PAGE } from './exchange-server.js';
import { requestsTo } from './prediction.js';
import { answered, realExchange, type RealExchange, type Server } from './real-verdict.js';
import { sample } from './seed.js';
import { freePorts, send, type Answer } from './server.js';

const { random, cases } = sample('chains', 64);
const chains = generatedChains(random, cases);
const servers = new ChainServers();
const all: (Deployed & Surveyed)[] = [];
const world: World = { files: new Set(), folders: new Set(['/']) };
let answers = 0;
let unknown = 0;
let duplicates = 0;
let replayed = 0;
let unserved = 0;
let told = 0;
let alone = 0;
let hidden = 0;
let neutralised = 0;
let fetches = 0;
let undecided = 0;

beforeAll(async () => {
  const ports = await freePorts(chains.reduce((sum, { proxies }) => sum + proxies.length + 1, 0));
  let next = 0;
  for (const chain of chains) {
    const own = ports.slice(next, (next += chain.proxies.length + 1));
    const files = filesOf(chain, own);
    all.push({ chain, files, ports: own, ...(await surveyed(chain, files)) });
  }
  await servers.startAll(all);
});

afterAll(async () => {
  await servers.stopAll();
  process.stderr.write(`chains: ${answers} answers, ${unknown} unknown; ${duplicates} duplicates; ${replayed} witnesses (${unserved} of places beside those that are served, ${alone} of an application alone, ${hidden} hidden by a second header); ${neutralised} witnesses of no account; ${told} told changes; ${fetches} fetches (${undecided} undecided)\n`);
});

const named = chains.map(({ title }, index) => [index, title] as const);
const sourceOf = ({ files }: Deployed): string => Object.entries(files).map(([path, text]) => `== ${path}\n${text}`).join('\n');

/** What every chain is asked, by paths outside. */
function requestsOf({ chain }: Deployed): readonly HttpRequest[] {
  const known: HttpRequest['headers'] = [['authorization', PASSWORD.header]];
  const from = (origin: string): HttpRequest['headers'] => [['host', 'api.example'], ['origin', origin]];
  return [
    ...outsideOf(chain, '/data').flatMap((path) => {
      const simple = requestsTo(path, ['GET', 'POST'], 'api.example');
      return [...simple, ...simple.filter(({ method }) => method !== 'OPTIONS').map((request) => ({ ...request, headers: [...request.headers, ...known] })), { method: 'OPTIONS', path, headers: from('https://app.example.com') }, { method: 'DELETE', path, headers: [...from('https://app.example.com'), ...known] }];
    }),
    ...outsideOf(chain, '/more').flatMap((path) => ['GET', 'OPTIONS'].flatMap((method) => ['https://app.example.com', 'https://evil.example'].map((origin) => ({ method, path, headers: [...from(origin), ...known] })))),
    // At every path that no controller has, Spring Boot looks for files: a handler of its own, which has its own idea of Vary.
    ...(chain.application.title.startsWith('Spring @CrossOrigin') ? ['/boom'] : ['/nowhere', '/boom']).flatMap((inside) => outsideOf(chain, inside)).flatMap((path) => ['https://app.example.com', 'https://evil.example'].map((origin) => ({ method: 'GET', path, headers: [...from(origin), ...known] }))),
  ];
}

/** What the handlers of an application do: they serve two paths, and fail in another. */
function scenarioAt(path: string | undefined): Scenario {
  return path === '/nowhere' ? { status: 404 } : path === '/boom' ? { uncaught: true } : {};
}

/** Of an application without CORS nobody tells what it answers: Spring sends Vary with every preflight. */
function toldBy({ status, headers }: Answer): Scenario {
  return { status, headers: headers.filter(([name]) => /^access-control-|^vary$/.test(name)) };
}

/** What stands behind does with a request from outside. */
async function scenarioOf({ chain, ports }: Deployed, request: HttpRequest): Promise<Scenario> {
  const path = insideOf(chain, request.path);
  if (!isSilent(chain.application)) return scenarioAt(path);
  return path === undefined ? {} : toldBy(await send(ports[ports.length - 1]!, { ...request, path }));
}

/** How one real answer differs from the predicted one. */
function differencesOf(deployment: Deployment | undefined, request: HttpRequest, scenario: Scenario, real: Answer): readonly string[] {
  answers += 1;
  const told = (difference: string): string => `${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${difference}`;
  if (deployment === undefined) return real.headers.filter(([name]) => name.startsWith('access-control-')).map(([name]) => told(`no layer, sent ${name}`));
  const response = predicted(deployment, request, truthIn(world, { path: request.path, query: '' }), scenario);
  if ('unknown' in response || response.status === null) {
    unknown += 1;
    return [];
  }
  return mismatches(response, real).map(told);
}

const SHOWN = 6;

describe('the composed program gives the real answers', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const { chain, ports, entry } = one;
    const silent = isSilent(chain.application);
    if (!silent) expect(entry === undefined ? 0 : layersOf(entry).length, `every layer stands in the chain\n${sourceOf(one)}`).toBe(chain.proxies.length + 1);
    const found: string[] = [];
    for (const request of requestsOf(one)) {
      const inside = insideOf(chain, request.path);
      const scenario = scenarioAt(inside);
      const direct = await send(ports[ports.length - 1]!, { ...request, path: inside! });
      if (one.alone !== undefined) found.push(...differencesOf(one.alone, { ...request, path: inside! }, scenario, direct).map((difference) => `alone: ${difference}`));
      found.push(...differencesOf(entry, request, silent ? toldBy(direct) : scenario, await send(ports[0]!, request)));
    }
    expect(found.slice(0, SHOWN), `${found.length} differ\n${sourceOf(one)}`).toEqual([]);
  });
});

test('what the files alone decide is told', () => {
  // An evaluator that knew nothing would disagree with nothing.
  expect(answers).toBeGreaterThan(cases * 50);
  expect(unknown).toBeLessThanOrEqual(answers * 0.03);
});

/** How often simple requests for paths of the application really get a header, at most: those that come more than once. */
async function doubledAt({ chain, ports }: Deployed, inside: readonly string[], origins: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const path of inside.flatMap((one) => outsideOf(chain, one))) {
    for (const origin of new Set([...origins, 'https://app.example.com', 'https://admin.example.com', 'https://app.example'])) {
      const { response } = await realExchange(ports[0]!, { origin, method: 'GET', headers: [], credentials: 'include', url: `https://api.example${path}` });
      for (const header of doubledIn(response)) found.set(header, Math.max(found.get(header) ?? 0, response.headers.filter(([name]) => name === header.toLowerCase()).length));
    }
  }
  return found;
}

describe('duplicates are found where they come, and nowhere else', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const findings = one.survey.findings.filter(({ ruleId }) => ruleId === 'duplicate-cors-layers');
    const origins = findings.flatMap(({ witness }) => (witness === undefined ? [] : [witness.request.origin]));
    const told = [...new Set(findings.map(({ message }) => /`(Access-Control-[\w-]+)`/.exec(message)?.[1] ?? message))].sort();
    // What one layer sends more than once by itself is told of it.
    const alone = new Map(one.survey.findings.filter(({ ruleId }) => ruleId === 'origin-multiple-values').map(({ message }) => /`(Access-Control-[\w-]+)` is sent (\d+) times/.exec(message)).flatMap((told) => (told === null ? [] : [[told[1], Number(told[2])] as const])));
    const real = await doubledAt(one, ['/data', '/more'], origins);
    // A page of errors counts as well: what is told may come there alone.
    const elsewhere = await doubledAt(one, ['/nowhere'], origins);
    const missed = [...real].filter(([header, times]) => times > (alone.get(header) ?? 1) && !told.includes(header));
    expect({ missed, invented: told.filter((header) => !real.has(header) && !elsewhere.has(header)) }, sourceOf(one)).toEqual({ missed: [], invented: [] });
    duplicates += real.size;
  });
});

/** Paths inside that handlers serve. */
const SERVED: readonly (string | undefined)[] = ['/data', '/more'];

/**
 * The same request for a path that a handler serves. A path that none serves stands for all beside it: what is said of it
 * is what a handler would send that answers.
 */
function beside(request: ClientRequest, inside: (path: string) => string | undefined): ClientRequest {
  const url = new URL(request.url);
  if (SERVED.includes(inside(url.pathname))) return request;
  url.pathname = url.pathname.replace(/[^/]*$/, 'more');
  return { ...request, url: url.href };
}

/** A witness as it can be asked of what runs: where its handler fails or serves nothing, at a path where the real one does. */
function askable({ request, scenario }: Witness, inside: (path: string) => string | undefined): ClientRequest | undefined {
  if (scenario === undefined) return request;
  const path = scenario.uncaught === true ? '/boom' : scenario.status === 404 ? '/nowhere' : undefined;
  const url = new URL(request.url);
  if (path === undefined || !SERVED.includes(inside(url.pathname))) return undefined;
  url.pathname = url.pathname.replace(/\/[^/]*$/, path);
  return { ...request, url: url.href };
}

const inWords = ({ allowed, reason }: { readonly allowed: boolean | null; readonly reason: string }): string => `${allowed} ${reason}`;

/** Statuses that caches keep without being told to (RFC 9110, 15.1). */
const KEPT = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501];

/** What becomes of a witness that is asked in truth. A password that is asked for is sent as a browser does that remembers it. */
async function replay(server: Server, request: ClientRequest, { stored, verdict, response: { status: predictedStatus } }: Witness): Promise<{ readonly isSo: boolean; readonly words: string }> {
  if (stored !== undefined) {
    // The cache is asked where the server is, and matters to those whom the server lets in.
    const { origin, ...rest } = { ...stored.request, url: request.url };
    const response = origin === null ? await answered(server, serverRequest(rest, rest.method, rest.headers)) : (await realExchange(server, { ...rest, origin })).response;
    const granted = (await realExchange(server, request, [], [['authorization', PASSWORD.header]])).verdict;
    const kept = judge({ ...request }, { response });
    const varies = response.headers.some(([name, value]) => name === 'vary' && /\borigin\b/i.test(value));
    const isPoisoned = !varies && KEPT.includes(response.status) && kept.allowed === verdict.allowed;
    return { isSo: isPoisoned && granted.allowed === true, words: `${inWords(kept)} from a cache${varies ? ' that keeps it for its origin' : ''}, ${inWords(granted)} from the server` };
  }
  const first = await realExchange(server, request);
  const all = first.response.status === 401 ? [first, await realExchange(server, request, [], [['authorization', PASSWORD.header]])] : [first];
  // Who reads only that it is turned away has read nothing.
  const says = (one: RealExchange): boolean => inWords(one.verdict) === inWords(verdict) && (verdict.allowed !== true || (predictedStatus ?? 0) >= 400 || one.response.status < 400);
  return { isSo: all.some(says), words: all.map((one) => inWords(one.verdict)).join(' or ') };
}

/** How many layers stand in front of the one that a file is of. */
function layerOf(chain: Chain, file: string): number {
  const index = chain.proxies.findIndex((_proxy, proxy) => file === proxyFile(chain, proxy));
  return index === -1 ? chain.proxies.length : index;
}

/**
 * Does a request for what a layer has at that path come to what is said of it, on one of the ways from outside, but for
 * headers that another layer sends once more?
 */
async function isHidden(one: Deployed & Surveyed, file: string, request: ClientRequest, witness: Witness): Promise<boolean> {
  const { chain, ports, entry } = one;
  const scenario = async (sent: HttpRequest): Promise<Scenario> => scenarioOf(one, sent);
  const others = new WithoutSecondHeaders({ entry, port: ports[0]!, folder: file.slice(0, file.indexOf('/') + 1), world, scenario });
  const { pathname } = new URL(request.url);
  for (const path of new Set([pathname, ...outsideOf({ ...chain, proxies: chain.proxies.slice(0, layerOf(chain, file)) }, pathname)])) {
    others.taken = 0;
    if ((await replay(others.ask, { ...request, url: `https://api.example${path}` }, witness)).isSo && others.taken > 0) return true;
  }
  return false;
}

const isApplication = (file: string): boolean => file.startsWith(`${APPLICATION}/`);

describe('what is found is so', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const { chain, survey, ports } = one;
    const wrong: string[] = [];
    for (const { ruleId, at, witness } of survey.findings) {
      const request = witness === undefined ? undefined : askable(witness, (path) => insideOf(chain, path));
      if (witness === undefined || request === undefined) continue;
      replayed += 1;
      const { isSo, words } = await replay(ports[0]!, request, witness);
      if (isSo) continue;
      const { pathname } = new URL(request.url);
      const inside = insideOf(chain, pathname);
      // No request from outside comes to that place of the application as it is written: there is what it says alone.
      if (isApplication(at.file) && inside === undefined && (await replay(ports[ports.length - 1]!, request, witness)).isSo) {
        alone += 1;
        continue;
      }
      // Two layers that send the same header hide what each of them lets in; that is told as such, and is no protection.
      if (await isHidden(one, at.file, request, witness)) {
        hidden += 1;
        continue;
      }
      const served = witness.scenario === undefined ? beside(request, (path) => insideOf(chain, path)) : request;
      if (served !== request && ((await replay(ports[0]!, served, witness)).isSo || (await isHidden(one, at.file, served, witness)))) {
        unserved += 1;
        continue;
      }
      wrong.push(`${ruleId} in ${at.file}: ${JSON.stringify(request)} is ${words}, not ${inWords(witness.verdict)}`);
    }
    expect(wrong, sourceOf(one)).toEqual([]);
  });
});

describe('what other layers make of no account is not so', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const { chain, survey, ports, files } = one;
    const wrong: string[] = [];
    for (const { ruleId, at } of survey.neutralised) {
      const folder = at.file.slice(0, at.file.indexOf('/') + 1);
      const own = await surveyed(chain, Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(folder))));
      const found = own.survey.findings.filter((finding) => finding.ruleId === ruleId && finding.at.file === at.file && finding.at.start === at.start);
      if (found.length === 0) wrong.push(`${ruleId} in ${at.file} is not found of the layer alone`);
      for (const { witness } of found) {
        // A layer's own paths, as those are outside that lead to them.
        const before = { ...chain, proxies: isApplication(at.file) ? chain.proxies : chain.proxies.slice(0, folder === 'gateway/' ? 1 : 0) };
        const inside = (path: string): string | undefined => insideOf({ ...chain, proxies: chain.proxies.slice(before.proxies.length) }, path);
        const request = witness === undefined ? undefined : askable(witness, inside);
        if (witness === undefined || request === undefined) continue;
        for (const path of outsideOf(before, new URL(request.url).pathname)) {
          neutralised += 1;
          const outside = beside({ ...request, url: `https://api.example${path}` }, witness.scenario === undefined ? (inner) => insideOf(chain, inner) : () => SERVED[0]);
          const { isSo, words } = await replay(ports[0]!, outside, witness);
          // What other layers have taken over is told there; and whom nobody lets in misses no preflight.
          const isTaken = survey.findings.some((finding) => finding.ruleId === ruleId);
          const isServed = witness.verdict.allowed === true || (await realExchange(ports[0]!, { ...outside, method: 'GET', headers: [] })).verdict.allowed === true;
          if (isSo && !isTaken && isServed) wrong.push(`${ruleId} in ${at.file}: ${JSON.stringify(outside)} is ${words} all the same`);
        }
      }
    }
    expect(wrong, sourceOf(one)).toEqual([]);
  });
});

/** What pages try: read and change, with and without credentials, with a preflight and without. */
const TRIES: readonly Pick<ClientRequest, 'method' | 'headers'>[] = [
  { method: 'GET', headers: [] },
  { method: 'GET', headers: [['x-custom', '1']] },
  { method: 'POST', headers: [['content-type', 'application/json']] },
  { method: 'PUT', headers: [] },
];

const PAGES = ['https://app.example.com', 'https://evil.example'] as const;

describe('Chromium decides as it is said', () => {
  const hostOf = (index: number): string => `chain-${index}.example`;
  const relay = new ChainRelay((host) => all[Number(/^chain-(\d+)\./.exec(host)?.[1])]?.ports[0]);
  let chromium: Chromium;

  beforeAll(async () => {
    chromium = new Chromium(await relay.listen());
    // Fails with the system's own word where no Chromium is installed.
    await chromium.send('Browser.getVersion', {});
  });

  afterAll(async () => {
    await chromium.stop();
    await relay.close();
  });

  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const wrong: string[] = [];
    for (const origin of PAGES) {
      await chromium.withPage(`${origin}${PAGE}`, async (page) => {
        await page.run(`fetch('https://${hostOf(index)}${COOKIE}', { mode: 'no-cors', credentials: 'include' }).then(() => true)`);
        for (const path of outsideOf(one.chain, '/data')) {
          for (const [credentials, { method, headers }] of (['omit', 'include'] as const).flatMap((mode) => TRIES.map((one) => [mode, one] as const))) {
            const request: ClientRequest = { origin, method, headers, credentials, url: `https://${hostOf(index)}${path}` };
            const said = saidOf(one, request);
            const real = await fetchedBy(page, request);
            if (said === undefined) undecided += 1;
            // Which check fails first depends on a status that nobody tells of an application without CORS.
            else if (isSilent(one.chain.application) ? said.split(' ')[0] !== real.split(' ')[0] : said !== real) wrong.push(`${JSON.stringify(request)}: said ${said}, in Chromium ${real}`);
          }
        }
      });
    }
    expect(wrong, sourceOf(one)).toEqual([]);
  });
});

/** The verdict, where it is the same in all worlds. Where nothing says a word on CORS nothing can be read. */
function saidOf({ entry }: Surveyed, request: ClientRequest): string | undefined {
  if (entry === undefined) return undefined;
  const verdicts = exchanges(entry, request, 'production').map(({ verdict }) => verdict);
  const said = new Set(verdicts.map(inWords));
  return said.size === 1 && verdicts.every(({ allowed }) => allowed !== null) ? [...said][0] : undefined;
}

/** What a page's `fetch` comes to. The query tells its requests from all others. */
async function fetchedBy({ run, event }: Page, { url, method, headers, credentials }: ClientRequest): Promise<string> {
  fetches += 1;
  const asked = `${url}?${fetches}`;
  const init = { method, headers, credentials, cache: 'no-store', ...(method === 'GET' ? {} : { body: '{}' }) };
  const type = await run(`fetch(${JSON.stringify(asked)}, ${JSON.stringify(init)}).then(async (response) => (await response.text(), response.type)).catch(() => 'error')`);
  if (type === 'cors') return 'true ok';
  const sent = await event(({ method: name, params }) => name === 'Network.requestWillBeSent' && params.request?.url === asked && params.type === 'Fetch');
  return `false ${reasonOf(await event((told) => isFailure(told) && told.params.requestId === sent.params.requestId))}`;
}

/** Requests by which a chain is compared with what an edit makes of it. */
function comparedRequests({ chain }: Deployed, origins: readonly string[]): readonly ClientRequest[] {
  return outsideOf(chain, '/data').flatMap((path) => [...new Set(['https://app.example.com', 'https://admin.example.com', 'http://app.example.com', 'https://evil.example', ...origins])].flatMap((origin) => (['omit', 'include'] as const).flatMap((credentials) => TRIES.map((one) => ({ origin, ...one, credentials, url: `https://api.example${path}` })))));
}

/** `GET /data from https://app.example.com with credentials: blocked → allowed` */
const TOLD = /^(\w+) (\S+) from (\S+?)( with credentials)?: (allowed|blocked) → (allowed|blocked)$/;

describe('an edit changes what it says, and nothing else', () => {
  test('for chains of every kind', async () => {
    const wrong: string[] = [];
    const kinds = new Set<string>();
    let edits = 0;
    for (const one of all.filter(({ chain }) => chain.knows === 'ports')) {
      const offers = one.survey.findings.flatMap(({ ruleId, fix, suggestions, witness }) => [fix, ...suggestions].flatMap((offer) => (offer === undefined ? [] : [{ ruleId, offer, witness, automatic: offer === fix }])));
      for (const { ruleId, offer, witness, automatic } of offers) {
        const kind = `${ruleId}: ${offer.title}`;
        // Compilers are slow, and what the same offer does elsewhere was seen.
        if (edits >= MOST_EDITS || kinds.has(kind) || offer.edits.some(({ file }) => file.endsWith('.java'))) continue;
        kinds.add(kind);
        edits += 1;
        wrong.push(...(await differencesAfter(one, offer, { automatic, origins: witness === undefined ? [] : [witness.request.origin] })).map((difference) => `${kind}: ${difference}\n${sourceOf(one)}`));
      }
    }
    expect(wrong.slice(0, SHOWN)).toEqual([]);
    expect(edits).toBeGreaterThanOrEqual(Math.min(10, Math.floor(cases / 4)));
    expect(told).toBeGreaterThanOrEqual(Math.min(5, Math.floor(cases / 8)));
  });
});

const MOST_EDITS = 24;

/** What the request of a told change may carry: the words do not say it. */
const UNTOLD: readonly ClientRequest['headers'][] = [[], [['content-type', 'application/json']], [['authorization', PASSWORD.header]], [['x-unlisted', '1']]];

/** Applies an offer, starts what it changes on other ports, and asks both. */
async function differencesAfter(one: Deployed & Surveyed, offer: Fix, { automatic, origins }: { readonly automatic: boolean; readonly origins: readonly string[] }): Promise<readonly string[]> {
  const { chain, files, ports } = one;
  const edited = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, applyEdits(text, offer.edits.filter(({ file }) => file === path))]));
  const touchesApplication = offer.edits.some(({ file }) => isApplication(file));
  const last = ports[ports.length - 1]!;
  const others = await freePorts(ports.length);
  const moved = others.map((other, index) => (index === ports.length - 1 && !touchesApplication ? last : other));
  const after = await surveyed(chain, edited);
  const onOthers = Object.fromEntries(Object.entries(edited).map(([path, text]) => [path, ports.reduce((said, port, index) => said.replaceAll(String(port), String(moved[index])), text)]));
  const deployed: Deployed = { chain, files: onOthers, ports: moved };
  const running = [...(touchesApplication ? [await servers.startApplication(deployed)] : []), ...(await servers.startProxies(deployed))];
  try {
    const found: string[] = [];
    for (const request of comparedRequests(one, origins)) {
      const [was, is] = [(await realExchange(ports[0]!, request)).verdict, (await realExchange(moved[0]!, request)).verdict];
      const said = [saidOf(one, request), saidOf(after, request)];
      for (const [index, real] of [was, is].entries()) if (said[index] !== undefined && said[index] !== inWords(real)) found.push(`${index === 0 ? 'before' : 'after'}: ${JSON.stringify(request)} is ${inWords(real)}, not ${said[index]}`);
      if (automatic && was.allowed === false && is.allowed === true) found.push(`automatic, and lets in ${JSON.stringify(request)}`);
    }
    // What changes is told as the edited layer gets it.
    const layer = touchesApplication ? chain.proxies.length : chain.proxies.findIndex((_proxy, index) => offer.edits.some(({ file }) => file === proxyFile(chain, index)));
    const [first, second] = [ports[layer]!, moved[layer]!];
    for (const line of offer.changes) {
      const [, method, path, origin, credentials, was, is] = TOLD.exec(line) ?? [];
      if (method === undefined || path === undefined || origin === undefined || !SERVED.includes(insideOf({ ...chain, proxies: chain.proxies.slice(layer) }, path))) continue;
      told += 1;
      const real = new Set<string>();
      for (const headers of UNTOLD) {
        const request: ClientRequest = { origin, method, headers, credentials: credentials === undefined ? 'omit' : 'include', url: `https://api.example${path}` };
        real.add([await realExchange(first, request), await realExchange(second, request)].map(({ verdict }) => (verdict.allowed === true ? 'allowed' : 'blocked')).join(' → '));
      }
      if (!real.has(`${was} → ${is}`)) found.push(`"${line}", but really ${[...real].join(' or ')}`);
    }
    return found;
  } finally {
    for (const process of running) await servers.stop(process);
  }
}
