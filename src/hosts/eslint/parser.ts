import { VERSION } from '../../generated/version.js';
import { SourceText } from '../../text/source-text.js';
import { commentSyntaxOf, languageOf, type LanguageName } from './comment-syntax.js';
import { eslintDirectives, placeAt, type DirectiveComment } from './directives.js';

/** What the parser leaves for the rules: the file is no script, whatever its empty tree says. */
export interface ParserServices {
  readonly corsLint: { readonly language: LanguageName | undefined };
}

/** For ESLint 8.57 and eslintrc, which know no languages: an empty program with the comments that ESLint acts on. */
export const parser = {
  meta: { name: 'cors-lint/parser', version: VERSION },
  parseForESLint(text: string, { filePath = '' }: { readonly filePath?: string } = {}) {
    const path = filePath.replaceAll('\\', '/');
    const source = new SourceText(path, text);
    const language = languageOf(path);
    const syntax = language === undefined ? undefined : commentSyntaxOf(language, path);
    const { length } = text;
    const services: ParserServices = { corsLint: { language } };
    return {
      ast: {
        type: 'Program',
        sourceType: 'script',
        range: [0, length],
        loc: { start: placeAt(source, 0), end: placeAt(source, length) },
        body: [],
        tokens: [],
        comments: syntax === undefined ? [] : eslintDirectives(source, syntax).flatMap((directive) => comment(text, directive) ?? []),
      },
      visitorKeys: { Program: [] },
      services,
    };
  },
};

/**
 * ESLint 8 takes a comment's words to start two characters behind its start, to cut a rule out of its list, so they do:
 * what more there is of an opener is blank, and `#` counts with the blank behind it (without one there is no directive here).
 * Comments about a range of lines are read in the block kind alone.
 */
function comment(text: string, { kind, range, loc }: DirectiveComment): object | undefined {
  const [start, end] = range;
  const word = text.indexOf('eslint-', start);
  if (word < start + 2) return undefined;
  const value = text.slice(word, end).replace(/\s*(?:\*\/|-->)$/, '');
  return { type: kind === 'disable' || kind === 'enable' ? 'Block' : 'Line', value: ' '.repeat(word - start - 2) + value, range, loc };
}
