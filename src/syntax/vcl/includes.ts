import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { filesMatching } from '../../text/glob.js';
import type { Span } from '../../text/span.js';
import { tokensOf, type Refusal, type Token } from './lexer.js';

const MAX_INCLUDES = 200;

/** Tokens of a file with those of its includes in their places, wherever these stand. */
export interface Tokens {
  readonly tokens: readonly Token[];
  readonly included: readonly string[];
  readonly missing: readonly Span[];
  readonly refusal?: Refusal;
}

/**
 * `include "name";` and `include +glob "pattern";`. `./name` is relative to the including file, others to `vcl_path`
 * (the folder of the main file stands for it).
 */
export function withIncludes(file: string, text: string, files: Files): Tokens {
  const tokens: Token[] = [];
  const included: string[] = [];
  const missing: Span[] = [];
  const root = folderOf(file);
  const reading = [{ file, tokens: tokensOf(file, text), next: 0 }];
  while (reading.length > 0) {
    const here = reading.at(-1)!;
    const { tokens: found, refusal } = here.tokens;
    const token = found[here.next];
    if (token === undefined) {
      if (refusal !== undefined) return { tokens, included, missing, refusal };
      reading.pop();
      continue;
    }
    const plus = found[here.next + 1]?.raw === '+' && found[here.next + 2]?.raw === 'glob' ? 2 : 0;
    const path = found[here.next + 1 + plus];
    if (token.raw !== 'include' || path?.kind !== 'text' || found[here.next + 2 + plus]?.raw !== ';') {
      tokens.push(token);
      here.next += 1;
      continue;
    }
    here.next += 3 + plus;
    const at: Span = { file: token.file, start: token.start, end: path.end };
    const paths = pathsOf(path.text, plus > 0, here.file, root, files);
    if (paths.length === 0 && plus === 0) missing.push(at);
    const opened: { file: string; tokens: ReturnType<typeof tokensOf>; next: number }[] = [];
    for (const one of paths) {
      if (reading.some((open) => open.file === one)) return { tokens, included, missing, refusal: { at, message: `${one} includes itself` } };
      const inner = files.read(one);
      if (inner === undefined || included.length >= MAX_INCLUDES) missing.push(at);
      else {
        included.push(one);
        opened.push({ file: one, tokens: tokensOf(one, inner), next: 0 });
      }
    }
    reading.push(...opened.reverse());
  }
  return { tokens, included, missing };
}

function pathsOf(written: string, glob: boolean, from: string, root: string, files: Files): readonly string[] {
  const near = written.startsWith('./') || written.startsWith('../');
  const relative = written.replace(/^\/etc\/varnish\//, '');
  if (relative.startsWith('/')) return [];
  const folder = near ? folderOf(from) : root;
  if (glob) return filesMatching(files, folder, relative);
  const path = resolvePath(folder, relative);
  return path !== undefined && files.exists(path) ? [path] : [];
}
