import { objectsNear, type Placed } from '../../middleware/kubernetes/beside.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import type { Goal } from '../../middleware/kubernetes/routing.js';
import { ABSENT } from '../../origins/origin-set.js';
import { unless, whenAll, type Guard } from '../../policy/program.js';
import { itemsOf, nodeAt, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';

/** Policies of implementations that are attached to routes and gateways, by kind and API group. */
const KINDS: Readonly<Record<string, string>> = { SecurityPolicy: 'gateway.envoyproxy.io', TrafficPolicy: 'gateway.kgateway.dev' };

/** Fields of theirs that ask for credentials: the header that carries these, and what is answered without. */
const ASKING: readonly { readonly field: string; readonly header: string; readonly status: number; readonly open?: true }[] = [
  { field: 'basicAuth', header: 'authorization', status: 401 },
  { field: 'jwt', header: 'authorization', status: 401 },
  { field: 'apiKeyAuth', header: 'authorization', status: 401, open: true },
  { field: 'extAuth', header: 'authorization', status: 401, open: true },
  { field: 'oidc', header: 'cookie', status: 302 },
];

/** What is attached to a route: what asks for credentials, and where CORS may stand. Both gateways let their CORS filter answer first. */
export interface Attached {
  readonly refusals: readonly Goal[];
  readonly places: readonly Span[];
}

/** Envoy Gateway's SecurityPolicy and kgateway's TrafficPolicy that name the route, or the gateway that it is attached to. */
export function attachedTo(file: YamlInProject, route: KubernetesObject): Attached {
  const gateways = (itemsOf(nodeAt(route.node, 'spec', 'parentRefs')) ?? []).map((parent) => textAt(parent, 'name'));
  const policies = [...objectsNear(file, /^kind:[ \t]*["']?(?:Security|Traffic)Policy\b/m)].filter(({ object }) => KINDS[object.kind] === object.group && targetsOf(object.node).some((target) => (textAt(target, 'kind') === 'Gateway' ? gateways.includes(textAt(target, 'name')) : textAt(target, 'kind') === route.kind && textAt(target, 'name') === route.name)));
  return { refusals: policies.flatMap(refusalsOf), places: policies.map(({ object }) => object.node.at) };
}

function targetsOf(policy: YamlNode): readonly YamlNode[] {
  const one = nodeAt(policy, 'spec', 'targetRef');
  return [...(one === undefined ? [] : [one]), ...(itemsOf(nodeAt(policy, 'spec', 'targetRefs')) ?? [])];
}

function refusalsOf({ object: { node } }: Placed): readonly Goal[] {
  return ASKING.flatMap(({ field, header, status, open }): readonly Goal[] => {
    const setting = nodeAt(node, 'spec', field);
    if (setting === undefined) return [];
    const { at } = setting;
    const lets: Guard = { g: 'fact', fact: { ...factOf(unknown('upstream', `whether \`${field}\` lets the request through`, at)), key: `${field} ${at.file}:${at.start}` } };
    const without: Guard = { g: 'header', name: header, in: ABSENT };
    return [{ when: open === true ? whenAll(without, unless(lets)) : without, end: { to: 'answer', status, unauthenticated: true }, at }];
  });
}
