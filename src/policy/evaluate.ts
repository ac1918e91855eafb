import { captureOf } from '../origins/captures.js';
import { admits, type Decide, type Membership } from '../origins/membership.js';
import type { Span } from '../text/span.js';
import type { Environment, Fact } from '../values/fact.js';
import { changedPath, holds, hostOf, itemsOf, requestHeader, type HttpRequest } from './holds.js';
import { stepsAt } from './place.js';
import type { Effect, HeaderValue, Policy, Step, Upstream } from './program.js';
import { speakersFor } from './speaker.js';
import { Trace, type PassedLayer } from './trace.js';

export type { HttpRequest };

export interface HeaderLine {
  readonly name: string;
  /** Null: the line is there, its text is not known. */
  readonly text: string | null;
  /** Where the line was written; absent for what a handler behind sent. */
  readonly at?: Span;
  /** Why the text is not known. */
  readonly fact?: Fact;
}

export interface HttpResponse {
  /** Null: not known. */
  readonly status: number | null;
  readonly headers: readonly HeaderLine[];
  /** A start-up or run-time failure made this response. */
  readonly fault?: string;
  /** Where credentials were asked for that the request did not carry. */
  readonly unauthenticated?: Span;
  /** Where a layer's own text makes this answer. */
  readonly answeredAt?: Span;
}

/** What the innermost handler does with a request that reaches it; the default is 200 without headers, or `Behind`. */
export interface Scenario {
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The handler throws and nobody behind catches. */
  readonly uncaught?: boolean;
  /** The same request was answered just before: patterns that keep their position stand behind it. */
  readonly again?: true;
}

/** A policy with the layers that stand behind its upstreams. Plain data. */
export interface Deployment {
  readonly policy: Policy;
  readonly inner: readonly Inner[];
}

/** A layer behind another one. */
export interface Inner {
  /** The upstream that it stands behind; null: behind whatever the layer in front passes on without naming where (`to: 'behind'`). */
  readonly host: string | null;
  readonly port: number | null;
  readonly deployment: Deployment;
  /** Absent: it stands there, and nobody asks why. */
  readonly link?: Link;
}

/** Why a layer is taken to stand behind another one. */
export interface Link {
  /** False: likely, and no more. Nothing that rests on it is an error. */
  readonly certain: boolean;
  /** The places that say so, from the layer in front to the one behind. */
  readonly evidence: readonly { readonly at: Span; readonly message: string }[];
}

export type Assumptions = ReadonlyMap<string, { readonly fact: Fact; readonly holds: boolean }>;

/** One possible answer, under what it assumes. Together the outcomes of an evaluation cover every case. */
export interface Outcome {
  readonly assumed: Assumptions;
  readonly response: HttpResponse;
  /** The layers that the request came to, outermost first: with the option `trace`, unless there are too many cases. */
  readonly trace?: readonly Passed[];
}

/** What a layer did with a request that came to it, and with the response on its way back. */
export interface Passed {
  readonly policy: Policy;
  /** Why it is taken to stand behind the one before; absent for the outermost. */
  readonly link?: Link;
  /** The request as it came to this layer. */
  readonly request: HttpRequest;
  /** Steps that applied, in order. The last may have the end. */
  readonly steps: readonly Step[];
  /** Who made the response: this layer, another one in view, or what lies behind and is in no policy. */
  readonly answered: 'here' | 'by a layer behind' | 'out of view';
  /** What it did to header lines of the response, in order. */
  readonly writes: readonly HeaderWrite[];
  /** The response as it leaves this layer. */
  readonly response: HttpResponse;
}

/** An effect that changed something: the lines of its header before and after. */
export interface HeaderWrite {
  readonly effect: Effect;
  readonly before: readonly HeaderLine[];
  readonly after: readonly HeaderLine[];
}

/** Past so many cases the answer is one outcome in which nothing is known. */
const MAX_OUTCOMES = 64;

/**
 * The only interpreter of header programs, for all sources and any number of layers. Facts that are open are
 * assumed both ways, each consistently within an outcome, so an answer that all outcomes share is certain.
 */
