import type { Check, Explanation, HeaderFate, ProvenFix, World } from '../questions/explanation.js';
import type { Span } from '../text/span.js';
import { editedLines } from './edited-lines.js';
import { answererOf, concernsCors, hostRemarks, messagesOf, placeText, requestHeaders, sectionOf, sectionUrl, stationsOf, type ExplainReport, type ExplainReporter, type Message } from './explain-report.js';
import { EXPLAIN_STYLE } from './explain-style.js';
import { checkGroups, checkInWords, neededLines } from './explain-words.js';
import { html, message as inWords, type Html } from './html-text.js';
import { pageText } from './page.js';
import { docsUrl, PLAIN } from './report.js';
import { styleFor } from './style.js';
import { saidVerdict } from './verdict.js';
import { headerInWords } from './words.js';

/** Columns of a change of lines: a page wraps what is longer. */
const CODE = 120;

/** Where there is one case, its parts are those of the page. */
const ONLY = 'exchange';

/** A page in one file: the way of the request, the messages, the checks, the verdict, and how to mend it. */
export const format: ExplainReporter = (report) => {
  const { explanation, version, homepage } = report;
  const { request, verdict, worlds } = explanation;
  const title = `${request.method} ${request.url}`;
  const lead = html`<p>As a page of <code>${request.origin}</code> asks, ${request.credentials === 'include' ? 'with' : 'without'} credentials${request.headers.length === 0 ? '' : html`, with ${request.headers.map((header, index) => html`${index === 0 ? '' : ', '}<code>${headerInWords({ name: header[0], text: header[1] })}</code>`)}`}.</p>
<p>${verdictBadge(verdict)} ${saidVerdict(verdict).why}.</p>`;
  const main = html`${doubts(report)}
${worlds.map((world, index) => (worlds.length === 1 ? worldParts(report, world, ONLY) : caseSection(report, world, index)))}
${mended(report)}
${remarks(report)}
${others(report)}`;
  return pageText({ title, kind: 'explain', lead, main, style: EXPLAIN_STYLE, version, homepage });
};

function verdictBadge(verdict: Explanation['verdict']): Html {
  const { word } = saidVerdict(verdict);
  return html`<strong class="verdict ${word}">${word}</strong>`;
}

function place(report: ExplainReport, at: Span): Html {
  return html`<span class="place">${placeText(report, at)}</span>`;
}

function doubts(report: ExplainReport): Html {
  const { gaps, certain } = report.explanation;
  const hosts = hostRemarks(report).map((remark) => html`<p class="muted">${remark}</p>`);
  if (gaps.length === 0 && certain) return html`${hosts}`;
  return html`${hosts}<section aria-labelledby="open"><h2 id="open">What is open</h2><ul>${gaps.map(({ at, message }) => html`<li>${inWords(message)} ${place(report, at)}</li>`)}${certain ? undefined : html`<li>That the layers stand behind one another is likely, and no more.</li>`}</ul></section>`;
}

function caseSection(report: ExplainReport, world: World, index: number): Html {
  const id = `case-${index + 1}`;
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">Case ${index + 1}: ${world.assuming.join('; ') || 'nothing assumed'}</h2><p>${verdictBadge(world.verdict)} ${saidVerdict(world.verdict).why}.</p>${worldParts(report, world, id)}</section>`;
}

function worldParts(report: ExplainReport, world: World, id: string): Html {
  const stations = stationsOf(world);
  const { request } = report.explanation;
  return html`${stations.length === 0 ? undefined : html`<section aria-labelledby="${labels(id, 'layers')}">${heading(id, 'layers', 'Layers')}
<ol class="stations">${stations.map(({ policy, link, path, rewritten }, index) => html`<li${stations[index + 1]?.link?.certain === false ? html` class="likely"` : undefined}><strong>${policy.title}</strong> ${place(report, policy.at)}${rewritten ? html` as <code>${path}</code>` : undefined}${link?.certain === false ? html` <span class="tag warn">likely</span>` : undefined}${link === undefined ? undefined : html`<ul>${link.evidence.map(({ at, message }) => html`<li>${message} ${place(report, at)}</li>`)}</ul>`}</li>`)}</ol></section>`}
${messagesOf(world).map((message) => messageSection(report, message, world, id))}
<section aria-labelledby="${labels(id, 'checks')}">${heading(id, 'checks', 'What the browser checks')}
${checkGroups(world).map(({ title, checks }) => html`<p class="small muted">${capital(title)}</p><ul class="checks">${checks.map((check) => html`<li class="${checkClass(check)}">${checkInWords(check, request, world)} <a class="small" href="${sectionUrl(check)}">${sectionOf(check)}</a></li>`)}</ul>`)}</section>`;
}

/** The heading of a part: below that of its case, where there are several. */
function heading(id: string, part: string, text: string): Html {
  return id === ONLY ? html`<h2 id="${id}-${part}">${text}</h2>` : html`<h3 id="${id}-${part}">${text}</h3>`;
}

