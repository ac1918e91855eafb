import type { JvmModule } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { applyEdits, type TextEdit } from '../../text/edit.js';
import { linesOf, styleOf } from './style.js';

interface ImportLine {
  /** `a.b.C`, `a.b.*`. */
  readonly name: string;
  /** The name by which it is known in the file. */
  readonly as: string;
  readonly isStatic: boolean;
  /** Its lines. */
  readonly start: number;
  readonly end: number;
}

function importsOf({ root, source }: JvmModule): readonly ImportLine[] {
  return nodesOf(root).map((node) => {
    const [, statics, name = '', alias] = /^import\s+(static\s+)?([\w`]+(?:\.[\w`]+)*(?:\.\*)?)(?:\s+as\s+(\w+))?/.exec(node.text) ?? [];
    return { name, as: alias ?? name.slice(name.lastIndexOf('.') + 1), isStatic: statics !== undefined, ...linesOf(source.text, node.startIndex, node.endIndex) };
  });
}

function nodesOf(root: SyntaxNode): readonly SyntaxNode[] {
  return root.namedChildren.filter(({ type }) => type === 'import_declaration' || type === 'import');
}

/**
 * Imports of qualified names, in the order that the imports of the file have. What is imported or stands in the same
 * package needs none.
 * @returns a text where something else of that name is imported
 */
export function importing(module: JvmModule, names: readonly string[]): readonly TextEdit[] | string {
  const present = importsOf(module).filter(({ isStatic }) => !isStatic);
  const missing = [...new Set(names)].sort().filter((name) => !present.some((one) => one.name === name || one.name === `${packageOf(name)}.*`) && packageOf(name) !== module.unit.package);
  const taken = missing.find((name) => present.some(({ as }) => as === simpleName(name)));
  if (taken !== undefined) return `another ${simpleName(taken)} is imported in ${module.file}`;
  const end = module.isKotlin ? '' : ';';
  const { newline } = styleOf(module);
  if (present.length > 0) return missing.map((name) => ({ file: module.file, ...emptyAt(placeFor(name, present, module.source.text)), text: `import ${name}${end}${newline}` }));
  if (missing.length === 0) return [];
  const lines = missing.map((name) => `import ${name}${end}`).join(newline);
  const head = module.root.namedChildren.find(({ type }) => /^package_/.test(type));
  if (head !== undefined) return [{ file: module.file, ...emptyAt(head.endIndex), text: `${newline}${newline}${lines}` }];
  const first = module.root.namedChildren.find(({ type }) => !type.includes('comment'))?.startIndex ?? 0;
  return [{ file: module.file, ...emptyAt(first), text: `${lines}${newline}${newline}` }];
}

/** Behind the imports that come before it, among those that begin as it does. */
function placeFor(name: string, present: readonly ImportLine[], text: string): number {
  const blocks: ImportLine[][] = [];
  for (const line of present) {
    const last = blocks.at(-1);
    if (last !== undefined && text.slice(last.at(-1)!.end, line.start).trim() === '' && last.at(-1)!.end === line.start) last.push(line);
    else blocks.push([line]);
  }
  const near = (block: readonly ImportLine[]): number => Math.max(...block.map((line) => shared(line.name, name)));
  const block = blocks.reduceRight((best, one) => (near(one) > near(best) ? one : best));
  return block.find((line) => line.name > name)?.start ?? block.at(-1)!.end;
}

/** How many segments two names begin with that are the same. */
function shared(a: string, b: string): number {
  const [one, other] = [a.split('.'), b.split('.')];
  const differs = one.findIndex((segment, index) => segment !== other[index]);
  return differs === -1 ? one.length : differs;
}

/** Removes imports of names that a file uses no more once edits are applied. A name in a comment of documentation is a use. */
export function droppingUnused(module: JvmModule, names: readonly string[], edits: readonly TextEdit[]): readonly TextEdit[] {
  const lines = importsOf(module);
  const own = edits.filter(({ file }) => file === module.file);
  const without = applyEdits(module.source.text, [...own.filter((edit) => !lines.some(({ start, end }) => edit.start < end && start < edit.end)), ...lines.map(({ start, end }) => ({ file: module.file, start, end, text: '' }))]);
  const unused = lines.filter(({ name, as }) => names.includes(name) && !new RegExp(`\\b${as}\\b`).test(without));
  return unused.map((line, index): TextEdit => {
    const { text } = module.source;
    // The last of a block that goes takes a blank line with it.
    const isFollowed = unused[index + 1]?.start === line.end || own.some(({ start, text: added }) => start === line.end && added !== '');
    const alone = !isFollowed && isBlankBefore(text, firstOfRun(unused, index).start);
    const gap = alone ? /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(line.end))?.[0].length ?? 0 : 0;
    return { file: module.file, start: line.start, end: line.end + gap, text: '' };
  });
}

/** What the packages of the Servlet API have, by the beginning of its name. */
const SERVLET_NAMES = /\b(?:Async|Cookie|DispatcherType|Filter|Generic|HandlesTypes|Http|Multipart|Part|PushBuilder|ReadListener|Registration|RequestDispatcher|Servlet|Session|Unavailable|Web|WriteListener)\w*\b/;

/** Removes `import javax.servlet.*` where nothing of the Servlet API is named any more once edits are applied. */
export function droppingServlets(module: JvmModule, edits: readonly TextEdit[]): readonly TextEdit[] {
  const lines = importsOf(module);
  const named = lines.filter(({ name }) => !name.endsWith('.*'));
  const text = applyEdits(module.source.text, [...edits.filter((edit) => edit.file === module.file && !lines.some(({ start, end }) => edit.start >= start && edit.end <= end)), ...lines.map(({ start, end }) => ({ file: module.file, start, end, text: '' }))]);
  const isNamed = [...text.matchAll(new RegExp(SERVLET_NAMES, 'g'))].some(([name]) => !named.some(({ as }) => as === name));
  return isNamed ? [] : lines.filter(({ name }) => /^(?:javax|jakarta)\.servlet\.(?:\w+\.)?\*$/.test(name)).map(({ start, end }) => ({ file: module.file, start, end, text: '' }));
}

function firstOfRun(lines: readonly ImportLine[], index: number): ImportLine {
  let first = index;
  while (lines[first - 1]?.end === lines[first]!.start) first -= 1;
  return lines[first]!;
}

function isBlankBefore(text: string, start: number): boolean {
  return /(?:^|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)$/.test(text.slice(0, start));
}

function emptyAt(offset: number): { readonly start: number; readonly end: number } {
  return { start: offset, end: offset };
}

export function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

export function packageOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}
