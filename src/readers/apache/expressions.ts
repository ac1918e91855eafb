import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Expression, ExpressionPart, ExpressionText } from '../../syntax/apache/index.js';
import type { Span } from '../../text/span.js';
import { casesOf, type Variables } from './environment.js';
import { equals, isEmpty, isIn, joinedCases, literalOf, openFact, patternSet, unknownPart, whenCases, type Case, type Pass, type Text } from './text.js';

/** What a condition or a text of an expression rests on. */
export interface Scene {
  readonly pass: Pass;
  readonly variables: Variables;
  /** Variables as they were when sections were chosen. */
  readonly atWalk: Variables;
  /** The text of a request header as it is at that time. */
  header(name: string, at: Span): Text;
}

/** When the condition of a section holds: it was asked before anything was done to the request. */
export function sectionHolds(expression: Expression, scene: Scene): Guard {
  return holdsWhen(expression, { ...scene, variables: scene.atWalk, header: (name, at) => [{ p: 'header', name, at }] });
}

/** When a condition holds. */
export function holdsWhen(expression: Expression, scene: Scene): Guard {
  switch (expression.e) {
    case 'constant':
      return expression.value ? ALWAYS : NEVER;
    case 'not':
      return unless(holdsWhen(expression.of, scene));
    case 'and':
      return whenAll(...expression.of.map((part) => holdsWhen(part, scene)));
    case 'or':
      return whenAny(...expression.of.map((part) => holdsWhen(part, scene)));
    case 'matches': {
      const set = patternSet(expression.pattern, expression.flags.includes('i'), expression.at);
      const found = whenCases(textOf(expression.left, scene), (text) => isIn(text, set, scene.pass));
      return expression.negated ? unless(found) : found;
    }
    case 'in':
      return whenAny(...expression.list.map((item) => compared(expression.left, '==', item, scene)));
    case 'compare':
      return compared(expression.left, expression.operator, expression.right, scene);
    case 'test': {
      const at = placeOf(expression.of);
      if (expression.name === '-n') return unless(whenCases(textOf(expression.of, scene), (text) => isEmpty(text, at, scene.pass)));
      if (expression.name === '-z') return whenCases(textOf(expression.of, scene), (text) => isEmpty(text, at, scene.pass));
      // Neither empty nor 0, off, false or no.
      if (expression.name === '-T') return whenCases(textOf(expression.of, scene), (text) => whenAll(...['', '0', 'off', 'false', 'no'].map((word) => unless(equals(text, word, at, scene.pass, ['ignore-case'])))));
      return { g: 'fact', fact: openFact(`test@${at.file}:${at.start}`, 'unsupported-syntax', `the test ${expression.name}`, at) };
    }
  }
}

/** A request header that was looked at, and when: the response says so in Vary. */
export interface Seen {
  readonly header: string;
  readonly when: Guard;
}

/** Headers that a condition looks at, as far as it is read: what an `&&` or `||` has decided already is not. */
export function seenIn(expression: Expression, scene: Scene): readonly Seen[] {
  switch (expression.e) {
    case 'constant':
      return [];
    case 'not':
      return seenIn(expression.of, scene);
    case 'and':
    case 'or': {
      let reached: Guard = ALWAYS;
      const found: Seen[] = [];
      for (const part of expression.of) {
        found.push(...seenIn(part, scene).map((one) => ({ ...one, when: whenAll(reached, one.when) })));
        const holds = holdsWhen(part, scene);
        reached = whenAll(reached, expression.e === 'and' ? holds : unless(holds));
      }
      return found;
    }
    case 'matches':
      return seenParts(expression.left);
    case 'in':
      return [expression.left, ...expression.list].flatMap(seenParts);
    case 'compare':
      return [expression.left, expression.right].flatMap(seenParts);
    case 'test':
      return seenParts(expression.of);
  }
}

