import type { YamlFile, YamlScalar } from './tree.js';

type Spelling = Pick<YamlFile, 'spelling'>;
type Style = YamlScalar['style'];

/** A scalar with this text, in a style if that can hold it. */
export function spelled({ spelling }: Spelling, text: string, style: Style, inFlow: boolean): string {
  if (spelling === 'json') return quoted(text);
  if (spelling === 'toml') return style === 'single' && !text.includes("'") ? `'${text}'` : quoted(text);
  if (style === 'plain' && isPlainSafe(text, inFlow)) return text;
  // A backslash is itself in single quotes: patterns stay readable.
  return style === 'double' ? quoted(text) : `'${text.replaceAll("'", "''")}'`;
}

/** The same text between other characters of a scalar; undefined where the scalar would need quotes, or other ones. */
export function inside({ spelling }: Spelling, text: string, style: Style, inFlow: boolean): string | undefined {
  if (style === 'double') return escaped(text);
  if (style === 'single') return spelling !== 'toml' ? text.replaceAll("'", "''") : text.includes("'") ? undefined : text;
  return isPlainSafe(text, inFlow) ? text : undefined;
}

/** A key with its value, as a line of a block has it or a flow between commas. */
export function spelledPair(file: Spelling, key: string, value: string | number | boolean | readonly string[]): string {
  const text = typeof value === 'string' ? spelled(file, value, 'double', false) : typeof value === 'object' ? `[${value.map((item) => quoted(item)).join(', ')}]` : String(value);
  if (file.spelling === 'toml') return `${/^[\w-]+$/.test(key) ? key : quoted(key)} = ${text}`;
  return `${file.spelling === 'json' ? quoted(key) : spelled(file, key, 'plain', true)}: ${text}`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

/** Would YAML read these characters, without quotes, as this very string? */
function isPlainSafe(text: string, inFlow: boolean): boolean {
  if (!/^[A-Za-z0-9_/.(^\\]/.test(text) || /\s$|: |:$| #|\t/.test(text) || (inFlow && /[,[\]{}]/.test(text))) return false;
  return !/^(?:true|false|yes|no|on|off|y|n|null|~|[-+]?[\d.][\d_.eExXoa-fA-F:+-]*)$/i.test(text);
}
