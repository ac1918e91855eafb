import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { complaintAbout } from './check.js';
import { filesIncluded, rootOf } from './include.js';
import { logicalLines, wordsIn, type LogicalLine, type Word } from './lines.js';
import type { ApacheDirective, ApacheFile } from './tree.js';

const MAX_INCLUDES = 300;
const MAX_CHAIN = 20;
const MAX_PROBLEMS = 20;
/** Conditions past which the rest is not looked at. */
const MAX_CONDITIONS = 1000;
/** Sections inside sections past which no more are opened: the server's own are a handful. */
const MAX_NESTING = 200;

/** `.htaccess` and what people call it before it is put in its place. */
const PER_FOLDER = /(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$/i;

interface Reading {
  readonly files: Files;
  readonly root: string;
  readonly serverRoot: { path: string | undefined };
  readonly defined: Map<string, string>;
  readonly included: string[];
  readonly missing: Word[];
  readonly perFolder: boolean;
  conditions: number;
  report(problem: Problem): void;
}

/** Parses a file and, in their places, the files that it includes. */
export function parseApache(source: SourceText, files: Files): { readonly unit: ApacheFile; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const included: string[] = [];
  const missing: Word[] = [];
  const perFolder = PER_FOLDER.test(source.file);
  const report = (problem: Problem): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const reading: Reading = { files, root: rootOf(source.file), serverRoot: { path: undefined }, defined: new Map(), included, missing, perFolder, conditions: 0, report };
  const directives = parseText(source.file, source.text, reading, [source.file]);
  return { unit: { source, files, perFolder, directives, included, missing }, problems };
}

/** A section that is not closed yet. */
interface Open {
  readonly name: string;
  /** As written, for messages. */
  readonly written: string;
  readonly args: readonly Word[];
  readonly rest: string;
  readonly at: Span;
  readonly block: ApacheDirective[];
}

function parseText(file: string, text: string, reading: Reading, chain: readonly string[]): readonly ApacheDirective[] {
  const top: ApacheDirective[] = [];
  const stack: Open[] = [];
  const span = (start: number, end: number): Span => ({ file, start, end });
  const close = (end: number): void => {
    const open = stack.pop()!;
    (stack.at(-1)?.block ?? top).push({ name: open.name, args: open.args, rest: open.rest, block: open.block, at: open.at, whole: span(open.at.start, end) });
  };
  let first = true;
  for (const line of logicalLines(text)) {
    if (first && line.text.startsWith('\ufeff') && line.text.trim() !== '') reading.report({ at: span(0, 1), message: 'Invalid command: the server does not know a byte order mark' });
    const begin = /^[\s\ufeff]*/.exec(line.text)![0].length;
    first = false;
    const end = line.text.trimEnd().length;
    if (begin >= end || line.text[begin] === '#') continue;
    const at = span(line.place(begin), line.place(end - 1) + 1);
    if (line.text.startsWith('</', begin)) {
      const written = /^[^\s>]*/.exec(line.text.slice(begin + 2, end))![0];
      const name = written.toLowerCase();
      const open = stack.at(-1);
      if (open?.name === name) close(at.end);
      else if (open === undefined) reading.report({ at, message: `</${written}> without matching <${written}> section` });
      else {
        reading.report({ at, message: `Expected </${open.written}> but saw </${written}>` });
        // A section further out may be meant, else it is a slip of the name.
        if (stack.some((outer) => outer.name === name)) while (stack.at(-1)!.name !== name) close(at.start);
        close(at.end);
      }
      continue;
    }
    const directive = directiveOn(line, file, at, begin, end, reading);
    const { name, section } = directive;
    if (section !== undefined) {
      const misplaced = misplacement(name, directive.written, stack, reading.perFolder);
      if (misplaced !== undefined) reading.report({ at, message: misplaced });
      if (section.missing) reading.report({ at, message: `<${directive.written}> directive missing closing '>'` });
      const previous = (stack.at(-1)?.block ?? top).at(-1);
      if (/^else(?:if)?$/.test(name) && (previous === undefined || !/^(?:if|elseif)$/.test(previous.name))) reading.report({ at, message: '<Else> or <ElseIf> section without previous <If> or <ElseIf> section in same scope' });
      complain(directive, reading);
      if (stack.length >= MAX_NESTING) {
        reading.report({ at, message: 'Sections are nested too deep' });
        break;
      }
      stack.push({ name, written: directive.written, args: directive.args, rest: directive.rest, at, block: [] });
      continue;
    }
    const into = stack.at(-1)?.block ?? top;
    if (name === 'define' && directive.args[0] !== undefined) reading.defined.set(directive.args[0].text, directive.args[1]?.text ?? '');
    if (name === 'undefine' && directive.args[0] !== undefined) reading.defined.delete(directive.args[0].text);
    if (name === 'serverroot') reading.serverRoot.path = directive.args[0]?.text;
    if (name === 'include' || name === 'includeoptional') into.push(...include(directive, reading, chain));
    else {
      complain(directive, reading);
      into.push({ name, args: directive.args, rest: directive.rest, at, whole: at });
    }
  }
  while (stack.length > 0) {
    const open = stack.at(-1)!;
    reading.report({ at: open.at, message: `<${open.written}> was not closed.` });
    close(text.length);
  }
  return top;
}

interface Line {
  readonly name: string;
  readonly written: string;
  readonly args: readonly Word[];
  readonly rest: string;
  readonly at: Span;
  readonly section?: { readonly missing: boolean };
}

function directiveOn(line: LogicalLine, file: string, at: Span, begin: number, end: number, reading: Reading): Line {
  const { text } = line;
  const isSection = text[begin] === '<';
  const from = begin + (isSection ? 1 : 0);
  const written = /^[^\s>]*/.exec(text.slice(from, end))![0];
  const behind = from + written.length;
  // What stands behind the last `>` of a section's first line is not read.
  const until = isSection ? text.lastIndexOf('>', end) : end;
  const args = wordsIn(line, file, behind, Math.max(behind, isSection && until < behind ? end : until)).map((word) => resolved(word, reading.defined));
  return { name: written.toLowerCase(), written, args, rest: text.slice(behind, Math.max(behind, until)).trim(), at, ...(isSection ? { section: { missing: until < behind } } : {}) };
}

/** `${NAME}` of a Define before it; any other stays as it is written. */
function resolved(word: Word, defined: ReadonlyMap<string, string>): Word {
  if (!word.text.includes('${')) return word;
  const text = word.text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => defined.get(name) ?? whole);
  return text === word.text ? word : { ...word, text, verbatim: undefined };
}

