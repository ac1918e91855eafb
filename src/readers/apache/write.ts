import type { Change } from '../../policy/change.js';
import { formatOf, headerLineOf, insertAfter, insertBefore, removeLines, respellPart, respellWord, type ApacheDirective, type HeaderLine, type Word } from '../../syntax/apache/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import { headerName } from '../../text/header-name.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in Apache's words; comments, quotes and indentation stay. */
export function edited(source: SourceText, directives: readonly ApacheDirective[], change: Change): readonly TextEdit[] | Declined {
  const edits = headerEdits(source, directives, change) ?? [editFor(source, directives, change)].flatMap((edit) => edit ?? []);
  return edits.length === 0 ? decline(`no directive of this file can be edited for ${change.kind}`) : edits;
}

/** Changes of `Header` lines, with those beside them that belong together. */
function headerEdits(source: SourceText, directives: readonly ApacheDirective[], change: Change): readonly TextEdit[] | undefined {
  const header = headerAt(directives, change.at);
  switch (change.kind) {
    case 'rename-header':
      return header === undefined ? [] : [respellWord(source, header.line.nameAt, headerName(change.header))];
    case 'append-header': {
      const action = header?.directive.args.find(({ text }) => text.toLowerCase() === header.line.action);
      return action === undefined || header?.line.action !== 'set' ? [] : [respellWord(source, action, 'merge')];
    }
    case 'send-with-every-status':
      return header === undefined ? [] : beside(directives, header, /^(?:access-control-allow-(?:origin|credentials)|access-control-expose-headers|vary)$/).flatMap((one) => (one.always ? [] : [inAllResponses(one.directive)]));
    case 'send-with-responses': {
      const lines = change.effects.flatMap((at) => headerAt(directives, at)?.directive ?? []);
      const [first] = lines;
      if (first === undefined) return [];
      const around = conditionAround(directives, first);
      return sameSpan(around, first.at) ? [] : [insertAfter(source, around, lines.map(({ at }) => source.text.slice(at.start, at.end)))];
    }
    case 'allow-only': {
      const [only, ...others] = change.origins;
      const value = header?.line.value;
      if (header === undefined || value === undefined || only === undefined || others.length > 0 || header.line.action === 'edit') return [];
      const credentials = only === '*' ? beside(directives, header, /^access-control-allow-credentials$/) : [];
      return [respellWord(source, value, only), ...credentials.flatMap(({ directive }) => (directive === header.directive ? [] : [removeLines(source, directive.at)]))];
    }
    case 'exempt-options':
      return exempted(source, directives, change.at);
    default:
      return undefined;
  }
}

/** `Require` and its kin, for all methods but OPTIONS. */
function exempted(source: SourceText, directives: readonly ApacheDirective[], at: Span): readonly TextEdit[] {
  const line = allOf(directives).find((one) => one.name === 'require' && sameSpan(one.at, at));
  const around = allOf(directives).find(({ block }) => line !== undefined && block?.includes(line) === true);
  if (line === undefined || around === undefined || !/^(?:directory|directorymatch|location|locationmatch|files|filesmatch)$/.test(around.name)) return [];
  const { text, lineEnding } = source;
  const start = source.lineStart(source.positionAt(at.start).line);
  const indentation = text.slice(start, at.start);
  const step = indentation.includes('\t') ? '\t' : '    ';
  return /^[ \t]*$/.test(indentation) ? [{ file: at.file, start: at.start, end: at.end, text: ['<LimitExcept OPTIONS>', `${step}${text.slice(at.start, at.end)}`, '</LimitExcept>'].join(`${lineEnding}${indentation}`) }] : [];
}

interface Found {
  readonly directive: ApacheDirective;
  readonly line: HeaderLine;
  readonly always: boolean;
}

/** The line and those of the same block with such names. */
function beside(directives: readonly ApacheDirective[], found: Found, names: RegExp): readonly Found[] {
  const level = [directives, ...allOf(directives).flatMap(({ block }) => (block === undefined ? [] : [block]))].find((block) => block.includes(found.directive)) ?? [];
  return level.flatMap((directive) => headerAt([directive], directive.at) ?? []).filter(({ directive, line }) => directive === found.directive || names.test(line.name.toLowerCase()));
}

