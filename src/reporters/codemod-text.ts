import { inWords, type Done, type Outcome } from '../codemods/run.js';
import { differencesIn, type CodemodReport, type CodemodReporter } from './codemod-report.js';
import { visible } from './visible.js';
import { counted } from './words.js';

/** Requests that are told of each rewriting, and origins of each choice; the others say the same again. */
const MAX_TOLD = 5;

/** What a code-mod did, what browsers see of it, and where it refused; the texts themselves are told by a diff. */
export const format: CodemodReporter = (report) => {
  const { done, refused } = report.outcome;
  const notes = [...new Set(done.flatMap((one) => one.notes ?? []))];
  return [
    ...done.flatMap((one) => doneLines(report, one)),
    ...refused.flatMap((one) => refusedLines(report, one)),
    ...(notes.length === 0 ? [] : ['Left to do by hand:', ...notes.map((note) => `  ${visible(note)}`)]),
    sum(report),
    '',
  ].join('\n');
};

function placed({ pathOf }: CodemodReport, { at, line, column }: Outcome['refused'][number] | Done): string {
  return `${visible(pathOf(at.file))}:${line}:${column}`;
}

function doneLines(report: CodemodReport, one: Done): readonly string[] {
  const { seen, unseen } = differencesIn(one);
  const otherwise = one.announces === undefined ? 'Browsers decide as they did.' : visible(one.announces.words);
  return [
    `${placed(report, one)}: ${visible(one.title)}`,
    `  ${otherwise}${one.proven ? '' : ' (Compared for the origins that the texts name and that attackers would take; a pattern here has more.)'}`,
    ...told(seen.map(inWords)),
    ...(unseen.length === 0 ? [] : ['  Answers that differ, by which no browser decides:', ...told([...new Set(unseen.map(({ what, before, after }) => `${what}: ${before ?? 'none'} → ${after ?? 'none'}`))])]),
  ];
}

function refusedLines(report: CodemodReport, one: Outcome['refused'][number]): readonly string[] {
  return [`${placed(report, one)}: left as it is: ${visible(one.reason)}`, ...(one.asks === undefined ? [] : [`  ${visible(askedInWords(one.asks))}`])];
}

function askedInWords({ choice, candidates }: NonNullable<Outcome['refused'][number]['asks']>): string {
  const flags = choice === 'origins' ? '--origins, --origins-from-env or --interactive' : '--keep or --interactive';
  if (candidates.length === 0) return `say so with ${flags}`;
  const more = candidates.length > MAX_TOLD ? ` and ${candidates.length - MAX_TOLD} more` : '';
  return `say so with ${flags}; ${choice === 'origins' ? 'named here are' : 'there are'} ${candidates.slice(0, MAX_TOLD).join(', ')}${more}`;
}

function sum({ outcome: { done, refused, texts }, written }: CodemodReport): string {
  if (done.length === 0 && refused.length === 0) return 'nothing to do';
  const rewritten = done.length === 0 ? 'nothing rewritten' : `${counted(done.length, 'place')} in ${counted(texts.size, 'file')} ${written ? 'rewritten' : 'would be rewritten (--write does it)'}`;
  return refused.length === 0 ? rewritten : `${rewritten}, ${counted(refused.length, 'place')} left as ${refused.length === 1 ? 'it is' : 'they are'}`;
}

function told(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_TOLD).map((line) => `    ${visible(line)}`);
  return lines.length > MAX_TOLD ? [...shown, `    and ${lines.length - MAX_TOLD} more`] : shown;
}