function complain(line: Line, reading: Reading): void {
  if (/^(?:if|elseif)$/.test(line.name) && (reading.conditions += 1) > MAX_CONDITIONS) return;
  const complaint = complaintAbout(line);
  if (complaint !== undefined) reading.report({ at: line.at, message: complaint });
}

const OF_SERVER = /^(?:virtualhost|directory|directorymatch|location|locationmatch|proxy|proxymatch)$/;
const WRAPPER = /^(?:ifmodule|ifdefine|ifversion|iffile|ifdirective|ifsection|macro)$/;

/** Sections that may not stand where they do. */
function misplacement(name: string, written: string, stack: readonly Open[], perFolder: boolean): string | undefined {
  if (!OF_SERVER.test(name)) return undefined;
  const around = stack.findLast((open) => !WRAPPER.test(open.name));
  if (perFolder) return `<${written} not allowed here`;
  if (name === 'virtualhost' && around?.name === 'virtualhost') return '<VirtualHost> cannot occur within <VirtualHost> section';
  return around === undefined || around.name === 'virtualhost' ? undefined : `<${written} not allowed in <${around.written}> context`;
}

function include(line: Line, reading: Reading, chain: readonly string[]): readonly ApacheDirective[] {
  const [pattern] = line.args;
  if (pattern === undefined || /\$\{|\{\{/.test(pattern.text)) return [];
  const paths = filesIncluded(reading.files, reading.root, reading.serverRoot.path, pattern.text);
  if (paths.length === 0 && line.name === 'include') reading.missing.push(pattern);
  return paths.flatMap((path) => {
    if (chain.includes(path) || chain.length >= MAX_CHAIN) {
      reading.report({ at: line.at, message: `Exceeded the maximum include depth: ${path} includes itself` });
      return [];
    }
    const text = reading.files.read(path);
    if (text === undefined || reading.included.length >= MAX_INCLUDES) return [];
    reading.included.push(path);
    return parseText(path, text, reading, [...chain, path]);
  });
}