/** The table whose headers go out with every response. */
function inAllResponses({ args }: ApacheDirective): TextEdit {
  const [first] = args;
  const { file, start, end } = first!;
  return first!.text.toLowerCase() === 'onsuccess' ? { file, start, end, text: 'always' } : { file, start, end: start, text: 'always ' };
}

function editFor(source: SourceText, directives: readonly ApacheDirective[], change: Change): TextEdit | undefined {
  const header = headerAt(directives, change.at);
  switch (change.kind) {
    case 'add-vary':
      // Behind a condition on the origin it would be missing from what is not granted.
      return header === undefined ? undefined : insertAfter(source, conditionAround(directives, header.directive), [`Header ${header.always ? 'always ' : ''}merge Vary Origin`]);
    case 'remove-header':
      return header === undefined ? undefined : removeLines(source, header.directive.at);
    case 'hide-inner-header':
      // What the upstream sends is in the table of ordinary responses, whatever this layer's own rules edit.
      return header === undefined ? undefined : insertBefore(source, header.directive.at, [`Header unset ${change.header}`]);
    case 'replace-text':
      return respelledText(source, directives, change.at, change.text, header !== undefined);
    case 'replace-pattern': {
      const word = wordAt(directives, change.at);
      if (word !== undefined) return respellWord(source, word, change.source);
      const around = allOf(directives).flatMap(({ args }) => args).find((one) => contains(one, change.at));
      return around === undefined ? undefined : respellPart(around, change.at, change.source);
    }
    case 'remove-entry': {
      // A pattern of several texts is no entry of its own.
      const line = allOf(directives).find(({ name, args }) => /^setenvif(?:nocase)?$/.test(name) && args[1] !== undefined && sameSpan(args[1], change.at) && /^\^?[^|()[\]*+?]*\$?$/.test(args[1].text));
      return line === undefined ? undefined : removeLines(source, line.at);
    }
    default:
      return undefined;
  }
}

/** A text that is a header's value, stands behind the name of a variable or the `=` of a comparison, or is quoted in an expression. */
function respelledText(source: SourceText, directives: readonly ApacheDirective[], at: Span, text: string, ofHeader: boolean): TextEdit | undefined {
  const word = wordAt(directives, at);
  if (word === undefined) {
    const around = allOf(directives).flatMap(({ args }) => args).find((one) => contains(one, at));
    return around === undefined ? undefined : respellPart(around, at, text);
  }
  if (ofHeader) return isPlain(word) ? respellWord(source, word, text) : undefined;
  const before = /^(?:\w+=|=)?(?=https?:\/\/|null$|\*)/.exec(word.text)?.[0];
  return before === undefined ? undefined : respellWord(source, word, before + text);
}

/** A value that is written out as it stands. */
function isPlain(word: Word): boolean {
  const items = formatOf(word.text);
  return !('problem' in items) && items.every(({ f }) => f === 'text') && !/^expr=|\$\{/i.test(word.text);
}

function allOf(directives: readonly ApacheDirective[]): readonly ApacheDirective[] {
  return directives.flatMap((directive) => [directive, ...allOf(directive.block ?? [])]);
}

function headerAt(directives: readonly ApacheDirective[], at: Span): Found | undefined {
  const directive = allOf(directives).find((one) => one.name === 'header' && contains(one.at, at));
  const line = directive === undefined ? undefined : headerLineOf(directive.args);
  return directive === undefined || line === undefined || 'problem' in line ? undefined : { directive, line, always: line.always };
}

/** The outermost `<If>` around a line, with what follows it; the line itself where there is none. */
function conditionAround(directives: readonly ApacheDirective[], line: ApacheDirective): Span {
  const around = allOf(directives).find(({ name, block, whole }) => block !== undefined && /^(?:if|elseif|else)$/.test(name) && contains(whole, line.at));
  return around?.whole ?? line.at;
}

function wordAt(directives: readonly ApacheDirective[], at: Span): Word | undefined {
  return allOf(directives).flatMap(({ args }) => args).find((word) => sameSpan(word, at));
}
