import type { Access, Answer, Who } from '../questions/access.js';
import type { Chain, MapPath } from '../questions/map.js';
import { counted } from './words.js';
import { breakable, html, message as inWords, type Html } from './html-text.js';
import { findingItem, gapsSection, layersSection, quietedSection } from './map-html-layers.js';
import { placeText, pathGroups, reachText, requestText, byReach, type MapReport, type MapReporter, type PathGroup } from './map-report.js';
import { MAP_SCRIPT } from './map-script.js';
import { MAP_STYLE } from './map-style.js';
import { reachBadge, reachClass, treeSection } from './map-tree.js';
import { pageText } from './page.js';

/** Groups of a chain that stand open when the page is; more of them would hide one another. */
const OPEN_GROUPS = 8;

/** Texts of one kind that stand in the open; the rest is there on request. */
const IN_THE_OPEN = 6;

/** A page in one file: the layers, who may read what, and what is found. */
export const format: MapReporter = (report) => {
  const { map, title, version, homepage } = report;
  const main = html`${map.layers.length === 0 ? html`<p>No file says anything of CORS: pages of other sites read nothing.</p>` : whole(report)}
${gapsSection(report)}
${map.findings.length === 0 ? undefined : html`<section aria-labelledby="elsewhere"><h2 id="elsewhere">Findings of no layer</h2><ul class="notes">${map.findings.map((finding) => findingItem(finding, report))}</ul></section>`}`;
  return pageText({ title, kind: 'map', lead: lead(report), main, style: MAP_STYLE, ...(map.layers.length === 0 ? {} : { script: MAP_SCRIPT }), version, homepage });
};

function lead({ map }: MapReport): Html {
  const { layers, chains } = map;
  const paths = chains.reduce((sum, chain) => sum + chain.paths.length, 0);
  return html`<p>Which layers a request goes through, and what pages of other sites may read: ${counted(layers.length, 'layer')}, ${counted(chains.length, 'way')} in, ${counted(paths, 'path')}, as in ${map.environment}.</p>`;
}

function whole(report: MapReport): Html {
  const { map } = report;
  return html`${tiles(report)}
<div class="tools" role="search" hidden>
<label>Find layers and paths <input type="search" autocomplete="off" spellcheck="false"></label>
<button type="button" value="open">Open all groups</button><button type="button" value="close">Close all</button>
<output aria-live="polite"></output>
</div>
${treeSection(report)}
<section aria-labelledby="who">
<h2 id="who">Who may read what</h2>
<p>Each answer is what a browser makes of the headers that the layers send together. <em>Reads</em>: a page of that origin gets the response. <em>Blocked</em>: the browser keeps it from the page. <em>Error only</em>: it reads that it was turned away. <em>Undecided</em>: it depends on what no file says.</p>
${map.chains.map((chain) => chainSection(chain, report))}
</section>
${layersSection(report)}
${quietedSection(report)}`;
}

/** How many paths are open how far. */
function tiles({ map }: MapReport): Html {
  const reaches = map.chains.flatMap(({ paths }) => paths.map(({ reach }) => reach)).sort(byReach);
  const counts = new Map<string, { readonly reach: (typeof reaches)[number]; count: number }>();
  for (const reach of reaches) {
    const known = counts.get(reachText(reach));
    if (known === undefined) counts.set(reachText(reach), { reach, count: 1 });
    else known.count += 1;
  }
  return html`<ul class="tiles" aria-label="Paths by who reads them">${[...counts].map(([text, { reach, count }]) => html`<li class="${reachClass(reach)}"><b>${count}</b> <span>${count === 1 ? 'path' : 'paths'}: ${text}</span></li>`)}</ul>`;
}

function chainSection({ entry, past, paths }: Chain, report: MapReport): Html {
  const layer = report.map.layers.find(({ id }) => id === entry)!;
  const groups = pathGroups(paths);
  return html`
<section class="chain" aria-labelledby="in-${entry}">
<h3 id="in-${entry}">${past ? 'Straight to' : 'Through'} ${layer.policy.title}</h3>
<p class="place">${breakable(placeText(report, layer.policy.at))}</p>
${past ? html`<p>It stands behind other layers, and is said to be reached from outside past them.</p>` : undefined}
${groups.length === 0 ? html`<p>No path is known here.</p>` : groups.map((group) => groupDetails(group, groups.length <= OPEN_GROUPS, report))}
</section>`;
}

function groupDetails({ access, reach, certain, paths }: PathGroup, open: boolean, report: MapReport): Html {
  const [first] = paths as [MapPath];
  const title = paths.length === 1 ? html`<code>${pathText(first)}</code>` : counted(paths.length, 'path');
  const asked = access[0]?.answers.filter(({ credentials }) => credentials === 'omit') ?? [];
  const requests = (preflighted: boolean): string => asked.filter((answer) => answer.preflighted === preflighted).map(requestText).join(', ');
  const how = [requests(false), requests(true)].map((text, index) => (text === '' ? '' : index === 0 ? `${text} at once` : `${text} after a preflight`)).filter((text) => text !== '');
  return html`
<details class="group card"${open ? html` open` : undefined}>
<summary><h4>${title}</h4>${reachBadge(reach)}${certain ? undefined : html`<span class="reach undecided">likely way</span>`}</summary>
<div class="inside">
<table class="who">
<caption>Asked: ${how.join('; ')}</caption>
<thead><tr><th scope="col">Pages of</th><th scope="col">Without credentials</th><th scope="col">With credentials</th></tr></thead>
<tbody>${rowsOf(access).map((row) => accessRow(row, report))}</tbody>
</table>
${pathList(paths, report)}
</div>
</details>`;
}

