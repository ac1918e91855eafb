import { textMistake } from './expansion.js';
import type { Token } from './lexer.js';
import { patternMistake } from './pattern.js';
import type { Directive } from './tree.js';

/** `ngx_http_rewrite_if_condition`: what is wrong with a condition; undefined when nginx takes it. */
export function conditionMistake({ args }: Directive): string | undefined {
  const texts = args.map(({ text }) => text);
  const [first = '', last = ''] = [texts[0], texts.at(-1)];
  if (!first.startsWith('(')) return invalid(first);
  if (first === '(') texts.shift();
  else texts[0] = first.slice(1);
  if (!last.endsWith(')')) return invalid(args.length === 1 ? (texts[0] ?? '') : last);
  if (last === ')' && texts.length > 0) texts.pop();
  else texts.push((texts.pop() ?? '').slice(0, -1));
  const [left = '', operator = '', right = ''] = texts;
  if (/^!?-/.test(left) && left.length === (left.startsWith('!') ? 3 : 2)) return texts.length === 2 && /^!?-[fdex]$/.test(left) ? textMistake(operator) : invalid(left);
  if (left.length < 2 || !left.startsWith('$') || (texts.length !== 1 && texts.length !== 3)) return invalid(left);
  if (texts.length === 1 || operator === '=' || operator === '!=') return textMistake(right);
  return /^!?~\*?$/.test(operator) ? patternMistake(right) : `unexpected "${operator}" in condition`;
}

function invalid(text: string): string {
  return `invalid condition "${text}"`;
}

/** `ngx_http_rewrite_return`. */
export function returnMistake({ args }: Directive): string | undefined {
  const [code, ...more] = args.map(({ text }) => text);
  if (code === undefined || hasPlaceholder(code)) return undefined;
  if (/^\d+$/.test(code)) return Number(code) > 999 ? `invalid return code "${code}"` : undefined;
  return more.length === 0 && /^(?:https?:\/\/|\$scheme)/.test(code) ? undefined : `invalid return code "${code}"`;
}

/** `ngx_http_rewrite_set`, and the names of other variables that are made. */
export function nameMistake(token: Token | undefined): string | undefined {
  if (token === undefined) return undefined;
  if (!token.text.startsWith('$')) return `invalid variable name "${token.text}"`;
  return token.text === '$' ? 'invalid variable name "$"' : undefined;
}

/** `ngx_http_rewrite`. */
export function rewriteMistake({ args }: Directive): string | undefined {
  const [pattern, replacement, flag] = args.map(({ text }) => text);
  if (replacement === '') return 'empty replacement';
  const wrong = pattern === undefined ? undefined : patternMistake(pattern);
  if (wrong !== undefined) return wrong;
  return flag === undefined || /^(?:last|break|redirect|permanent)$/.test(flag) ? undefined : `invalid parameter "${flag}"`;
}

/** `ngx_http_core_error_page`. */
export function errorPageMistake({ args }: Directive): string | undefined {
  const texts = args.map(({ text }) => text);
  const fixed = texts.at(-2) ?? '';
  const codes = texts.slice(0, fixed.startsWith('=') ? -2 : -1);
  if (fixed.startsWith('=') && (codes.length === 0 || !/^=\d*$/.test(fixed))) return `invalid value "${fixed}"`;
  for (const code of codes) {
    if (hasPlaceholder(code)) continue;
    if (!/^\d+$/.test(code) || Number(code) === 499) return `invalid value "${code}"`;
    if (Number(code) < 300 || Number(code) > 599) return `value "${code}" must be between 300 and 599`;
  }
  return undefined;
}

/** A text that somebody else fills in before nginx reads it (`envsubst`). */
function hasPlaceholder(text: string): boolean {
  return /\$\{[A-Z][A-Z0-9_]*\}/.test(text);
}
