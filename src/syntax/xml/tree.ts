import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** One document. */
export interface XmlFile {
  readonly file: string;
  readonly source: SourceText;
  /** For look-ups in what is built with it. */
  readonly files: Files;
  readonly root: XmlElement;
}

export interface XmlElement {
  /** Without the prefix of a namespace. */
  readonly name: string;
  /** From the `<` of its start tag to the `>` of its end tag. */
  readonly at: Span;
  readonly attributes: readonly XmlAttribute[];
  readonly elements: readonly XmlElement[];
  /** Everything between its tags, comments left out. */
  readonly text: XmlText;
}

export interface XmlAttribute {
  readonly name: string;
  readonly text: XmlText;
  /** Name and value with the quotes. */
  readonly at: Span;
}

/** Text as it is meant: entities replaced, blanks at the ends cut. */
export interface XmlText {
  readonly value: string;
  /** What stands for it in the file. */
  readonly at: Span;
  /** What stands for a part of `value` in the file. */
  place(start: number, end: number): Span;
}

/** Elements of a name inside of an element, in order; further names lead further down. */
export function elementsAt(element: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  return path.reduce<readonly XmlElement[]>((found, name) => found.flatMap(({ elements }) => elements.filter((one) => one.name === name)), [element]);
}

/** The text of the first element at a path. */
export function textAt(element: XmlElement, ...path: readonly string[]): XmlText | undefined {
  return elementsAt(element, ...path)[0]?.text;
}

export function attributeOf(element: XmlElement, name: string): XmlText | undefined {
  return element.attributes.find((attribute) => attribute.name === name)?.text;
}

/** An element with all that stand below it, in the order of the text. */
export function* allElements(element: XmlElement): Generator<XmlElement> {
  const pending = [element];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    yield one;
    pending.push(...[...one.elements].reverse());
  }
}
