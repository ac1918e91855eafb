import { annotationsIn as bagsIn, fieldsOf, settingsOf, type Annotated, type Controller, type Elsewhere } from '../../middleware/ingress/annotations.js';
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

/** Every place of a file that holds annotations of the controller, or settings of its own for all servers. */
export function annotationsIn(file: YamlFile): readonly (Annotated | Ignored)[] {
  const objects = bagsIn(file, CONTROLLER).flatMap((found): readonly (Annotated | Ignored)[] => ('elsewhere' in found ? ignoredIn(found) : [found]));
  return [...objects, ...file.documents.filter(({ at }) => /^(?:controller|ingress-nginx):/m.test(file.source.text.slice(at.start, at.end))).flatMap(({ root }) => chartValues(file, root))];
}

/** The values of the controller's own chart: `controller.config` becomes its ConfigMap, `controller.addHeaders` headers of every response. */
function chartValues(file: YamlFile, root: YamlNode | undefined): readonly Annotated[] {
  return [['controller'], ['ingress-nginx', 'controller']].flatMap((path): readonly Annotated[] => {
    const [config, headers] = [nodeAt(root, ...path, 'config'), nodeAt(root, ...path, 'addHeaders')];
    const snippets = config === undefined ? undefined : snippetsOf(fieldsOf(file, config, ''));
    const added = headers === undefined ? undefined : fieldsOf(file, headers, ADDED);
    return [snippets, added].flatMap((found) => (found === undefined || found.fields.size === 0 ? [] : [{ ...found, strict: false, object: undefined }]));
  });
}

/** What the name of a header begins with that is added to every response. */
export const ADDED = 'add-headers/';

function snippetsOf(settings: Annotated): Annotated {
  return { ...settings, fields: new Map([...settings.fields].filter(([name]) => /^(?:server|location|http)-snippets?$/.test(name))) };
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
  const snippets = snippetsOf(settings);
  const name = textAt(configMap, 'metadata', 'name') ?? '';
  const named = /nginx|ingress/.test(name) && !/haproxy/.test(name);
  const misplaced = [...settings.fields].filter(([key]) => named && /^(?:enable-cors|cors-[a-z-]+)$/.test(key));
  const added = addedBy(file, settings, name);
  return [...(snippets.fields.size > 0 ? [snippets] : []), ...added, ...misplaced.map(([key, { at }]): Ignored => ({ at, message: `The controller's ConfigMap has no \`${key}\`: CORS is set by annotations of an Ingress` }))];
}

/** `add-headers` of the controller, and `custom-headers` of an Ingress, name another ConfigMap, whose data are headers of responses. */
function addedBy(file: YamlFile, settings: Annotated, name: string): readonly Annotated[] {
  const wanted = [...file.source.text.matchAll(/(?:add|custom)-headers["']?[ \t]*:[ \t]*["']?(?:[\w.-]+\/)?([\w.-]+)/g)].some((found) => found[1] === name);
  return wanted ? [{ ...settings, fields: new Map([...settings.fields].map(([header, field]) => [ADDED + header, field])) }] : [];
}
