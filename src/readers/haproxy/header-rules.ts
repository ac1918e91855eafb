import { admits } from '../../origins/membership.js';
import { allOf, complement, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { textOf } from './expressions.js';
import { simplified } from './guards.js';
import type { OldRule, ProxyRule } from './proxies.js';
import type { Scope } from './scope.js';
import { clausesOf, type Clause, type Test } from './tests.js';
import { headerValues, spanOf, type Case } from './values.js';

const CORS_HEADERS = ['origin', 'credentials', 'methods', 'headers'].map((name) => `access-control-allow-${name}`).concat('access-control-expose-headers', 'access-control-max-age', 'vary');

export function isAboutCors(header: string): boolean {
  return header.startsWith('access-control-');
}

/** What a rule on response headers does, under its condition. */
export function headerEffects(rule: ProxyRule, test: Test, scope: Scope): readonly Step[] {
  const [name, value, third] = rule.args;
  if (name === undefined) return [];
  const header = name.text.toLowerCase();
  const at = spanOf(rule.statement.at);
  const clauses = clausesOf(test, at, rule.action !== 'add-header');
  const place = { set: rule.set, use: 'text' } as const;
  switch (rule.action) {
    case 'set-header':
    case 'add-header':
      return value === undefined ? [] : written(rule.action === 'set-header' ? 'set' : 'append', header, textOf(value, scope, place), value, clauses, at);
    case 'del-header':
      return clauses.flatMap((clause) => deleted(name, rule.args).map((one) => effect(clause, { op: 'remove', header: one, value: { v: 'literal', text: '', at, written: true } }, at)));
    case 'replace-header':
    case 'replace-value':
      return value === undefined || third === undefined ? [] : replaced(header, value, third, rule, clauses, scope);
    default:
      return [];
  }
}

function written(op: 'set' | 'append', header: string, cases: readonly Case[], value: Span, clauses: readonly Clause[], at: Span): readonly Step[] {
  const values = headerValues(cases, value);
  return clauses.flatMap((clause) => values.map((one) => effect({ ...clause, when: simplified(whenAll(clause.when, one.when)) }, { op, header, value: one.value }, at))).filter(({ when }) => when.g !== 'never');
}

function effect({ when, statuses, onlyIf }: Clause, { op, header, value }: Pick<Effect, 'op' | 'header' | 'value'>, at: Span): Step {
  return { when, effects: [{ op, header, value, statuses, ...(onlyIf === undefined ? {} : { onlyIf }), at }], at };
}

/** `del-header name`, or all names that fit with `-m`. */
function deleted(name: Word, args: readonly Word[]): readonly string[] {
  const method = args.findIndex(({ text }) => text === '-m');
  if (method === -1) return [name.text.toLowerCase()];
  const pattern = name.text;
  const lower = pattern.toLowerCase();
  const fits: Readonly<Record<string, (header: string) => boolean>> = {
    beg: (header) => header.startsWith(lower),
    end: (header) => header.endsWith(lower),
    sub: (header) => header.includes(lower),
    str: (header) => header === lower,
    reg: (header) => admits(regexFor(name, 'i'), header, () => undefined) === true,
  };
  const test = fits[args[method + 1]?.text ?? ''];
  return test === undefined ? [] : CORS_HEADERS.filter(test);
}

function regexFor(word: Word, flags: string): RegexSet {
  return { s: 'regex', source: word.text, flags, dialect: 'pcre', use: 'search', subject: 'origin', at: spanOf(word) };
}

/** A line (or, by `replace-value`, a value between commas) that matches becomes the new text as a whole. */
function replaced(header: string, pattern: Word, text: Word, rule: ProxyRule, clauses: readonly Clause[], scope: Scope): readonly Step[] {
  const at = spanOf(rule.statement.at);
  const several: OriginSet = { s: 'contains', text: ',', subject: 'origin', ignoreCase: false, at: spanOf(pattern) };
  const set = regexFor(pattern, '');
  const unknown: HeaderValue = { v: 'unknown', at: spanOf(text), fact: { key: `haproxy@${at.file}:${at.start}`, reason: 'upstream', detail: `a part of the header ${header} of the layer behind`, at: spanOf(text) } };
  // `\1` stands for a part of the old text, here for all of it.
  const whole = /^\^?\(\.[*+]\)\$?$/.test(pattern.text) && rule.action === 'replace-header' ? around(text, header) : undefined;
  const values = /\\\d/.test(text.text) ? [{ when: { g: 'always' } as const, value: whole ?? unknown }] : headerValues(textOf(text, scope, { set: rule.set, use: 'text' }), text);
  const line = (clause: Clause, when: Guard, value: HeaderValue, lines: OriginSet): Step => ({ when: simplified(whenAll(clause.when, when)), effects: [{ op: 'set', header, value, statuses: clause.statuses, ...(clause.onlyIf === undefined ? {} : { onlyIf: clause.onlyIf }), lines, at }], at });
  return clauses.flatMap((clause) =>
    rule.action === 'replace-header'
      ? values.map((one) => line(clause, one.when, one.value, set))
      : [line(clause, ALWAYS, unknown, several), ...values.map((one) => line(clause, one.when, one.value, allOf([complement(several), set])))],
  );
}

/** A text around `\1`, where that is the header's old text; undefined where more than that is put together. */
function around(word: Word, header: string): HeaderValue | undefined {
  if (/%|\\[^1]/.test(word.text) || word.holes.length > 0) return undefined;
  const at = spanOf(word);
  const old: HeaderValue = { v: 'response-header', name: header, at };
  return { v: 'concat', at, parts: word.text.split('\\1').flatMap((text, index): readonly HeaderValue[] => [...(index === 0 ? [] : [old]), ...(text === '' ? [] : [{ v: 'literal', text, at, written: true } as const])]) };
}

/** Lines of HAProxy before 2.1: `rspadd Name:\ value`, `rspidel ^Name:`. */
export function oldEffects(rule: OldRule, test: Test, scope: Scope): readonly Step[] {
  const word = rule.words[1];
  if (word === undefined || !rule.name.startsWith('rsp')) return [];
  const at = spanOf(rule.statement.at);
  const clauses = clausesOf(test, at, rule.name !== 'rspadd');
  if (rule.name === 'rspadd') {
    const [, name, between = '', text] = /^([\w-]+)(:[ \t]*)(.*)$/s.exec(word.text) ?? [];
    if (name === undefined || text === undefined) return [];
    const start = name.length + between.length;
    const value: Word = { ...word, ...word.place(start, word.text.length), text: text.replaceAll('%', '%%'), place: (from, to) => word.place(start + from, start + to) };
    return written('append', name.toLowerCase(), textOf(value, scope, { set: 'http-response', use: 'text' }), value, clauses, at);
  }
  const pattern = regexFor(word, rule.name === 'rspidel' ? 'i' : '');
  const spelled = (name: string): string => name.replace(/(?:^|-)\w/g, (part) => part.toUpperCase());
  const names = CORS_HEADERS.filter((name) => [name, spelled(name)].some((one) => ['*', 'https://app.example.com', 'true'].every((value) => admits(pattern, `${one}: ${value}`, () => undefined) === true)));
  return clauses.flatMap((clause) => names.map((name) => effect(clause, { op: 'remove', header: name, value: { v: 'literal', text: '', at, written: true } }, at)));
}
