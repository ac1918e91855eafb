import { guardOf, headerValueOf } from '../../policy/from-condition.js';
import type { Span } from '../../text/span.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { factOf, unknown, type RegexValue, type Value } from '../../values/value.js';
import type { RestHeader } from './rest-api.js';

/** Longer templates are programs; what they set is not known. */
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 24;

/** `#set(`, `#if(`, … with what stands before the parenthesis that is to be found. */
const DIRECTIVE = /#\{?(set|if|elseif|else|end|foreach|macro)\}?\s*(\()?/g;
const OVERRIDE = /^\s*\$!?\{?context\.responseOverride\.header(?:\.([\w-]+)|\[\s*["']([\w-]+)["']\s*\])\}?\s*=(?!=)/;
const VARIABLE = /^\s*\$!?\{?([A-Za-z_]\w*)\}?\s*=(?!=)/;

/**
 * Headers that a mapping template (Velocity) of API Gateway sets: `#set($context.responseOverride.header.X = …)`, under
 * the conditions around it. `matches` is Java's, of the whole text; what cannot be followed is unknown. `place` gives
 * the span of a piece of the template.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
export function overriddenHeaders(template: string, place: (start: number, end: number) => Span): readonly RestHeader[] {
  if (!template.includes('responseOverride') || template.length > MAX_LENGTH) return [];
  const variables = new Map<string, Value>();
  const headers: RestHeader[] = [];
  // What holds inside of each open block, and what its branches so far have ruled out.
  const blocks: { when: Condition; others: Condition }[] = [];
  const reached = (): Condition => and(...blocks.map(({ when }) => when));
  for (const match of template.matchAll(DIRECTIVE)) {
    const start = match.index;
    const open = match[2] === undefined ? undefined : start + match[0].length;
    const end = open === undefined ? start + match[0].length : closing(template, open);
    const inner = open === undefined ? '' : template.slice(open, end);
    const at = place(start, Math.min(end + 1, template.length));
    const test = (): Condition => new Test(inner, variables, at).condition();
    const [word, last] = [match[1], blocks.at(-1)];
    if (word === 'if') {
      const when = test();
      blocks.push({ when, others: not(when) });
    } else if (word === 'foreach' || word === 'macro') {
      const looped = doubt('a loop of the template', at);
      blocks.push({ when: looped, others: not(looped) });
    } else if (word === 'end') blocks.pop();
    else if (word === 'else' && last !== undefined) last.when = last.others;
    else if (word === 'elseif' && last !== undefined) {
      const when = test();
      [last.when, last.others] = [and(last.others, when), and(last.others, not(when))];
    } else if (word === 'set') {
      const override = OVERRIDE.exec(inner);
      const variable = VARIABLE.exec(inner);
      const written = (found: RegExpExecArray): Value => new Test(inner.slice(found[0].length), variables, at).value();
      if (override !== null) {
        const value = headerValueOf(written(override));
        const header = (override[1] ?? override[2] ?? '').toLowerCase();
        headers.push({ when: guardOf(reached()), header, value: value ?? { v: 'unknown', fact: factOf(unknown('template-syntax', 'what the template writes', at)), at }, at });
      } else if (variable?.[1] !== undefined) variables.set(variable[1], blocks.length === 0 ? written(variable) : unknown('template-syntax', `which branch of the template sets $${variable[1]}`, at));
    }
  }
  return headers;
}

/** Where the parenthesis that is open at `from` closes, texts in quotes left out. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    const sign = text[index];
    if (sign === '"' || sign === "'") {
      const quote = text.indexOf(sign, index + 1);
      if (quote === -1) return text.length;
      index = quote;
    } else if (sign === '(') depth += 1;
    else if (sign === ')' && (depth -= 1) === 0) return index;
  }
  return text.length;
}

function doubt(detail: string, at: Span): Condition {
  return { c: 'fact', fact: factOf(unknown('template-syntax', detail, at)) };
}

/** A condition or a value of Velocity, read from left to right. */
class Test {
  #rest: string;

  constructor(
    text: string,
    private readonly variables: ReadonlyMap<string, Value>,
    private readonly at: Span,
  ) {
    this.#rest = text;
  }

  condition(): Condition {
    const found = this.#either(0);
    return this.#rest.trim() === '' ? found : doubt('a condition of the template', this.at);
  }

  value(): Value {
    const found = this.#operand();
    return this.#rest.trim() === '' ? found : unknown('template-syntax', 'what the template writes', this.at);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#rest);
    if (found === null) return undefined;
    this.#rest = this.#rest.slice(found[0].length);
    return found;
  }

  #either(depth: number): Condition {
    const parts = [this.#both(depth)];
    while (this.#take(/^\s*(?:\|\||or\b)/) !== undefined) parts.push(this.#both(depth));
    return or(...parts);
  }

  #both(depth: number): Condition {
    const parts = [this.#single(depth)];
    while (this.#take(/^\s*(?:&&|and\b)/) !== undefined) parts.push(this.#single(depth));
    return and(...parts);
  }

  #single(depth: number): Condition {
    if (depth > MAX_DEPTH) return doubt('a condition of the template', this.at);
    if (this.#take(/^\s*!/) !== undefined) return not(this.#single(depth + 1));
    if (this.#take(/^\s*\(/) !== undefined) {
      const inner = this.#either(depth + 1);
      return this.#take(/^\s*\)/) === undefined ? doubt('a condition of the template', this.at) : inner;
    }
    if (this.#take(/^\s*true\b/) !== undefined) return TRUE;
    const left = this.#operand();
    const compared = this.#take(/^\s*(==|!=|eq\b|ne\b)/);
    if (compared !== undefined) {
      const equal: Condition = { c: 'equals', left, right: this.#operand(), ignoreCase: false, at: this.at };
      return compared[1] === '!=' || compared[1] === 'ne' ? not(equal) : equal;
    }
    const called = this.#take(/^\s*\.(matches|equals|equalsIgnoreCase|startsWith|endsWith|contains)\(/);
    if (called === undefined) return doubt('a condition of the template', this.at);
    const argument = this.#operand();
    if (this.#take(/^\s*\)/) === undefined || argument.kind !== 'string') return doubt('a condition of the template', this.at);
    return this.#called(called[1] ?? '', left, argument);
  }

  #called(name: string, text: Value, part: Value & { readonly kind: 'string' }): Condition {
    const { at } = this;
    switch (name) {
      case 'matches': {
        const regex: RegexValue = { kind: 'regex', source: part.value, flags: '', dialect: 'java', at };
        return { c: 'matches', text, regex, use: 'full', at };
      }
      case 'startsWith':
        return { c: 'starts-with', text, part, ignoreCase: false, at };
      case 'endsWith':
        return { c: 'ends-with', text, part, ignoreCase: false, at };
      case 'contains':
        return { c: 'contains', text, part, ignoreCase: false, at };
      default:
        return { c: 'equals', left: text, right: part, ignoreCase: name === 'equalsIgnoreCase', at };
    }
  }

  /** A text, a variable, or a header of the request. */
  #operand(): Value {
    const { at } = this;
    const text = this.#take(/^\s*(?:"([^"]*)"|'([^']*)')/);
    if (text !== undefined) {
      // Double quotes fill in variables.
      return text[1]?.includes('$') === true ? unknown('template-syntax', 'a text with variables', at) : { kind: 'string', value: text[1] ?? text[2] ?? '', at };
    }
    const header = this.#take(/^\s*\$!?\{?(?:input|util)?\.?(?:params\(\s*["']([\w-]+)["']\s*\)|params\(\)\.header\.get\(\s*["']([\w-]+)["']\s*\)|params\(\)\.header\.([\w-]+)|params\(\)\.header\[\s*["']([\w-]+)["']\s*\]|params\(["']header["']\)\.get\(\s*["']([\w-]+)["']\s*\))\}?/);
    if (header !== undefined) {
      const name = header.slice(1).find((group) => group !== undefined) ?? '';
      return { kind: 'request', part: 'header', header: name.toLowerCase(), at };
    }
    const variable = this.#take(/^\s*\$!?\{?([A-Za-z_]\w*)(?![\w.(])\}?/) ?? this.#take(/^\s*\$!?\{?([A-Za-z_]\w*)\}?(?=\.(?:matches|equals|startsWith|endsWith|contains))/);
    return (variable?.[1] === undefined ? undefined : this.variables.get(variable[1])) ?? unknown('template-syntax', 'a value of the template', at);
  }
}
