import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import { toldOf } from './disk.js';
import { equalTexts, isTrue, matchesIf, patternFor } from './matching.js';
import { captured, forgotten, merged, settingIn, type Expander, type Scope, type Variables } from './variables.js';
import { open } from './ways.js';

/** One of the ways in which an `if` comes out. */
export interface Decision {
  readonly when: Guard;
  readonly taken: boolean;
  readonly variables: Variables;
}

/** When an `if` is taken, and when not, with what its test leaves behind (captures, values of maps). */
export function decisionsOf(directive: Directive, scope: Scope, expander: Expander): readonly Decision[] {
  const [left, operator, right, ...more] = peeled(directive.args);
  if (left === undefined || more.length > 0) return [];
  if (/^!?-[fdex]$/.test(left.text)) {
    const kind = left.text.slice(-1);
    const told = `-${kind} ${operator?.text ?? ''}${toldOf(scope.path)}`;
    const exists = open(`file ${told}`, `the file test ${told}`, directive.at, 'database-or-io');
    return both(ALWAYS, left.text.startsWith('!') ? unless(exists) : exists, scope.variables, scope.variables);
  }
  return merged(expander.expand(left, scope)).flatMap((one) => {
    if (operator === undefined) return both(one.when, isTrue(one.parts, left), one.variables, one.variables);
    if (right === undefined) return [];
    const negated = operator.text.startsWith('!');
    if (/^!?~\*?$/.test(operator.text)) {
      const pattern = patternFor(right, operator.text.includes('*'));
      const setting = settingIn(right.text);
      const test = setting === undefined ? matchesIf(one.parts, pattern) : open(`${left.text}~${right.text}`, `the value of ${setting}`, right, 'env-variable');
      const after = captured(one.variables, pattern, one.parts);
      const none = forgotten(one.variables);
      return negated ? both(one.when, unless(test), none, after) : both(one.when, test, after, none);
    }
    return merged(expander.expand(right, { ...scope, variables: one.variables })).flatMap((two) => {
      const test = equalTexts(one.parts, two.parts, right);
      return both(whenAll(one.when, two.when), negated ? unless(test) : test, two.variables, two.variables);
    });
  });
}

function both(within: Guard, test: Guard, taken: Variables, otherwise: Variables): readonly Decision[] {
  return [
    { when: whenAll(within, test), taken: true, variables: taken },
    { when: whenAll(within, unless(test)), taken: false, variables: otherwise },
  ].filter(({ when }) => when.g !== 'never');
}

/** The words of an `if` without its parentheses. */
export function peeled(args: readonly Token[]): readonly Token[] {
  const words = args.map((token, index) => {
    let [text, start, end] = [token.text, token.start, token.end];
    if (index === 0 && text.startsWith('(') && token.quote === undefined) [text, start] = [text.slice(1), start + 1];
    if (index === args.length - 1 && text.endsWith(')') && token.quote === undefined) [text, end] = [text.slice(0, -1), end - 1];
    return { ...token, text, start, end };
  });
  return words.filter(({ text, quote }) => text !== '' || quote !== undefined);
}
