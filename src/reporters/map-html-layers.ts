import type { Finding } from '../findings/finding.js';
import type { MapLayer, MapLink } from '../questions/map.js';
import { breakable, html, message as inWords, type Html } from './html-text.js';
import { kindText, placeText, type MapReport } from './map-report.js';
import { upstreamText } from './map-tree.js';
import { docsUrl } from './report.js';

/** Every layer with its links, why they are taken to be, and what is found of it. */
export function layersSection(report: MapReport): Html {
  return html`
<section aria-labelledby="each">
<h2 id="each">Each layer</h2>
<div class="layers">${report.map.layers.map((layer) => layerCard(layer, report))}</div>
</section>`;
}

function layerCard(layer: MapLayer, report: MapReport): Html {
  const { id, policy, speaks, findings } = layer;
  const { links } = report.map;
  const behind = links.filter(({ from }) => from === id);
  const inFront = links.filter(({ to }) => to === id);
  const rows: readonly (readonly [string, Html])[] = [
    ['Kind', html`${kindText(layer)}${speaks ? undefined : ', says nothing of CORS'}`],
    ['Read in', html`<span class="place">${breakable(placeText(report, policy.at))}</span>`],
    ...(policy.version === undefined ? [] : [['Read as', html`${policy.version}`] as const]),
    ...(policy.listens.length === 0 ? [] : [['Listens on', html`${policy.listens.join(', ')}`] as const]),
    ...(inFront.length === 0 ? [] : [['Stands behind', linkList(inFront, 'from', report)] as const]),
    ...(behind.length === 0 ? [] : [['Stands before', linkList(behind, 'to', report)] as const]),
  ];
  return html`
<article class="layer card" id="${id}" data-find="${policy.title} ${report.pathOf(policy.at.file)}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${policy.title}</h3>
<dl>${rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>
${findings.length === 0 ? undefined : html`<ul class="notes" aria-label="Findings">${findings.map((finding) => findingItem(finding, report))}</ul>`}
</article>`;
}

/** Links of a layer that stand in the open. */
const IN_THE_OPEN = 4;

function linkList(links: readonly MapLink[], end: 'from' | 'to', report: MapReport): Html {
  const items = links.map((link) => linkItem(link, end, report));
  return links.length <= IN_THE_OPEN ? html`${items}` : html`<details><summary>${links.length} layers</summary>${items}</details>`;
}

function linkItem(link: MapLink, end: 'from' | 'to', report: MapReport): Html {
  const other = report.map.layers.find(({ id }) => id === link[end])!;
  const likely = link.certain ? undefined : html` <span class="tag warn">likely</span>`;
  // Told where requests leave: once is enough.
  const evidence = end === 'from' ? [] : link.evidence;
  const to = link.upstream === null || end === 'from' ? undefined : html` as <code>${upstreamText(link.upstream)}</code>`;
  const why = evidence.length === 0 ? undefined : html`<details class="small"><summary>Why</summary><ul>${evidence.map(({ message, at }) => html`<li>${inWords(message)} <span class="place">${breakable(placeText(report, at))}</span></li>`)}</ul></details>`;
  return html`<div><a href="#${other.id}">${other.policy.title}</a>${to}${likely}${why}</div>`;
}

export function findingItem({ ruleId, severity, message, at }: Finding, report: MapReport): Html {
  const url = docsUrl(report, ruleId);
  const rule = url === null ? html`<code>${ruleId}</code>` : html`<a href="${url}"><code>${ruleId}</code></a>`;
  return html`<li><span class="tag ${severity}">${severity}</span> ${rule}<p>${inWords(message)}</p><p class="place">${breakable(placeText(report, at))}</p></li>`;
}

/** What would be a finding of a layer alone. */
export function quietedSection(report: MapReport): Html | undefined {
  const { quieted } = report.map;
  if (quieted.length === 0) return undefined;
  const items = quieted.map(({ ruleId, message, at, within }) => html`<li><code>${ruleId}</code><p>${inWords(message)}</p><p class="place">${breakable(placeText(report, at))}</p><p class="small muted">It does not show through ${within.title} (${placeText(report, within.at)}).</p></li>`);
  return html`
<section aria-labelledby="quieted">
<h2 id="quieted">Of no account where it stands</h2>
<p>Found of a layer alone; the layers around it undo it.</p>
<ul class="notes">${items}</ul>
</section>`;
}

/** What nobody can tell from the files. */
export function gapsSection(report: MapReport): Html | undefined {
  const { gaps } = report.map;
  if (gaps.length === 0) return undefined;
  return html`
<section aria-labelledby="gaps">
<h2 id="gaps">What the files do not tell</h2>
<p>Where a text was seen and could not be decided. Nothing on this page rests on a guess about it.</p>
<ul class="notes">${gaps.map(({ at, message }) => html`<li>${inWords(message)} <span class="place">${breakable(placeText(report, at))}</span></li>`)}</ul>
</section>`;
}
