import { anyOf, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** A router's rule: ``Host(`a.example`) && (PathPrefix(`/x`) || Method(`GET`))``. */
export type Rule = Matcher | { readonly op: 'and'; readonly of: readonly Rule[] } | { readonly op: 'or'; readonly of: readonly Rule[] } | { readonly op: 'not'; readonly of: Rule };

export interface Matcher {
  readonly op: 'matcher';
  /** In lower case. */
  readonly name: string;
  readonly args: readonly string[];
}

/** What makes one place of a rule: one way through its alternatives. */
export interface Place {
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly methods: readonly string[] | null;
}

const TOKEN = /\s*(?:(&&|\|\||!|\(|\))|([A-Za-z]+)\s*\(\s*((?:(?:`[^`]*`|"(?:[^"\\]|\\.)*"|'[^']*')\s*(?:,\s*)?)*)\))/y;
const ARGUMENT = /`([^`]*)`|"((?:[^"\\]|\\.)*)"|'([^']*)'/g;
const MAX_LENGTH = 8_000;
const MAX_TOKENS = 200;
const MAX_DEPTH = 32;

/** Reads a rule; undefined for what is none, or too long to be anybody's. */
export function parseRule(text: string): Rule | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const operands: { rule: Rule; depth: number }[] = [];
  const operators: string[] = [];
  const apply = (): boolean => {
    const operator = operators.pop();
    const right = operands.pop();
    if (right === undefined || operator === undefined || right.depth > MAX_DEPTH) return false;
    if (operator === '!') {
      operands.push({ rule: { op: 'not', of: right.rule }, depth: right.depth + 1 });
      return true;
    }
    const left = operands.pop();
    if (left === undefined) return false;
    const op = operator === '&&' ? 'and' : 'or';
    // Chains of one operator stay flat: `a || b || c` is no tower.
    const parts = [left.rule, right.rule].flatMap((rule) => (rule.op === op ? rule.of : [rule]));
    operands.push({ rule: { op, of: parts }, depth: Math.max(left.rule.op === op ? left.depth - 1 : left.depth, right.rule.op === op ? right.depth - 1 : right.depth) + 1 });
    return true;
  };
  const binds = (operator: string): number => ({ '||': 1, '&&': 2, '!': 3 })[operator] ?? 0;
  let count = 0;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.trimEnd().length; count += 1) {
    const match = TOKEN.exec(text);
    if (match === null || count > MAX_TOKENS) return undefined;
    const [, sign, name, args = ''] = match;
    if (name !== undefined) {
      operands.push({ rule: { op: 'matcher', name: name.toLowerCase(), args: [...args.matchAll(ARGUMENT)].map((one) => one[1] ?? one[3] ?? (one[2] ?? '').replace(/\\(.)/g, '$1')) }, depth: 1 });
    } else if (sign === '(' || sign === '!') operators.push(sign);
    else if (sign === ')') {
      while (operators.length > 0 && operators.at(-1) !== '(') if (!apply()) return undefined;
      if (operators.pop() !== '(') return undefined;
    } else {
      while (binds(operators.at(-1) ?? '') >= binds(sign!)) if (!apply()) return undefined;
      operators.push(sign!);
    }
  }
  while (operators.length > 0) if (operators.at(-1) === '(' || !apply()) return undefined;
  return operands.length === 1 ? operands[0]!.rule : undefined;
}

/**
 * The requests that a rule takes. What a rule asks of the query and the client's address holds: a preflight has the
 * same as the request that it is for. `major`: hosts and paths of version 2 hold `{name:pattern}`.
 */
export function guardOf(rule: Rule, major: number, at: Span): Guard {
  if (rule.op === 'and') return whenAll(...rule.of.map((part) => guardOf(part, major, at)));
  if (rule.op === 'or') return whenAny(...rule.of.map((part) => guardOf(part, major, at)));
  if (rule.op === 'not') return ASKS_THE_SAME.has(rule.of.op === 'matcher' ? rule.of.name : '') ? ALWAYS : unless(guardOf(rule.of, major, at));
  const { name, args } = rule;
  const all = (make: (text: string) => OriginSet): OriginSet => anyOf(args.map(make));
  switch (name) {
    case 'host':
    case 'hostheader':
      return args.some(isOpen) ? ALWAYS : { g: 'host', in: all((text) => exact(text.toLowerCase(), at)) };
    case 'hostregexp':
      return { g: 'host', in: all((text) => (major < 3 ? template(text, '[^.]+', 'full', at) : pattern(text.toLowerCase(), at))) };
    case 'path':
      return { g: 'path', in: all((text) => (isTemplate(text) ? template(text, '[^/]+', 'full', at) : exact(text, at))) };
    case 'pathprefix':
      return { g: 'path', in: all((text) => (isTemplate(text) ? template(text, '[^/]+', 'match-prefix', at) : { s: 'prefix', text, subject: 'origin', ignoreCase: false, at })) };
    case 'pathregexp':
      return { g: 'path', in: all((text) => pattern(text, at)) };
    case 'method':
      return { g: 'method', in: args.map((text) => text.toUpperCase()) };
    case 'header':
    case 'headers':
      return args.length < 2 ? ALWAYS : { g: 'header', name: args[0]!.toLowerCase(), in: exact(args[1]!, at) };
    default:
      return ALWAYS;
  }
}

/** A variable stands in the text: the place is somewhere. */
function isOpen(text: string): boolean {
  return /\$\{|\$[A-Z_]/.test(text);
}

const ASKS_THE_SAME: ReadonlySet<string> = new Set(['query', 'queryregexp', 'clientip', 'headerregexp', 'headersregexp']);

function pattern(source: string, at: Span): RegexSet {
  return { s: 'regex', source, flags: '', dialect: 're2', use: 'search', subject: 'origin', at };
}

function isTemplate(text: string): boolean {
  return /\{[^{}]*\}/.test(text) && !/^[\\^]/.test(text);
}

function template(text: string, part: string, use: RegexSet['use'], at: Span): RegexSet {
  const source = text.split(/(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/).map((piece) => {
    const inside = /^\{([^:{}]*):?([^]*)\}$/.exec(piece);
    return inside === null ? piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(${inside[2] === '' ? part : inside[2]})`;
  });
  return { ...pattern(source.join(''), at), use };
}

const MAX_PLACES = 40;

/** The ways through a rule's alternatives, what is denied left out. */
export function placesOf(rule: Rule): readonly Place[] {
  if (rule.op === 'or') return rule.of.flatMap(placesOf).slice(0, MAX_PLACES);
  if (rule.op === 'not') return [ANYWHERE];
  if (rule.op === 'and') {
    return rule.of.reduce<readonly Place[]>((places, part) => {
      const more = placesOf(part);
      return places.flatMap((place) => more.map((other) => both(place, other))).slice(0, MAX_PLACES);
    }, [ANYWHERE]);
  }
  const { name, args } = rule;
  if (name === 'method') return [{ ...ANYWHERE, methods: args.map((text) => text.toUpperCase()) }];
  if (name === 'host' || name === 'hostheader') return args.map((text) => (isOpen(text) ? ANYWHERE : { ...ANYWHERE, hosts: [text.toLowerCase()] }));
  if (name === 'hostregexp') return args.map((text) => ({ ...ANYWHERE, hosts: [sampleOf(text, 'www')] }));
  if (name === 'path' || name === 'pathprefix' || name === 'pathregexp') return args.map((text) => ({ ...ANYWHERE, paths: [sampleOf(text, '1')] }));
  return [ANYWHERE];
}

const ANYWHERE: Place = { hosts: [], paths: [], methods: null };

function both(a: Place, b: Place): Place {
  return { hosts: [...a.hosts, ...b.hosts], paths: [...a.paths, ...b.paths], methods: a.methods === null ? b.methods : b.methods === null ? a.methods : a.methods.filter((method) => b.methods!.includes(method)) };
}

/** A text that the pattern, as people write them, takes; whether it does is asked of the rule. */
function sampleOf(text: string, word: string): string {
  if (/^[\w/.-]*$/.test(text)) return text;
  return text
    .replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, word)
    .replace(/^\^|\$$/g, '')
    .replace(/\((?:\?P?<\w+>|\?:)?([^()|]*)[^()]*\)\?/g, '')
    .replace(/\((?:\?P?<\w+>|\?:)?([^()|]*)[^()]*\)[+*]?/g, '$1')
    .replace(/(?:\[[^\]]*\]|\\[dw]|\.)(?:[+*]|\{\d[^}]*\})/g, word)
    .replace(/\[[^\]]*\]|\\[dw]/g, '1')
    .replace(/\\(.)/g, '$1');
}
