import type { MapLayer, MapLink } from '../questions/map.js';
import { placeText, reachesAt, reachText, type MapReport, type MapReporter } from './map-report.js';
import { visible } from './visible.js';

/** Brackets around a node's label, which give it its shape: what passes on has corners, what answers has none. */
const SHAPES: Readonly<Record<MapLayer['policy']['layer'], readonly [open: string, close: string]>> = {
  proxy: ['[', ']'],
  gateway: ['[', ']'],
  'app-middleware': ['(', ')'],
  'route-handler': ['(', ')'],
  'static-host': ['[(', ')]'],
};

/** A flowchart of Mermaid: layers with their places and who reads what they answer, links with where they lead; a dotted one is only likely. */
export const format: MapReporter = (report) => {
  const { layers, links, chains } = report.map;
  const entries = chains.map(({ entry }) => `  browser --> ${idOf(entry)}`);
  return [
    'flowchart LR',
    ...(layers.length === 0 ? ['  none["no layer says anything of CORS"]'] : ['  browser(["pages of other sites"])']),
    ...layers.map((layer) => nodeLine(layer, report)),
    ...entries,
    ...links.map(linkLine),
    '',
  ].join('\n');
};

function nodeLine(layer: MapLayer, report: MapReport): string {
  const [open, close] = SHAPES[layer.policy.layer];
  const findings = layer.findings.length === 0 ? [] : [`${layer.findings.length} ${layer.findings.length === 1 ? 'finding' : 'findings'}`];
  const lines = [layer.policy.title, placeText(report, layer.policy.at), ...reachesAt(layer, report.map).slice(0, 1).map(reachText), ...findings];
  return `  ${idOf(layer.id)}${open}"${lines.map(labelText).join('<br/>')}"${close}`;
}

function linkLine({ from, to, upstream, certain }: MapLink): string {
  const words = [...(certain ? [] : ['likely']), ...(upstream === null ? [] : [upstream.port === null ? upstream.host : `${upstream.host}:${upstream.port}`])].join(' ');
  return `  ${idOf(from)} ${certain ? '-->' : '-.->'}${words === '' ? '' : `|"${labelText(words)}"|`} ${idOf(to)}`;
}

/** Mermaid takes a hyphen for the start of an arrow in some places. */
function idOf(id: string): string {
  return id.replace('-', '');
}

/**
 * Text of a label in quotes. Mermaid's own escapes are `#…;` with the name or number of a character; quotes end the label,
 * a backtick begins Markdown, `%%{` a directive, and HTML is HTML. Mermaid drops the `;` of an escape that follows the word
 * `style` or `classDef` and a colon on one line: these words are broken by an escape too.
 */
function labelText(text: string): string {
  return visible(text).replace(/["#&<>`%\\]|s(?=tyle)|c(?=lassDef)/g, (character) => `#${character.charCodeAt(0)};`);
}
