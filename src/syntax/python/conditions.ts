import { and, not, or, type Condition } from '../../values/condition.js';
import { runsIn } from '../../values/fact.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { isInstance, namesEnvironment } from './calls.js';
import type { Evaluation } from './evaluate.js';
import { shortened, truth, undecided } from './truth.js';

/** The condition on which an expression is true, told from what it is made of. */
export function conditionIn(evaluation: Evaluation, node: SyntaxNode): Condition {
  const at = evaluation.module.span(node);
  switch (node.type) {
    case 'not_operator': {
      const argument = node.childForFieldName('argument');
      return argument === null ? undecided(at, shortened(node.text)) : not(evaluation.conditionOf(argument));
    }
    case 'parenthesized_expression':
      return node.namedChildren[0] === undefined ? undecided(at, shortened(node.text)) : evaluation.conditionOf(node.namedChildren[0]);
    case 'boolean_operator': {
      const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      if (left === null || right === null) return undecided(at, shortened(node.text));
      const first = evaluation.conditionOf(left);
      const isAnd = node.childForFieldName('operator')?.type === 'and';
      const second = evaluation.given(isAnd ? first : not(first), () => evaluation.conditionOf(right));
      return second === undefined ? first : isAnd ? and(first, second) : or(first, second);
    }
    case 'comparison_operator':
      return comparison(evaluation, node, at);
    case 'identifier':
    case 'attribute': {
      const name = /(?:^|[._])(DEBUG|is_dev(?:elopment)?|is_prod(?:uction)?)$/i.exec(node.text.slice(-40))?.[1];
      if (name !== undefined) return { c: 'fact', fact: runsIn(/prod/i.test(name) ? 'production' : 'development', at) };
      break;
    }
    case 'call': {
      const [value, type] = node.childForFieldName('function')?.text === 'isinstance' ? (node.childForFieldName('arguments')?.namedChildren ?? []) : [];
      const decided = value === undefined || type === undefined ? undefined : isInstance(evaluation.valueOf(value), type, evaluation.module.written);
      if (decided !== undefined) return decided;
    }
  }
  return truth(evaluation.valueOf(node));
}

function comparison(evaluation: Evaluation, node: SyntaxNode, at: Span): Condition {
  const [left, right] = node.namedChildren;
  const operator = node.children.map((child) => child.type).find((type) => /^(==|!=|in|not in|is|is not)$/.test(type));
  if (left === undefined || right === undefined || node.namedChildren.length !== 2 || operator === undefined) return undecided(at, shortened(node.text));
  const [a, b] = [evaluation.valueOf(left), evaluation.valueOf(right)];
  const environment = [left, right].some((side) => side.type !== 'string' && namesEnvironment(side));
  const found = evaluation.compared(operator === '!=' ? '==' : operator.replace(/^not | not$/, ''), a, b, environment, at);
  return operator === '!=' || operator.includes('not') ? not(found) : found;
}