export function evaluate(
  deployment: Deployment,
  request: HttpRequest,
  options: { readonly environment?: Environment; readonly scenario?: Scenario; readonly assumed?: Assumptions; readonly trace?: boolean } = {},
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const pending: Assumptions[] = [options.assumed ?? new Map()];
  while (pending.length > 0) {
    const assumed = pending.pop()!;
    const trace = options.trace === true ? new Trace() : undefined;
    const result = runAssuming(deployment, request, assumed, options.environment ?? 'production', options.scenario ?? {}, trace);
    if ('response' in result) outcomes.push({ assumed, response: result.response, ...(trace === undefined ? {} : { trace: trace.passed }) });
    else {
      const { open } = result;
      for (const holds of [false, true]) pending.push(new Map(assumed).set(open.key, { fact: open, holds }));
    }
    if (outcomes.length + pending.length > MAX_OUTCOMES) {
      const budget: Fact = { key: 'budget', reason: 'budget', detail: 'too many undecided conditions', at: deployment.policy.at };
      return [{ assumed: new Map([[budget.key, { fact: budget, holds: true }]]), response: { status: null, headers: unknownHeaders(budget) } }];
    }
  }
  return outcomes;
}

/** Thrown, but no error: nobody asks where it came from, and a stack would be dear. */
class Undecided {
  constructor(readonly fact: Fact) {}
}

function runAssuming(
  deployment: Deployment,
  request: HttpRequest,
  assumed: Assumptions,
  environment: Environment,
  scenario: Scenario,
  trace: Trace | undefined,
): { response: HttpResponse } | { open: Fact } {
  const decide: Decide = (fact) => {
    if (fact.environment !== undefined) return fact.environment === environment;
    if (fact.repeated === true) return scenario.again === true;
    return assumed.get(fact.key)?.holds ?? fact.network;
  };
  try {
    return { response: run(deployment, request, decide, scenario, trace) };
  } catch (error) {
    if (error instanceof Undecided) return { open: error.fact };
    throw error;
  }
}

function certainly(membership: Membership): boolean {
  if (typeof membership === 'boolean') return membership;
  throw new Undecided(membership);
}

function run(deployment: Deployment, request: HttpRequest, decide: Decide, scenario: Scenario, trace: Trace | undefined, link?: Link): HttpResponse {
  const { policy } = deployment;
  const layer = trace?.enter(policy, request, link);
  const effects: Effect[] = [];
  let base: HttpResponse | undefined;
  let status: number | undefined;
  const steps = stepsAt(policy, request);
  let behind: number | null | undefined;
  const known: Decide = (fact) => {
    if (fact.answered === undefined) return decide(fact);
    if (behind === undefined) behind = statusBehind(deployment, steps, request, decide, scenario);
    return behind === null ? decide(fact) : behind === fact.answered;
  };
  for (const step of steps) {
    if (!certainly(holds(step.when, request, known))) continue;
    layer?.takes(step);
    effects.push(...step.effects);
    if (step.end === undefined) continue;
    if (step.end.to === 'answer') {
      base = { status: step.end.status, headers: [], answeredAt: step.end.statusAt ?? step.at, ...(step.end.fault === undefined ? {} : { fault: step.end.fault }), ...(step.end.unauthenticated === undefined ? {} : { unauthenticated: step.at }) };
    } else if (step.end.to === 'upstream') {
      base = pass(deployment, step.end.upstream, request, decide, scenario, trace, layer);
    }
    if (step.end.to !== 'answer') status = step.end.status;
    break;
  }
  if (base === undefined) base = answerOf(deployment.inner.filter(({ host }) => host === null), request, decide, scenario, trace);
  if (base === undefined) {
    base = handled(policy.behind.options, request, scenario);
    if (scenario.uncaught === true && !policy.survivesUncaught) return layer === undefined ? base : layer.leaves(base);
  }
  const response = apply(effects, status === undefined ? base : { ...base, status }, request, decide, layer);
  return layer === undefined ? response : layer.leaves(response);
}

/** The status with which a layer in view answers what the steps pass on to it, before any of them looks at it; null where that is not known. */
function statusBehind(deployment: Deployment, steps: readonly Step[], request: HttpRequest, decide: Decide, scenario: Scenario): number | null {
  const unseen: Decide = (fact) => (fact.answered === undefined ? decide(fact) : false);
  const end = steps.find((step) => step.end !== undefined && certainly(holds(step.when, request, unseen)))?.end;
  if (end?.to !== 'upstream' || !deployment.inner.some(({ host, port }) => host === end.upstream.host && port === end.upstream.port)) return null;
  return pass(deployment, end.upstream, request, decide, scenario, undefined, undefined).status;
}

