import type { Change } from '../../policy/change.js';
import { formatOf, headerLineOf, insertAfter, insertBefore, removeLines, respellPart, respellWord, type ApacheDirective, type Word } from '../../syntax/apache/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in Apache's words; comments, quotes and indentation stay. */
export function edited(source: SourceText, directives: readonly ApacheDirective[], change: Change): readonly TextEdit[] | Declined {
  const edit = editFor(source, directives, change);
  return edit === undefined ? decline(`no directive of this file can be edited for ${change.kind}`) : [edit];
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

function headerAt(directives: readonly ApacheDirective[], at: Span): { readonly directive: ApacheDirective; readonly always: boolean } | undefined {
  const directive = allOf(directives).find((one) => one.name === 'header' && contains(one.at, at));
  const line = directive === undefined ? undefined : headerLineOf(directive.args);
  return directive === undefined || line === undefined || 'problem' in line ? undefined : { directive, always: line.always };
}

/** The outermost `<If>` around a line, with what follows it; the line itself where there is none. */
function conditionAround(directives: readonly ApacheDirective[], line: ApacheDirective): Span {
  const around = allOf(directives).find(({ name, block, whole }) => block !== undefined && /^(?:if|elseif|else)$/.test(name) && contains(whole, line.at));
  return around?.whole ?? line.at;
}

function wordAt(directives: readonly ApacheDirective[], at: Span): Word | undefined {
  return allOf(directives).flatMap(({ args }) => args).find((word) => sameSpan(word, at));
}
