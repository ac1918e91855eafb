import { Composer, Lexer, Parser, type Document } from 'yaml';

/** Brackets and indentations that are open at once. */
const MAX_OPEN = 500;
/** Aliases and documents of one text: past them it was made to be slow. */
const MAX_ALIASES = 10_000;
const MAX_DOCUMENTS = 20_000;

/** A text that is left before it is read to its end. */
export class Excess extends Error {}

/**
 * The documents of a text. The parser is fed one lexeme after the other, so that a text that nests, repeats or refers
 * without end is left early.
 */
export function* documentsIn(text: string): Generator<Document.Parsed> {
  const parser = new Parser();
  // Merge keys are followed by the tree, with a limit; tags stay as written; aliases are never expanded here.
  const composer = new Composer({ uniqueKeys: false, merge: false, logLevel: 'silent', prettyErrors: false, strict: true });
  let aliases = 0;
  let documents = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) yield* composer.next(token);
    if (parser.stack.length > MAX_OPEN) throw new Excess('The file is nested too deeply to be read.');
    if (lexeme.startsWith('*')) aliases += 1;
    if (lexeme.startsWith('---')) documents += 1;
    if (aliases > MAX_ALIASES || documents > MAX_DOCUMENTS) throw new Excess(`The file has too many ${aliases > MAX_ALIASES ? 'aliases' : 'documents'} to be read.`);
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(false, text.length);
}

/** A part of a text that holds one document, with the marks of its start. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Documents begin where `---` stands alone at the start of a line, whatever is open there. Directives and `...` keep a text whole. */
export function piecesOf(text: string): readonly Piece[] {
  const whole = [{ start: 0, end: text.length }];
  if (/(?:^\uFEFF?|[\r\n])(?:%|\.\.\.(?:[ \t\r\n]|$))/.test(text)) return whole;
  const starts = Array.from(text.matchAll(/(?:^\uFEFF?|[\r\n])---(?=[ \t\r\n]|$)/g), (match) => match.index + match[0].length - 3);
  // What stands before the first mark is a document of its own, unless it is comments.
  const [first] = starts;
  if (first === undefined || starts.length > MAX_DOCUMENTS) return whole;
  if (text.slice(0, first).replace(/#[^\r\n]*|\uFEFF/g, '').trim() === '') starts[0] = 0;
  else starts.unshift(0);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}
