import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, textAt, valueOf, type YamlDocument, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { Setting } from '../gateway-plugins/settings.js';
import { labelsIn, type Label } from './labels.js';
import { PATH_SETTINGS, type PathChanges } from './path-changes.js';
import type { HeadersSettings } from './program.js';
import { namesIn, ingressRouters, labelRouters, objectRouters, routersOf, type Router } from './routers.js';

/** One middleware of Traefik. */
export interface Middleware {
  readonly name: string;
  /** Namespace of an object of Kubernetes. */
  readonly namespace: string | undefined;
  readonly source: 'file' | 'object' | 'labels';
  /** API group of an object. */
  readonly group: string | undefined;
  readonly at: Span;
  readonly does:
    | { readonly kind: 'headers'; readonly settings: HeadersSettings; readonly foreign: readonly { readonly field: string; readonly at: Span }[] }
    | { readonly kind: 'chain'; readonly of: readonly string[] }
    /** Asks for credentials: 401 without. */
    | { readonly kind: 'auth' }
    /** Another server is asked whether the request may pass. */
    | { readonly kind: 'forward-auth'; readonly asks: string }
    | PathChanges
    | { readonly kind: 'other' };
}

/** What one file says to Traefik. */
export interface Configuration {
  readonly middlewares: readonly Middleware[];
  readonly routers: readonly Router[];
}

const MAX_NODES = 50_000;

/** Every place of a file that configures Traefik: dynamic files, objects of Kubernetes, labels of containers. */
export function configurationIn(file: YamlFile): Configuration {
  const middlewares: Middleware[] = [];
  const routers: Router[] = [];
  const labels: Label[] = [];
  const pending: { node: YamlNode; key: string }[] = file.documents.flatMap(({ root }: YamlDocument) => (root === undefined ? [] : [{ node: root, key: '' }])).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const { node, key } = pending.pop()!;
    if (node.kind === 'seq' && key !== 'labels' && key !== 'tags') pending.push(...node.items.map((item) => ({ node: item, key: '' })).reverse());
    if (key === 'labels' || key === 'tags') labels.push(...labelsIn(file, node));
    if (node.kind !== 'map') continue;
    const kind = textAt(node, 'kind');
    const group = textAt(node, 'apiVersion')?.split('/')[0];
    if (kind === 'Middleware' && (group === 'traefik.io' || group === 'traefik.containo.us')) {
      const spec = pairAt(node, 'spec');
      const name = textAt(node, 'metadata', 'name') ?? '';
      if (spec !== undefined) middlewares.push({ name, namespace: textAt(node, 'metadata', 'namespace'), source: 'object', group, at: nodeAt(node, 'metadata', 'name')?.at ?? spec.key.at, does: doesOf(file, spec.value, true) });
      continue;
    }
    if (kind === 'IngressRoute' || kind === 'Ingress') {
      routers.push(...(kind === 'Ingress' ? ingressRouters(node) : objectRouters(node)));
      continue;
    }
    if (key === 'http') {
      for (const pair of pairsOf(nodeAt(node, 'middlewares'))) {
        middlewares.push({ name: keyOf(pair) ?? '', namespace: undefined, source: 'file', group: undefined, at: pair.key.at, does: doesOf(file, pair.value, false) });
      }
      routers.push(...routersOf(nodeAt(node, 'routers')));
      continue;
    }
    pending.push(...node.pairs.flatMap((pair) => (pair.value === undefined ? [] : [{ node: pair.value, key: keyOf(pair) ?? '' }])).reverse());
  }
  return { middlewares: [...middlewares, ...labelled(file, labels)], routers: [...routers, ...labelRouters(labels)] };
}

function doesOf(file: YamlFile, body: YamlNode | undefined, object: boolean): Middleware['does'] {
  for (const pair of pairsOf(body)) {
    const kind = keyOf(pair)?.toLowerCase();
    if (kind === 'headers') return { kind: 'headers', ...headersOf(file, pair.value, pair.key.at, object) };
    if (kind === 'chain') return { kind: 'chain', of: namesIn(nodeAt(pair.value, 'middlewares')) };
    if (kind === 'basicauth' || kind === 'digestauth') return { kind: 'auth' };
    if (kind === 'forwardauth') return { kind: 'forward-auth', asks: textAt(pair.value, 'address') ?? 'another server' };
    const setting = PATH_SETTINGS[kind ?? ''];
    if (kind !== undefined && setting !== undefined) return { kind: 'path', by: kind, texts: textsAt(pairsOf(pair.value).findLast((one) => keyOf(one)?.toLowerCase() === setting)?.value) };
  }
  return { kind: 'other' };
}

