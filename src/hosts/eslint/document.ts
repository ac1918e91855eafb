import type { ESLint } from 'eslint';
import { SourceText } from '../../text/source-text.js';
import { commentSyntaxOf, type LanguageName } from './comment-syntax.js';
import { eslintDirectives, placeAt, type DirectiveComment } from './directives.js';

type Language = NonNullable<ESLint.Plugin['languages']>[string];

/** The tree that ESLint gets of a file that is not a script: a root. A root called `Program` would call in the rules for scripts. */
interface CorsDocument {
  readonly type: 'CorsDocument';
  readonly range: [start: number, end: number];
  readonly loc: DirectiveComment['loc'];
}

/** As ESLint takes it. */
interface Directive {
  readonly type: DirectiveComment['kind'];
  readonly value: string;
  readonly justification: string;
  readonly node: Located & { readonly value: string };
}

interface Located {
  readonly range: [start: number, end: number];
  readonly loc: DirectiveComment['loc'];
}

/**
 * ESLint's language for files of one kind, for ESLint 9.7 and later: their text, their comments, and no tree to speak of,
 * since the engine has its own. `parse` takes any text: what is broken is for the rule `parse-error`.
 */
export function documentLanguage(name: LanguageName): Language {
  return {
    fileType: 'text',
    lineStart: 1,
    columnStart: 0,
    nodeTypeKey: 'type',
    visitorKeys: { CorsDocument: [] },
    defaultLanguageOptions: { parserOptions: {} },
    // What a user sets for all files (a parser, globals) arrives here too.
    validateLanguageOptions: () => undefined,
    parse: ({ body, path }) => ({ ok: true, ast: rootOf(new SourceText(path, String(body))) }),
    createSourceCode: ({ body, path }, { ast }) => new Document(name, new SourceText(path, String(body)), ast as CorsDocument),
  };
}

function rootOf(source: SourceText): CorsDocument {
  const { length } = source.text;
  return { type: 'CorsDocument', range: [0, length], loc: { start: placeAt(source, 0), end: placeAt(source, length) } };
}

/** What a rule for scripts asks for, when somebody has turned it on for every file: there is none of it. */
class WithoutTokens {
  readonly scopeManager = null;
  readonly parserServices = {};
  readonly tokensAndComments: readonly unknown[] = [];

  getAllComments(): readonly unknown[] {
    return [];
  }

  getTokens(): readonly unknown[] {
    return [];
  }

  getFirstToken(): null {
    return null;
  }

  getScope(): object {
    return { type: 'global', variables: [], set: new Map(), references: [], through: [], childScopes: [], upper: null };
  }
}

/** ESLint's view of the text, and the language that its user gave it. */
export class Document extends WithoutTokens {
  readonly #source: SourceText;

  constructor(
    readonly language: LanguageName,
    source: SourceText,
    readonly ast: CorsDocument,
  ) {
    super();
    this.#source = source;
  }

  get text(): string {
    return this.#source.text;
  }

  get lines(): readonly string[] {
    return this.text.split(/\r\n|\n|\r/);
  }

  getLoc({ loc }: Located): Located['loc'] {
    return loc;
  }

  getRange({ range }: Located): Located['range'] {
    return range;
  }

  getLocFromIndex(offset: number): Located['loc']['start'] {
    return placeAt(this.#source, offset);
  }

  getText(): string {
    return this.text;
  }

  getDisableDirectives(): { directives: Directive[]; problems: never[] } {
    const syntax = commentSyntaxOf(this.language, this.#source.file);
    const found = syntax === undefined ? [] : eslintDirectives(this.#source, syntax);
    return { directives: found.map(({ kind, rules, reason, value, range, loc }) => ({ type: kind, value: rules, justification: reason, node: { value, range, loc } })), problems: [] };
  }

  *traverse(): Generator<{ kind: 1; phase: 1 | 2; target: CorsDocument; args: CorsDocument[] }> {
    for (const phase of [1, 2] as const) yield { kind: 1, phase, target: this.ast, args: [this.ast] };
  }
}
