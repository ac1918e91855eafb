/** Code that reads a list of origins from a variable of the environment: as the file reads others, with a check of each entry. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { argumentsOf } from './cors-code.js';
import type { Import } from './head.js';
import { spelled, spelledCall, styleOf, type PythonStyle } from './style.js';

/** How a file reads the environment: by itself, or by a library that it has set up. */
export type Reading =
  | { readonly by: 'os'; readonly get: string }
  /** django-environ and environs: `env.list(…)`. */
  | { readonly by: 'environ'; readonly object: string }
  | { readonly by: 'decouple' | 'starlette'; readonly object: string };

/**
 * How a file reads variables in front of a place. Where a library puts something before their names, the environment is
 * read without it.
 */
export function readingIn(module: PythonModule, before: number): Reading {
  for (const { name, maker, made } of objectsIn(module, before)) {
    const isPrefixed = (made !== undefined && argumentsOf(made).some(({ text }) => /^(?:env_)?prefix\b/.test(text))) || new RegExp(`\\b${name}\\.prefix(?:ed)?\\b`).test(module.source.text);
    if (isPrefixed) continue;
    if (made !== undefined && /^(?:environ|environs)\.(?:\w*\.)?(?:FileAware|File)?Env$/.test(maker)) return { by: 'environ', object: name };
    if (made === undefined ? maker === 'decouple.config' : /^decouple\.(?:Auto)?Config$/.test(maker)) return { by: 'decouple', object: name };
    if (made !== undefined && maker === 'starlette.config.Config') return { by: 'starlette', object: name };
  }
  return { by: 'os', get: [...module.imports].find(([, qualified]) => qualified === 'os.getenv')?.[0] ?? (/\bos\.getenv\(/.test(module.source.text) && !/\bos\.environ\b/.test(module.source.text) ? 'os.getenv' : 'os.environ.get') };
}

/** Names that may read settings: what calls (`made`) of something make at the top of the file, and what is imported ready-made. */
function* objectsIn(module: PythonModule, before: number): Iterable<{ readonly name: string; readonly maker: string; readonly made?: SyntaxNode }> {
  for (const statement of module.root.namedChildren) {
    const assignment = statement.type === 'expression_statement' && statement.endIndex <= before ? statement.namedChildren[0] : undefined;
    const [left, right] = assignment?.type === 'assignment' ? [assignment.childForFieldName('left'), assignment.childForFieldName('right')] : [];
    if (left?.type === 'identifier' && right?.type === 'call') yield { name: left.text, maker: module.qualifiedName(right.childForFieldName('function')!) ?? '', made: right };
  }
  for (const [name, maker] of module.imports) yield { name, maker };
}

/** The list at the place of what was written, and what has to be in the file for it. */
export interface WrittenReading {
  /** Statements that define the function which it calls, at the left edge. */
  readonly helper: string;
  /** Modules, and names of modules, that have to be imported. */
  readonly imports: readonly Import[];
  /** @param list as it is written, a list in Python; @param texts of a list of nothing but plain texts on one line: what they hold */
  expression(list: string, texts: readonly string[] | undefined, indent: string, before: string): string;
}

/** Names of the function that checks the entries, by how it is called. */
const NAMES = { reads: ['origins_from_env', 'cors_origins_from_env'], checks: ['checked_origins', 'checked_cors_origins'] } as const;

export interface Wanted {
  readonly env: string;
  /** Schemes that entries may have. */
  readonly schemes: readonly string[];
  /** Are all of the lists ones of type `list`? */
  readonly areLists: boolean;
}

/** @returns a text where all names of the function are taken */
export function readingWritten(module: PythonModule, reading: Reading, { env, schemes, areLists }: Wanted): WrittenReading | string {
  const style = styleOf(module);
  const names = NAMES[reading.by === 'os' ? 'reads' : 'checks'];
  const typed = areLists && isTyped(module);
  const helperNamed = (name: string): string => (reading.by === 'os' ? readerText(name, reading.get, schemes, style, typed) : checkText(name, schemes, style, typed ? (reading.by === 'starlette' ? 'CommaSeparatedStrings' : 'list[str]') : undefined));
  const known = names.find((name) => module.source.text.includes(helperNamed(name)));
  const name = known ?? names.find((one) => !new RegExp(`\\b${one}\\b`).test(module.source.text));
  if (name === undefined) return `the names ${names.join(', ')} are taken`;
  const variable = spelled(env, style);
  return {
    helper: known === undefined ? helperNamed(name) : '',
    imports: [...(reading.by === 'os' && reading.get.startsWith('os.') ? [{ module: 'os' }] : []), { module: 're' }, ...(reading.by === 'decouple' ? [{ from: 'decouple', name: 'Csv' }] : reading.by === 'starlette' ? [{ from: 'starlette.datastructures', name: 'CommaSeparatedStrings' }] : [])],
    expression: (list, texts, indent, before) => {
      const inner = reading.by === 'os' ? [list] : [libraryCall(reading, variable, list, texts, style)];
      // Lines of a list stay as they are, and only what stands around it is new; so does a line with something else on it.
      const isAlone = !/[\r\n]/.test(list) && /^[^\s=({]+ ?=? ?$/.test(before);
      return isAlone ? spelledCall(name, [variable, ...inner], style, indent, `${before},`) : `${name}(${[variable, ...inner].join(', ')})`;
    },
  };
}

function libraryCall(reading: Exclude<Reading, { readonly by: 'os' }>, variable: string, list: string, texts: readonly string[] | undefined, style: PythonStyle): string {
  switch (reading.by) {
    case 'environ':
      return `${reading.object}.list(${variable}, default=${list})`;
    case 'starlette':
      return `${reading.object}(${variable}, cast=CommaSeparatedStrings, default=${list})`;
    case 'decouple':
      // The default goes through the cast as the text of the variable does.
      return `${reading.object}(${variable}, default=${texts === undefined ? `${spelled(',', style)}.join(${list})` : spelled(texts.join(','), style)}, cast=Csv())`;
  }
}

/** Does the file say types of what functions take and give? */
export function isTyped(module: PythonModule): boolean {
  return module.nodes('function_definition').some((definition) => definition.childForFieldName('return_type') !== null || definition.childForFieldName('parameters')?.namedChildren.some(({ type }) => /^typed_/.test(type)) === true);
}

/** What an origin looks like: a scheme, a host and perhaps a port, in the small letters that browsers send, and nothing that Flask-CORS takes for a pattern. */
export function originPattern(schemes: readonly string[]): string {
  const others = schemes.filter((scheme) => scheme !== 'http' && scheme !== 'https');
  return `${others.length === 0 ? 'https?' : `(?:https?|${others.join('|')})`}://[a-z0-9._-]+(?::[0-9]+)?`;
}

/** The function that reads and checks the variable. It raises when the program starts, rather than let an origin be refused that nobody can find. */
function readerText(name: string, get: string, schemes: readonly string[], style: PythonStyle, typed: boolean): string {
  const { indent } = style;
  return [
    `def ${name}(${typed ? 'variable: str, default: list[str]) -> list[str]' : 'variable, default)'}:`,
    `${indent}"""The origins that a variable lists, separated by commas; the default without it."""`,
    `${indent}text = ${get}(variable)`,
    `${indent}if text is None:`,
    `${indent}${indent}return default`,
    `${indent}origins = [origin.strip() for origin in text.split(${spelled(',', style)}) if origin.strip()]`,
    ...checkLines(schemes, style),
    `${indent}return origins`,
  ].join(style.newline);
}

function checkText(name: string, schemes: readonly string[], style: PythonStyle, type: string | undefined): string {
  const { indent } = style;
  return [
    `def ${name}(${type === undefined ? 'variable, entries)' : `variable: str, entries: ${type}) -> list[str]`}:`,
    `${indent}"""The entries without blanks; raises where one of them is no origin."""`,
    `${indent}origins = [entry.strip() for entry in entries if entry.strip()]`,
    ...checkLines(schemes, style),
    `${indent}return origins`,
  ].join(style.newline);
}

/** @param variable as it stands in an f-string */
export function checkLines(schemes: readonly string[], { indent, quote }: PythonStyle, outer = indent, variable = '{variable}'): readonly string[] {
  return [
    `${outer}for origin in origins:`,
    `${outer}${indent}if not re.fullmatch(r${quote}${originPattern(schemes)}${quote}, origin):`,
    `${outer}${indent}${indent}raise ValueError(f${quote}${variable}: {origin!r} is no origin like https://app.example.com${quote})`,
  ];
}