/** One text, or a list of them; undefined where one is not known. */
function textsAt(node: YamlNode | undefined): readonly string[] | undefined {
  const texts = (itemsOf(node) ?? [node]).map((item) => textAt(item));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Of objects the API server keeps only the fields that it knows, spelled as they are; elsewhere case is free. */
function headersOf(file: YamlFile, node: YamlNode | undefined, at: Span, object: boolean): { settings: HeadersSettings; foreign: { field: string; at: Span }[] } {
  const value: Value = valueOf(file, node);
  const fields = new Map<string, Setting>();
  const foreign: { field: string; at: Span }[] = [];
  const pairs = pairsOf(node);
  for (const entry of value.kind === 'record' ? value.entries : []) {
    const field = entry.key.toLowerCase();
    if (OURS.test(field) && (!FIELDS.has(field) || (object && !FIELDS.get(field)!.includes(entry.key)))) foreign.push({ field: entry.key, at: entry.at });
    else if (FIELDS.has(field)) {
      const pair = pairs.findLast((candidate) => keyOf(candidate) === entry.key);
      fields.set(field, { value: entry.value, at: entry.at, ...(pair === undefined ? {} : { pair }) });
    }
  }
  const responses = value.kind === 'record' ? value.entries.findLast(({ key }) => key.toLowerCase() === 'customresponseheaders')?.value : undefined;
  const custom = responses?.kind === 'record' ? responses.entries.map(({ key, value: text, at: written }) => ({ name: key.toLowerCase(), value: text, at: written })) : [];
  const rest = value.kind === 'record' ? value.rest : value.kind === 'unknown' ? value : undefined;
  return { settings: { file, at, fields, custom, ...(rest === undefined ? {} : { rest }) }, foreign };
}

const OURS = /^accesscontrol|vary/;
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  ['accessControlAllowCredentials', 'accessControlAllowHeaders', 'accessControlAllowMethods', 'accessControlAllowOriginList', 'accessControlAllowOriginListRegex', 'accessControlExposeHeaders', 'accessControlMaxAge', 'addVaryHeader'].map((name) => [name.toLowerCase(), [name]]),
);
const LISTS = /list(?:regex)?$|methods$|headers$/;

/** The labels of all containers of a file make one configuration. */
function labelled(file: YamlFile, labels: readonly Label[]): readonly Middleware[] {
  const found = new Map<string, Label[]>();
  for (const label of labels) {
    const [what, name] = label.path;
    if (what?.toLowerCase() !== 'middlewares' || name === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), label]);
  }
  return [...found].map(([name, own]): Middleware => {
    const at = own[0]!.at;
    const base = { name, namespace: undefined, source: 'labels', group: undefined, at } as const;
    const kinds = own.map(({ path }) => path[2]?.toLowerCase());
    if (kinds.includes('headers')) {
      const fields = new Map<string, Setting>();
      const custom: { name: string; value: Value; at: Span }[] = [];
      const foreign: { field: string; at: Span }[] = [];
      for (const { path, value, items, at: written } of own) {
        const field = path[3]?.toLowerCase() ?? '';
        if (field === 'customresponseheaders' && path[4] !== undefined) custom.push({ name: path[4].toLowerCase(), value, at: written });
        else if (OURS.test(field) && !FIELDS.has(field)) foreign.push({ field: path[3]!, at: written });
        else if (FIELDS.has(field)) fields.set(field, { value: LISTS.test(field) && field !== 'addvaryheader' ? { kind: 'list', items, at: value.at } : value, at: written });
      }
      return { ...base, does: { kind: 'headers', settings: { file, at, fields, custom }, foreign } };
    }
    const chain = own.find(({ path }) => path[2]?.toLowerCase() === 'chain' && path[3]?.toLowerCase() === 'middlewares');
    if (chain !== undefined) return { ...base, does: { kind: 'chain', of: chain.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) } };
    const forward = own.find(({ path }) => path[2]?.toLowerCase() === 'forwardauth' && path[3]?.toLowerCase() === 'address');
    if (forward !== undefined) return { ...base, does: { kind: 'forward-auth', asks: forward.value.kind === 'string' ? forward.value.value : 'another server' } };
    const change = own.find(({ path: [, , by, setting] }) => setting !== undefined && PATH_SETTINGS[by?.toLowerCase() ?? ''] === setting.toLowerCase());
    if (change !== undefined) return { ...base, does: { kind: 'path', by: change.path[2]!.toLowerCase(), texts: change.items.every((item) => item.kind === 'string') ? change.items.map((item) => item.value) : undefined } };
    return { ...base, does: kinds.some((kind) => kind === 'basicauth' || kind === 'digestauth') ? { kind: 'auth' } : { kind: 'other' } };
  });
}
