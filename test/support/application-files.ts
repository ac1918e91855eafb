import type { Random } from '../live/seed.js';

/** Settings of an application, by whole key. */
export type Settings = readonly (readonly [key: string, value: string | readonly string[]])[];

/** Does a comma in a text need a backslash, which then counts twice (SmallRye Config)? */
type Splitting = 'with backslashes' | 'as written';

/** `key=value` in one of the ways to write it; lists as one text, or by index. */
export function propertiesText(from: Random, settings: Settings, splitting: Splitting): string {
  const separator = from.pick(['=', ' = ', ': ', '=']);
  const escaped = (text: string): string => text.replaceAll('\\', '\\\\');
  const lines = settings.flatMap(([key, value]) => {
    if (typeof value === 'string') return [`${key}${separator}${escaped(value)}`];
    if (from.chance(0.25)) return value.map((item, index) => `${key}[${index}]${separator}${escaped(item)}`);
    return [`${key}${separator}${inOneText(from, value, splitting).map(escaped).join(from.pick([',', ', ', ',\\\n    ']))}`];
  });
  return `# settings\n${lines.join('\n')}\n`;
}

/** Items that share one text lose their backslashes, which some authors know. */
function inOneText(from: Random, items: readonly string[], splitting: Splitting): readonly string[] {
  const knows = splitting === 'with backslashes' && from.chance(0.7);
  return items.map((item) => (knows ? item.replace(/[\\,]/g, '\\$&') : item));
}

type Tree = Map<string, Tree | string | readonly string[]>;

/** The same as YAML: nested, the last two parts of a key in one, sequences or one text. */
export function yamlText(from: Random, settings: Settings, splitting: Splitting): string {
  const root: Tree = new Map();
  for (const [key, value] of settings) {
    const parts = key.split('.');
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const inner = at.get(part);
      const next: Tree = inner instanceof Map ? inner : new Map();
      if (!(inner instanceof Map)) at.set(part, next);
      if (typeof inner === 'string') next.set('~', inner);
      at = next;
    }
    const last = parts.at(-1)!;
    const inner = at.get(last);
    if (inner instanceof Map && typeof value === 'string') inner.set('~', value);
    else at.set(last, value);
  }
  return block(from, root, '', splitting);
}

function block(from: Random, tree: Tree, indentation: string, splitting: Splitting): string {
  return [...tree]
    .map(([key, value]) => {
      const name = key.startsWith('%') ? `"${key}"` : key;
      if (value instanceof Map) return `${indentation}${name}:\n${block(from, value, `${indentation}  `, splitting)}`;
      if (typeof value === 'string') return `${indentation}${name}: ${scalar(from, value)}\n`;
      if (from.chance(0.3)) return `${indentation}${name}: ${scalar(from, inOneText(from, value, splitting).join(', '))}\n`;
      if (from.chance(0.3)) return `${indentation}${name}: [${value.map(quoted).join(', ')}]\n`;
      return `${indentation}${name}:\n${value.map((item) => `${indentation}  - ${scalar(from, item)}\n`).join('')}`;
    })
    .join('');
}

function scalar(from: Random, text: string): string {
  const plain = /^[\w/][^#]*$/.test(text) && !/: |:$/.test(text);
  return plain && from.chance(0.6) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
