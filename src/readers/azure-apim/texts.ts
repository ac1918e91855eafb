import type { XmlText } from '../../syntax/xml/index.js';
import { and, not, type Condition } from '../../values/condition.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** `@(context.Request.Headers.GetValueOrDefault("Origin","*"))` */
const HEADER = /^@\(\s*context\.Request\.Headers\.GetValueOrDefault\(\s*"([\w-]+)"\s*(?:,\s*"([^"]*)"\s*)?\)\s*\)$/;
const LITERAL = /^@\(\s*"([^"\\]*)"\s*\)$/;

/** What a text of a policy is: as it stands, an expression of C#, or with named values (`{{name}}`), which are not in view. */
export function valueOf(text: XmlText): Value {
  const { value, at } = text;
  const [, header, otherwise = ''] = HEADER.exec(value) ?? [];
  if (header !== undefined) {
    const request: Value = { kind: 'request', part: 'header', header: header.toLowerCase(), at };
    const there: Condition = { c: 'present', value: request, at };
    return { kind: 'either', options: [{ when: there, value: request }, { when: not(there), value: { kind: 'string', value: otherwise, at } }], at };
  }
  const literal = LITERAL.exec(value)?.[1];
  if (literal !== undefined) return { kind: 'string', value: literal, at };
  if (/^@[({]/.test(value)) return unknown('function-call', 'an expression of the policy', at);
  const named = /\{\{([^{}]*)\}\}/.exec(value)?.[1];
  return named === undefined ? { kind: 'string', value, at } : unknown('env-variable', `the named value \`${named}\``, at);
}

/** What a condition says of the request: its method, or something that is not known. */
export function conditionOf({ value, at }: XmlText): Condition {
  const method = /^@\(\s*context\.Request\.Method\s*(?:==\s*"([A-Z]+)"|\.Equals\(\s*"([A-Z]+)"[^()]*\))\s*\)$/.exec(value);
  if (method === null) return { c: 'fact', fact: factOf(unknown('function-call', 'a condition of the policy', at)) };
  return and({ c: 'equals', left: { kind: 'request', part: 'method', at }, right: { kind: 'string', value: method[1] ?? method[2] ?? '', at }, ignoreCase: false, at });
}
