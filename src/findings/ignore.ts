import type { SourceText } from '../text/source-text.js';
import type { Span } from '../text/span.js';

/** A comment that silences findings: `cors-lint-disable-next-line no-null-origin -- reason`. */
export interface Directive {
  readonly at: Span;
  readonly kind: 'next-line' | 'line' | 'file' | 'disable' | 'enable';
  /** Bare ids; empty: all rules. */
  readonly rules: readonly string[];
  readonly reason: string;
  readonly line: number;
}

/**
 * The directives in a file's comments (`//`, `/* … *\/`, `#`, `<!-- -->`). The `eslint-` prefix with full ids is
 * honoured too, so that one comment serves all hosts.
 */
export function directivesIn(source: SourceText): readonly Directive[] {
  const pattern = /(?:\/\/|\/\*+|#|<!--)[^\S\r\n]*(cors-lint|eslint)-(disable-next-line|disable-line|disable-file|disable|enable)\b([^\r\n]*)/g;
  const found: Directive[] = [];
  for (const match of source.text.matchAll(pattern)) {
    const [whole, tool, verb = '', rest = ''] = match;
    const [list = '', ...reason] = rest.replace(/\*\/.*$|-->.*$/, '').split(/\s--\s/);
    const named = list.split(/[\s,]+/).filter((name) => name !== '');
    const rules = named.filter((name) => tool === 'cors-lint' || name.startsWith('cors-lint/')).map((name) => name.replace(/^cors-lint\//, ''));
    if (tool === 'eslint' && rules.length === 0) continue;
    const kind = verb === 'enable' || verb === 'disable' ? verb : (verb.replace(/^disable-/, '') as 'next-line' | 'line' | 'file');
    found.push({
      at: { file: source.file, start: match.index, end: match.index + whole.length },
      kind,
      rules,
      reason: reason.join(' -- ').trim(),
      line: source.positionAt(match.index).line,
    });
  }
  return found;
}

/** The directive that silences a rule at a line, if any. */
export function silencing(directives: readonly Directive[], ruleId: string, line: number): Directive | undefined {
  const about = directives.filter(({ rules }) => rules.length === 0 || rules.includes(ruleId));
  const open = about.filter((directive) => (directive.kind === 'disable' || directive.kind === 'enable') && directive.line <= line).at(-1);
  return (
    about.find((directive) => directive.kind === 'file' || (directive.kind === 'line' && directive.line === line) || (directive.kind === 'next-line' && directive.line === line - 1)) ??
    (open?.kind === 'disable' ? open : undefined)
  );
}
