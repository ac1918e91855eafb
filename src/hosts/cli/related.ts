import type { Span } from '../../text/span.js';
import type { Judgement } from './judge.js';

/** `--related`: what a judgement of the whole repository says about some of its files, and about policies that these take part in. */
export function aboutFiles(judgement: Judgement, files: ReadonlySet<string>): Judgement {
  const isIn = ({ at }: { readonly at: Span }): boolean => files.has(at.file);
  return {
    ...judgement,
    findings: judgement.findings.filter((finding) => isIn(finding) || isIn(finding.policy) || finding.related.some(isIn)),
    gaps: judgement.gaps.filter(isIn),
  };
}
