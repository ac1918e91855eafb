import type { Change } from '../../policy/change.js';
import { insertLineAfter, insertLineBefore, removeLine, removeWords, respellWord, ruleOf, testOf, type HaproxyFile, type Statement, type Test, type Word } from '../../syntax/haproxy/index.js';
import type { TextEdit } from '../../text/edit.js';
import { headerName } from '../../text/header-name.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';
import { quoted } from './matching.js';

/** Spells a change in HAProxy's words; comments, quotes and indentation stay. */
export function edited(file: HaproxyFile, change: Change): readonly TextEdit[] | Declined {
  const edits = change.at.file === file.source.file ? editsFor(file, change) : undefined;
  return edits ?? decline(`no line of this file can be edited for ${change.kind}`);
}

function editsFor(file: HaproxyFile, change: Change): readonly TextEdit[] | undefined {
  const { source } = file;
  const statement = statementAt(file, change.at);
  if (statement === undefined) return undefined;
  switch (change.kind) {
    case 'add-vary': {
      const rule = ruleOf(statement);
      if (statement.words[0]?.text === 'rspadd') return [insertLineAfter(source, statement.at, 'rspadd Vary:\\ Origin')];
      if (rule === undefined) return undefined;
      // A header of a response that HAProxy makes is written beside it.
      if (!/-header$/.test(rule.action)) return [{ file: change.at.file, start: change.at.end, end: change.at.end, text: ' hdr Vary Origin' }];
      return [insertLineAfter(source, statement.at, `${rule.set} add-header Vary Origin`)];
    }
    case 'hide-inner-header': {
      const rule = ruleOf(statement);
      if (rule === undefined || !/-header$/.test(rule.action) || rule.set === 'http-request') return undefined;
      return [insertLineBefore(source, statement.at, `${rule.set} del-header ${change.header}`)];
    }
    case 'remove-header': {
      const rule = ruleOf(statement);
      if (rule === undefined) return statement.words[0]?.text === 'rspadd' ? [removeLine(source, statement.at)] : undefined;
      if (/-header$/.test(rule.action)) return [removeLine(source, statement.at)];
      const header = statement.words.findIndex(({ start }) => start === change.at.start);
      const keyword = statement.words[header - 1];
      return keyword?.text === 'hdr' ? [removeWords(source, { ...change.at, start: keyword.start })] : undefined;
    }
    case 'rename-header': {
      const name = ruleOf(statement)?.args[0];
      return name === undefined || !/^(?:set|add)-header$/.test(ruleOf(statement)!.action) ? undefined : [respellWord(place(name), headerName(change.header))];
    }
    case 'append-header': {
      const action = statement.words.find(({ text }) => text === 'set-header');
      return action === undefined ? undefined : [respellWord(place(action), 'add-header')];
    }
    case 'send-with-every-status':
      return inAllResponses(file, statement);
    case 'allow-only':
      return allowedOnly(file, statement, change.origins);
    case 'exempt-options':
      return exempted(statement);
    case 'replace-text':
      return replacedText(statement, change.at, change.text);
    case 'replace-pattern':
      return replacedPattern(statement, change.at, change.source);
    case 'compare-whole':
      return comparedWhole(statement, change.at, change.origin, change.subdomains);
    case 'split-text':
      return splitText(file, statement, change.at, change.texts);
    case 'remove-entry': {
      const test = testAround(statement, change.at);
      if (test === undefined || test.patterns.length < 2 || !test.patterns.some((word) => sameSpan(word, change.at))) return undefined;
      return [removeWords(source, change.at)];
    }
    default:
      return undefined;
  }
}

/** Headers that let a page read a response: one of them alone does not. */
const READABLE = /^(?:access-control-allow-(?:origin|credentials)|access-control-expose-headers|vary)$/;

/** Rules of the same section that set headers in responses from behind. */
function beside({ sections }: HaproxyFile, statement: Statement, names: RegExp): readonly Statement[] {
  const section = sections.find(({ statements }) => statements.includes(statement));
  return (section?.statements ?? []).filter((one) => {
    const rule = ruleOf(one);
    return one === statement || (rule?.set === 'http-response' && /-header$/.test(rule.action) && names.test(rule.args[0]?.text.toLowerCase() ?? ''));
  });
}

/** Without a condition on the status; else `http-after-response`, which writes into the answers that HAProxy makes itself, too. */
function inAllResponses(file: HaproxyFile, statement: Statement): readonly TextEdit[] | undefined {
  if (ruleOf(statement)?.set !== 'http-response') return undefined;
  if (statusesOf(statement) !== undefined) return beside(file, statement, READABLE).flatMap((one) => (statusesOf(one) === undefined ? [] : [removeWords(file.source, statusesOf(one)!)]));
  return beside(file, statement, READABLE).map(({ words }) => respellWord(place(words[0]!), 'http-after-response'));
}

/** Where a rule asks for statuses and for nothing else: `if { status 200:299 }`. */
function statusesOf({ words, at }: Statement): Span | undefined {
  const asks = words.findIndex(({ text }) => text === 'if');
  const [open, sample, ...patterns] = words.slice(asks + 1).map(({ text }) => text);
  if (asks === -1 || open !== '{' || sample !== 'status' || patterns.indexOf('}') !== patterns.length - 1) return undefined;
  return { file: at.file, start: words[asks]!.start, end: words.at(-1)!.end };
}

