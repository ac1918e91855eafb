import type { Reach } from '../questions/access.js';
import type { MapLayer, MapLink } from '../questions/map.js';
import { breakable, html, type Html } from './html-text.js';
import { kindText, placeText, reachesAt, reachText, type MapReport } from './map-report.js';
import { counted } from './words.js';

/** Layers behind one layer, past which they stand in columns. */
const IN_A_ROW = 8;

/** The layers as they stand behind one another: nested lists, which CSS draws lines between. */
export function treeSection(report: MapReport): Html {
  const drawn = new Set<string>();
  const { links } = report.map;
  // Who is reached past others stands behind them in the drawing.
  const chains = report.map.chains.filter(({ past }) => !past);
  const inFront = new Set(links.map(({ from }) => from));
  const [leading, alone] = [chains.filter(({ entry }) => inFront.has(entry)), chains.filter(({ entry }) => !inFront.has(entry))];
  return html`
<section aria-labelledby="layers-drawn">
<h2 id="layers-drawn">Layers</h2>
<p class="muted small">Outermost first; what stands behind a layer hangs on its line. A broken line is only likely.</p>
${leading.length === 0 ? undefined : html`<ul class="tree">${leading.map(({ entry }) => branch(entry, undefined, drawn, report))}</ul>
`}${leading.length === 0 || alone.length === 0 ? undefined : html`<h3>Nothing known in front or behind</h3>
`}${alone.length === 0 ? undefined : html`<ul class="alone">${alone.map(({ entry }) => branch(entry, undefined, drawn, report))}</ul>
`}</section>`;
}

function branch(id: string, link: MapLink | undefined, drawn: Set<string>, report: MapReport): Html {
  const layer = report.map.layers.find((one) => one.id === id)!;
  const again = drawn.has(id);
  drawn.add(id);
  const behind = again ? [] : report.map.links.filter(({ from }) => from === id);
  const list = behind.length === 0 ? undefined : html`<ul${behind.length > IN_A_ROW ? html` class="many"` : undefined}>${behind.map((next) => branch(next.to, next, drawn, report))}</ul>`;
  return html`<li data-find="${layer.policy.title} ${report.pathOf(layer.policy.at.file)}"${link?.certain === false ? html` class="likely"` : undefined}>${node(layer, link, again, report)}${list}</li>`;
}

function node(layer: MapLayer, link: MapLink | undefined, again: boolean, report: MapReport): Html {
  const { id, policy, findings } = layer;
  const to = link?.upstream === undefined || link.upstream === null ? undefined : html`to <code>${upstreamText(link.upstream)}</code>`;
  const likely = link?.certain === false ? html`<b>likely</b> ` : undefined;
  const via = to === undefined && likely === undefined ? undefined : html`<span class="via">${likely}${to}</span>`;
  const name = html`<a class="name" href="#${id}">${policy.title}</a>`;
  if (again) return html`<div class="node again">${via}${name}<span class="via">drawn above</span></div>`;
  const found = findings.length === 0 ? undefined : html`<span class="tag ${worst(layer)}">${counted(findings.length, 'finding')}</span>`;
  return html`<div class="node">${via}${name}<span class="via">${kindText(layer)}</span><span class="place">${breakable(placeText(report, policy.at))}</span><div class="badges">${reachesAt(layer, report.map).map(reachBadge)}${found}</div></div>`;
}

export function upstreamText({ host, port }: NonNullable<MapLink['upstream']>): string {
  return port === null ? host : `${host}:${port}`;
}

function worst({ findings }: MapLayer): string {
  return ['error', 'warn', 'info'].find((level) => findings.some(({ severity }) => severity === level)) ?? 'info';
}

export function reachBadge(reach: Reach): Html {
  return html`<span class="reach ${reachClass(reach)}">${reachText(reach)}</span>`;
}

/** `wide`: who was never meant reads with the user's cookies. */
export function reachClass({ by, credentials }: Reach): string {
  if (by === 'any-site' || by === 'look-alike' || by === 'null') return credentials ? 'wide' : 'open';
  return by;
}
