/** What a browser sees through real proxies and applications is what the composed program says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchanges } from '../../src/findings/exchange.js';
import type { ClientRequest, Witness } from '../../src/findings/finding.js';
import { layersOf } from '../../src/policy/deployment.js';
import type { Deployment, HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import { mismatches, predicted, truthIn, type World } from '../support/nginx-world.js';
import { isSilent } from './chain-applications.js';
import { PASSWORD } from './chain-proxies.js';
import { APPLICATION, filesOf, generatedChains, insideOf, outsideOf, surveyed, type Chain, type Surveyed } from './chain-repositories.js';
import { ChainServers, type Deployed } from './chain-servers.js';
import { ChainRelay, COOKIE } from './chain-relay.js';
import { isFailure, reasonOf } from './chromium-reasons.js';
import { Chromium, type Page } from './chromium.js';
import { PAGE } from './exchange-server.js';
import { requestsTo } from './prediction.js';
import { realExchange } from './real-verdict.js';
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
  process.stderr.write(`chains: ${answers} answers, ${unknown} unknown, ${duplicates} duplicates, ${replayed} witnesses (${unserved} of places that are not served), ${fetches} fetches (${undecided} undecided)\n`);
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
    // At every path that no controller has, Spring Boot looks for files: a handler of its own, which has its own idea of Vary.
    ...(chain.application.title.startsWith('Spring @CrossOrigin') ? ['/boom'] : ['/nowhere', '/boom']).flatMap((inside) => outsideOf(chain, inside)).flatMap((path) => ['https://app.example.com', 'https://evil.example'].map((origin) => ({ method: 'GET', path, headers: [...from(origin), ...known] }))),
  ];
}

/** What the handlers of an application do: they serve one path, and fail in another. */
function scenarioAt(path: string | undefined): Scenario {
  return path === '/nowhere' ? { status: 404 } : path === '/boom' ? { uncaught: true } : {};
}

/** Of an application without CORS nobody tells what it answers: Spring sends Vary with every preflight. */
function toldBy({ status, headers }: Answer): Scenario {
  return { status, headers: headers.filter(([name]) => /^access-control-|^vary$/.test(name)) };
}

/** How one real answer differs from the predicted one. */
function differencesOf(deployment: Deployment | undefined, request: HttpRequest, scenario: Scenario, real: Answer): readonly string[] {
  answers += 1;
  const told = (difference: string): string => `${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${difference}`;
  if (deployment === undefined) return real.headers.filter(([name]) => name.startsWith('access-control-')).map(([name]) => told(`no layer, sent ${name}`));
  const response = predicted(deployment, request, truthIn(world, { path: request.path, query: '' }), scenario);
  if ('unknown' in response || response.status === null) {
    unknown += 1;
    if (process.env.DBG) console.log('UNKNOWN', 'unknown' in response ? response.unknown : 'status', request.method, request.path, JSON.stringify(request.headers));
    return [];
  }
  return mismatches(response, real).map(told);
}

const SHOWN = 6;

describe('the composed program gives the real answers', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const { chain, ports, entry, alone } = one;
    const silent = isSilent(chain.application);
    if (!silent) expect(entry === undefined ? 0 : layersOf(entry).length, `every layer stands in the chain\n${sourceOf(one)}`).toBe(chain.proxies.length + 1);
    const found: string[] = [];
    for (const request of requestsOf(one)) {
      const inside = insideOf(chain, request.path);
      const scenario = scenarioAt(inside);
      const direct = await send(ports[ports.length - 1]!, { ...request, path: inside! });
      if (alone !== undefined) found.push(...differencesOf(alone, { ...request, path: inside! }, scenario, direct).map((difference) => `alone: ${difference}`));
      found.push(...differencesOf(entry, request, silent ? toldBy(direct) : scenario, await send(ports[0]!, request)));
    }
    expect(found.slice(0, SHOWN), `${found.length} differ\n${sourceOf(one)}`).toEqual([]);
  });
});

