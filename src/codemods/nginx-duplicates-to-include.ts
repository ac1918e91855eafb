/**
 * CORS lines that stand in several servers, locations or files become one file that each of them includes. What is
 * written once is changed once: of copies, one is forgotten.
 */
import type { Span } from '../text/span.js';
import { indentationAt } from '../syntax/nginx/index.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { placeholderIn } from './nginx/conditional-headers.js';
import { configurationsOf, Sources, type Configuration } from './nginx/configuration.js';
import { runsIn, type Run } from './nginx/cors-runs.js';
import { deployNote, fileOf, textsAfter } from './nginx/desk.js';
import { commentsIn, dedented, replaced } from './nginx/lines.js';
import { includePlace, type IncludePlace } from './nginx/placing.js';

export default {
  *propose(repository) {
    const sources = new Sources(repository.files);
    const groups = new Map<string, Found[]>();
    for (const configuration of configurationsOf(repository)) {
      const place = includePlace(configuration, 'cors');
      for (const run of runsIn(configuration)) {
        // What is loaded by different main files has nothing in common but its words.
        const key = `${place?.path ?? ''} ${run.key}`;
        const group = groups.get(key) ?? [];
        groups.set(key, group);
        if (!group.some((other) => other.run.file === run.file && other.run.directives[0]!.at.start === run.directives[0]!.at.start)) group.push({ run, configuration, place });
      }
    }
    for (const group of groups.values()) if (group.length > 1) yield* gathered(group, sources);
  },
} satisfies Codemod;

interface Found {
  readonly run: Run;
  readonly configuration: Configuration;
  readonly place: IncludePlace | undefined;
}

function* gathered(group: readonly Found[], sources: Sources): Generator<Proposed> {
  const home = group.find(({ run: { isWholeFile, file }, configuration }) => isWholeFile && spellingOf(file, configuration) !== undefined);
  const others = group.filter((found) => found !== home);
  const [first] = others;
  const at = first!.run.directives[0]!.at;
  if (others.every(({ run }) => run.isWholeFile)) return;
  const place = home === undefined ? first!.place : { path: home.run.file, spelling: spellingOf(home.run.file, home.configuration)! };
  if (place === undefined) return yield refuse(at, `the same ${others.length} times, but where nginx looks for an included file is not in view: neither nginx.conf, nor another include with its file`);
  const lines = linesOf(first!.run, sources);
  const placeholder = placeholderIn(lines);
  if (placeholder !== undefined) return yield refuse(at, `the value of ${placeholder} is put in by a template, and the lines would stand in a file that is none`);
  const said = new Set(textsOfComments(home === undefined ? first!.run : home.run, sources));
  const edits = others.flatMap(({ run }) => {
    const span = spanOf(run, sources);
    const own = [...new Set(textsOfComments(run, sources))].filter((text) => !said.has(text) && /[^#\s]/.test(text));
    return replaced(sources.at(span), [], [{ at: span, lines: [...own, `include ${place.spelling};`] }]);
  });
  const texts = textsAfter(edits, at, sources);
  if ('kind' in texts) return yield texts;
  const fresh = home === undefined ? [[place.path, fileOf(lines, sources, at)] as const] : [];
  yield { kind: 'rewriting', title: `CORS lines of ${others.length === 1 ? 'one place' : `${others.length} places`} become ${place.path}`, at, texts: new Map([...texts, ...fresh]), notes: fresh.map(([path]) => deployNote(path, first!.configuration)) };
}

/** How a file is included that others may include, too. */
function spellingOf(file: string, { root }: Configuration): string | undefined {
  const use = root.uses.find((one) => one.file === file);
  const text = use === undefined ? undefined : /^include\s+["']?([^"';\s]+)/.exec((root.files.read(use.at.file) ?? '').slice(use.at.start, use.at.end))?.[1];
  // A pattern is for a folder of files, each of them loaded where it stands.
  return text === undefined || /[*?[]/.test(text) ? undefined : text;
}

/** From the first word to the end, with a comment behind it. */
function spanOf({ file, directives }: Run, sources: Sources): Span {
  const end = directives.at(-1)!.whole.end;
  return { file, start: directives[0]!.at.start, end: end + (/^[ \t]*#[^\r\n]*/.exec(sources.at({ file }).text.slice(end))?.[0].length ?? 0) };
}

function linesOf(run: Run, sources: Sources): readonly string[] {
  const span = spanOf(run, sources);
  const source = sources.at(span);
  return dedented((indentationAt(source, span.start) + source.text.slice(span.start, span.end)).split(/\r\n|\n|\r/));
}

function textsOfComments(run: Run, sources: Sources): readonly string[] {
  const span = spanOf(run, sources);
  return commentsIn(sources.at(span), span.start, span.end).map(({ text }) => text);
}
