import { blamedFor } from '../questions/blame.js';
import type { Explanation, Mending, World } from '../questions/explanation.js';
import type { Failure } from '../questions/failure.js';
import type { Why } from '../questions/why.js';
import type { Policy } from '../policy/program.js';
import type { Difference } from '../questions/agreement.js';
import type { Span } from '../text/span.js';
import { placeOf } from './report.js';
import { visibleJson } from './visible.js';
import type { WhyReporter } from './why-report.js';
import { meaningOf } from './why-words.js';

/** Version 1 of the machine-readable answer. Keys keep their order; new keys may come, none goes. */
export const format: WhyReporter = (report) => {
  const place = (at: Span): object => ({ file: report.pathOf(at.file), loc: placeOf(report, at) });
  const layer = ({ title, at }: Pick<Policy, 'title' | 'at'>): object => ({ layer: title, ...place(at) });
  const difference = ({ of, what, seen, predicted, at }: Difference): object => ({ of, what, seen, predicted, ...(at === undefined ? {} : place(at)) });
  const exchange = ({ request, certain, scenario }: Explanation, { preflight, response, verdict, assuming }: World): object => ({
    request,
    ...(scenario === undefined ? {} : { scenario }),
    chain: (verdict.reason.startsWith('preflight-') && preflight !== null ? preflight : response).layers.map(({ policy }) => layer(policy)),
    certain,
    assuming,
    verdict,
  });
  const mended = ({ fixes, needed }: Mending): object => ({
    fix: fixes[0] === undefined ? null : fixOf(fixes[0]),
    alternatives: fixes.slice(1).map(fixOf),
    needed: needed.map(({ layer: by, ...rest }) => ({ ...rest, ...(by === undefined ? {} : { by: layer(by) }) })),
  });
  const fixOf = ({ title, layer: of, edits, changes }: Mending['fixes'][number]): object => ({ title, in: layer(of), edits: edits.map((edit) => ({ ...edit, file: report.pathOf(edit.file) })), changes });
  const told = (why: Why): object => {
    switch (why.outcome) {
      case 'not-cors':
        return { about: why.failure.notCors, means: meaningOf(why.failure.notCors!), places: why.places.map(place) };
      case 'unexplained':
        return { redirecting: why.redirecting.map(layer), lookedAt: why.looked.map(({ layer: of, hosts, paths, found }) => ({ ...layer(of), hosts, paths, ...(typeof found === 'string' ? { found } : { found: 'otherwise', request: found.request, verdict: found.verdict }) })) };
      case 'differs':
        return { notTold: why.taken, ...exchange(why.explanation, why.world), differences: why.differences.map(difference) };
      case 'explained':
        return {
          notTold: why.taken,
          ...exchange(why.explanation, why.world),
          because: blamedFor(why.world).map(({ layer: of, at, ...rest }) => ({ ...rest, layer: of.title, ...place(at) })),
          differences: why.agreement.differences.map(difference),
        };
    }
  };
  return `${visibleJson({
    version: 1,
    recording: report.recording,
    answers: report.answers.map(({ why, mending }) => ({ outcome: why.outcome, told: toldBy(why.failure), ...told(why), ...(mending === null ? {} : mended(mending)) })),
    ...(report.more === undefined ? {} : { leftOut: report.more }),
  })}\n`;
};

/** What the message or the recording tells; what servers answered is told by differences. */
function toldBy(failure: Failure): object {
  const { recorded: _recorded, ...rest } = failure;
  return rest;
}