interface Row {
  readonly whos: readonly Who[];
  readonly answers: readonly Answer[];
}

/** Origins that are named and get the same answers share a row. */
function rowsOf(access: readonly Access[]): readonly Row[] {
  const rows = new Map<string, { readonly whos: Who[]; readonly answers: readonly Answer[] }>();
  for (const { who, answers } of access) {
    const said = answers.map(({ outcome, dependsOn }) => [outcome, dependsOn.map(({ message }) => message)]);
    const key = JSON.stringify([who.who === 'origin' || who.who === 'pattern' ? 'named' : who.who, said]);
    const same = rows.get(key);
    if (same === undefined) rows.set(key, { whos: [who], answers });
    else same.whos.push(who);
  }
  return [...rows.values()];
}

function accessRow({ whos, answers }: Row, report: MapReport): Html {
  const [shown, rest] = [whos.slice(0, IN_THE_OPEN), whos.slice(IN_THE_OPEN)];
  const more = rest.length === 0 ? undefined : html`<details class="small"><summary>${rest.length} more</summary><ul>${rest.map((who) => html`<li>${whoCell(who, report)}</li>`)}</ul></details>`;
  const wide = whos.some(({ who }) => who === 'any-site' || who === 'look-alike' || who === 'null');
  const cell = (credentials: Answer['credentials']): Html => html`<td>${answersCell(answers.filter((answer) => answer.credentials === credentials), wide && credentials === 'include', report)}</td>`;
  return html`<tr><th scope="row">${shown.length === 1 ? whoCell(shown[0]!, report) : html`<ul>${shown.map((who) => html`<li>${whoCell(who, report)}</li>`)}</ul>`}${more}</th>${cell('omit')}${cell('include')}</tr>`;
}

function whoCell(who: Who, report: MapReport): Html {
  switch (who.who) {
    case 'any-site':
      return html`Any site`;
    case 'null':
      return html`<code>null</code><span class="more">sandboxed frames, local files</span>`;
    case 'look-alike':
      return html`<code>${who.origin}</code><span class="more">anyone can own it; it fits <code>${who.pattern}</code> in ${placeText(report, who.at)}</span>`;
    case 'pattern':
      return html`<code>${who.pattern}</code><span class="more">such as ${who.origin}${who.trusted ? ', yours' : ''}</span>`;
    case 'origin':
      return html`<code>${who.origin}</code>${who.trusted ? html`<span class="more">yours</span>` : undefined}`;
  }
}

const SAID: Readonly<Record<Answer['outcome'], string>> = { reads: 'reads', 'turned-away': 'error only', blocked: 'blocked', undecided: 'undecided' };

/** One outcome for each kind of request; where all are alike, one for all. */
function answersCell(answers: readonly Answer[], wide: boolean, report: MapReport): Html {
  const byOutcome = new Map<Answer['outcome'], Answer[]>();
  for (const answer of answers) byOutcome.set(answer.outcome, [...(byOutcome.get(answer.outcome) ?? []), answer]);
  const facts = new Map(answers.flatMap(({ dependsOn }) => dependsOn).map((fact) => [fact.message, fact]));
  const depends = facts.size === 0 ? undefined : html`<span class="how">depends on ${[...facts.values()].map(({ message, at }, index) => html`${index === 0 ? '' : '; '}${inWords(message)} (<span class="place">${breakable(placeText(report, at))}</span>)`)}</span>`;
  const parts = [...byOutcome].map(([outcome, those]) => html`<li><span class="said ${outcome}${wide && outcome === 'reads' ? ' wide' : ''}">${SAID[outcome]}</span>${byOutcome.size === 1 ? undefined : html`<span class="how">${those.map(requestText).join(', ')}</span>`}${outcome === 'undecided' ? depends : undefined}</li>`);
  return html`<ul>${parts}</ul>`;
}

function pathList(paths: readonly MapPath[], report: MapReport): Html {
  const [first] = paths as [MapPath];
  // A single one is the group's title.
  if (paths.length === 1) return html`<ul class="paths alone-path">${pathItem(first, report)}</ul>`;
  const items = html`<ul class="paths">${paths.map((path) => pathItem(path, report))}</ul>`;
  return paths.length <= 2 * IN_THE_OPEN ? items : html`<details><summary class="small">All ${paths.length} paths</summary>${items}</details>`;
}

function pathItem(path: MapPath, { map }: MapReport): Html {
  const titleOf = (layer: string): string => map.layers.find(({ id }) => id === layer)!.policy.title;
  const ways = path.ways.map((way) => way.map(({ layer, path: asked }, index) => `${index === 0 ? '' : ' → '}${titleOf(layer)}${asked === path.path ? '' : ` as ${asked}`}`).join(''));
  const methods = path.methods === null ? undefined : html` <span class="small muted">${path.methods.join(', ')}</span>`;
  return html`<li data-find="${[pathText(path), ...ways].join(' ')}"><code>${pathText(path)}</code>${methods}${ways.map((way, index) => html`<span class="way">${index === 0 ? '' : 'or '}${way}</span>`)}</li>`;
}

function pathText({ host, path }: MapPath): string {
  return `${host ?? ''}${path}`;
}
