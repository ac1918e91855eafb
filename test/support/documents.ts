import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { visit } from 'unist-util-visit';

export const root = join(import.meta.dirname, '../..');

/** A block between fences. Its info string is the language, and the name of the file that it shows, where it shows one. */
export interface Fence {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
  readonly line: number;
  /** Heading that it stands under. */
  readonly section: string;
  /** Offsets of the text in the document. */
  readonly start: number;
  readonly end: number;
  /** Does nothing but blank lines stand between it and the fence before? */
  readonly followsFence: boolean;
}

/** A page of the documentation. */
export interface Page {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
  readonly headings: readonly string[];
  /** Where links and pictures lead to, as written. */
  readonly targets: readonly string[];
  readonly fences: readonly Fence[];
  /** Code within lines of text. */
  readonly codes: readonly string[];
}

/** Pages by path, and all below a folder. */
export function pagesOf(paths: readonly string[], folder: string): readonly Page[] {
  const below = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return [...paths, ...below.map((path) => `${folder}/${path.replaceAll('\\', '/')}`)].sort().map(pageAt);
}

function pageAt(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const tree = fromMarkdown(text);
  const slugger = new GithubSlugger();
  const headings: string[] = [];
  const targets: string[] = [];
  const fences: Fence[] = [];
  const codes: string[] = [];
  const anchors = new Set<string>();
  visit(tree, (node, index, parent) => {
    if (node.type === 'heading') {
      const title = wordsOf(node);
      headings.push(title);
      anchors.add(slugger.slug(title));
    } else if (node.type === 'link' || node.type === 'image' || node.type === 'definition') targets.push(node.url);
    else if (node.type === 'html') targets.push(...[...node.value.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)].map(([, target = '']) => target));
    else if (node.type === 'inlineCode') codes.push(node.value);
    else if (node.type === 'code' && node.position?.start.offset !== undefined) {
      const { offset, line } = node.position.start;
      const start = text.indexOf('\n', offset) + 1;
      fences.push({ language: node.lang ?? '', file: node.meta ?? undefined, text: node.value, line, section: headings.at(-1) ?? '', start, end: start + node.value.length, followsFence: index !== undefined && parent?.children[index - 1]?.type === 'code' });
    }
  });
  return { path, text, anchors, headings, targets, fences, codes };
}

function wordsOf(node: Parameters<typeof visit>[0]): string {
  let words = '';
  visit(node, (part) => {
    if ('value' in part && typeof part.value === 'string') words += part.value;
  });
  return words;
}

/** The words of each call of cors-lint in a text, without the name that it is called by. */
export function callsIn(text: string): readonly (readonly string[])[] {
  const call = /(?<![\w@/.-])(?:cors-lint(?:@[\w.<>-]+)?(?![\w/.:-])|dist\/cli\.js)((?:[^\S\n]+(?:\\\n\s*)?(?:'[^']*'|"[^"]*"|[^\s'"`|&;<>()#]+))*)/g;
  return [...text.matchAll(call)].map(([, words = '']) => wordsIn(words));
}

/** Splits as a shell does, as far as documents go: quotes, and a line that goes on in the next one. */
function wordsIn(text: string): readonly string[] {
  return [...text.replaceAll('\\\n', ' ').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, (_all, single?: string, double?: string) => single ?? double ?? ''));
}
