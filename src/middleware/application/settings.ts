import { itemsOf, keyOf, pairsOf, resolve, type YamlFile, type YamlNode, type YamlScalar } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** One key of an application file, and its text before placeholders are filled in. */
export interface Setting {
  /** As written, parents joined by dots; items of lists as `[0]`. */
  readonly key: string;
  readonly text: string;
  /** The value as written, quotes included. */
  readonly at: Span;
  /** The key and the value with everything between them. */
  readonly whole: Span;
  /** In a tree: its own name and those above it, as written, the outermost first. */
  readonly names?: readonly { readonly text: string; readonly at: Span }[];
  /** A template writes the text or a part of it. */
  readonly templated: boolean;
  /** Where a part of the text stands; the whole value where that cannot be told. */
  readonly place: (start: number, end: number) => Span;
}

/** What a key is below others: `a.b`, `a[0]`; a name in brackets stands without a dot. */
export function under(parent: string, name: string): string {
  return parent === '' || name.startsWith('[') ? `${parent}${name}` : `${parent}.${name}`;
}

/** Nodes of one document; past it an alias bomb. */
const MAX_SETTINGS = 20_000;

/** The scalars of a YAML document as flat keys, as Spring's loader makes them; what is empty is an empty text. */
export function settingsIn(file: YamlFile, root: YamlNode | undefined): readonly Setting[] {
  const found: Setting[] = [];
  const visit = (node: YamlNode | undefined, key: string, whole: Span, names: NonNullable<Setting['names']>): void => {
    if (found.length > MAX_SETTINGS || names.length > 60) return;
    const value = resolve(node);
    const [pairs, items] = [value?.kind === 'map' ? pairsOf(value) : [], itemsOf(value) ?? []];
    for (const pair of pairs) {
      const name = keyOf(pair);
      if (name !== undefined) visit(pair.value, under(key, name), pair.at, [...names, { text: name, at: pair.key.at }]);
    }
    items.forEach((item, index) => visit(item, `${key}[${index}]`, item.at, [...names, { text: `[${index}]`, at: item.at }]));
    if (key === '' || pairs.length + items.length > 0) return;
    const at = value?.at ?? { ...whole, start: whole.end };
    found.push({ ...(value?.kind === 'scalar' ? scalarSetting(file, key, value, whole) : { key, text: '', at, whole, templated: false, place: () => at }), names });
  };
  visit(root, '', root?.at ?? { file: file.file, start: 0, end: 0 }, []);
  return found;
}

function scalarSetting(file: YamlFile, key: string, scalar: YamlScalar, whole: Span): Setting {
  const { at } = scalar;
  const text = textOf(file, scalar);
  const start = scalar.style === 'single' || scalar.style === 'double' ? at.start + 1 : at.start;
  const verbatim = text !== '' && file.masked.startsWith(text, start);
  return { key, text, at, whole, templated: scalar.templated, place: (from, to) => (verbatim && to - from < text.length ? { file: at.file, start: start + from, end: start + to } : at) };
}

/** As SnakeYAML, which reads YAML 1.1, gives it to Spring: `yes` and `on` are true. Numbers keep the text that they are written with. */
function textOf(file: YamlFile, { value, style, at }: YamlScalar): string {
  if (value === null) return '';
  const written = file.source.text.slice(at.start, at.end);
  if (style !== 'plain') return String(value);
  if (/^(?:yes|on|true)$/i.test(written)) return 'true';
  if (/^(?:no|off|false)$/i.test(written)) return 'false';
  return typeof value === 'number' ? written : String(value);
}
