import { annotationsIn as bagsIn, type Annotated, type Controller, type Elsewhere } from '../../middleware/ingress/annotations.js';
import { keyOf, nodeAt, pairsOf, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

export const PREFIX = 'nginx.ingress.kubernetes.io/';

const CONTROLLER: Controller = { prefixes: [PREFIX], kinds: ['Ingress'] };

/** A place that looks like a setting of the controller and is none. */
export interface Ignored {
  readonly at: Span;
  readonly message: string;
}

/** Every place of a file that holds annotations of the controller. */
export function annotationsIn(file: YamlFile): readonly (Annotated | Ignored)[] {
  return bagsIn(file, CONTROLLER).flatMap((found): readonly (Annotated | Ignored)[] => ('elsewhere' in found ? ignoredIn(found) : [found]));
}

function ignoredIn({ kind, elsewhere }: Elsewhere): readonly Ignored[] {
  return kind === 'ConfigMap' ? misplacedSettings(elsewhere) : misplacedAnnotations(kind, elsewhere);
}

/** Annotations of a Service, a Deployment and so on are nobody's. */
function misplacedAnnotations(kind: string, object: YamlNode): readonly Ignored[] {
  const ours = pairsOf(nodeAt(object, 'metadata', 'annotations')).filter((pair) => /^(?:enable-cors$|cors-)/.test(keyOf(pair)?.split(PREFIX)[1] ?? ''));
  return ours.slice(0, 1).map((pair) => ({ at: pair.at, message: `\`${keyOf(pair) ?? ''}\` has no effect on a ${kind}: the controller reads it from an Ingress` }));
}

function misplacedSettings(configMap: YamlNode): readonly Ignored[] {
  const name = textAt(configMap, 'metadata', 'name') ?? '';
  if (!/nginx|ingress/.test(name) || /haproxy/.test(name)) return [];
  return pairsOf(nodeAt(configMap, 'data'))
    .filter((pair) => /^(?:enable-cors|cors-[a-z-]+)$/.test(keyOf(pair) ?? ''))
    .map((pair) => ({ at: pair.at, message: `The controller's ConfigMap has no \`${keyOf(pair) ?? ''}\`: CORS is set by annotations of an Ingress` }));
}
