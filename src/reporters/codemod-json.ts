import type { Difference } from '../codemods/proof.js';
import { pathAsked } from '../findings/ask.js';
import type { Done, Outcome } from '../codemods/run.js';
import { differencesIn, type CodemodReport, type CodemodReporter } from './codemod-report.js';
import { visibleJson } from './visible.js';

/** Version 1 of the machine-readable answer. Keys keep their order; new keys may come, none goes. */
export const format: CodemodReporter = ({ outcome, name, written, diff, pathOf }) => `${visibleJson({
  version: 1,
  codemod: name,
  written,
  done: outcome.done.map((one) => doneJson(one, pathOf)),
  refused: outcome.refused.map((one) => ({ ...placeJson(one, pathOf), reason: one.reason, asks: one.asks === undefined ? null : { choice: one.asks.choice, candidates: one.asks.candidates } })),
  files: [...outcome.texts].map(([path, { before, after }]) => ({ file: pathOf(path), isNew: before === undefined, text: after })),
  diff,
})}\n`;

function placeJson({ at, line, column }: Outcome['refused'][number] | Done, pathOf: CodemodReport['pathOf']): { readonly file: string; readonly line: number; readonly column: number } {
  return { file: pathOf(at.file), line, column };
}

function doneJson(one: Done, pathOf: CodemodReport['pathOf']): object {
  const { seen, unseen } = differencesIn(one);
  return {
    ...placeJson(one, pathOf),
    title: one.title,
    files: [...one.texts.keys()].map(pathOf),
    announced: one.announces?.words ?? null,
    proven: one.proven,
    changes: seen.map(changeJson),
    unseen: unseen.map(changeJson),
    notes: one.notes ?? [],
  };
}

/** The path of a place has its host in front where the layer tells one. */
function changeJson({ request: { method, probe, origin, credentials, headers, scenario }, what, before, after }: Difference): object {
  return { request: { method, host: probe.host ?? null, path: pathAsked(probe), origin, credentials, headers: headers.map(([name, value]) => ({ name, value })) }, ...(scenario === undefined ? {} : { handler: scenario }), what, before, after };
}
