import { itemsOf, keyOf, nodeAt, pairsOf, resolve, textAt, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Label } from './labels.js';
import { parseRule, type Rule } from './rule.js';

/** One router: the requests that it takes, and the middlewares that they go through. */
export interface Router {
  readonly name: string;
  /** Undefined: a rule that could not be read, or that the provider makes up. */
  readonly rule: Rule | undefined;
  /** Where the rule stands. */
  readonly at: Span;
  readonly entryPoints: readonly string[];
  /** In order; names, `<namespace>-<name>@kubernetescrd` for objects of Kubernetes. */
  readonly middlewares: readonly string[];
  /** The greatest is asked first: by default the longest rule. */
  readonly priority: number;
}

/** Routers of a dynamic file: `routers: {<name>: {rule, middlewares, entryPoints, priority}}`. */
export function routersOf(routers: YamlNode | undefined): readonly Router[] {
  return pairsOf(routers).map((pair) => {
    const rule = field(pair.value, 'rule');
    const text = textAt(rule?.value);
    return {
      name: keyOf(pair) ?? '',
      rule: text === undefined ? undefined : parseRule(text),
      at: rule?.at ?? pair.key.at,
      entryPoints: textsIn(field(pair.value, 'entrypoints')?.value),
      middlewares: textsIn(field(pair.value, 'middlewares')?.value),
      priority: numberIn(field(pair.value, 'priority')?.value) ?? text?.length ?? 0,
    };
  });
}

/** Keys of dynamic files are found whatever their case. */
function field(node: YamlNode | undefined, name: string): YamlPair | undefined {
  return pairsOf(node).findLast((pair) => keyOf(pair)?.toLowerCase() === name);
}

/** Routes of an `IngressRoute`. */
export function objectRouters(object: YamlNode): readonly Router[] {
  const entryPoints = textsIn(nodeAt(object, 'spec', 'entryPoints'));
  return (itemsOf(nodeAt(object, 'spec', 'routes')) ?? []).map((route) => {
    const text = textAt(route, 'match');
    return {
      name: textAt(object, 'metadata', 'name') ?? '',
      rule: text === undefined ? undefined : parseRule(text),
      at: nodeAt(route, 'match')?.at ?? route.at,
      entryPoints,
      middlewares: namesIn(nodeAt(route, 'middlewares')),
      priority: numberIn(nodeAt(route, 'priority')) || (text?.length ?? 0),
    };
  });
}

const ANNOTATION = 'traefik.ingress.kubernetes.io/router.middlewares';

/** The routers that an Ingress makes: one for each path of each host. */
export function ingressRouters(ingress: YamlNode): readonly Router[] {
  const names = textAt(ingress, 'metadata', 'annotations', ANNOTATION)?.split(',').map((name) => name.trim());
  if (names === undefined) return [];
  return (itemsOf(nodeAt(ingress, 'spec', 'rules')) ?? []).flatMap((rule) => {
    const host = textAt(rule, 'host');
    const hosts: readonly Rule[] = host === undefined ? [] : [host.startsWith('*.') ? { op: 'matcher', name: 'hostregexp', args: [`^[a-z0-9-]+${host.slice(1).replaceAll('.', '\\.')}$`] } : { op: 'matcher', name: 'host', args: [host] }];
    const paths = itemsOf(nodeAt(rule, 'http', 'paths')) ?? [];
    return (paths.length === 0 ? [rule] : paths).map((path): Router => {
      const text = textAt(path, 'path');
      const name = textAt(path, 'pathType') === 'Exact' ? 'path' : 'pathprefix';
      const of: readonly Rule[] = [...hosts, ...(text === undefined ? [] : [{ op: 'matcher', name, args: [text] } as const])];
      return { name: textAt(ingress, 'metadata', 'name') ?? '', rule: { op: 'and', of }, at: path.at, entryPoints: [], middlewares: names, priority: (host?.length ?? 0) + (text?.length ?? 0) };
    });
  });
}

/** Routers in the labels of containers. */
export function labelRouters(labels: readonly Label[]): readonly Router[] {
  const found = new Map<string, Label[]>();
  for (const label of labels) {
    const [what, name] = label.path;
    if (what?.toLowerCase() === 'routers' && name !== undefined) found.set(name, [...(found.get(name) ?? []), label]);
  }
  return [...found].map(([name, own]) => {
    const of = (key: string): Label | undefined => own.findLast(({ path }) => path.length === 3 && path[2]!.toLowerCase() === key);
    const texts = (label: Label | undefined): readonly string[] => label?.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) ?? [];
    const rule = of('rule');
    const text = rule?.value.kind === 'string' ? rule.value.value : rule?.value.kind === 'concat' ? rule.value.parts.map((part) => (part.kind === 'string' ? part.value : '${_}')).join('') : undefined;
    const [priority] = texts(of('priority'));
    return { name, rule: text === undefined ? undefined : parseRule(text), at: (rule ?? own[0]!).at, entryPoints: texts(of('entrypoints')), middlewares: texts(of('middlewares')), priority: Number(priority) || (text?.length ?? 0) };
  });
}

/** Names in a list, those of objects (`{name: x, namespace: y}`) among them. */
export function namesIn(node: YamlNode | undefined): readonly string[] {
  return (itemsOf(node) ?? []).flatMap((item) => textAt(item) ?? textAt(item, 'name') ?? []);
}

function textsIn(node: YamlNode | undefined): readonly string[] {
  const found = resolve(node);
  if (found?.kind === 'seq') return found.items.flatMap((item) => textAt(item)?.trim() ?? []);
  return textAt(found)?.split(',').map((text) => text.trim()) ?? [];
}

function numberIn(node: YamlNode | undefined): number | undefined {
  const found = resolve(node);
  return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : undefined;
}
