import type { VclFile } from '../../syntax/vcl/index.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import type { Value } from '../../values/value.js';
import { Execution, type About } from './body.js';
import { first } from './variables.js';
import type { Outcome, State } from './state.js';

/** `max_restarts` as Varnish comes. */
const MAX_RESTARTS = 4;

/** Methods that the built-in program passes on as requests; bytes of any other go through untouched (builtin.vcl). */
const METHODS: readonly string[] = ['GET', 'HEAD', 'PUT', 'POST', 'TRACE', 'OPTIONS', 'DELETE', 'PATCH'];

/** Phrases that stand for a status where a program gives none. */
const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently', 302: 'Found', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 503: 'Service Unavailable' };

/** Headers of CORS that a response from behind may have. */
const FROM_BEHIND: readonly string[] = ['origin', 'credentials', 'methods', 'headers'].map((name) => `access-control-allow-${name}`).concat('access-control-expose-headers', 'access-control-max-age', 'vary');

/**
 * The way of a request through the subroutines (Varnish 7 users' guide, "The VCL Finite State Machine"): `vcl_recv`
 * decides; what it answers itself goes through `vcl_synth` and nothing else; all else is fetched, goes through
 * `vcl_backend_response`, and through `vcl_deliver`. The built-in program follows each subroutine that does not return.
 *
 * A response is taken as it is when fresh: what a cache would hand out of it is told by its `Vary`.
 */
export class Machine {
  readonly #old: boolean;

  constructor(
    file: VclFile,
    private readonly execution: Execution,
    private readonly at: Span,
  ) {
    const names = new Set(file.subs.map(({ name }) => name));
    // Fastly, and Varnish before 4: `vcl_fetch` and `vcl_error`, whose response goes through `vcl_deliver` as well.
    this.#old = file.version === undefined && (names.has('vcl_fetch') || names.has('vcl_error')) && !names.has('vcl_synth') && !names.has('vcl_backend_response');
  }

  /** Everything that happens to requests, in the order of the answers: each way ends before the next begins. */
  run(): void {
    this.#client({ reach: TRUE, variables: new Map() }, 0);
  }

