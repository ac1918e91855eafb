import { needsPreflight, preflightRequestOf } from '../browser/judge.js';
import { asksFirst, sameOrigin } from '../browser/request.js';
import { urlOf } from '../findings/ask.js';
import type { ClientRequest } from '../findings/finding.js';
import { asSent, serverRequest, verdictOn, type Conversation } from '../findings/exchange.js';
import { METHODS, type ProbeRequest, type Shape } from '../policy/compare.js';
import { layersOf } from '../policy/deployment.js';
import { evaluate, type Assumptions, type Deployment, type HttpRequest, type HttpResponse, type Outcome, type Scenario } from '../policy/evaluate.js';
import { stepsAt } from '../policy/place.js';
import type { Probe, Step } from '../policy/program.js';
import { withoutPlaces } from '../text/span.js';
import type { Environment, Fact } from '../values/fact.js';

/** A part of what is answered: whether the page may read the response, or a header of the answers. */
export type Part = 'verdict' | 'preflight status' | `preflight ${string}` | `response ${string}`;

/** Headers by which browsers and caches are told something of CORS; those of them by which no browser decides who may read. */
const TOLD = /^(?:access-control-|vary$)/;
const UNDECISIVE = /^(?:access-control-(?:expose-headers|max-age)|vary)$/;
const LIST_COMMA = /[ \t]*,[ \t]*/g;

/** What a page asks, and what the handler behind all layers does with it: absent, it succeeds. */
export interface AskedShape extends Shape {
  readonly scenario?: Scenario;
}

export type Asked = ProbeRequest & AskedShape;

type Verdict = 'allowed' | 'blocked' | 'undecided';

/** Verdicts by what they rest on: most servers of a repository answer alike. */
const remembered = new Map<string, Verdict>();
const MAX_REMEMBERED = 10_000;

/** What servers answer to one request of a page, in every possible world. */
export class Answer {
  /** All that browsers decide by, and all that they and caches are told, as text. */
  readonly words: string;
  /** All that browsers decide by: answers that say the same of it have the same verdicts. */
  readonly decisive: string;
  #told: ReadonlyMap<Part, string> | undefined;
  #named: string | undefined;

  /** @param worlds answers to requests from one origin */
  constructor(private readonly worlds: readonly Conversation[]) {
    this.words = this.#inWords(lineOf);
    this.decisive = this.#inWords((name, text) => (UNDECISIVE.test(name) ? '' : lineOf(name, text?.replace(LIST_COMMA, ',') ?? null)));
  }

  /** Statuses and headers, where all possible worlds say the same of them. */
  get told(): ReadonlyMap<Part, string> {
    if (this.#told === undefined) {
      const [first = [], ...others] = this.worlds.map(({ preflight, actual }) => new Map<Part, string>([
        ...(preflight === null ? [] : [['preflight status', String(preflight.response.status)] as const, ...headersOf('preflight', preflight.response)]),
        ...headersOf('response', actual.response),
      ]));
      this.#told = new Map([...first].filter(([what, text]) => others.every((other) => other.get(what) === text)));
    }
    return this.#told;
  }

  /** What browsers decide on a request that is answered so: `allowed`, `blocked`, or `undecided` where possible worlds differ. Where no layer is, nothing may be read. */
  verdictOn(asked: ProbeRequest): Verdict {
    const { origin, method, headers, credentials } = asked;
    const request = sentFrom(asked);
    // Whatever the origin is: browsers ask whether the answer names it.
    this.#named ??= `${sameOrigin(origin, request.url)}\n${this.decisive.replaceAll(origin, '§')}`;
    const key = `${method} ${credentials} ${headers.length === 0 ? '' : JSON.stringify(headers)}\n${this.#named}`;
    let verdict = remembered.get(key);
    if (verdict === undefined) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(key, (verdict = this.#judged(request)));
    }
    return verdict;
  }

  #judged(request: ClientRequest): Verdict {
    const verdicts = new Set(this.worlds.map(({ preflight, actual }) => verdictOn(request, actual.response, preflight?.response ?? null).allowed));
    const [verdict = false] = verdicts;
    return verdicts.size > 1 || verdict === null ? 'undecided' : verdict ? 'allowed' : 'blocked';
  }

