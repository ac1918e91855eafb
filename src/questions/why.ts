import type { Survey } from '../engine.js';
import { urlOf } from '../findings/ask.js';
import type { ClientRequest } from '../findings/finding.js';
import { layersOf } from '../policy/deployment.js';
import type { Scenario } from '../policy/evaluate.js';
import type { Policy } from '../policy/program.js';
import { acceptedCandidates } from '../policy/views.js';
import type { Span } from '../text/span.js';
import { environmentNamed } from '../values/fact.js';
import { agreement, differencesFrom, type Agreement, type Difference } from './agreement.js';
import type { ConsoleMessage } from './console/messages.js';
import { explainAt } from './explain.js';
import type { Explanation, Question, World } from './explanation.js';
import type { Failure } from './failure.js';
import { candidatesFor, type Candidate } from './places.js';

/** What is not told, and was taken to be so. */
export interface Taken {
  readonly what: 'url' | 'origin' | 'method' | 'headers' | 'credentials' | 'handler';
  readonly text: string;
}

/** Why a request was kept from script. */
export type Why =
  /** No header of the server is to blame, or none that can be told from this. `places`: what the repository says of the header that it is about. */
  | { readonly outcome: 'not-cors'; readonly failure: ConsoleMessage; readonly places: readonly Span[] }
  /** The layers of the repository make the request fail in this very way. */
  | { readonly outcome: 'explained'; readonly failure: Failure; readonly explanation: Explanation; readonly world: World; readonly taken: readonly Taken[]; readonly scenario: Scenario; readonly agreement: Agreement }
  /** What was recorded is not what the layers would answer, and fails for that. */
  | { readonly outcome: 'differs'; readonly failure: Failure; readonly explanation: Explanation; readonly world: World; readonly taken: readonly Taken[]; readonly differences: readonly Difference[] }
  /** They do not. `redirecting`: layers that the request came to before it was redirected elsewhere. */
  | { readonly outcome: 'unexplained'; readonly failure: Failure; readonly looked: readonly Looked[]; readonly redirecting: readonly Policy[] };

/** A layer that requests come to first, and why it does not explain a failure. */
export interface Looked {
  readonly layer: Policy;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  /** `elsewhere`: its hosts, ports and paths are others; `outdone`: another layer is named for the host; else what becomes of the request there. */
  readonly found: 'elsewhere' | 'outdone' | Explanation;
}

/** What the user and the configuration know beside the message. */
export interface Known {
  /** As the user calls it. */
  readonly environment: string;
  /** Origins of pages that are the user's own. */
  readonly origins: readonly string[];
}

/** URLs that are tried where none is told. */
const MOST_URLS = 60;
/** Origins of pages that are tried where none is told. */
const MOST_ORIGINS = 8;
/** Some page's origin, where none is known (RFC 2606). */
const SOME_PAGE = 'https://app.example';

type Asked = Pick<Survey, 'entries' | 'calls'>;

/** Which layers make a request fail as it did. */
export function why(survey: Asked, failure: Failure | ConsoleMessage, known: Known): Why {
  if ('notCors' in failure && failure.notCors !== undefined) return { outcome: 'not-cors', failure, places: failure.notCors === 'header-not-exposed' ? exposingIn(survey) : [] };
  const environment = environmentNamed(known.environment);
  const urls = urlsOf(survey, failure);
  let best: Hit | undefined;
  const candidates = urls.flatMap((url) => candidatesAt(survey, failure, url, known.environment));
  for (const [index, candidate] of candidates.entries()) {
    for (const trial of trialsOf(survey, failure, candidate, known)) {
      const explanation = explainAt({ ...candidate, request: trial.request }, environment, trial.scenario);
      for (const [rank, world] of explanation.worlds.entries()) {
        const agrees = agreement(failure, world);
        if (agrees === undefined) continue;
        const taken = [...(failure.url === undefined ? [{ what: 'url', text: trial.request.url } as const] : []), ...trial.taken];
        const hit: Hit = { why: { outcome: 'explained', failure, explanation, world, taken, scenario: trial.scenario, agreement: agrees }, rank: [agrees.differences.length, agrees.unlikely, rank, index, taken.length] };
        if (best === undefined || isBefore(hit.rank, best.rank)) best = hit;
      }
      // Later trials take more for granted, and later layers fit less.
      if (best !== undefined && best.rank[0] === 0 && best.rank[1] === 0 && best.rank[2] === 0) return best.why;
    }
  }
  return best?.why ?? otherwise(survey, failure, candidates, known) ?? { outcome: 'unexplained', failure, looked: lookedAt(survey, failure, candidates, known), redirecting: candidates.length > 0 || failure.firstUrl === undefined ? [] : candidatesAt(survey, failure, failure.firstUrl, known.environment).map(({ entry }) => entry.policy) };
}

