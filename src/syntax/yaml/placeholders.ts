import type { Span } from '../../text/span.js';
import { not } from '../../values/condition.js';
import { settingIsAbsent } from '../../values/fact.js';
import { unknown, type Value } from '../../values/value.js';
import { chartValue } from './chart.js';
import { ownerOf } from './place.js';
import { touching } from './templates.js';
import type { YamlFile, YamlScalar } from './tree.js';

/** `${X}`, `${X:-default}`, `${X:default}` (Spring), `$(X)` (Kubernetes). */
const VARIABLE = /\$\{([A-Za-z_][\w.]*)(?:(:[-=]?|[-=])([^{}]*))?\}|\$\(([A-Za-z_]\w*)\)/g;

/** A scalar that some tool replaces as a whole: `$X`, `@x@`, `#{x}#`, `%X%`. */
const WHOLE = /^(?:\$([A-Z_][A-Z0-9_]*)|@([\w.-]+)@|#\{([\w.-]+)\}#?|%([A-Z_][A-Z0-9_]*)%)$/;

/** decK's way to read the environment: `${{ env "DECK_X" }}`. */
const DECK = /^\$\{\{-?\s*env\s+["'`]([\w.-]+)["'`]\s*-?\}\}$/;

/** The text of a scalar with its templates and variables as values of their own. */
export function textValue(within: YamlFile, node: YamlScalar, text: string): Value {
  const { at } = node;
  const file = ownerOf(within, at);
  const contentStart = node.style === 'single' || node.style === 'double' ? at.start + 1 : at.start;
  // Without escapes and folding the text stands in the file as it is, and every part of it has a place.
  const verbatim = file.masked.startsWith(text, contentStart);
  const templates = touching(file.templates, at);
  if (templates.length > 0 && !verbatim) return unknown('template-syntax', `the template \`${templates[0]!.text}\``, at);
  const place = (start: number, end: number): Span => (verbatim ? { file: at.file, start: contentStart + start, end: contentStart + end } : at);
  const [only] = templates;
  const isWhole = only !== undefined && only.start === contentStart && only.end === contentStart + text.length;
  const whole = isWhole ? chartValue(file, only, node.style !== 'plain') : undefined;
  if (whole !== undefined) return whole;
  const pieces: { start: number; end: number; value: Value }[] = templates.map((template) => {
    const span = { file: at.file, start: template.start, end: template.end };
    const name = DECK.exec(template.text)?.[1];
    const value: Value = name !== undefined ? { kind: 'env', name, at: span } : ((isWhole ? undefined : chartValue(file, template, true)) ?? unknown('template-syntax', `the template \`${template.text}\``, span));
    return { start: template.start - contentStart, end: template.end - contentStart, value };
  });
  for (const match of text.matchAll(VARIABLE)) {
    const [start, end] = [match.index, match.index + match[0].length];
    pieces.push({ start, end, value: variable(match, place(start, end), node.style === 'plain' && match[0] === text) });
  }
  const name = WHOLE.exec(text)?.slice(1).find((group) => group !== undefined);
  if (name !== undefined) return { kind: 'env', name, at };
  if (/\$\{[A-Za-z_][^}]*\$\{/.test(text)) return unknown('env-variable', `the variables in \`${text}\``, at);
  if (pieces.length === 0) return { kind: 'string', value: text, at };
  pieces.sort((a, b) => a.start - b.start);
  const parts: Value[] = [];
  let from = 0;
  for (const piece of pieces) {
    if (piece.start > from) parts.push({ kind: 'string', value: text.slice(from, piece.start), at: place(from, piece.start) });
    parts.push(piece.value);
    from = piece.end;
  }
  if (from < text.length) parts.push({ kind: 'string', value: text.slice(from), at: place(from, text.length) });
  // What stands for the whole scalar has the scalar's place, quotes included.
  return parts.length === 1 ? { ...parts[0]!, at } : { kind: 'concat', parts, at };
}

function variable(match: RegExpMatchArray, at: Span, plain: boolean): Value {
  const name = match[1] ?? match[4] ?? '';
  const fallback = match[3];
  if (match[2] === undefined || fallback === undefined) return { kind: 'env', name, at };
  const absent = { c: 'fact', fact: settingIsAbsent(name, at) } as const;
  const meant = plain ? typed(fallback) : fallback;
  const value: Value =
    typeof meant === 'boolean' ? { kind: 'boolean', value: meant, at } : typeof meant === 'number' ? { kind: 'number', value: meant, at } : { kind: 'string', value: meant, at };
  return { kind: 'either', options: [{ when: absent, value }, { when: not(absent), value: { kind: 'env', name, at } }], at };
}

/** What a plain scalar with this text would be: variables are filled in before YAML is read. */
export function typed(text: string): string | number | boolean {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
