import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { checkSection } from './check.js';
import { wordsOf, type Word } from './words.js';

/** One line. */
export interface Statement {
  readonly words: readonly Word[];
  /** From the first word to the end of the last. */
  readonly at: Span;
}

/** A section with its lines: `frontend web`, `defaults`. */
export interface Section {
  readonly kind: string;
  /** Empty where none is written. */
  readonly name: string;
  /** The `defaults` section named by `from`. */
  readonly from: string | undefined;
  readonly head: Statement;
  readonly statements: readonly Statement[];
}

/** One configuration file. */
export interface HaproxyFile {
  readonly source: SourceText;
  readonly files: Files;
  readonly sections: readonly Section[];
  /** `.if` … `.endif`: what stands inside was not read. */
  readonly conditional: readonly Span[];
}

const MAX_PROBLEMS = 20;
/** Keywords that begin a section (HAProxy 2.6 to 3.2). */
const SECTIONS = new Set(['global', 'defaults', 'frontend', 'backend', 'listen', 'peers', 'mailers', 'resolvers', 'userlist', 'program', 'http-errors', 'ring', 'log-forward', 'cache', 'fcgi-app', 'crt-list', 'crt-store', 'traces', 'log-profile', 'acme', 'healthcheck']);
/** Marks of template engines: lines of theirs are not HAProxy's. */
const TEMPLATE = /\{\{|\{%|<%/;

/** Parses a file line by line; lines cannot be continued. */
export function parseHaproxy(source: SourceText, files: Files): { readonly unit: HaproxyFile; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const template = TEMPLATE.test(source.text);
  const report = (problem: Problem): void => {
    if (problems.length < MAX_PROBLEMS && !template) problems.push(problem);
  };
  const sections: { kind: string; name: string; from: string | undefined; head: Statement; statements: Statement[] }[] = [];
  const conditional: Span[] = [];
  let opened: { depth: number; readonly at: Span } | undefined;
  for (const { start, end } of linesOf(source.text)) {
    const words = wordsOf(source.file, source.text, start, end, report);
    const [first, second] = words;
    if (first === undefined) continue;
    const statement: Statement = { words, at: { file: source.file, start: first.start, end: words.at(-1)!.end } };
    if (first.text === '.if') {
      if (opened === undefined) opened = { depth: 1, at: statement.at };
      else opened.depth += 1;
    }
    if (opened !== undefined) {
      if (first.text === '.endif' && (opened.depth -= 1) === 0) {
        conditional.push({ ...opened.at, end: statement.at.end });
        opened = undefined;
      }
      continue;
    }
    if (first.text.startsWith('.')) continue;
    if (SECTIONS.has(first.text)) {
      if (second === undefined && /^(?:frontend|backend|listen)$/.test(first.text)) report({ at: first, message: `'${first.text}' expects an <id> argument` });
      const from = words.findIndex(({ text }, index) => index > 0 && text === 'from');
      sections.push({ kind: first.text, name: from === 1 ? '' : (second?.text ?? ''), from: from === -1 ? undefined : words[from + 1]?.text, head: statement, statements: [] });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) report({ at: first, message: `unknown keyword '${first.text}' out of section` });
    else section.statements.push(statement);
  }
  if (opened !== undefined) report({ at: opened.at, message: 'unmatched .if' });
  for (const section of sections) checkSection(section, report);
  return { unit: { source, files, sections, conditional }, problems };
}

function* linesOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  let start = text.startsWith('\ufeff') ? 1 : 0;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield { start, end };
    start = end + 1;
  }
}