/**
 * The explanation of the course that was really taken, to be mended: what the message tells is no longer open. Undefined where
 * nobody knows the page's origin: nothing is changed for the sake of one that was made up.
 */
export function asHappened({ explanation, world }: Extract<Why, { readonly outcome: 'explained' }>): Explanation | undefined {
  if (explanation.request.origin === SOME_PAGE) return undefined;
  return { ...explanation, verdict: world.verdict, worlds: [world], gaps: [] };
}

interface Hit {
  readonly why: Why;
  /** Fewer is better, the first number first. */
  readonly rank: readonly number[];
}

/** A recording tells where the servers do otherwise than the layers that fit best. */
function otherwise(survey: Asked, failure: Failure, [candidate]: readonly Candidate[], known: Known): Why | undefined {
  if (failure.recorded === undefined || candidate === undefined) return undefined;
  const [trial] = [...trialsOf(survey, failure, candidate, known)];
  if (trial === undefined) return undefined;
  const explanation = explainAt({ ...candidate, request: trial.request }, environmentNamed(known.environment), trial.scenario);
  const world = explanation.worlds[0]!;
  return { outcome: 'differs', failure, explanation, world, taken: trial.taken, differences: differencesFrom(failure.recorded, world) };
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((value, at) => value !== other[at]);
  return index !== -1 && one[index]! < other[index]!;
}

function urlsOf({ entries }: Asked, { url, server }: Failure): readonly string[] {
  if (url !== undefined) return [url];
  const probes = entries.flatMap(({ policy, inner }) => [...policy.probes, ...inner.flatMap(({ deployment }) => deployment.policy.probes)]);
  const urls = server === undefined ? probes.map(urlOf) : probes.map(({ path }) => new URL(path, server).href);
  return [...new Set(urls)].slice(0, MOST_URLS);
}

/** Layers that the URL may mean, for a request that is sent at once or for one that is asked about first. */
function candidatesAt(survey: Asked, failure: Failure, url: string, environment: string): readonly Candidate[] {
  if (!URL.canParse(url)) return [];
  // Where others name their hosts, one that names neither the host nor the place does not speak of this URL.
  const namesHosts = survey.entries.some(({ policy }) => policy.probes.some(({ host }) => host !== undefined));
  const question: Question = { origin: failure.origin ?? SOME_PAGE, method: failure.method ?? 'GET', headers: [], credentials: 'omit', url };
  const found = [question, { ...question, method: 'PUT' }].flatMap((asked) => candidatesFor(survey, asked, environmentNamed(environment))).filter(({ fit }) => !namesHosts || fit.host !== 'open' || fit.path !== 'rest');
  return found.filter(({ entry }, index) => found.findIndex((other) => other.entry === entry) === index);
}

interface Trial {
  readonly request: ClientRequest;
  readonly scenario: Scenario;
  readonly taken: readonly Taken[];
}

/** Requests that the failure may be about, those that take least for granted first. */
function* trialsOf(survey: Asked, failure: Failure, { entry, request: { url } }: Candidate, known: Known): Generator<Trial> {
  const written = failure.origin === undefined ? layersOf(entry).flatMap(acceptedCandidates) : [];
  for (const { scenario, ...handled } of scenariosOf(failure)) {
    for (const { credentials, ...carried } of credentialsOf(failure)) {
      for (const { origin, ...paged } of originsOf(failure, [...known.origins, ...written])) {
        for (const { method, headers, ...formed } of formsOf(survey, failure, url)) {
          const taken = [paged, formed, carried, handled].flatMap((one) => one.taken);
          yield { request: { origin, method, headers, credentials, url }, scenario, taken };
        }
      }
    }
  }
}

/** What the program behind did: an error often has no headers of CORS. */
function scenariosOf({ reasons, status }: Failure): readonly { readonly scenario: Scenario; readonly taken: readonly Taken[] }[] {
  const asked = { scenario: {}, taken: [] };
  if (!reasons.some((reason) => !reason.startsWith('preflight-'))) return [asked];
  const statuses = status === undefined ? [500, 404, 401] : status >= 400 ? [status] : [];
  const failing = statuses.map((code) => ({ scenario: { status: code }, taken: status === undefined ? [{ what: 'handler', text: `it answers ${code}` } as const] : [] }));
  const thrown = status === undefined || status === 500 ? [{ scenario: { uncaught: true }, taken: [{ what: 'handler', text: 'it throws' } as const] }] : [];
  return status !== undefined && status >= 400 ? [...failing, ...thrown, asked] : [asked, ...failing, ...thrown];
}

/** @param known the user's own, and those that the layers name */
function originsOf({ origin, sent, url, firstUrl }: Failure, known: readonly string[]): readonly { readonly origin: string; readonly taken: readonly Taken[] }[] {
  if (origin !== undefined) return [{ origin: isTainted(origin, firstUrl, url) ? 'null' : origin, taken: [] }];
  const whole = new Set(known.filter((own) => !own.includes('*') && own !== sent['access-control-allow-origin']));
  return [...[...whole].slice(0, MOST_ORIGINS), SOME_PAGE].map((own) => ({ origin: own, taken: [{ what: 'origin', text: own }] }));
}

