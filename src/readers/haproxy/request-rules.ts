import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import { sampleAt, type Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { sentHeader, textOf, valueOf, type Place } from './expressions.js';
import type { ProxyRule } from './proxies.js';
import type { Scope } from './scope.js';
import { rewriteOf } from './upstreams.js';
import { spanOf, unknownValue, type Case } from './values.js';

/** A rule that changes what later rules see: variables, headers of the request, its path. */
export function requestRule(rule: ProxyRule, when: Guard, scope: Scope): void {
  const [first, second] = rule.args;
  const place = { set: rule.set, use: 'text' } as const;
  const before = (name: string): readonly Case[] => sentHeader(name, 'last', first ?? rule.statement.at);
  switch (rule.action) {
    case 'set-var':
      if (first !== undefined) scope.setVariable(rule.target.split(',')[0]!, when, expressionOf(first, scope, place));
      return;
    case 'set-var-fmt':
      if (first !== undefined) scope.setVariable(rule.target.split(',')[0]!, when, textOf(first, scope, place));
      return;
    case 'unset-var':
      scope.unsetVariable(rule.target, when);
      return;
    case 'set-header':
    case 'add-header':
      if (first !== undefined && second !== undefined) scope.setHeader(first.text.toLowerCase(), when, textOf(second, scope, place), before(first.text.toLowerCase()));
      return;
    case 'del-header':
      if (first !== undefined) scope.removeHeader(first.text.toLowerCase(), when, before(first.text.toLowerCase()));
      return;
    case 'replace-header':
    case 'replace-value':
      if (first !== undefined) scope.setHeader(first.text.toLowerCase(), when, open(`the header ${first.text} behind ${rule.action}`, first), before(first.text.toLowerCase()));
      return;
    case 'set-path':
      scope.setPath(when, first === undefined || first.text.includes('%') || first.holes.length > 0 ? open('a path that was changed', rule.statement.at) : [{ when: ALWAYS, value: { t: 'text', text: first.text, at: spanOf(first) } }], path(rule));
      return;
    case 'set-pathq':
    case 'set-uri':
      scope.setPath(when, open('a path that was changed', rule.statement.at), path(rule));
      return;
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri':
      if (first !== undefined && second !== undefined) {
        const rewrite = rewriteOf(first, second);
        // Elsewhere the pattern changes nothing.
        if (rewrite === undefined) scope.setPath(when, open('a path that was changed', rule.statement.at), path(rule));
        else if (scope.isMoved) scope.setPath(when, open('a path that was changed twice', rule.statement.at), path(rule));
        else scope.setPath(whenAll(when, { g: 'path', in: { s: 'prefix', text: rewrite.prefix, subject: 'origin', ignoreCase: false, at: spanOf(first) } }), [{ when: ALWAYS, value: { t: 'moved', rewrite, at: spanOf(rule.statement.at) } }], path(rule));
      }
      break;
    default:
      // The others change nothing that is asked about.
  }
}

function path({ statement }: ProxyRule): readonly Case[] {
  return [{ when: ALWAYS, value: { t: 'path', at: spanOf(statement.at) } }];
}

function open(detail: string, at: Span): readonly Case[] {
  return [{ when: ALWAYS, value: unknownValue('unsupported-syntax', detail, at) }];
}

function expressionOf(word: Word, scope: Scope, place: Place): readonly Case[] {
  const found = sampleAt(word, 0);
  return found === undefined ? open('a variable', word) : valueOf(found.sample, scope, place);
}
