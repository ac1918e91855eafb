import { STRANGERS } from '../origins/attacker.js';
import { admits } from '../origins/membership.js';
import type { OriginSet } from '../origins/origin-set.js';
import { reaches, type ClientCall } from '../policy/client-call.js';
import { deploymentsBehind, layersOf, replaced, waysTo } from '../policy/deployment.js';
import type { Assumptions, Deployment, HeaderLine, HttpResponse, Scenario } from '../policy/evaluate.js';
import type { Policy, Probe } from '../policy/program.js';
import { acceptedCandidates } from '../policy/views.js';
import { environmentNamed, type Environment } from '../values/fact.js';
import { exchanges, responsesWithoutOrigin, verdictOn } from './exchange.js';
import type { ClientRequest, Exchange } from './finding.js';

export { STRANGERS };

/** Probes of one policy past which rules stop asking: a server with hundreds of routes says the same in all of them. */
const MAX_PROBES = 60;

export type Client = Partial<Omit<ClientRequest, 'origin' | 'url'>> & { readonly origin: string };

/** What a page sends besides its origin. */
export type Carried = Pick<Partial<ClientRequest>, 'headers' | 'credentials'>;

/** What a page carries that has not signed in, and what satisfies those who ask for credentials. */
export const SIGNED: readonly Carried[] = [{}, { headers: [['authorization', 'Bearer x']] }, { credentials: 'include' }];

/** A place as it is asked for from outside, and as a layer behind gets it. */
export interface Passage {
  readonly outside: Probe;
  readonly inside: Probe;
}

/** From where a policy is seen that stands behind others: its places are asked for as they are outside. */
export interface View {
  /** The outermost layer, with all that stands behind it, the policy among them. */
  readonly entry: Deployment;
  /** The places that are asked about, and how requests come to them from there. */
  readonly passages: readonly Passage[];
}

/** The questions that rules put to the evaluator about one deployment. Answers are remembered. */
export class Ask {
  readonly #memo = new Map<string, readonly Exchange[]>();
  readonly #accepted = new Map<string, readonly string[]>();
  #inFront: readonly Policy[] | undefined;

  constructor(
    readonly deployment: Deployment,
    /** Name of the environment that is judged, as the user calls it. */
    readonly environmentName: string,
    readonly strict: boolean,
    /** Origins that the user calls their own. */
    readonly trusted: OriginSet,
    /** What the repository's own pages call. */
    private readonly clients: readonly ClientCall[] = [],
    /** Absent: requests come to the policy as they are. */
    private readonly view: View | undefined = undefined,
  ) {}

  /** The environment as code knows it. */
  get environment(): Environment {
    return environmentNamed(this.environmentName);
  }

  /** Is the origin surely one of the user's own? Nobody else's gain is shown by it. */
  trusts(origin: string): boolean {
    return admits(this.trusted, origin, () => undefined) === true;
  }

  get policy(): Policy {
    return this.deployment.policy;
  }

  /** The layer that requests come to first, with all that stands behind it. */
  get entry(): Deployment {
    return this.view?.entry ?? this.deployment;
  }

  /** Layers that requests pass before they come to the policy, outermost first. */
  get inFront(): readonly Policy[] {
    this.#inFront ??= this.view === undefined ? [] : waysTo(this.entry, this.policy).flatMap((way) => way.slice(0, -1));
    return this.#inFront;
  }

  /** The same questions put to the policy as if nothing stood in front; this one where nothing does. */
  get inside(): Ask {
    return this.view === undefined ? this : this.about(this.deployment);
  }

  /** The same questions about another policy in the place of this one. */
  with(policy: Policy): Ask {
    const view = this.view === undefined ? undefined : { ...this.view, entry: replaced(this.view.entry, this.policy, policy) };
    return new Ask({ ...this.deployment, policy }, this.environmentName, this.strict, this.trusted, this.clients, view);
  }

  /** The same questions about other layers. */
  about(deployment: Deployment): Ask {
    return new Ask(deployment, this.environmentName, this.strict, this.trusted, this.clients);
  }

  /** Places of the policy, those that requests come to. */
  get probes(): readonly Probe[] {
    return (this.view?.passages.map(({ inside }) => inside) ?? this.policy.probes).slice(0, MAX_PROBES);
  }

  /** A place of the policy as it is asked for from outside; undefined where the layers in front do not let requests come. */
  outside(probe: Probe): Probe | undefined {
    if (this.view === undefined) return probe;
    const found = this.view.passages.find(({ inside }) => inside === probe) ?? this.view.passages.find(({ inside }) => inside.path === probe.path);
    return found === undefined ? undefined : { ...found.outside, methods: probe.methods };
  }

  /** The layers that a request for a place goes through, and its URL. */
  wayTo(probe: Probe): { readonly deployment: Deployment; readonly url: string } {
    const outside = this.outside(probe);
    return this.view === undefined || outside === undefined ? { deployment: this.deployment, url: urlOf(probe) } : { deployment: this.view.entry, url: urlOf(outside) };
  }

  /** Places of the policy, and those that are served through it by the layers behind, as far as requests come to them. */
  get places(): readonly Probe[] {
    if (this.view !== undefined) return this.probes;
    const behind = deploymentsBehind(this.deployment).flatMap(({ policy }) => policy.probes.map((probe) => ({ ...probe, at: this.policy.at })));
    return [...this.policy.probes, ...behind].filter((probe) => this.outside(probe) !== undefined).slice(0, MAX_PROBES);
  }

