import type { Span } from '../../text/span.js';
import type { Statement } from './parser.js';
import type { Word } from './words.js';

/** A test of a condition: a named ACL, or one written in braces. */
export interface Term {
  readonly negated: boolean;
  /** The ACL's name; absent for an anonymous one. */
  readonly name?: Word;
  /** The words inside `{ … }`: a sample expression, flags and patterns. */
  readonly anonymous?: readonly Word[];
}

/** `if` or `unless` with its tests: alternatives of which each holds when all of its tests do; without any it never holds. */
export interface Condition {
  readonly negated: boolean;
  readonly alternatives: readonly (readonly Term[])[];
  readonly at: Span;
}

/** What HAProxy complains about, where. */
export interface Complaint {
  readonly at: Span;
  readonly message: string;
}

export type RuleSet = 'http-request' | 'http-response' | 'http-after-response';

/** A rule of one of the three sets: `http-response set-header Vary Origin if cors`. */
export interface Rule {
  readonly set: RuleSet;
  /** `set-header`, `return`, `set-var`: without what stands in parentheses. */
  readonly action: string;
  /** In parentheses behind the action: the variable of `set-var(txn.origin)`. */
  readonly target: string;
  readonly args: readonly Word[];
  readonly condition: Condition | undefined;
  readonly statement: Statement;
  readonly complaints: readonly Complaint[];
}

/** Actions that take this many words before their condition; the others read on to `if` or `unless`. */
const ARITY: Readonly<Record<string, number>> = { 'set-header': 2, 'add-header': 2, 'replace-header': 3, 'replace-value': 3, 'set-var': 1, 'set-path': 1, 'set-pathq': 1, 'set-uri': 1, 'set-query': 1, 'set-method': 1, 'replace-path': 2, 'replace-pathq': 2, 'replace-uri': 2 };
/** Actions about headers and answers, which a misspelled one was meant to be. */
const KNOWN = /^(?:(?:set|add|del|replace)-(?:header|value|var|path|uri|query|headers-bin|map|acl)|.*-fmt|return|redirect|deny|auth|early-hint|wait-for-handshake|send-spoe-group|normalize-uri|add-headers-bin)$/;

const known = new WeakMap<Statement, Rule>();

/** The rule of a line; undefined for other lines. */
export function ruleOf(statement: Statement): Rule | undefined {
  let rule = known.get(statement);
  if (rule === undefined) {
    rule = read(statement);
    if (rule !== undefined) known.set(statement, rule);
  }
  return rule;
}

function read(statement: Statement): Rule | undefined {
  const [first, second, ...rest] = statement.words;
  if (first === undefined || !isRuleSet(first.text)) return undefined;
  const complaints: Complaint[] = [];
  const [, action = '', target = ''] = /^([\w.-]*)(?:\(([^)]*)\))?/.exec(second?.text ?? '')!;
  if (second === undefined || (!KNOWN.test(action) && /head|hdr|retu|redi|^deni/.test(action))) complaints.push({ at: second ?? first, message: `'${first.text}' expects an action, but got '${action}'` });
  const until = rest.findIndex(({ text }) => text === 'if' || text === 'unless');
  const end = until === -1 ? rest.length : until;
  const wanted = ARITY[action];
  let args = rest.slice(0, end);
  let from = until;
  if (wanted !== undefined) {
    args = rest.slice(0, wanted);
    const empty = args.find(({ text }) => text === '');
    if (args.length < wanted || empty !== undefined) complaints.push({ at: empty ?? statement.at, message: wanted === 1 ? `'${first.text} ${action}' expects an argument` : `expects exactly ${wanted} arguments` });
    const next = rest[wanted];
    if (next !== undefined && next.text !== 'if' && next.text !== 'unless') complaints.push({ at: next, message: `'${first.text} ${action}' expects either 'if' or 'unless' followed by a condition but found '${next.text}'` });
    from = next === undefined || (next.text !== 'if' && next.text !== 'unless') ? -1 : wanted;
  }
  if (/^(?:set-var|unset-var|set-var-fmt)$/.test(action) && !/^(?:proc|sess|txn|req|res|check)\.[\w.]+/.test(target)) complaints.push({ at: second ?? first, message: `invalid variable name '${target}'. A variable name must be start by its scope. The scope can be 'proc', 'sess', 'txn', 'req', 'res' or 'check'` });
  const condition = from === -1 ? undefined : conditionOf(rest.slice(from), complaints);
  return { set: first.text, action, target, args, condition, statement, complaints };
}

function isRuleSet(text: string): text is RuleSet {
  return text === 'http-request' || text === 'http-response' || text === 'http-after-response';
}

/** Reads `if …` or `unless …` to the end of the line. */
export function conditionOf(words: readonly Word[], complaints: Complaint[]): Condition {
  const head = words[0]!;
  const alternatives: Term[][] = [];
  let current: Term[] = [];
  let negated = false;
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index]!;
    if (/^(?:or|\|\|)$/i.test(word.text)) {
      if (current.length > 0) alternatives.push(current);
      current = [];
      continue;
    }
    const marks = /^!*/.exec(word.text)![0].length;
    if (marks % 2 === 1) negated = !negated;
    if (marks === word.text.length) continue;
    const name: Word = marks === 0 ? word : { ...word, text: word.text.slice(marks), holes: [], place: (start, end) => word.place(start + marks, end + marks) };
    if (name.text === '{') {
      const close = words.findIndex(({ text }, at) => at > index && text === '}');
      if (close === -1) complaints.push({ at: word, message: "missing closing '}' in condition" });
      const end = close === -1 ? words.length : close;
      current.push({ negated, anonymous: words.slice(index + 1, end) });
      index = end;
    } else current.push({ negated, name });
    negated = false;
  }
  if (current.length > 0) alternatives.push(current);
  return { negated: head.text === 'unless', alternatives, at: { file: head.file, start: head.start, end: words.at(-1)!.end } };
}

/** The condition at the end of another line (`use_backend x if …`, `redirect … unless …`), and the words before it. */
export function withCondition(statement: Statement): { readonly words: readonly Word[]; readonly condition: Condition | undefined; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const until = statement.words.findIndex(({ text }, index) => index > 0 && (text === 'if' || text === 'unless'));
  if (until === -1) return { words: statement.words, condition: undefined, complaints };
  return { words: statement.words.slice(0, until), condition: conditionOf(statement.words.slice(until), complaints), complaints };
}
