import type { Span } from '../../text/span.js';
import { and, not, TRUE, type Condition } from '../../values/condition.js';
import type { Fact } from '../../values/fact.js';

/** One action of a template language (Helm, Jinja, ERB, GitHub, decK) with its delimiters. */
export interface Template extends Span {
  readonly text: string;
  /**
   * `line`: it stands alone on its line and may write any number of lines there, indented by `column`.
   * `control`: it writes nothing (`if`, `end`, a comment). `inline`: a part of a scalar.
   */
  readonly role: 'inline' | 'line' | 'control';
  readonly column: number;
}

/** A part of the file that is there only under a condition, or, in a loop, any number of times. */
export interface Branch {
  readonly start: number;
  readonly end: number;
  readonly when: Condition;
  readonly loop: boolean;
}

export interface Masked {
  /** As long as the text; an action is a run of `_`, and alone on a line a comment. */
  readonly text: string;
  readonly templates: readonly Template[];
  readonly branches: readonly Branch[];
}

const DELIMITERS = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
  ['<%', '%>'],
] as const;

/** Those that share a character with a place. They stand in order and do not overlap: found by halving. */
export function touching(templates: readonly Template[], { start, end }: Pick<Span, 'start' | 'end'>): readonly Template[] {
  let low = 0;
  for (let high = templates.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (templates[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < templates.length && templates[last]!.start < end) last += 1;
  return templates.slice(low, last);
}

/** Replaces the actions of templates by text of the same length that YAML reads as a scalar or a comment. */
export function maskTemplates(file: string, text: string): Masked {
  const actions = actionsIn(text);
  if (actions.length === 0) return { text, templates: [], branches: [] };
  const masked = covered(text, actions, '_');
  // What a line says besides its actions: nothing, or a comment.
  const besides = covered(text, actions, ' ').split(/(?<=\n)/);
  const alone: { readonly start: number; readonly end: number }[] = [];
  let lineStart = 0;
  const lines = masked.split(/(?<=\n)/).map((line, index) => {
    const start = lineStart;
    lineStart += line.length;
    if (line === besides[index] || !(/^\s*(?:#.*)?$/.test(besides[index]!.trim()) || SEPARATOR.test(text.slice(start, lineStart)))) return line;
    alone.push({ start, end: lineStart });
    return line.replace('_', '#');
  });
  let next = 0;
  let seen = 0;
  let lineBegin = 0;
  const templates = actions.map(({ start, end }): Template => {
    const written = text.slice(start, end);
    const lineEnd = text.slice(seen, start).lastIndexOf('\n');
    if (lineEnd !== -1) lineBegin = seen + lineEnd + 1;
    seen = start;
    const column = start - lineBegin;
    while (next < alone.length && alone[next]!.end <= start) next += 1;
    if (next >= alone.length || alone[next]!.start > start) return { file, start, end, text: written, role: 'inline', column };
    const indent = /\bn?indent\s+(\d+)/.exec(written)?.[1];
    return { file, start, end, text: written, role: writesNothing(written) ? 'control' : 'line', column: indent === undefined ? column : Number(indent) };
  });
  return { text: lines.join(''), templates, branches: branchesOf(templates, text) };
}

/** `{{ if $i }},{{ end }}`: the comma between what a loop writes into JSON. Here its body stands once, and needs none. */
const SEPARATOR = /^\s*\{\{-?\s*if\b[^{}]*\}\}\s*,\s*\{\{-?\s*end\s*-?\}\}\s*$/;

/** The text with every character of its actions but line ends replaced. */
function covered(text: string, actions: readonly { readonly start: number; readonly end: number }[], by: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of actions) {
    pieces.push(text.slice(from, start), text.slice(start, end).replace(/[^\r\n]/g, by));
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

function actionsIn(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const [open, close] of DELIMITERS) {
    let end = 0;
    for (let start = text.indexOf(open); start !== -1; ) {
      if (end < start + 2) end = text.indexOf(close, start + 2);
      if (end === -1) break;
      const nested = text.indexOf(open, start + 2);
      if (nested !== -1 && nested < end) {
        start = nested;
        continue;
      }
      const from = open === '{{' && text[start - 1] === '$' ? start - 1 : start;
      found.push({ start: from, end: end + 2 });
      start = text.indexOf(open, end + 2);
    }
  }
  found.sort((a, b) => a.start - b.start);
  let end = 0;
  return found.filter((action) => {
    const apart = action.start >= end;
    if (apart) ({ end } = action);
    return apart;
  });
}

/** The action's own words, without delimiters and trim marks. */
function wordsOf(action: string): string {
  return action.replace(/^\$?(?:\{\{|\{%|\{#|<%)[-~=]?/, '').replace(/[-~]?(?:\}\}|%\}|#\}|%>)$/, '').trim();
}

const OPENS = /^(if|unless|with|range|for|define|block|macro|raw)\b\s*([\s\S]*)$/;
const CLOSES = /^end\w*$/;
const ELSE = /^(?:else\s+if|elif|elsif|else\s+with)\s+([\s\S]*)$/;

function writesNothing(action: string): boolean {
  const words = wordsOf(action);
  return /^\{#/.test(action) || words.startsWith('/*') || OPENS.test(words) || CLOSES.test(words) || /^(?:else|elif|elsif|set|break|continue)\b/.test(words) || /^\$\w+\s*:?=/.test(words);
}

interface Open {
  readonly branches: boolean;
  readonly loop: boolean;
  start: number;
  when: Condition;
  /** None of the conditions so far holds. */
  otherwise: Condition;
}

function branchesOf(templates: readonly Template[], text: string): Branch[] {
  const branches: Branch[] = [];
  const open: Open[] = [];
  for (const template of templates) {
    // An action in a comment of YAML is text for people.
    if (template.role === 'control' && /^\s*#/.test(text.slice(template.start - template.column, template.start))) continue;
    const words = wordsOf(template.text);
    const opened = OPENS.exec(words);
    if (opened !== null) {
      const [, word = '', expression = ''] = opened;
      const branch = /^(?:if|unless|with|range|for)$/.test(word);
      const fact: Condition = branch ? { c: 'fact', fact: conditionFact(template, expression) } : TRUE;
      const when = word === 'unless' ? not(fact) : fact;
      open.push({ branches: branch, loop: /^(?:range|for)$/.test(word), start: template.end, when, otherwise: not(when) });
      continue;
    }
    const current = open.at(-1);
    if (current === undefined) continue;
    const close = (): void => {
      if (current.branches) branches.push({ start: current.start, end: template.start, when: current.when, loop: current.loop && current.when.c === 'fact' });
    };
    if (CLOSES.test(words)) {
      close();
      open.pop();
    } else if (/^(?:else|elif|elsif)\b/.test(words)) {
      close();
      const expression = ELSE.exec(words)?.[1];
      const fact: Condition = expression === undefined ? TRUE : { c: 'fact', fact: conditionFact(template, expression) };
      current.start = template.end;
      current.when = and(current.otherwise, fact);
      current.otherwise = and(current.otherwise, not(fact));
    }
  }
  return branches;
}

function conditionFact({ file, start, end }: Template, expression: string): Fact {
  const words = expression.trim().replace(/\s+/g, ' ');
  return { key: `template:${file}:${words}`, reason: 'template-syntax', detail: `the template condition \`${words}\``, at: { file, start, end } };
}
