import type { Change } from '../../policy/change.js';
import { insertAfter, insertBefore, removeStatement, replaceBy, respellText, stepOf, type Expression, type Statement, type VclFile } from '../../syntax/vcl/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import { headerName } from '../../text/header-name.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in VCL; comments, quotes and indentation stay. */
export function edited(file: VclFile, change: Change): readonly TextEdit[] | Declined {
  const edit = editFor(file, change);
  return edit === undefined ? decline(`no statement of this file can be edited for ${change.kind}`) : [edit];
}

/** A statement with those around it, the outermost first. */
interface Nested {
  readonly statement: Statement;
  readonly around: readonly Statement[];
  /** The subroutine; undefined for a snippet. */
  readonly sub: string | undefined;
}

function editFor(file: VclFile, change: Change): TextEdit | undefined {
  const { source } = file;
  const all = [...file.subs.flatMap(({ name, body }) => [...below(body, [], name)]), ...below(file.loose, [], undefined)];
  const nested = all.find(({ statement }) => sameSpan(statement.at, change.at));
  switch (change.kind) {
    case 'add-vary':
      return nested === undefined ? undefined : vary(source, nested);
    case 'remove-header':
      return nested?.statement.do === 'set' || nested?.statement.do === 'add' ? removeStatement(source, change.at) : undefined;
    case 'replace-text':
    case 'replace-pattern':
      return expressionsIn(all).some((one) => one.e === 'text' && sameSpan(one.inside, change.at)) ? respellText(source, change.at, change.kind === 'replace-text' ? change.text : change.source) : undefined;
    case 'remove-entry':
      return withoutEntry(source, expressionsIn(all), change.at);
    case 'rename-header': {
      const name = nested === undefined ? undefined : headerAt(source, nested.statement);
      return name === undefined ? undefined : { ...name, text: headerName(change.header) };
    }
    case 'append-header': {
      const object = nested === undefined ? undefined : objectOf(nested.statement);
      const value = nested?.statement.do === 'set' && nested.statement.value.e === 'text' ? nested.statement.value.value : undefined;
      return nested === undefined || object === undefined || value === undefined || !/\.http\.vary$/i.test(targetOf(nested.statement)) ? undefined : replaceBy(source, nested.statement.at, varyLines(object, nested.sub, stepOf(source), value));
    }
    case 'allow-only': {
      const [only, ...others] = change.origins;
      if (nested?.statement.do !== 'set' || only === undefined || only.includes('"') || others.length > 0) return undefined;
      const { at } = nested.statement.value;
      return { file: at.file, start: at.start, end: at.end, text: `"${only}"` };
    }
    case 'split-text':
      return split(source, all, change.at, change.texts);
    default:
      return undefined;
  }
}

/** The name of the header that a statement writes, as it stands there. */
function headerAt(source: SourceText, { at }: Statement): Span | undefined {
  const found = /^\s*(?:set|add)\s+(?:resp|beresp|obj)\.http\.([\w-]+)/.exec(source.text.slice(at.start, at.end));
  if (found === null) return undefined;
  const end = at.start + found[0].length;
  return { file: at.file, start: end - found[1]!.length, end };
}

function targetOf(statement: Statement): string {
  return statement.do === 'set' || statement.do === 'add' ? statement.target.name : '';
}

/** What adds `Origin`, or other names, to the response's Vary without losing what it says already; one that is made here says nothing yet. */
function varyLines(object: string, sub: string | undefined, step: string, names = 'Origin'): readonly string[] {
  const name = `${object}.http.Vary`;
  if (sub === 'vcl_synth' || sub === 'vcl_error') return [`set ${name} = "${names}";`];
  return [`if (${name}) {`, `${step}set ${name} = ${name} + ", ${names}";`, '} else {', `${step}set ${name} = "${names}";`, '}'];
}

/** The object whose header a statement writes. */
function objectOf(statement: Statement): string | undefined {
  if (statement.do !== 'set' && statement.do !== 'add') return undefined;
  return /^(resp|beresp|obj)\.http\./.exec(statement.target.name)?.[1];
}

