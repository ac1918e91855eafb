import { decides, inWords, type Outcome } from '../codemods/run.js';
import { counted } from './words.js';

/** Requests that are told of each rewriting; the others say the same again. */
const MAX_TOLD = 5;

/** What a code-mod did, what browsers see of it, and where it refused; the texts themselves are told by a diff. */
export function codemodText({ done, refused }: Outcome, pathOf: (file: string) => string): string {
  const lines = done.flatMap(({ at, line, column, title, announces, differences, proven, notes }) => {
    const seen = differences.filter(decides).map(inWords);
    const unseen = [...new Set(differences.filter((difference) => !decides(difference)).map(({ what, before, after }) => `${what}: ${before ?? 'none'} → ${after ?? 'none'}`))];
    return [
      `${pathOf(at.file)}:${line}:${column}: ${title}`,
      `  ${announces === undefined ? 'Browsers decide nothing otherwise' : announces.words}${proven ? '' : ', of the origins that were asked about'}.`,
      ...told(seen),
      ...(unseen.length === 0 ? [] : ['  Answers that differ, by which no browser decides:', ...told(unseen)]),
      ...(notes ?? []).map((note) => `  ${note}`),
    ];
  });
  const left = refused.map(({ at, line, column, reason }) => `${pathOf(at.file)}:${line}:${column}: left as it is: ${reason}`);
  const files = new Set(done.flatMap(({ texts }) => [...texts.keys()])).size;
  const sum = done.length === 0 && refused.length === 0 ? 'nothing to do' : `${counted(done.length, 'place')} rewritten in ${counted(files, 'file')}, ${counted(refused.length, 'place')} left`;
  return [...lines, ...left, sum, ''].join('\n');
}

function told(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_TOLD).map((line) => `    ${line}`);
  return lines.length > MAX_TOLD ? [...shown, `    and ${lines.length - MAX_TOLD} more`] : shown;
}