/** The response of what lies behind without a policy of its own. */
function handled(options: number | null, request: HttpRequest, scenario: Scenario): HttpResponse {
  const status = scenario.status ?? (scenario.uncaught === true ? 500 : request.method === 'OPTIONS' ? options : 200);
  return { status, headers: (scenario.headers ?? []).map(([name, text]) => ({ name: name.toLowerCase(), text })) };
}

function pass(deployment: Deployment, upstream: Upstream, request: HttpRequest, decide: Decide, scenario: Scenario, trace: Trace | undefined, layer: PassedLayer | undefined): HttpResponse {
  const inner = deployment.inner.filter((candidate) => candidate.host === upstream.host && candidate.port === upstream.port);
  const rewrite = upstream.path;
  // What the layer behind says of a path that nobody knows is not known either.
  if (rewrite === null && inner.length > 0) return { status: scenario.status ?? null, headers: unknownHeaders({ key: `path behind ${upstream.at.file}:${upstream.at.start}`, reason: 'unsupported-syntax', detail: `the path that is asked for behind ${upstream.host}`, at: upstream.at }) };
  const path = rewrite === undefined || rewrite === null ? request.path : 'whole' in rewrite ? rewrite.whole : changedPath(request.path, { tail: '', ...rewrite });
  const sent = apply(upstream.request, { status: 200, headers: request.headers.map(([name, text]) => ({ name, text })) }, request, decide);
  const forwarded: HttpRequest = {
    ...request,
    method: upstream.method ?? request.method,
    path,
    headers: sent.headers.flatMap(({ name, text }) => (text === null ? [] : [[name, text] as const])),
  };
  const response = answerOf(inner, forwarded, decide, scenario, trace) ?? handled(deployment.policy.behind.options, forwarded, scenario);
  return apply(upstream.response ?? [], response, request, decide, layer);
}

/** What the layer behind answers; undefined where none is known. Of several policies of one application one speaks for the place, or it is not known what they say together. */
function answerOf(inner: readonly Inner[], request: HttpRequest, decide: Decide, scenario: Scenario, trace: Trace | undefined): HttpResponse | undefined {
  const [first, ...others] = speakersFor(inner, ({ deployment }) => deployment.policy, request);
  const speaker = first ?? inner[0];
  if (speaker === undefined || others.length === 0) return speaker && run(speaker.deployment, request, decide, scenario, trace, speaker.link);
  const { at } = speaker.deployment.policy;
  return { status: scenario.status ?? null, headers: unknownHeaders({ key: `together ${request.path} ${at.file}:${at.start}`, reason: 'conflicting-writes', detail: `what several policies of one application say together of ${request.path}`, at }) };
}

/** @param layer the layer whose effects on a response these are; absent where nobody asks, and for effects on a request */
function apply(effects: readonly Effect[], base: HttpResponse, request: HttpRequest, decide: Decide, layer?: PassedLayer): HttpResponse {
  if (effects.every(({ early }) => early === undefined)) return applied(effects, base, request, decide, layer);
  const inFront = (stage: Effect['early']): readonly HeaderLine[] => {
    const own = effects.filter(({ early, header }) => early === stage && (early !== 'yielding' || !base.headers.some(({ name }) => name === header)));
    return own.length === 0 ? [] : applied(own, { ...base, headers: [] }, request, decide, layer).headers;
  };
  const late = applied(effects.filter(({ early }) => early === undefined), { ...base, headers: [...inFront('seen'), ...inFront('yielding'), ...base.headers] }, request, decide, layer);
  return { ...late, headers: [...inFront('apart'), ...late.headers] };
}

/** Is the effect for a response with this status? A status that is not known may be one of them. */
function isFor({ statuses, at }: Effect, status: number | null, decide: Decide): Membership {
  if (statuses === 'all') return true;
  if (status !== null) return statuses.includes(status);
  const fact: Fact = { key: `status in ${statuses.join()}`, reason: 'upstream', detail: 'the success of the layer behind', at };
  return decide(fact) ?? fact;
}

