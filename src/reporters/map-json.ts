import type { Answer, Who } from '../questions/access.js';
import type { Finding } from '../findings/finding.js';
import type { Span } from '../text/span.js';
import type { MapReporter } from './map-report.js';
import { placeOf } from './report.js';
import { visibleJson } from './visible.js';

/** Version 1 of the machine-readable map. Keys keep their order; new keys may come, none goes. */
export const format: MapReporter = (report) => {
  const { map } = report;
  const place = (at: Span): object => ({ file: report.pathOf(at.file), loc: placeOf(report, at) });
  const told = ({ at, message }: { readonly at: Span; readonly message: string }): object => ({ message, ...place(at) });
  const finding = ({ ruleId, severity, message, at }: Finding): object => ({ ruleId: `cors-lint/${ruleId}`, severity, message, ...place(at) });
  return `${visibleJson({
    version: 1,
    environment: map.environment,
    layers: map.layers.map(({ id, policy, speaks, findings }) => ({
      id,
      title: policy.title,
      kind: policy.layer,
      reader: policy.reader,
      ...(policy.version === undefined ? {} : { software: policy.version }),
      listens: policy.listens,
      speaksOfCors: speaks,
      ...place(policy.at),
      findings: findings.map(finding),
    })),
    links: map.links.map(({ from, to, upstream, certain, evidence }) => ({ from, to, upstream, certain, evidence: evidence.map(told) })),
    chains: map.chains.map(({ entry, past, paths }) => ({
      entry,
      pastOthers: past,
      paths: paths.map(({ host = null, path, methods, ways, certain, reach, access }) => ({
        host,
        path,
        methods,
        ways,
        certain,
        reach,
        access: access.map(({ who, answers }) => ({ who: whoJson(who, place), answers: answers.map((answer) => answerJson(answer, told)) })),
      })),
    })),
    findings: map.findings.map(finding),
    neutralised: map.quieted.map(({ ruleId, message, at, within }) => ({ ruleId: `cors-lint/${ruleId}`, message, ...place(at), within: { title: within.title, ...place(within.at) } })),
    gaps: map.gaps.map(({ at, reason, message }) => ({ reason, message, ...place(at) })),
  })}\n`;
};

function whoJson(who: Who, place: (at: Span) => object): object {
  if (!('at' in who)) return who;
  const { at, ...said } = who;
  return { ...said, ...place(at) };
}

function answerJson({ credentials, method, headers, preflighted, outcome, reason, dependsOn }: Answer, told: (one: Answer['dependsOn'][number]) => object): object {
  return { credentials, method, headers, preflighted, outcome, reason, ...(dependsOn.length === 0 ? {} : { dependsOn: dependsOn.map(told) }) };
}