/** What a part is called by: in a case by that too, since the other cases have the same parts. */
function labels(id: string, part: string): string {
  return id === ONLY ? `${id}-${part}` : `${id} ${id}-${part}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function checkClass({ ok }: Check): string {
  return ok === null ? 'open' : ok ? 'ok' : 'failed';
}

function messageSection(report: ExplainReport, { of, leg, sent }: Message, { preflight }: World, id: string): Html {
  const { request } = report.explanation;
  const who = answererOf(leg);
  const { status, answeredAt, fault } = leg.response;
  const concerned = leg.headers.filter((line) => concernsCors(line));
  const kept = concerned.filter(({ gone }) => gone === undefined);
  return html`<section aria-labelledby="${labels(id, of)}">${heading(id, of, of === 'preflight' ? 'Preflight' : preflight === null ? 'Request, without a preflight' : 'Request')}
<p class="small muted">${leg.unseen === undefined ? (who === undefined ? '' : html`Answered by ${who.policy.title}${answeredAt === undefined ? undefined : html` ${place(report, answeredAt)}`}.`) : html`Answered out of view, behind ${place(report, leg.unseen)}: taken to send no CORS headers.`}</p>
<ul class="http">
${sent === undefined ? undefined : [`${sent.method} ${request.url}`, ...requestHeaders(sent)].map((line) => html`<li class="sent"><span>${line}</span></li>`)}
<li class="got"><span>${status ?? 'a status that is not known'}${fault === undefined ? '' : ` (${fault})`}${kept.length === 0 ? ', no CORS headers' : ''}</span></li>
${concerned.map((line) => headerRow(report, line))}
</ul></section>`;
}

function headerRow(report: ExplainReport, line: HeaderFate): Html {
  const { at, layer, gone } = line;
  const source = at === undefined ? html`the handler` : html`${place(report, at)}${layer === undefined ? '' : ` ${layer.title}`}`;
  return html`<li class="${gone === undefined ? 'got' : 'lost'}"><span>${headerInWords(line)}</span> <span class="muted">${source}${gone === undefined ? undefined : html`; ${gone.how} by ${gone.layer.title} ${place(report, gone.at)}`}</span></li>`;
}

function mended(report: ExplainReport): Html {
  const { explanation, mending } = report;
  if (explanation.verdict.allowed !== false) return html``;
  const [best, ...more] = mending.fixes;
  const instead = mending.withoutCredentials ? html`<p>Without credentials the page gets through as it is: if it needs no cookies, let it ask so.</p>` : undefined;
  if (best !== undefined) return html`<section aria-labelledby="fix"><h2 id="fix">Smallest change that lets it through</h2>${fixCard(report, best)}${more.map((fix) => html`<h3>Or</h3>${fixCard(report, fix)}`)}${instead}</section>`;
  if (mending.needed.length === 0) return html`<section aria-labelledby="fix"><h2 id="fix">What would help</h2><p>Nothing that a server sends: the page has to ask otherwise.</p>${instead}</section>`;
  return html`<section aria-labelledby="fix"><h2 id="fix">What would have to be sent</h2><p>No change that cors-lint can write lets it through.</p>${mending.needed.map((needed) => html`<div class="card"><p>With the ${needed.of === 'preflight' ? 'answer to the preflight' : 'response'}, by ${needed.layer === undefined ? 'what answers out of view' : html`${needed.layer.title} ${place(report, needed.layer.at)}`}:</p><ul>${neededLines(needed).map((line) => html`<li><code>${line}</code></li>`)}</ul></div>`)}${instead}</section>`;
}

function fixCard(report: ExplainReport, fix: ProvenFix): Html {
  const lines = editedLines(report, fix, '', CODE, styleFor(PLAIN));
  return html`<div class="card"><p><strong>${fix.title}</strong>, in ${fix.layer.title} ${place(report, fix.edits[0] ?? fix.layer.at)}</p>
<pre class="diff">${lines.map((line) => (/^ {2}\+/.test(line) ? html`<ins>${line}</ins>` : /^ {2}-/.test(line) ? html`<del>${line}</del>` : html`<span>${line}</span>\n`))}</pre>
${fix.changes.length === 0 ? html`<p>It changes nothing else that was asked.</p>` : html`<p>It also changes:</p><ul>${fix.changes.map((change) => html`<li>${change}</li>`)}</ul>`}</div>`;
}

function remarks(report: ExplainReport): Html {
  const { explanation, remarks: told } = report;
  const open = told.anySite === true && explanation.verdict.allowed === true;
  if (!open && told.findings.length + told.neutralised.length === 0) return html``;
  return html`<section aria-labelledby="notes"><h2 id="notes">Worth knowing</h2><ul>
${open ? html`<li>Any site may do the same${explanation.request.credentials === 'include' ? ', with the cookies of whoever visits it' : ''}.</li>` : undefined}
${told.findings.map(({ ruleId, severity, message, at }) => html`<li><span class="tag ${severity}">${severity}</span> ${inWords(message)} ${place(report, at)} ${ruleLink(report, ruleId)}</li>`)}
${told.neutralised.map(({ ruleId, message, at }) => html`<li>Of no account here, though it would be found of the layer alone: ${inWords(message)} ${place(report, at)} ${ruleLink(report, ruleId)}</li>`)}
</ul></section>`;
}

function ruleLink(report: ExplainReport, ruleId: string): Html {
  const url = docsUrl(report, ruleId);
  return url === null ? html`<code>cors-lint/${ruleId}</code>` : html`<a href="${url}">cors-lint/${ruleId}</a>`;
}

function others(report: ExplainReport): Html {
  if (report.others.length === 0) return html``;
  return html`<section aria-labelledby="others"><h2 id="others">The URL may also mean</h2><ul>${report.others.map(({ entry, verdict }) => html`<li>${entry.policy.title} ${place(report, entry.policy.at)}: ${verdictBadge(verdict)}</li>`)}</ul></section>`;
}