/** One origin as the header's text, or every site without credentials. */
function allowedOnly(file: HaproxyFile, statement: Statement, [only, ...others]: readonly string[]): readonly TextEdit[] | undefined {
  const rule = ruleOf(statement);
  const value = rule?.args[1];
  if (rule === undefined || value === undefined || only === undefined || !/^(?:set|add)-header$/.test(rule.action)) return undefined;
  if (others.length > 0) return splitText(file, statement, place(value), [only, ...others]);
  const credentials = only === '*' ? beside(file, statement, /^access-control-allow-credentials$/).filter((one) => one !== statement) : [];
  return [respellWord(place(value), only), ...credentials.map(({ at }) => removeLine(file.source, at))];
}

/** `unless { http_auth(users) }` spares preflights too. */
function exempted({ words, at }: Statement): readonly TextEdit[] | undefined {
  const asks = words.findIndex(({ text }) => text === 'if' || text === 'unless');
  if (words[1]?.text !== 'auth' || asks === -1 || words.slice(asks).some(({ text }) => text === '||' || text === 'or')) return undefined;
  return [{ file: at.file, start: at.end, end: at.end, text: words[asks]!.text === 'unless' ? ' || METH_OPTIONS' : ' !METH_OPTIONS' }];
}

function statementAt({ sections }: HaproxyFile, at: Span): Statement | undefined {
  for (const { statements } of sections) for (const statement of statements) if (contains(statement.at, at)) return statement;
  return undefined;
}

/** A word, or a text inside one (`str(…)`, the value of `rspadd`). A `%` in a value is written twice. */
function replacedText(statement: Statement, at: Span, text: string): readonly TextEdit[] | undefined {
  const word = statement.words.find((one) => contains(one, at));
  if (word === undefined) return undefined;
  const rule = ruleOf(statement);
  const meant = rule !== undefined && !testsIn(statement).some(({ patterns }) => patterns.includes(word)) ? text.replaceAll('%', '%%') : text;
  if (sameSpan(word, at)) return [respellWord(at, meant)];
  // Inside a word nothing that would end it or mean something else there.
  return /[\s"'#%$\\,()[\]]/.test(text) ? undefined : [{ ...at, text }];
}

/** One of several origins: a variable keeps the request's where it is one of them. */
function splitText({ source }: HaproxyFile, statement: Statement, at: Span, texts: readonly string[]): readonly TextEdit[] | undefined {
  const rule = ruleOf(statement);
  const value = rule?.args[1];
  const taken = source.text.includes(`txn.${VARIABLE}`) || texts.some((text) => /[\s"'#\\]/.test(text));
  if (rule === undefined || rule.set === 'http-request' || rule.action !== 'set-header' || rule.condition !== undefined || value === undefined || !sameSpan(value, at) || taken) return undefined;
  return [
    insertLineBefore(source, statement.at, `http-request set-var(txn.${VARIABLE}) req.hdr(origin) if { req.hdr(origin) -m str ${texts.join(' ')} }`),
    { ...place(value), text: `%[var(txn.${VARIABLE})] if { var(txn.${VARIABLE}) -m found }` },
    insertLineAfter(source, statement.at, `${rule.set} add-header Vary Origin`),
  ];
}

/** The variable that a change adds. */
const VARIABLE = 'cors_origin';

function testsIn(statement: Statement): readonly Test[] {
  const { words } = statement;
  if (words[0]?.text === 'acl') return [testOf(words.slice(2))].flatMap((test) => test ?? []);
  const found: Test[] = [];
  for (let index = 0; index < words.length; index += 1) {
    if (!/^!*\{$/.test(words[index]!.text)) continue;
    const close = words.findIndex(({ text }, at) => at > index && text === '}');
    const test = testOf(words.slice(index + 1, close === -1 ? words.length : close));
    if (test !== undefined) found.push(test);
    index = close === -1 ? words.length : close;
  }
  return found;
}

function testAround(statement: Statement, at: Span): Test | undefined {
  return testsIn(statement).find(({ patterns }) => patterns.some((word) => sameSpan(word, at)));
}

/** Another pattern for one; a text that was compared in another way becomes a pattern, if it is the only one. */
function replacedPattern(statement: Statement, at: Span, source: string): readonly TextEdit[] | undefined {
  const test = testAround(statement, at);
  const word = test?.patterns.find((one) => sameSpan(one, at));
  if (test === undefined || word === undefined) return undefined;
  if (test.match === 'reg') return [respellWord(at, source)];
  const method = matchEdit(test, 'reg');
  return test.patterns.length === 1 && test.files.length === 0 && method !== undefined ? [method, respellWord(at, source)] : undefined;
}

/** The whole origin instead of a part of it. */
function comparedWhole(statement: Statement, at: Span, origin: string, subdomains: string | undefined): readonly TextEdit[] | undefined {
  const test = testAround(statement, at);
  if (test === undefined || test.patterns.length !== 1 || test.files.length > 0) return undefined;
  const method = matchEdit(test, subdomains === undefined ? 'str' : 'reg');
  const pattern = subdomains === undefined ? origin : `^https://(?:[a-z0-9-]+\\.)+${quoted(subdomains.replace(/^\./, '')).replaceAll('\\/', '/')}$`;
  return method === undefined ? undefined : [method, respellWord(at, pattern)];
}

/** Another way of comparing: behind `-m`, or in the name of the fetch. */
function matchEdit(test: Test, match: string): TextEdit | undefined {
  if (test.matchWord !== undefined) return { ...place(test.matchWord), text: match };
  const found = /^((?:req\.)?hdr)_(?:beg|sub|dir|dom|end)\(/.exec(test.fetchWord.text);
  if (found === null) return undefined;
  const name = test.fetchWord.place(0, found[0].length - 1);
  return { ...name, text: match === 'str' ? found[1]! : `${found[1]!}_${match}` };
}

function place({ file, start, end }: Word): Span {
  return { file, start, end };
}