function seenParts(text: ExpressionText): readonly Seen[] {
  return text.flatMap((part): readonly Seen[] => {
    const argument = part.t === 'call' ? part.argument.map((one) => (one.t === 'text' ? one.text : '')).join('') : '';
    const header = part.t === 'variable' ? HEADERS[part.name] : part.t === 'call' && /^(?:http|req)$/.test(part.name) ? argument.toLowerCase() : undefined;
    return header === undefined || header === 'host' ? [] : [{ header, when: ALWAYS }];
  });
}

function compared(left: ExpressionText, operator: string, right: ExpressionText, scene: Scene): Guard {
  const at = placeOf(right);
  const plain = operator.replace(/^-/, '');
  if (!/^(?:==?|!=|eq|ne)$/.test(plain)) return { g: 'fact', fact: openFact(`compare@${at.file}:${at.start}`, 'unsupported-syntax', `the comparison ${operator}`, at) };
  const equal = whenAny(
    ...textOf(right, scene).map((wanted) => {
      const literal = literalOf(wanted.text ?? []);
      return whenAll(wanted.when, whenCases(textOf(left, scene), (text) => {
        const own = literalOf(text);
        if (literal !== undefined) return equals(text, literal, at, scene.pass);
        return own !== undefined ? equals(wanted.text ?? [], own, placeOf(left), scene.pass) : { g: 'fact', fact: openFact(`compare@${at.file}:${at.start}`, 'unsupported-syntax', 'a comparison of two parts of the request', at) };
      }));
    }),
  );
  return plain === '!=' || plain === 'ne' ? unless(equal) : equal;
}

export function textOf(text: ExpressionText, scene: Scene): readonly Case[] {
  const at = placeOf(text);
  return joinedCases(text.map((part) => partCases(part, scene)), '', at);
}

function partCases(part: ExpressionPart, scene: Scene): readonly Case[] {
  const only = (text: Text): readonly Case[] => [{ when: ALWAYS, text }];
  const { at } = part;
  switch (part.t) {
    case 'text':
      return part.text === '' ? only([]) : only([{ p: 'text', text: part.text, at }]);
    case 'group':
      return only([unknownPart(`what $${part.index} holds`, at)]);
    case 'variable':
      return variableCases(part.name, at, scene);
    case 'call': {
      const argument = literalOf(textOf(part.argument, scene)[0]?.text ?? []);
      if (argument === undefined) return only([unknownPart(`what ${part.name}() gives`, at)]);
      if (/^(?:http|req|req_novary)$/.test(part.name)) return only(scene.header(argument.toLowerCase(), at));
      if (/^(?:reqenv|env|note)$/.test(part.name)) return part.name === 'note' ? only([]) : casesOf(scene.variables, argument);
      return only([unknownPart(`what ${part.name}(${argument}) gives`, at)]);
    }
  }
}

/** Variables of the request that both expressions and mod_rewrite know. */
export function variableCases(name: string, at: Span, scene: Scene): readonly Case[] {
  const only = (text: Text): readonly Case[] => [{ when: ALWAYS, text }];
  const header = HEADERS[name];
  if (header !== undefined) return only(scene.header(header, at));
  if (name === 'REQUEST_METHOD') return only([{ p: 'method', at }]);
  if (name === 'REQUEST_URI' || name === 'DOCUMENT_URI') return only([{ p: 'path', at }]);
  if (name === 'HTTP_HOST') return only([{ p: 'host', at }]);
  return only([unknownPart(`the request’s ${name}`, at)]);
}

/** The only headers that have variables of their own: `HTTP_ORIGIN` is none of them. */
export const HEADERS: Readonly<Record<string, string>> = {
  HTTP_ACCEPT: 'accept',
  HTTP_COOKIE: 'cookie',
  HTTP_FORWARDED: 'forwarded',
  HTTP_PROXY_CONNECTION: 'proxy-connection',
  HTTP_REFERER: 'referer',
  HTTP_USER_AGENT: 'user-agent',
  CONTENT_TYPE: 'content-type',
};

function placeOf(text: ExpressionText): Span {
  return text[0]?.at ?? { file: '', start: 0, end: 0 };
}
