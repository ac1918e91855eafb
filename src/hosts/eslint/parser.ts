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
        comments: syntax === undefined ? [] : eslintDirectives(source, syntax).filter(({ value }) => value.trimStart().startsWith('eslint-')).map(commentToken),
      },
      visitorKeys: { Program: [] },
      services,
    };
  },
};

/** Comments about a range of lines are read in the block kind alone. */
function commentToken({ kind, value, range, loc }: DirectiveComment): object {
  return { type: kind === 'disable' || kind === 'enable' ? 'Block' : 'Line', value, range, loc };
}
