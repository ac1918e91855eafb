import { evaluate, type Inner } from '../../src/policy/evaluate.js';
import type { Policy, Upstream } from '../../src/policy/program.js';
import { always } from './policy.js';

/** Where a layer passes a request on to, one text for every case: `api:80 /path`, `401` for an answer of its own, `on` for what it leaves to others. */
export function passedOn(policy: Policy, method: string, url: string, headers: Readonly<Record<string, string>> = {}): readonly string[] {
  const { host, pathname } = new URL(url);
  const all = policy.steps.flatMap(({ end }) => (end?.to === 'upstream' ? [end.upstream] : []));
  const upstreams = all.filter((upstream, index) => all.findIndex((other) => other.host === upstream.host && other.port === upstream.port) === index);
  const inner = upstreams.map((upstream): Inner => ({ host: upstream.host, port: upstream.port, deployment: { policy: standIn(policy, upstream), inner: [] } }));
  const outcomes = evaluate({ policy, inner }, { method, path: pathname, headers: Object.entries({ host, ...headers }) });
  const texts = outcomes.map(({ response }) => {
    const reached = response.headers.filter(({ name }) => name.startsWith('x-reached')).map(({ text }) => text);
    return reached.length > 0 ? reached.join(' ') : response.answeredAt === undefined ? (response.headers.some(({ text }) => text === null) ? 'unknown path' : 'on') : `${String(response.status)}${response.unauthenticated === undefined ? '' : ' unauthenticated'}`;
  });
  return [...new Set(texts)].sort();
}

function standIn(policy: Policy, { host, port }: Upstream): Policy {
  const { at } = policy;
  return {
    ...policy,
    steps: [
      {
        ...always(),
        effects: [
          { op: 'set', header: 'x-reached', value: { v: 'literal', text: `${host}:${port ?? '?'}`, at, written: true }, statuses: 'all', at },
          { op: 'set', header: 'x-reached-path', value: { v: 'request-part', part: 'path', at }, statuses: 'all', at },
        ],
        end: { to: 'answer', status: 200 },
      },
    ],
  };
}