  /** `vcl_recv` and what it decides. All that it does not fetch is ended here, so what is fetched is whatever is left of `start`. */
  #client(start: State, restarts: number): void {
    const known: State = { ...start, variables: new Map(start.variables).set('req.restarts', { kind: 'number', value: restarts, at: this.at }) };
    const { outcomes, rest } = this.execution.run('vcl_recv', known, 'synthetic');
    const fetched: (Outcome & { readonly cached: boolean })[] = [];
    const builtin = this.#builtinReceive(rest);
    for (const outcome of [...outcomes, ...builtin]) {
      switch (outcome.action) {
        case 'hash':
        case 'lookup':
          fetched.push({ ...outcome, cached: true });
          break;
        case 'pass':
          fetched.push({ ...outcome, cached: false });
          break;
        case 'purge':
          this.#purge(outcome);
          break;
        case 'pipe':
          this.#pipe(outcome);
          break;
        case 'restart':
          this.#restart(outcome, restarts);
          break;
        case 'synth':
        case 'error':
          this.#synthetic(outcome, statusOf(outcome, this.at));
          break;
        case 'vcl':
          this.#unknownEnd(outcome, 'another program (`return (vcl(…))`)');
          break;
        default:
          this.#synthetic(outcome, this.#number(503));
      }
    }
    if (fetched.length > 0) this.#lookup(fetched, start);
  }

  /** What the built-in `vcl_recv` does. Requests without a Host are not looked at. */
  #builtinReceive(rest: State): readonly Outcome[] {
    if (rest.reach.c === 'false') return [];
    const outcomes: Outcome[] = [];
    const run = this.execution.run('vcl_req_method', rest, 'synthetic');
    outcomes.push(...run.outcomes);
    const cookies = ['vcl_req_authorization', 'vcl_req_cookie'].reduce((state, name) => {
      const next = this.execution.run(name, state, 'synthetic');
      outcomes.push(...next.outcomes);
      return next.rest;
    }, run.rest);
    const method = this.#read('req.method', cookies);
    const [known, reading] = [this.#isOneOf(method, METHODS), this.#isOneOf(method, ['GET', 'HEAD'])];
    const end = (action: string, when: Condition): Outcome => ({ ...cookies, reach: and(cookies.reach, when), action, args: [], at: this.at });
    return [...outcomes, end('pipe', not(known)), end('pass', and(known, not(reading))), end('hash', reading)];
  }

  /** Is the method one of these? Where it cannot be told, it is. */
  #isOneOf(method: Value, methods: readonly string[]): Condition {
    return or(
      ...casesOfValue(method).map(({ when, value }) => {
        if (value.kind === 'string') return methods.includes(value.value) ? when : FALSE;
        return value.kind === 'request' ? and(when, { c: 'member', item: value, of: { kind: 'list', items: methods.map((text): Value => ({ kind: 'string', value: text, at: this.at })), at: this.at }, at: this.at }) : when;
      }),
    );
  }

  #read(name: string, { variables }: State, about: About = 'synthetic'): Value {
    return variables.get(name) ?? first(name, about, variables, this.execution.knowledge, this.at);
  }

  #lookup(requests: readonly (State & { readonly cached: boolean; readonly at: Span })[], start: State): void {
    const cached = requests.filter((request) => request.cached);
    const passed = requests.filter((request) => !request.cached);
    const all: State[] = [];
    // A fetch for the cache is a GET, whatever the client asked with.
    const asGet: Value = { kind: 'string', value: 'GET', at: this.at };
    for (const [group, subs, method] of [[cached, ['vcl_hash', 'vcl_miss'], asGet], [passed, ['vcl_pass'], undefined]] as const) {
      if (group.length === 0) continue;
      let state = this.execution.merged(group, 'synthetic', this.at);
      for (const name of subs) {
        const { outcomes, rest } = this.execution.run(name, state, 'synthetic');
        for (const outcome of outcomes) if (outcome.action === 'synth' || outcome.action === 'error') this.#synthetic(outcome, statusOf(outcome, this.at));
        state = this.execution.merged([rest, ...outcomes.filter(({ action }) => /^(?:lookup|fetch|pass|deliver)$/.test(action))], 'synthetic', this.at);
      }
      all.push(method === undefined ? state : { ...state, variables: new Map(state.variables).set('bereq.method', method) });
    }
    const merged = this.execution.merged(all, 'synthetic', this.at);
    // Whatever went another way has been ended.
    this.#fetch({ ...merged, reach: start.reach }, and(or(...cached.filter(({ at }) => at !== this.at).map((request) => request.reach)), not(this.#isOneOf(this.#read('req.method', start), ['GET', 'HEAD']))));
  }

  /** `asGet`: when something else than GET is looked up in the cache, and so fetched with GET. */
  #fetch(start: State, asGet: Condition): void {
    const asked = this.execution.run('vcl_backend_fetch', start, 'behind');
    const unsent = asked.outcomes.filter(({ action }) => action !== 'fetch');
    this.#failures(unsent);
    const sent = this.execution.merged([asked.rest, ...asked.outcomes.filter(({ action }) => action === 'fetch')], 'behind', this.at, without(start.reach, unsent));
    const response = this.execution.run(this.#old ? 'vcl_fetch' : 'vcl_backend_response', sent, 'behind');
    const goesOn = response.outcomes.filter(({ action }) => /^(?:deliver|pass|hit_for_pass|deliver_stale)$/.test(action));
    const failed = response.outcomes.filter((outcome) => !goesOn.includes(outcome));
    this.#failures(failed);
    const came = this.execution.merged([response.rest, ...goesOn], 'behind', this.at, without(sent.reach, failed));
    const delivered = this.execution.run('vcl_deliver', came, 'behind');
    const replaced = delivered.outcomes.filter(({ action }) => action !== 'deliver');
    for (const outcome of replaced) this.#replaced(outcome);
    const end = this.execution.merged([delivered.rest, ...delivered.outcomes.filter(({ action }) => action === 'deliver')], 'behind', this.at, without(came.reach, replaced));
    this.execution.happenings.push({ do: 'fetch', backend: this.#read('req.backend_hint', end), origin: this.#read('bereq.http.origin', sent, 'behind'), status: this.#read('resp.status', end, 'behind'), asGet, when: start.reach, at: this.at });
  }

  /** A fetch that is given up, or answered with an error of Varnish's own, which goes through `vcl_deliver` too. */
  #failures(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (this.#old && outcome.action === 'error') this.#synthetic(outcome, statusOf(outcome, this.at));
      else if (outcome.action === 'error') {
        this.#emptied(outcome);
        const made = this.execution.run('vcl_backend_error', this.#fresh(outcome, statusOf(outcome, this.at)), 'synthetic');
        const end = this.execution.merged([made.rest, ...made.outcomes.filter(({ action }) => action === 'deliver')], 'synthetic', this.at);
        this.#answered(this.execution.run('vcl_deliver', end, 'synthetic'), outcome.at);
      } else this.#replaced({ ...outcome, action: 'synth', args: [this.#number(503)] });
    }
  }

  /** The response that was on its way is thrown away for one that Varnish makes. */
  #replaced(outcome: Outcome): void {
    this.#emptied(outcome);
    if (outcome.action === 'restart') this.#unknownEnd(outcome, 'a request that is begun again');
    else this.#synthetic(outcome, outcome.action === 'fail' ? this.#number(503) : statusOf(outcome, this.at));
  }

  #emptied({ reach, at }: Outcome): void {
    for (const header of FROM_BEHIND) this.execution.write('remove', header, { kind: 'nothing', what: 'undefined', at }, reach, at);
  }

  #synthetic(outcome: Outcome, status: Value): void {
    if (outcome.reach.c === 'false') return;
    const ended = this.execution.run(this.#old ? 'vcl_error' : 'vcl_synth', this.#fresh(outcome, status), 'synthetic');
    const ways = [ended.rest, ...ended.outcomes.filter(({ action }) => action !== 'restart')];
    for (const again of ended.outcomes) if (again.action === 'restart') this.#restart(again, 0);
    const end = this.execution.merged(ways, 'synthetic', this.at);
    this.#answered(this.#old ? this.execution.run('vcl_deliver', end, 'synthetic') : { outcomes: [], rest: end }, outcome.at);
  }

  #answered({ outcomes, rest }: { readonly outcomes: readonly Outcome[]; readonly rest: State }, at: Span): void {
    const end = this.execution.merged([rest, ...outcomes], 'synthetic', this.at);
    if (end.reach.c === 'false') return;
    this.execution.happenings.push({ do: 'answer', status: this.#read('resp.status', end), when: end.reach, at });
  }

  /** A response that begins without headers. */
  #fresh(outcome: Outcome, status: Value): State {
    const variables = new Map([...outcome.variables].filter(([name]) => !name.startsWith('resp.')));
    const [, reason] = outcome.args;
    variables.set('resp.status', status);
    variables.set('resp.reason', reason ?? { kind: 'string', value: status.kind === 'number' ? (REASONS[status.value % 1000] ?? 'Unknown HTTP Status') : '', at: outcome.at });
    return { reach: outcome.reach, variables };
  }

  #purge(outcome: Outcome): void {
    const { outcomes, rest } = this.execution.run('vcl_purge', outcome, 'synthetic');
    for (const one of outcomes) {
      if (one.action === 'restart') this.#restart(one, 0);
      else this.#synthetic(one, statusOf(one, this.at));
    }
    this.#synthetic({ ...outcome, ...rest, args: [this.#number(200)] }, this.#number(200));
  }

  /** Bytes go through untouched. */
  #pipe(outcome: Outcome): void {
    if (outcome.reach.c !== 'false') this.execution.happenings.push({ do: 'fetch', backend: this.#read('req.backend_hint', outcome), origin: this.#read('req.http.origin', outcome), status: undefined, asGet: FALSE, when: outcome.reach, at: outcome.at });
  }

  #restart(outcome: Outcome, restarts: number): void {
    if (restarts < MAX_RESTARTS) this.#client({ reach: outcome.reach, variables: new Map([...outcome.variables].filter(([name]) => !name.startsWith('resp.'))) }, restarts + 1);
    else this.#synthetic(outcome, this.#number(503));
  }

  #unknownEnd(outcome: Outcome, detail: string): void {
    this.execution.happenings.push({ do: 'answer', status: this.execution.knowledge.unknown(`end@${outcome.at.start}`, detail, 'unsupported-syntax'), when: outcome.reach, at: outcome.at });
  }

  #number(value: number): Value {
    return { kind: 'number', value, at: this.at };
  }
}

/** `synth(status, reason)`: without a status, 200; what is above 999 carries more than a status (`synth(12404)` sends 404). */
function statusOf({ args }: Outcome, at: Span): Value {
  const [status] = args;
  return status ?? { kind: 'number', value: 200, at };
}

function without(reach: Condition, outcomes: readonly Outcome[]): Condition {
  return and(reach, ...outcomes.map((outcome) => not(outcome.reach)));
}
