import type { Change } from '../../policy/change.js';
import { insertInside, insertLineAfter, removeLine, respellToken, type Directive, type Token } from '../../syntax/nginx/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';

/** Spells a change in nginx's words; comments, quotes and indentation stay. */
export function edited(source: SourceText, directives: readonly Directive[], change: Change): readonly TextEdit[] | Declined {
  const edit = editFor(source, directives, change);
  return edit === undefined ? decline(`no directive of this file can be edited for ${change.kind}`) : [edit];
}

function editFor(source: SourceText, directives: readonly Directive[], change: Change): TextEdit | undefined {
  switch (change.kind) {
    case 'add-vary': {
      const header = directiveAt(directives, change.at);
      if (header?.name !== 'add_header') return undefined;
      return insertLineAfter(source, change.at, `add_header Vary Origin${header.args.at(-1)?.text === 'always' ? ' always' : ''};`);
    }
    case 'hide-inner-header':
      return directiveAt(directives, change.at) === undefined ? undefined : insertLineAfter(source, change.at, `proxy_hide_header ${change.header};`);
    case 'drop-credentials':
      return directiveAt(directives, change.at)?.name === 'add_header' ? removeLine(source, change.at) : undefined;
    case 'replace-text': {
      const token = tokenAt(directives, change.at);
      return token === undefined ? undefined : respellToken(source, token, change.text);
    }
    case 'replace-pattern': {
      const token = tokenAt(directives, change.at);
      if (token === undefined) return undefined;
      // The mark of a map's pattern belongs to the word.
      const mark = /^!?~\*?/.exec(token.text)?.[0] ?? '';
      return respellToken(source, token, mark + change.source);
    }
    case 'remove-entry': {
      const row = all(directives).find(({ nameToken, block }) => block === undefined && sameSpan(nameToken, change.at));
      return row === undefined ? undefined : removeLine(source, row.at);
    }
    case 'repeat-headers': {
      const block = all(directives).find(({ at, block: inner }) => inner !== undefined && sameSpan(at, change.at));
      const lines = change.from.map((span) => (span.file === source.file ? source.text.slice(span.start, span.end) : ''));
      return block === undefined || lines.includes('') ? undefined : insertInside(source, block.at.end, lines, source.file);
    }
    case 'answer-options': {
      const location = all(directives).find(({ at, name }) => name === 'location' && sameSpan(at, change.at));
      return location === undefined ? undefined : insertInside(source, location.at.end, ['if ($request_method = OPTIONS) {', '    return 204;', '}'], source.file);
    }
    default:
      return undefined;
  }
}

function all(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) => [directive, ...all(directive.block ?? [])]);
}

function directiveAt(directives: readonly Directive[], at: Span): Directive | undefined {
  return all(directives).find((directive) => sameSpan(directive.at, at));
}

/** The word at a span; one in the parentheses of an `if` without them. */
function tokenAt(directives: readonly Directive[], at: Span): Token | undefined {
  for (const directive of all(directives)) {
    for (const token of [directive.nameToken, ...directive.args]) {
      if (sameSpan(token, at)) return token;
      const inside = token.file === at.file && token.start <= at.start && at.end <= token.end && directive.name === 'if' && at.start < at.end;
      if (inside) return { ...token, start: at.start, end: at.end, text: token.text.slice(at.start - token.start, token.text.length - (token.end - at.end)) };
    }
  }
  return undefined;
}