  #inWords(line: typeof lineOf): string {
    const of = ({ status, headers }: HttpResponse): string => `${status}\n${headers.map(({ name, text }) => (TOLD.test(name) ? line(name, text) : '')).join('')}`;
    return [...new Set(this.worlds.map(({ preflight, actual }) => `${preflight === null ? '' : of(preflight.response)}\n${of(actual.response)}`))].join('\n');
  }
}

function lineOf(name: string, text: string | null): string {
  return `${name}: ${text === null ? '' : `=${text}`}\n`;
}

/** Blanks around the commas of a list mean nothing (RFC 9110, 5.6.1). */
function headersOf<Of extends 'preflight' | 'response'>(of: Of, { headers }: HttpResponse): readonly (readonly [`${Of} ${string}`, string])[] {
  const names = new Set(headers.map(({ name }) => name).filter((name) => TOLD.test(name)));
  return [...names].map((name) => [`${of} ${name}`, headers.filter((line) => line.name === name).map(({ text }) => text?.replace(LIST_COMMA, ', ') ?? '…').join(', ')] as const);
}

function sentFrom({ probe, origin, method, headers, credentials }: ProbeRequest): ClientRequest {
  return { url: urlOf(probe), origin, method, headers, credentials };
}

const NOBODY = new Answer([]);

/** What a server says to one request as it gets it, and the answers that conversations with it are. */
interface Said {
  readonly outcomes: readonly Outcome[];
  readonly alone: Answer;
  /** By what was said to the preflight. */
  readonly after: Map<Said, Answer>;
}

/** What layers look at, as far as their programs tell. */
interface Look {
  readonly at: (requestHeader: string) => boolean;
  readonly asks: (fact: Fact) => boolean;
  /** Only by guards that the place decides. */
  readonly placesByGuards: boolean;
  /** Do they tell statuses of answers apart? */
  readonly atStatuses: boolean;
}

/** Layers as browsers see them that answer for the same places. What they cannot tell apart is asked once. */
export class Answers {
  readonly #said = new Map<string, Said>();
  readonly #look: Look;
  readonly #conduct = new Map<string, string | undefined>();

  constructor(
    readonly entries: readonly Deployment[],
    readonly environment: Environment,
    private readonly assumed: Assumptions = new Map(),
  ) {
    this.#look = lookOf(entries);
  }

  /** The same where a fact holds; these themselves where no layer asks about it. */
  assuming(fact: Fact): Answers {
    return this.#look.asks(fact) ? new Answers(this.entries, this.environment, new Map([...this.assumed, [fact.key, { fact, holds: true }]])) : this;
  }