/** Responses to other origins need it as well: it goes before the first `if` around that asks about the request's headers. */
function vary(source: SourceText, { statement, around, sub }: Nested): TextEdit | undefined {
  const object = objectOf(statement);
  if (object === undefined) return undefined;
  const lines = varyLines(object, sub, stepOf(source));
  const asks = around.find((outer) => outer.do === 'if' && outer.branches.some(({ test }) => test !== undefined && [...within(test)].some((part) => part.e === 'name' && /^(?:be)?req\.http\./.test(part.name))));
  return asks === undefined ? insertAfter(source, statement.at, lines) : insertBefore(source, asks.at, lines);
}

/** Takes `a == "entry"` out of `a == "entry" || …`. */
function withoutEntry(source: SourceText, expressions: readonly Expression[], entry: Span): TextEdit | undefined {
  for (const expression of expressions) {
    if (expression.e !== 'or') continue;
    const { of } = expression;
    const index = of.findIndex((part) => part.e === 'compare' && part.operator === '==' && [part.left, part.right].some((side) => side.e === 'text' && sameSpan(side.inside, entry)));
    const part = of[index];
    if (part === undefined) continue;
    const [from, to] = index > 0 ? [of[index - 1]!.at.end, part.at.start] : [part.at.end, of[index + 1]!.at.start];
    if (!/^\s*\|\|\s*$/.test(source.text.slice(from, to))) return undefined;
    return index > 0 ? { file: entry.file, start: from, end: part.at.end, text: '' } : { file: entry.file, start: part.at.start, end: to, text: '' };
  }
  return undefined;
}

/** One statement that sends several origins becomes one that sends back whichever of them asks. */
function split(source: SourceText, all: readonly Nested[], at: Span, texts: readonly string[]): TextEdit | undefined {
  const nested = all.find(({ statement }) => statement.do === 'set' && statement.value.e === 'text' && sameSpan(statement.value.inside, at));
  const object = nested === undefined ? undefined : objectOf(nested.statement);
  if (nested === undefined || object === undefined || texts.some((text) => text.includes('"'))) return undefined;
  const origin = `${object === 'beresp' ? 'bereq' : 'req'}.http.Origin`;
  const step = stepOf(source);
  const target = /^\s*set\s+(\S+)/.exec(source.text.slice(nested.statement.at.start))?.[1];
  if (target === undefined) return undefined;
  return replaceBy(source, nested.statement.at, [...varyLines(object, nested.sub, step), `if (${texts.map((text) => `${origin} == "${text}"`).join(' || ')}) {`, `${step}set ${target} = ${origin};`, '}']);
}

function* below(statements: readonly Statement[], around: readonly Statement[], sub: string | undefined): Generator<Nested> {
  for (const statement of statements) {
    yield { statement, around, sub };
    if (statement.do === 'block') yield* below(statement.body, [...around, statement], sub);
    if (statement.do === 'if') for (const branch of statement.branches) yield* below(branch.body, [...around, statement], sub);
  }
}

function expressionsIn(all: readonly Nested[]): readonly Expression[] {
  return all.flatMap(({ statement }) => {
    if (statement.do === 'set' || statement.do === 'add') return [...within(statement.value)];
    if (statement.do === 'return') return statement.args.flatMap((arg) => [...within(arg)]);
    return statement.do === 'if' ? statement.branches.flatMap(({ test }) => (test === undefined ? [] : [...within(test)])) : [];
  });
}

/** An expression and all of its parts. */
function* within(expression: Expression): Generator<Expression> {
  yield expression;
  switch (expression.e) {
    case 'not':
      yield* within(expression.of);
      return;
    case 'and':
    case 'or':
    case 'join':
      for (const part of expression.of) yield* within(part);
      return;
    case 'compare':
      yield* within(expression.left);
      yield* within(expression.right);
      return;
    case 'call':
      for (const arg of expression.args) yield* within(arg);
      break;
    default:
  }
}
