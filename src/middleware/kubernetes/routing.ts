import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type End, type Evidence, type Guard, type Policy, type Probe, type Step, type Upstream } from '../../policy/program.js';
import type { Network, PlainLayer } from '../../policy/topology.js';
import type { YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';

/** Requests that a routing object takes, and what becomes of them: the first goal that applies counts. */
export interface Place {
  readonly at: Span;
  readonly match: Guard;
  /** A path that it takes; undefined: none is known, and nobody asks. */
  readonly sample: string | undefined;
  readonly host?: string | undefined;
  /** Null: any. */
  readonly methods?: readonly string[] | null;
  readonly goals: readonly Goal[];
}

export interface Goal {
  readonly when: Guard;
  readonly end: End;
  readonly at: Span;
}

/** What one object says of who is served where. */
export interface Routing {
  readonly reader: string;
  readonly title: string;
  readonly object: YamlNode;
  readonly network: Network;
  /** In the order in which the product asks them. */
  readonly places: readonly Place[];
  readonly evidence?: Pick<Evidence, 'https' | 'networkProtected'>;
  /** Places of CORS policies in front of it that stand outside the object. */
  readonly carries?: readonly Span[];
}

/** Past so many places one object says the same again. */
const MAX_PROBES = 60;

/**
 * The object as a layer behind the CORS policies that stand in it. A request that none of its places takes goes on:
 * other objects may serve the same host.
 */
export function routingLayer({ reader, title, object, network, places, evidence, carries = [] }: Routing): PlainLayer {
  const probes = places.flatMap(({ sample, host, methods, at }): readonly Probe[] => (sample === undefined ? [] : [{ path: sample.startsWith('/') ? sample : `/${sample}`, ...(host === undefined ? {} : { host }), methods: methods ?? null, requestHeaders: [], at }]));
  const policy: Policy = {
    reader,
    title,
    layer: 'gateway',
    at: object.at,
    steps: places.flatMap(({ match, goals }) => goals.map(({ when, end, at }): Step => ({ when: whenAll(match, when), effects: [], end, at }))),
    behind: { options: null },
    probes: probes.length === 0 ? [{ path: '/', methods: null, requestHeaders: [], at: object.at }] : probes.slice(0, MAX_PROBES),
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false, ...evidence },
    notes: [],
  };
  return { policy, network, carries: [object.at, ...carries] };
}

/** The network of a namespace's names; the empty one is that of whoever applies the object. */
export function networkOf(namespace: string | undefined): Network {
  return `kubernetes ${namespace ?? ''}`;
}

/** Objects of another namespace are named with it. */
export function hostOf(service: string, namespace: string | undefined, own: string | undefined): string {
  return namespace === undefined || namespace === (own ?? '') ? service : `${service}.${namespace}`;
}

/** Who gets a request of several is chosen by weight: each of them may. */
export function toOneOf(upstreams: readonly Upstream[], when: Guard = ALWAYS): readonly Goal[] {
  return upstreams.map((upstream, index) => {
    const { at } = upstream;
    const chosen: Guard = index === upstreams.length - 1 ? ALWAYS : { g: 'fact', fact: { ...factOf(unknown('upstream', 'which of several services gets the request', at)), key: `chosen:${at.file}:${at.start}` } };
    return { when: whenAll(when, chosen), end: { to: 'upstream', upstream }, at };
  });
}

/** A host name of a routing object. */
export interface HostName {
  readonly text: string;
  readonly at: Span;
}

/** `*.` in front stands for one label, or for any number of them. */
export function hostSet({ text, at }: HostName, star: 'one-label' | 'any-text'): OriginSet {
  const name = text.toLowerCase();
  return name.includes('*') ? { s: 'glob', text: name, star, ignoreCase: true, ports: 'as-written', at } : exact(name, at);
}

/**
 * The host of a request is this one. An exact name goes before one with a wildcard, and that before none: hosts that others of
 * the same object name more closely are left to them.
 */
export function servedUnder(host: HostName | undefined, all: readonly HostName[], star: 'one-label' | 'any-text'): Guard {
  const closer = host === undefined ? all : host.text.includes('*') ? all.filter(({ text }) => !text.includes('*') || (text !== host.text && text.endsWith(host.text.slice(1)))) : [];
  const own: Guard = host === undefined ? ALWAYS : { g: 'host', in: hostSet(host, star) };
  return closer.length === 0 ? own : whenAll(own, unless({ g: 'host', in: anyOf(closer.map((other) => hostSet(other, star))) }));
}

/** A host to ask for. */
export function sampleHost(host: HostName | undefined): string | undefined {
  return host === undefined || host.text === '*' ? undefined : host.text.toLowerCase().replace(/^\*\.?/, 'www.');
}