  /** What the layers can tell of a request to a place: requests from one origin of which it is the same get the same answers. */
  toldOf(probe: Probe, { method, headers, credentials, scenario }: AskedShape): string {
    const asks = asksFirst({ url: urlOf(probe), origin: 'null', method, headers, credentials });
    const areSeen = headers.length > 0 && ((asks && this.#look.at('access-control-request-headers')) || headers.some(([name]) => this.#look.at(name.toLowerCase())));
    const seen = asks && this.#look.at('access-control-request-method') ? method : this.#conductOn(method, probe) ?? method;
    return `${seen} ${asks} ${areSeen ? JSON.stringify(headers) : ''} ${this.#look.at('cookie') ? credentials : ''} ${scenario === undefined ? '' : JSON.stringify(scenario)}`;
  }

  to(asked: Asked): Answer {
    const { probe, scenario } = asked;
    const entry = this.entries.find(({ policy }) => policy.probes.some((place) => place.path === probe.path && place.host === probe.host)) ?? this.entries[0];
    if (entry === undefined) return NOBODY;
    const request = sentFrom(asked);
    const sent = asSent(request);
    const actual = this.#saidTo(entry, sent, scenario);
    if (!needsPreflight(request)) return actual.alone;
    const { method, headers } = preflightRequestOf(request);
    const preflight = this.#saidTo(entry, serverRequest(request, method, headers));
    let answer = actual.after.get(preflight);
    if (answer === undefined) actual.after.set(preflight, (answer = new Answer(preflight.outcomes.flatMap((outcome) => (outcome.assumed === this.assumed ? actual.outcomes : this.#outcomes(entry, sent, outcome.assumed, scenario)).map((one) => ({ preflight: outcome, actual: one }))))));
    return answer;
  }

  #saidTo(entry: Deployment, sent: HttpRequest, scenario?: Scenario): Said {
    const key = sent.headers.reduce((told, [name, text]) => (name === 'host' || name === 'origin' || this.#look.at(name) ? `${told}\n${name}: ${text}` : told), `${sent.method} ${sent.target} ${sent.path} ${scenario === undefined ? '' : JSON.stringify(scenario)}`);
    let said = this.#said.get(key);
    if (said === undefined) {
      const outcomes = this.#outcomes(entry, sent, this.assumed, scenario);
      this.#said.set(key, (said = { outcomes, alone: new Answer(outcomes.map((actual) => ({ preflight: null, actual }))), after: new Map() }));
    }
    return said;
  }

  #outcomes(entry: Deployment, sent: HttpRequest, assumed: Assumptions, scenario: Scenario | undefined): readonly Outcome[] {
    return evaluate(entry, sent, { environment: this.environment, assumed, ...(scenario === undefined ? {} : { scenario }) });
  }

  get looksAtStatuses(): boolean {
    return this.#look.atStatuses;
  }

  /** Of each layer: does what it says stay on the answer when a handler throws? */
  get survival(): readonly boolean[] {
    return this.entries.flatMap(layersOf).map(({ survivesUncaught }) => survivesUncaught);
  }

  /** What is done at a place, as text: where it is the same, the same is answered. */
  conductAt(probe: Probe): string {
    const methods = METHODS.map((method) => this.#conductOn(method, probe));
    return methods.includes(undefined) ? urlOf(probe) : methods.join('\n');
  }

  /** What is done with a method at a place. Undefined where the steps of one policy do not tell. */
  #conductOn(method: string, probe: Probe): string | undefined {
    const url = urlOf(probe);
    const key = `${method} ${url}`;
    if (!this.#conduct.has(key)) this.#conduct.set(key, this.#stepsOf(method, url));
    return this.#conduct.get(key);
  }

  #stepsOf(method: string, url: string): string | undefined {
    const [entry, ...others] = this.entries;
    if (entry === undefined) return '';
    if (others.length > 0 || entry.inner.length > 0 || !this.#look.placesByGuards) return undefined;
    const steps = stepsAt(entry.policy, serverRequest({ url }, method, [])).map(textOf).join();
    // A guard that facts leave open may ask again.
    return /"g":"(?:path|host|method)"/.test(steps) ? undefined : `${method === 'OPTIONS'} ${steps}`;
  }
}

/** Names that their programs hold. */
function lookOf(entries: readonly Deployment[]): Look {
  const programs = JSON.stringify(entries.flatMap(layersOf).map(({ steps }) => steps));
  const names = new Set([...programs.matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name));
  const all = programs.includes('"request-header-names"');
  return { at: (name) => all || names.has(name), asks: ({ key }) => programs.includes(JSON.stringify(key)), placesByGuards: !programs.includes('"request-part"'), atStatuses: /"(?:statuses":\[|answered":)/.test(programs) };
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** A step as text: what is decided of its guard at a place, and which step it is. */
function textOf({ when, effects, end }: Step): string {
  const numberOf = (part: object): number => numbers.get(part) ?? (numbers.set(part, ++count), count);
  return `${numberOf(effects)} ${end === undefined ? '' : numberOf(end)} ${when.g === 'always' ? '' : withoutPlaces(when)}`;
}
