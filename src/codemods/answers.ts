import { needsPreflight } from '../browser/judge.js';
import { urlOf } from '../findings/ask.js';
import { conversations, verdictOn, type Conversation } from '../findings/exchange.js';
import type { ProbeRequest } from '../policy/compare.js';
import { layersOf } from '../policy/deployment.js';
import type { Assumptions, Deployment, HttpResponse } from '../policy/evaluate.js';
import type { Environment } from '../values/fact.js';

/** What servers answer to one request of a page, in every possible world. */
export interface Answer {
  readonly worlds: readonly Conversation[];
  /** All that browsers decide by, and all that they and caches are told, as text: answers with the same text have the same verdicts. */
  readonly words: string;
}

/** A part of what is answered: whether the page may read the response, or a header of the answers. */
export type Part = 'verdict' | 'preflight status' | `preflight ${string}` | `response ${string}`;

/** Headers by which browsers and caches are told something of CORS. */
const TOLD = /^(?:access-control-|vary$)/;

const NOBODY: Answer = { worlds: [], words: '' };

/** Layers as browsers see them that answer for the same places. What they cannot tell apart is asked once. */
export class Answers {
  readonly #known = new Map<string, Answer>();
  readonly #lookedAt = new Map<Deployment, (name: string) => boolean>();

  constructor(
    readonly entries: readonly Deployment[],
    readonly environment: Environment,
    private readonly assumed: Assumptions,
  ) {}

  /** Where no layer is, nothing is answered. */
  to({ probe, ...client }: ProbeRequest): Answer {
    const entry = this.entries.find(({ policy }) => policy.probes.some((place) => place.path === probe.path && place.host === probe.host)) ?? this.entries[0];
    if (entry === undefined) return NOBODY;
    const request = { ...client, url: urlOf(probe) };
    const looksAt = this.#lookedAt.get(entry) ?? headersAskedBy(entry);
    this.#lookedAt.set(entry, looksAt);
    const names = client.headers.map(([name]) => name.toLowerCase());
    const isPreflighted = needsPreflight(request);
    const told = (isPreflighted && looksAt('access-control-request-headers')) || names.some(looksAt) ? JSON.stringify(client.headers) : '';
    const key = `${request.url} ${client.origin} ${client.method} ${isPreflighted} ${told} ${looksAt('cookie') ? client.credentials : ''}`;
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = answerOf(conversations(entry, request, { environment: this.environment, assumed: this.assumed }))));
    return known;
  }
}

function answerOf(worlds: readonly Conversation[]): Answer {
  return { worlds, words: [...new Set(worlds.map(({ preflight, actual }) => `${preflight === null ? '' : inWords(preflight.response)}\n\n${inWords(actual.response)}`))].join('\n\n\n') };
}

function inWords({ status, headers }: HttpResponse): string {
  return [`${status}`, ...headers.flatMap(({ name, text }) => (TOLD.test(name) ? [`${name}: ${text === null ? '' : `=${text}`}`] : []))].join('\n');
}

/** Request headers that a layer may look at: names that its program holds. */
function headersAskedBy(entry: Deployment): (name: string) => boolean {
  const programs = JSON.stringify(layersOf(entry).map(({ steps }) => steps));
  if (programs.includes('"request-header-names"')) return () => true;
  const names = new Set([...programs.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name));
  return (name) => names.has(name);
}

/** The verdict, and what the answers say, where all possible worlds say the same of it. */
export function toldBy({ worlds }: Answer, { probe, ...client }: ProbeRequest): ReadonlyMap<Part, string> {
  if (worlds.length === 0) return new Map([['verdict', 'blocked']]);
  const request = { ...client, url: urlOf(probe) };
  const verdicts = new Set(worlds.map(({ preflight, actual }) => verdictOn(request, actual.response, preflight?.response ?? null).allowed));
  const [verdict] = verdicts.size === 1 ? verdicts : [null];
  const [first = new Map<Part, string>(), ...others] = worlds.map(({ preflight, actual }) => new Map<Part, string>([
    ...(preflight === null ? [] : [['preflight status', String(preflight.response.status)] as const, ...headersOf('preflight', preflight.response)]),
    ...headersOf('response', actual.response),
  ]));
  return new Map<Part, string>([['verdict', verdict === null ? 'undecided' : verdict === true ? 'allowed' : 'blocked'], ...[...first].filter(([what, text]) => others.every((other) => other.get(what) === text))]);
}

function headersOf<Of extends 'preflight' | 'response'>(of: Of, { headers }: HttpResponse): readonly (readonly [`${Of} ${string}`, string])[] {
  const names = new Set(headers.map(({ name }) => name).filter((name) => TOLD.test(name)));
  return [...names].map((name) => [`${of} ${name}`, headers.filter((line) => line.name === name).map(({ text }) => text ?? '…').join(', ')] as const);
}