  /** Origins that the author wrote or plainly meant, here or in the layers behind. */
  get candidates(): readonly string[] {
    return [...new Set(layersOf(this.deployment).flatMap(acceptedCandidates))];
  }

  /** Every possible exchange for a page's request; a method that the place serves (GET if it does), without credentials, unless said otherwise. `scenario`: what the handler behind does. */
  exchanges(probe: Probe, client: Client, scenario: Scenario = {}): readonly Exchange[] {
    const { deployment, url } = this.wayTo(probe);
    const request: ClientRequest = { method: servedMethod(probe), headers: [], credentials: 'omit', ...client, url };
    const key = JSON.stringify([request, scenario]);
    let known = this.#memo.get(key);
    if (known === undefined) this.#memo.set(key, (known = exchanges(deployment, request, this.environment, scenario)));
    return known;
  }

  /** The exchange, if the browser's verdict is the same and decided in every world: the first world with fewest assumptions. */
  certain(probe: Probe, client: Client, allowed: boolean, scenario: Scenario = {}): Exchange | undefined {
    const all = this.exchanges(probe, client, scenario);
    if (!all.every((exchange) => exchange.verdict.allowed === allowed)) return undefined;
    return [...all].sort((a, b) => a.assuming.length - b.assuming.length)[0];
  }

  allows(probe: Probe, client: Client, scenario: Scenario = {}): Exchange | undefined {
    return this.certain(probe, client, true, scenario);
  }

  blocks(probe: Probe, client: Client, scenario: Scenario = {}): Exchange | undefined {
    return this.certain(probe, client, false, scenario);
  }

  /** The exchange, if the request is blocked in every world, in each for a reason that `because` accepts. */
  blocksWhere(probe: Probe, client: Client, because: (exchange: Exchange) => boolean, scenario: Scenario = {}): Exchange | undefined {
    return this.exchanges(probe, client, scenario).every(because) ? this.blocks(probe, client, scenario) : undefined;
  }

  /** Requests that the repository's own pages make to the place. */
  calls(probe: Probe): readonly ClientCall[] {
    return this.clients.filter((call) => reaches(call, this.policy, probe));
  }

  /** The exchange, if the origin surely reads what the place serves, and not only that it is turned away. */
  letsIn(probe: Probe, client: Client): Exchange | undefined {
    const exchange = this.allows(probe, client);
    const { status, answeredAt, unauthenticated } = exchange?.response ?? {};
    return answeredAt !== undefined && unauthenticated === undefined && (status ?? 0) >= 400 ? undefined : exchange;
  }

  /** Is any site let through, with or without credentials? */
  allowsStrangers(probe: Probe, credentials: ClientRequest['credentials']): boolean {
    return STRANGERS.every((origin) => this.letsIn(probe, { origin, credentials }) !== undefined);
  }

  /** Origins that the policy surely serves there, when pages carry this: what its author wrote, else any site where any is let through. */
  accepted(probe: Probe, carried: Carried = {}): readonly string[] {
    const key = JSON.stringify([this.wayTo(probe).url, probe.methods, carried]);
    let known = this.#accepted.get(key);
    if (known === undefined) this.#accepted.set(key, (known = [...this.candidates, STRANGERS[0]].filter((origin) => this.grants(probe, { origin, ...carried }))));
    return known;
  }

  /** Does the response itself let the page read it, whatever becomes of a preflight? */
  grants(probe: Probe, client: Client): boolean {
    return this.exchanges(probe, client).every(({ request, response }) => verdictOn({ ...request, method: 'GET', headers: [] }, response).allowed === true);
  }

  withoutOrigin(probe: Probe): readonly { readonly assumed: Assumptions; readonly response: HttpResponse }[] {
    const { deployment, url } = this.wayTo(probe);
    return responsesWithoutOrigin(deployment, url, this.environment);
  }
}

/** A request to the place that browsers ask about first, by what it serves. */
export function askingFirst({ methods }: Probe): Pick<Client, 'method' | 'headers'> {
  const asked = methods?.find((method) => /^(PUT|PATCH|DELETE)$/.test(method));
  if (asked !== undefined) return { method: asked };
  if (methods === null || methods.includes('POST')) return { method: 'POST', headers: [['content-type', 'application/json']] };
  return { headers: [['x-requested-with', 'XMLHttpRequest']] };
}

function servedMethod({ methods }: Probe): string {
  return methods === null ? 'GET' : (['GET', 'POST'].find((method) => methods.includes(method)) ?? methods[0] ?? 'GET');
}

/** Where a probe is reached. `api.example` is served by nobody (RFC 2606). */
export function urlOf(probe: Probe): string {
  return `https://${probe.host ?? 'api.example'}${pathAsked(probe)}`;
}

/** The path of a probe as it is asked for: what a pattern such as `*` takes need not begin with a slash. */
export function pathAsked({ path }: Probe): string {
  return path.startsWith('/') ? path : `/${path}`;
}

export function linesOf(response: HttpResponse, name: string): readonly HeaderLine[] {
  return response.headers.filter((line) => line.name === name);
}