/** Fetch, redirect-taint: what one foreign server redirects to another is asked for in nobody's name. */
function isTainted(page: string, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined || !URL.canParse(from) || !URL.canParse(to)) return false;
  const server = new URL(from).origin;
  return server !== page && server !== new URL(to).origin;
}

type Form = Pick<ClientRequest, 'method' | 'headers'> & { readonly taken: readonly Taken[] };

/** Methods and headers, those of the repository's own pages first. */
function formsOf({ calls }: Asked, { method, header, headers, reasons }: Failure, url: string): readonly Form[] {
  if (headers !== undefined) return [{ method: method ?? 'GET', headers, taken: method === undefined ? [{ what: 'method', text: 'GET' }] : [] }];
  const named: ClientRequest['headers'] = header === undefined ? [] : [valued(header)];
  const { pathname, origin: server } = new URL(url);
  const called = calls.filter(({ target, path }) => (target === null || target === server) && isCalled(path, pathname)).map((call) => ({ method: call.method, headers: call.headers.map(valued) }));
  const asksFirst = reasons.every((reason) => reason.startsWith('preflight-'));
  const usual: readonly Pick<ClientRequest, 'method' | 'headers'>[] = [
    ...(asksFirst && named.length === 0 && method === undefined ? [] : [{ method: 'GET', headers: [] }]),
    { method: 'POST', headers: [valued('content-type')] },
    ...['PUT', 'DELETE', 'PATCH'].map((one) => ({ method: one, headers: [] })),
    { method: 'GET', headers: [valued('authorization')] },
  ];
  const forms = [...called, ...usual].map((form) => ({ method: method ?? form.method, headers: [...named, ...form.headers.filter(([name]) => name !== header)] }));
  const fitting = forms.filter((form, index) => (method === undefined || called.some((call) => call.method === method) || form.headers.length <= named.length + 1) && forms.findIndex((other) => JSON.stringify(other) === JSON.stringify(form)) === index);
  return fitting.map((form) => ({ ...form, taken: [...(method === undefined ? [{ what: 'method', text: form.method } as const] : []), ...(form.headers.length > named.length ? [{ what: 'headers', text: form.headers.map(([name]) => name).join(', ') } as const] : [])] }));
}

function isCalled(called: string, asked: string): boolean {
  const [theirs, ours] = [called, asked].map((path) => path.split('/').filter((segment) => segment !== ''));
  return theirs!.length === ours!.length && theirs!.every((segment, index) => segment === '*' || segment === ours![index]);
}

/** A header with a value that makes browsers ask first. */
function valued(name: string): readonly [string, string] {
  return [name, name === 'content-type' ? 'application/json' : name === 'range' ? 'bytes=-1' : /^(?:accept|accept-language|content-language)$/.test(name) ? `"${'x'.repeat(130)}"` : 'value'];
}

function credentialsOf({ credentials, reasons }: Failure): readonly { readonly credentials: ClientRequest['credentials']; readonly taken: readonly Taken[] }[] {
  const both = credentials !== undefined ? [credentials] : reasons.every((reason) => /wildcard|acac/.test(reason)) ? (['include'] as const) : (['omit', 'include'] as const);
  return both.map((one) => ({ credentials: one, taken: credentials === undefined ? [{ what: 'credentials', text: one }] : [] }));
}

function lookedAt({ entries }: Asked, failure: Failure, candidates: readonly Candidate[], known: Known): readonly Looked[] {
  const isNamed = candidates.some(({ fit }) => fit.host === 'named');
  return [...new Set([...entries, ...candidates.map(({ entry }) => entry)])].map((entry): Looked => {
    const { policy } = entry;
    const hosts = [...new Set(policy.probes.flatMap(({ host }) => host ?? []))];
    const paths = [...new Set(policy.probes.map(({ path }) => path))];
    const candidate = candidates.find((one) => one.entry === entry);
    const [trial] = candidate === undefined ? [] : [...trialsOf({ entries, calls: [] }, failure, candidate, known)];
    if (candidate === undefined || trial === undefined) return { layer: policy, hosts, paths, found: hosts.length === 0 && isNamed ? 'outdone' : 'elsewhere' };
    return { layer: policy, hosts, paths, found: explainAt({ ...candidate, request: trial.request }, environmentNamed(known.environment), trial.scenario) };
  });
}

/** Where the repository says which headers of responses script may read. */
function exposingIn({ entries }: Asked): readonly Span[] {
  const effects = [...new Set(entries.flatMap(layersOf))].flatMap(({ steps }) => steps.flatMap((step) => step.effects));
  return effects.filter(({ header, op }) => header === 'access-control-expose-headers' && op !== 'remove').map(({ at }) => at);
}
