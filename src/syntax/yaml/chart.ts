import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { and, FALSE, not, TRUE, type Condition } from '../../values/condition.js';
import type { Value } from '../../values/value.js';
import { parseYaml } from './parse.js';
import { typed } from './placeholders.js';
import { touching, type Template } from './templates.js';
import { nodeAt, type YamlFile } from './tree.js';
import { valuesBeside } from './unparsed.js';
import { valueOf } from './value.js';

/** By path; good as long as the text is the one that was read. */
const known = new Map<string, { readonly text: string; readonly file: YamlFile | undefined }>();
const MAX_KNOWN = 50;

/** The `values.yaml` of the Helm chart whose template a file is; looked for when it is first asked for. */
export function chartOf(files: Files, path: string): (() => YamlFile | undefined) | undefined {
  const values = valuesBeside(path);
  if (values === undefined) return undefined;
  return () => {
    const text = files.exists(values.replace(/values\.yaml$/, 'Chart.yaml')) ? files.read(values) : undefined;
    if (text === undefined) return undefined;
    let found = known.get(values);
    if (found?.text !== text) {
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(values, (found = { text, file: parseYaml(new SourceText(values, text)).unit }));
    }
    return found.file;
  };
}

/** `{{ .Values.a.b | quote }}`, with what keeps a value as it is, writes it as YAML or joins its items. */
const REFERENCE = /^\{\{-?\s*(?:(quote|squote|toYaml|toJson|tpl)\s+|(?:join|default)\s+("[^"]*")\s+)?\(?\$?\.Values\.([A-Za-z_]\w*(?:\.\w+)*)\)?((?:\s*\|\s*(?:quote|squote|toString|trim|toYaml|toJson|n?indent\s+\d+|(?:join|default)\s+"[^"]*"))*)\s*-?\}\}$/;

/**
 * What a template that names one value of its chart writes: the value of `values.yaml`, as the chart is shipped, with
 * its own place there. Undefined where the chart says none, or an empty one that whoever installs it is to fill.
 */
export function chartValue(file: YamlFile, template: Template, quoted: boolean): Value | undefined {
  const match = REFERENCE.exec(template.text);
  if (match === null || /\btpl\b/.test(match[0])) return undefined;
  const words = match[0].slice(0, match[0].indexOf('.Values')) + match[4]!;
  const value = shipped(file, match[3]!);
  const fallback = /\bdefault\s+"([^"]+)"/.exec(words)?.[1];
  const inQuotes = quoted || /\bs?quote\b/.test(words);
  if (value !== undefined && !(fallback !== undefined && isEmpty(value))) return isBlank(value) ? undefined : rendered(value, words, inQuotes);
  return fallback === undefined || file.chart?.() === undefined ? undefined : rendered({ kind: 'string', value: fallback, at: { file: template.file, start: template.start, end: template.end } }, words, inQuotes);
}

/** A template's condition, where the chart's values decide it: `if .Values.cors.enabled`. */
export function decided(file: YamlFile, when: Condition): Condition {
  if (file.chart === undefined) return when;
  switch (when.c) {
    case 'fact': {
      const name = /^template:.*:\(?\$?\.Values\.([A-Za-z_]\w*(?:\.\w+)*)\)?$/.exec(when.fact.key)?.[1];
      const value = name === undefined ? undefined : shipped(file, name);
      return value === undefined ? when : isEmpty(value) ? FALSE : TRUE;
    }
    case 'not':
      return not(decided(file, when.of));
    case 'and':
      return and(...when.of.map((one) => decided(file, one)));
    default:
      return when;
  }
}

/** What the chart's own values say; undefined for what they leave out or write with templates. */
function shipped(file: YamlFile, name: string): Value | undefined {
  const values = file.chart?.();
  const node = values === undefined ? undefined : nodeAt(values.documents[0]?.root, ...name.split('.'));
  if (values === undefined || node === undefined || touching(values.templates, node.at).length > 0) return undefined;
  const value = valueOf(values, node);
  return ['string', 'number', 'boolean', 'list', 'record', 'nothing'].includes(value.kind) ? value : undefined;
}

/** To be filled by whoever installs the chart. */
function isBlank(value: Value): boolean {
  return value.kind === 'nothing' || (value.kind === 'string' && value.value === '');
}

/** What Go's templates take for false. */
function isEmpty(value: Value): boolean {
  if (value.kind === 'boolean' || value.kind === 'number') return !value.value;
  if (value.kind === 'list') return value.items.length === 0;
  return isBlank(value) || (value.kind === 'record' && value.entries.length === 0);
}

function rendered(value: Value, words: string, quoted: boolean): Value | undefined {
  switch (value.kind) {
    case 'string': {
      const meant = quoted ? value.value : typed(value.value);
      if (typeof meant === 'string') return value;
      return typeof meant === 'boolean' ? { kind: 'boolean', value: meant, at: value.at } : { kind: 'number', value: meant, at: value.at };
    }
    case 'number':
    case 'boolean':
      return quoted ? { kind: 'string', value: String(value.value), at: value.at } : value;
    case 'list': {
      const separator = /\bjoin\s+"([^"]*)"/.exec(words)?.[1];
      if (separator === undefined) return /\bto(?:Yaml|Json)\b/.test(words) ? value : undefined;
      const items = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
      return value.rest !== undefined || items.includes(undefined) ? undefined : { kind: 'string', value: items.join(separator), at: value.at };
    }
    case 'record':
      return /\bto(?:Yaml|Json)\b/.test(words) ? value : undefined;
    default:
      return undefined;
  }
}
