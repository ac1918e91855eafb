import { parseXml as parse, XmlElement as ParsedElement, XmlError } from '@rgrove/parse-xml';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed } from '../language.js';
import { withExpressions, withoutExpressions } from './expressions.js';
import type { XmlAttribute, XmlElement, XmlFile, XmlText } from './tree.js';

/** Past this many UTF-16 units a file is data, no configuration. */
const MAX_LENGTH = 2_000_000;
const MAX_DEPTH = 200;

/** XML has no half-read documents: whoever reads the file refuses it as a whole. One problem, where the parser stopped. */
export function parseXml(source: SourceText, files: Files): Parsed<XmlFile> {
  const { file, text } = source;
  const problem = (start: number, message: string): Parsed<XmlFile> => ({ unit: undefined, problems: [{ at: { file, start: Math.min(start, text.length), end: Math.min(start, text.length) }, message }] });
  if (text.length > MAX_LENGTH) return problem(0, 'The file is too long to be read (over two million characters).');
  try {
    // An entity that a document type declares elsewhere is left as it is written.
    const plain = withoutExpressions(text);
    const { root } = parse(plain, { includeOffsets: true, ignoreUndefinedEntities: true });
    return root === null ? problem(0, 'There is no element.') : { unit: { file, source, files, root: new Converter(plain === text ? source : new SourceText(file, plain)).element(root, 0) }, problems: [] };
  } catch (error) {
    if (error instanceof XmlError) return problem(unitsUpTo(text, error.pos), `${error.message.split('\n')[0]!.replace(/ \(line \d+, column \d+\)$/, '').replace(/\.?$/, '.')}`);
    return problem(0, error instanceof RangeError ? 'The file is nested too deeply to be read.' : `The file could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The parser counts characters, of which some are two UTF-16 units. */
function unitsUpTo(text: string, characters: number): number {
  let units = 0;
  for (let seen = 0; seen < characters && units < text.length; seen += 1) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}

const NAME = /^<([^\s/>]+)/;
const ATTRIBUTE = /(\s+)([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const LOCAL = /^.*:/;

class Converter {
  constructor(private readonly source: SourceText) {}

  element(node: ParsedElement, depth: number): XmlElement {
    if (depth > MAX_DEPTH) throw new RangeError('depth');
    const { file, text } = this.source;
    const at: Span = { file, start: node.start, end: node.end === -1 ? text.length : Math.min(node.end, text.length) };
    const attributes: XmlAttribute[] = [];
    ATTRIBUTE.lastIndex = at.start + (NAME.exec(text.slice(at.start, at.end))?.[0].length ?? 0);
    let offset = ATTRIBUTE.lastIndex;
    for (let match = ATTRIBUTE.exec(text); match !== null; match = ATTRIBUTE.exec(text)) {
      const [whole, blanks = '', name = '', double, single] = match;
      offset = match.index + whole.length;
      const start = offset - 1 - (double ?? single ?? '').length;
      attributes.push({ name: name.replace(LOCAL, ''), text: textBetween(this.source, start, offset - 1, 'attribute'), at: { file, start: match.index + blanks.length, end: offset } });
    }
    const inner = text.indexOf('>', offset) + 1;
    const closed = text[inner - 2] === '/' && inner === at.end;
    const end = closed ? inner : text.lastIndexOf('</', at.end - 1);
    const children = node.children.filter((child): child is ParsedElement => child instanceof ParsedElement);
    const elements = children.map((child) => this.element(child, depth + 1));
    return { name: node.name.replace(LOCAL, ''), at, attributes, elements, text: elements.length > 0 ? NO_TEXT(at) : textBetween(this.source, inner, Math.max(inner, end), 'content') };
  }
}

/** Between the tags of an element that holds others stands nothing that anybody reads. */
const NO_TEXT = (at: Span): XmlText => ({ value: '', at: { ...at, start: at.end }, place: () => ({ ...at, start: at.end }) });

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const TOKEN = /&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|\r\n?/gi;

/** The text between two places, and where each of its characters stands. */
function textBetween({ file, text }: SourceText, start: number, end: number, where: 'attribute' | 'content'): XmlText {
  const raw = text.slice(start, end);
  const pieces: { readonly text: string; readonly from: number; readonly to: number; readonly verbatim: boolean }[] = [];
  let from = 0;
  const literal = (until: number): void => {
    if (until > from) pieces.push({ text: where === 'attribute' ? raw.slice(from, until).replace(/[\t\n]/g, ' ') : raw.slice(from, until), from, to: until, verbatim: true });
  };
  for (const match of raw.matchAll(TOKEN)) {
    const [whole, hex, decimal, name, cdata] = match;
    literal(match.index);
    from = match.index + whole.length;
    if (cdata !== undefined) pieces.push({ text: cdata, from: match.index + '<![CDATA['.length, to: from - ']]>'.length, verbatim: true });
    else if (name !== undefined) pieces.push({ text: ENTITIES[name.toLowerCase()] ?? '', from: match.index, to: from, verbatim: false });
    else if (hex !== undefined || decimal !== undefined) pieces.push({ text: characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)), from: match.index, to: from, verbatim: false });
    else if (whole.startsWith('\r')) pieces.push({ text: where === 'attribute' ? ' ' : '\n', from: match.index, to: from, verbatim: false });
  }
  literal(raw.length);
  const whole = withExpressions(pieces.map((piece) => piece.text).join(''));
  const value = whole.trim();
  const cut = value === '' ? 0 : whole.length - whole.trimStart().length;
  /** Where the character at an index of the whole text stands, from or up to. */
  const offset = (index: number, edge: 'from' | 'to'): number => {
    let seen = 0;
    for (const piece of pieces) {
      const inside = edge === 'from' ? index < seen + piece.text.length : index <= seen + piece.text.length;
      if (inside) return start + (piece.verbatim ? piece.from + index - seen : piece[edge]);
      seen += piece.text.length;
    }
    return start + (pieces.at(-1)?.to ?? 0);
  };
  const place = (first: number, last: number): Span => {
    const begin = offset(cut + first, 'from');
    return { file, start: begin, end: last <= first ? begin : Math.max(begin, offset(cut + last, 'to')) };
  };
  return { value, at: value === '' ? { file, start, end: start } : place(0, value.length), place };
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