const DOUBLED = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials'] as const;

function doubledIn({ headers }: Answer): readonly string[] {
  return DOUBLED.filter((header) => headers.filter(([name]) => name === header.toLowerCase()).length > 1);
}

/** Headers that simple requests for a path of the application really get twice. */
async function doubledAt({ chain, ports }: Deployed, inside: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of outsideOf(chain, inside)) {
    for (const origin of ['https://app.example.com', 'https://admin.example.com', 'https://app.example']) {
      const { response } = await realExchange(ports[0]!, { origin, method: 'GET', headers: [], credentials: 'include', url: `https://api.example${path}` });
      for (const header of doubledIn(response)) found.add(header);
    }
  }
  return [...found].sort();
}

describe('duplicates are found where they come, and nowhere else', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const told = [...new Set(one.survey.findings.filter(({ ruleId }) => ruleId === 'duplicate-cors-layers').map(({ message }) => /`(Access-Control-[\w-]+)`/.exec(message)?.[1] ?? message))].sort();
    const real = await doubledAt(one, '/data');
    // A page of errors counts as well: what is told may come there alone.
    const elsewhere = await doubledAt(one, '/nowhere');
    expect({ missed: real.filter((header) => !told.includes(header)), invented: told.filter((header) => !real.includes(header) && !elsewhere.includes(header)) }, sourceOf(one)).toEqual({ missed: [], invented: [] });
    duplicates += real.length;
  });
});

/** A witness as it can be asked of what runs: where its handler fails or serves nothing, at a path where the real one does. */
function askable(chain: Chain, { request, scenario }: Witness): ClientRequest | undefined {
  if (scenario === undefined) return request;
  const inside = scenario.uncaught === true ? '/boom' : scenario.status === 404 ? '/nowhere' : undefined;
  const url = new URL(request.url);
  if (inside === undefined || insideOf(chain, url.pathname) !== '/data') return undefined;
  url.pathname = url.pathname.replace(/\/data$/, inside);
  return { ...request, url: url.href };
}

const inWords = ({ allowed, reason }: { readonly allowed: boolean | null; readonly reason: string }): string => `${allowed} ${reason}`;

describe('what is found is so', () => {
  test.each(named)('%i: %s', async (index) => {
    const one = all[index]!;
    const { chain, survey, ports } = one;
    const wrong: string[] = [];
    for (const { ruleId, at, witness } of survey.findings) {
      const request = witness === undefined || witness.stored !== undefined ? undefined : askable(chain, witness);
      if (witness === undefined || request === undefined) continue;
      replayed += 1;
      const first = await realExchange(ports[0]!, request);
      // Asked for a password, a browser sends the one that it remembers.
      const { verdict, preflight, response } = first.response.status === 401 ? await realExchange(ports[0]!, request, [], [['authorization', PASSWORD.header]]) : first;
      // Two layers that send the same header hide what each of them lets in; that is told as such, and is no protection.
      if (inWords(verdict) === inWords(witness.verdict) || [preflight, response].some((answer) => answer !== undefined && doubledIn(answer).length > 0)) continue;
      const path = insideOf(chain, new URL(request.url).pathname);
      const direct = at.file.startsWith(`${APPLICATION}/`) ? await realExchange(ports[ports.length - 1]!, { ...request, url: `https://api.example${path}` }) : undefined;
      if (path !== '/data' && response.status === 404 && witness.scenario === undefined) {
        unserved += 1;
        continue;
      }
      wrong.push(`${ruleId} in ${at.file}: ${JSON.stringify(request)} is ${inWords(verdict)}, not ${inWords(witness.verdict)}${direct === undefined ? '' : `; alone ${inWords(direct.verdict)}`}`);
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
            else if (said !== real) wrong.push(`${JSON.stringify(request)}: said ${said}, in Chromium ${real}`);
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
  const said = new Set(exchanges(entry, request, 'production').map(({ verdict }) => inWords(verdict)));
  return said.size === 1 ? [...said][0] : undefined;
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
