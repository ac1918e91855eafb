import type { Exchange, Fix, Stored, Witness } from '../findings/finding.js';
import { docsUrl, placeOf, summaryOf, type Report, type ReportedFinding, type Reporter } from './report.js';
import { visibleJson } from './visible.js';

/** Version 1 of the machine-readable report. Keys keep their order; new keys may come, none goes. */
export const format: Reporter = (report) => {
  const gaps = report.gaps.map(({ at, reason, message }) => ({ file: report.pathOf(at.file), loc: placeOf(report, at), reason, message }));
  return `${visibleJson({ version: 1, findings: report.findings.map((finding) => findingJson(report, finding)), gaps, summary: summaryOf(report) })}\n`;
};

function findingJson(report: Report, finding: ReportedFinding): object {
  const { ruleId, severity, message, why, at, related, witness, fix, suggestions, fingerprint, policy, environment } = finding;
  return {
    ruleId: `cors-lint/${ruleId}`,
    severity,
    class: finding.class,
    message,
    why,
    file: report.pathOf(at.file),
    range: [at.start, at.end],
    loc: placeOf(report, at),
    witness: witness === undefined ? null : witnessJson(witness),
    related: related.map((other) => ({ file: report.pathOf(other.at.file), loc: placeOf(report, other.at), message: other.message })),
    fix: fix === undefined ? null : fixJson(report, fix),
    suggestions: suggestions.map((suggestion) => fixJson(report, suggestion)),
    fingerprint,
    env: environment,
    layer: policy.layer,
    docsUrl: docsUrl(report, ruleId),
    ...(policy.version === undefined ? {} : { software: policy.version }),
  };
}

function fixJson(report: Report, { title, edits, changes }: Fix): object {
  return { title, edits: edits.map(({ file, start, end, text }) => ({ file: report.pathOf(file), range: [start, end], text })), changes };
}

function witnessJson(witness: Witness): object {
  const { attacker, stored, lost } = witness;
  return {
    ...exchangeJson(witness),
    ...(attacker === undefined ? {} : { attacker }),
    ...(stored === undefined ? {} : { stored: storedJson(stored) }),
    ...(lost === undefined ? {} : { lost: [lost.name, lost.text] }),
  };
}

/** What a cache keeps: there is no verdict on it but that of the request that gets it. */
function storedJson({ request, response, assuming }: Stored): object {
  return { request: requestJson(request), response: responseJson(response), ...(assuming.length === 0 ? {} : { assuming }) };
}

function requestJson({ origin, method, headers, credentials, url }: Stored['request']): object {
  return { origin, method, headers, credentials, url };
}

function exchangeJson({ request, preflight, response, verdict, assuming, scenario }: Exchange): object {
  return {
    request: requestJson(request),
    preflight: preflight === null ? null : responseJson(preflight),
    response: responseJson(response),
    verdict: { allowed: verdict.allowed, reason: verdict.reason },
    ...(assuming.length === 0 ? {} : { assuming }),
    ...(scenario === undefined ? {} : { handler: scenario }),
  };
}

/** A header whose text is not known has `null` in its place. */
function responseJson({ status, headers }: Exchange['response']): object {
  return { status, headers: headers.map(({ name, text }) => [name, text]) };
}
