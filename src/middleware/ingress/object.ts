import { anyOf, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, type Guard, type Probe } from '../../policy/program.js';
import { itemsOf, nodeAt, textAt, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Field } from './annotations.js';

/** What the author calls the object. */
export function nameOf(ingress: YamlNode | undefined): string {
  const kind = textAt(ingress, 'kind') ?? 'Ingress';
  return `${kind} ${textAt(ingress, 'metadata', 'name') ?? '(no name in view)'}`;
}

/** The class that picks the controller. */
export function classOf(ingress: YamlNode | undefined, fields: ReadonlyMap<string, Field>): string | undefined {
  const old = fields.get('ingress.class')?.value;
  return textAt(ingress, 'spec', 'ingressClassName') ?? textAt(ingress, 'metadata', 'annotations', 'kubernetes.io/ingress.class') ?? (old?.kind === 'string' ? old.value : undefined);
}

function rulesOf(ingress: YamlNode | undefined): readonly YamlNode[] {
  return itemsOf(nodeAt(ingress, 'spec', 'rules')) ?? [];
}

/** The Ingress speaks for its own hosts, when all of them stand in the text. */
export function hostsOf(ingress: YamlNode | undefined, fields: ReadonlyMap<string, Field>): Guard {
  const rules = rulesOf(ingress);
  const hosts = rules.flatMap((rule) => {
    const text = textAt(rule, 'host');
    const at = nodeAt(rule, 'host')?.at;
    return text === undefined || at === undefined ? [] : [{ text: text.toLowerCase(), at }];
  });
  if (hosts.length === 0 || hosts.length < rules.length || fields.has('server-alias') || nodeAt(ingress, 'spec', 'defaultBackend') !== undefined) return ALWAYS;
  return {
    g: 'host',
    in: anyOf(hosts.map(({ text, at }): OriginSet => (text.startsWith('*.') ? { s: 'glob', text, star: 'one-label', ignoreCase: true, ports: 'as-written', at } : { s: 'exact', text, comparison: [], at }))),
  };
}

/** Past so many places one Ingress says the same again. */
const MAX_PROBES = 40;

/** A request for each path of each host; of a path that is a pattern, its beginning without signs. */
export function probesOf(ingress: YamlNode | undefined, at: Span): readonly Probe[] {
  const probes = rulesOf(ingress).flatMap((rule) => {
    const host = textAt(rule, 'host')?.toLowerCase().replace(/^\*\./, 'www.');
    const paths = (itemsOf(nodeAt(rule, 'http', 'paths')) ?? []).map((path) => ({ text: /^\/?[\w/.~%-]*/.exec(textAt(path, 'path') ?? '/')![0] || '/', at: path.at }));
    return (paths.length === 0 ? [{ text: '/', at: rule.at }] : paths).map(
      (path): Probe => ({ path: path.text.startsWith('/') ? path.text : `/${path.text}`, ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at: path.at }),
    );
  });
  return probes.length === 0 ? [{ path: '/', methods: null, requestHeaders: [], at }] : probes.slice(0, MAX_PROBES);
}
