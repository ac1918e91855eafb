import { annotationsIn as bagsIn, settingsOf, type Annotated, type Controller, type Elsewhere } from '../../middleware/ingress/annotations.js';
import { keyOf, nodeAt, pairsOf, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

export const PREFIX = 'nginx.ingress.kubernetes.io/';

/** The controller of NGINX Inc. has snippets alone. */
const CONTROLLER: Controller = { prefixes: [PREFIX, 'nginx.org/'], kinds: ['Ingress'] };

/** A place that looks like a setting of the controller and is none. */
export interface Ignored {
  readonly at: Span;
  readonly message: string;
}

/** Every place of a file that holds annotations of the controller. */
export function annotationsIn(file: YamlFile): readonly (Annotated | Ignored)[] {
  return bagsIn(file, CONTROLLER).flatMap((found): readonly (Annotated | Ignored)[] => ('elsewhere' in found ? ignoredIn(found) : [found]));
}

function ignoredIn({ kind, elsewhere, file }: Elsewhere): readonly (Annotated | Ignored)[] {
  return kind === 'ConfigMap' ? settingsIn(file, elsewhere) : misplacedAnnotations(kind, elsewhere);
}

/** Annotations of a Service, a Deployment and so on are nobody's. */
function misplacedAnnotations(kind: string, object: YamlNode): readonly Ignored[] {
  const ours = pairsOf(nodeAt(object, 'metadata', 'annotations')).filter((pair) => /^(?:enable-cors$|cors-)/.test(keyOf(pair)?.split(PREFIX)[1] ?? ''));
  return ours.slice(0, 1).map((pair) => ({ at: pair.at, message: `\`${keyOf(pair) ?? ''}\` has no effect on a ${kind}: the controller reads it from an Ingress` }));
}

/** The controller's ConfigMap has snippets for all servers and none of the settings for CORS. */
function settingsIn(file: YamlFile, configMap: YamlNode): readonly (Annotated | Ignored)[] {
  const settings = settingsOf(file, configMap);
  if (settings === undefined) return [];
  const snippets: Annotated = { ...settings, fields: new Map([...settings.fields].filter(([name]) => /^(?:server|location|http)-snippets?$/.test(name))) };
  const name = textAt(configMap, 'metadata', 'name') ?? '';
  const named = /nginx|ingress/.test(name) && !/haproxy/.test(name);
  const misplaced = [...settings.fields].filter(([key]) => named && /^(?:enable-cors|cors-[a-z-]+)$/.test(key));
  return [...(snippets.fields.size > 0 ? [snippets] : []), ...misplaced.map(([key, { at }]): Ignored => ({ at, message: `The controller's ConfigMap has no \`${key}\`: CORS is set by annotations of an Ingress` }))];
}
