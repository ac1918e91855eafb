import type { Explanation, HeaderFate, Leg, ProvenFix, World } from '../questions/explanation.js';
import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { sectionUrl, stationsOf, type ExplainReport, type ExplainReporter } from './explain-report.js';
import { checkInWords } from './explain-words.js';
import { placeOf } from './report.js';
import { visibleJson } from './visible.js';

/** Version 1 of the machine-readable explanation. Keys keep their order; new keys may come, none goes. */
export const format: ExplainReporter = (report) => {
  const { explanation, mending, remarks, others } = report;
  const [world] = explanation.worlds;
  const [fix = null, ...alternatives] = mending.fixes.map((one) => fixJson(report, one));
  return `${visibleJson({
    version: 1,
    chain: world === undefined ? [] : chainJson(report, world),
    certain: explanation.certain,
    exchange: world === undefined ? null : exchangeJson(report, explanation, world, explanation.verdict),
    cases: explanation.worlds.length < 2 ? [] : explanation.worlds.map((one) => ({ assuming: one.assuming, chain: chainJson(report, one), ...exchangeJson(report, explanation, one, one.verdict) })),
    gaps: explanation.gaps.map(({ at, reason, message }) => ({ ...placed(report, at), reason, message })),
    fix,
    alternatives,
    needed: mending.needed.map(({ of, okStatus, headers, layer }) => ({ of, okStatus, headers: headers.map(([name, value]) => ({ name, value })), layer: layer === undefined ? null : layerJson(report, layer) })),
    withoutCredentials: mending.withoutCredentials,
    anySite: remarks.anySite,
    findings: remarks.findings.map(({ ruleId, severity, message, at, fingerprint }) => ({ ruleId: `cors-lint/${ruleId}`, severity, message, ...placed(report, at), fingerprint })),
    neutralised: remarks.neutralised.map(({ ruleId, message, at, within }) => ({ ruleId: `cors-lint/${ruleId}`, message, ...placed(report, at), within: { layer: within.title, ...placed(report, within.at) } })),
    others: others.map(({ entry, verdict }) => ({ ...layerJson(report, entry.policy), verdict: verdictJson(verdict) })),
  })}\n`;
};

function placed(report: ExplainReport, at: Span): { readonly file: string; readonly loc: object } {
  return { file: report.pathOf(at.file), loc: placeOf(report, at) };
}

function layerJson(report: ExplainReport, { title, layer, reader, at }: Policy): object {
  return { layer: title, kind: layer, reader, ...placed(report, at) };
}

function chainJson(report: ExplainReport, world: World): readonly object[] {
  return stationsOf(world).map(({ policy, link, path }) => ({
    ...layerJson(report, policy),
    path,
    ...(link === undefined ? {} : { certain: link.certain, evidence: link.evidence.map(({ at, message }) => ({ message, ...placed(report, at) })) }),
  }));
}

function exchangeJson(report: ExplainReport, { request }: Explanation, world: World, verdict: Explanation['verdict']): object {
  const { preflight, response, checks } = world;
  const { origin, method, headers, credentials, url } = request;
  const asked = preflight?.layers[0]?.request;
  return {
    preflight: preflight === null ? null : { request: { method: 'OPTIONS', url, headers: asked?.headers ?? [] }, response: responseJson(report, preflight) },
    request: { origin, method, headers, credentials, url },
    response: responseJson(report, response),
    steps: checks.map((check) => ({ step: check.step, ...(check.clause === undefined ? {} : { clause: check.clause }), check: check.check, of: check.of, ok: check.ok, detail: checkInWords(check, request, world), reference: sectionUrl(check) })),
    verdict: verdictJson(verdict),
  };
}

function verdictJson({ allowed, reason, step, hint }: Explanation['verdict']): object {
  return { allowed, reason, step, ...(hint === undefined ? {} : { hint }) };
}

function responseJson(report: ExplainReport, { response, headers, layers, unseen }: Leg): object {
  const last = layers.at(-1)?.policy;
  return {
    status: response.status,
    headers: headers.filter(({ gone }) => gone === undefined).map((line) => headerJson(report, line)),
    removed: headers.filter(({ gone }) => gone !== undefined).map((line) => headerJson(report, line)),
    answeredBy: unseen === undefined && last !== undefined ? layerJson(report, last) : null,
    ...(unseen === undefined ? {} : { outOfView: placed(report, unseen) }),
  };
}

/** A text that is not known is `null`; so are file and place of what a handler sends. */
function headerJson(report: ExplainReport, { name, text, at, layer, gone }: HeaderFate): object {
  return {
    name,
    value: text,
    ...(at === undefined ? { file: null, loc: null } : placed(report, at)),
    layer: layer?.title ?? null,
    ...(gone === undefined ? {} : { how: gone.how, by: { layer: gone.layer.title, ...placed(report, gone.at) } }),
  };
}

function fixJson(report: ExplainReport, { title, layer, edits, changes }: ProvenFix): object {
  return { title, layer: layerJson(report, layer), edits: edits.map(({ file, start, end, text }) => ({ file: report.pathOf(file), range: [start, end], text })), changes };
}