function applied(effects: readonly Effect[], base: HttpResponse, request: HttpRequest, decide: Decide, layer: PassedLayer | undefined): HttpResponse {
  let headers: readonly HeaderLine[] = base.headers;
  for (const effect of effects) {
    const after = appliedOne(effect, headers, base.status, request, decide);
    if (after !== headers) layer?.writes(effect, headers, after);
    headers = after;
  }
  return { ...base, headers };
}

/** The header lines after an effect; the same ones where it does nothing. */
function appliedOne(effect: Effect, headers: readonly HeaderLine[], status: number | null, request: HttpRequest, decide: Decide): readonly HeaderLine[] {
  if (!certainly(isFor(effect, status, decide))) return headers;
  if (effect.onlyIf !== undefined && !certainly(admits(effect.onlyIf.in, textOf(headers, effect.onlyIf.header), decide))) return headers;
  const isThere = headers.some((line) => line.name === effect.header);
  if (effect.op === 'remove') return isThere ? headers.filter((line) => line.name !== effect.header) : headers;
  if (effect.op === 'set-if-absent' && isThere) return headers;
  if (effect.lines !== undefined) {
    const { lines } = effect;
    return headers.map((line) => (line.name === effect.header && line.text !== null && certainly(admits(lines, line.text, decide)) ? (lineOf(effect, request, [line], decide) ?? line) : line));
  }
  const line = lineOf(effect, request, headers, decide);
  if (line === undefined) return headers;
  return [...(effect.op === 'set' ? headers.filter(({ name }) => name !== effect.header) : headers), line];
}

/** The line that an effect writes; undefined when there is nothing to write. */
function lineOf(effect: Effect, request: HttpRequest, response: readonly HeaderLine[], decide: Decide): HeaderLine | undefined {
  const text = textFor(effect.value, request, response, decide);
  const fact = unknownIn(effect.value);
  return text === undefined ? undefined : { name: effect.header, text, at: effect.at, ...(text === null && fact !== undefined ? { fact } : {}) };
}

function textOf(lines: readonly HeaderLine[], name: string): string | null {
  const texts = lines.filter((line) => line.name === name).map((line) => line.text);
  return texts.length === 0 ? null : texts.map((text) => text ?? '').join(', ');
}

/** The text that an effect writes: null when it is not known, undefined when there is nothing to write. */
function textFor(value: HeaderValue, request: HttpRequest, response: readonly HeaderLine[], decide: Decide): string | null | undefined {
  switch (value.v) {
    case 'literal':
      return value.text;
    case 'request-header':
      return requestHeader(request, value.name) ?? undefined;
    case 'response-header': {
      const lines = response.filter((line) => line.name === value.name);
      return lines.length === 0 ? undefined : lines.some((line) => line.text === null) ? null : textOf(lines, value.name);
    }
    case 'request-items': {
      const items = itemsOf(request, value.name).filter((item) => certainly(admits(value.in, item, decide)));
      return items.length === 0 ? undefined : (value.only === 'last' ? items.slice(-1) : items).join(value.separator);
    }
    case 'request-header-names':
      return [...new Set(request.headers.map(([name]) => name))].sort().join(value.separator);
    case 'request-part':
      return value.part === 'method' ? request.method : value.part === 'host' ? hostOf(request) : changedPath(request.path, value.as);
    case 'captured': {
      const text = textFor(value.of, request, response, decide);
      return text === null ? null : captureOf(value.pattern, value.group, text ?? '') || undefined;
    }
    case 'concat': {
      const parts = value.parts.map((part) => textFor(part, request, response, decide));
      return parts.includes(null) ? null : parts.map((part) => part ?? '').join('');
    }
    case 'unknown':
      return null;
  }
}

function unknownIn(value: HeaderValue): Fact | undefined {
  if (value.v === 'unknown') return value.fact;
  return value.v === 'concat' ? value.parts.map(unknownIn).find((fact) => fact !== undefined) : undefined;
}

function unknownHeaders(fact: Fact): HeaderLine[] {
  return ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'vary'].map((name) => ({ name, text: null, fact }));
}
