import { admits } from '../../origins/membership.js';
import { PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { allConditions, comparedIn, headerGuard, open, textsOf, type Conditions } from '../../middleware/envoy/compared.js';
import { fieldsOf, protoName } from '../../middleware/envoy/fields.js';
import { EVERY_PATH, exactPath, patternPath, prefixPath, segmentsPath, type PathMatch } from '../../middleware/envoy/paths.js';
import { addedHeader, concernsCors, removedHeader, type Meeting } from '../../middleware/envoy/response-headers.js';
import type { Effect, Guard } from '../../policy/program.js';
import { pairAt, resolve, textAt, valueOf, valueOfPair, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { fieldAt, listAt, protoAt } from './tables.js';

/** What a route's `match` asks for. */
export function conditionsOf(file: YamlFile, match: YamlNode | undefined): Conditions {
  const others: { guard: Guard; methods: readonly string[] | null }[] = listAt(match, 'headers').map((header) => headerCondition(file, header));
  for (const name of ['queryParameters', 'runtimeFraction', 'tlsContext', 'dynamicMetadata', 'filterState', 'cookies']) {
    const pair = fieldAt(match, name);
    if (pair !== undefined) others.push({ guard: open(pair.at, `the condition \`${name}\` of a route`), methods: null });
  }
  const grpc = fieldAt(match, 'grpc');
  if (grpc !== undefined) others.push({ guard: { g: 'header', name: 'content-type', in: { s: 'prefix', text: 'application/grpc', subject: 'origin', ignoreCase: false, at: grpc.at } }, methods: null });
  return allConditions(pathOf(match), others);
}

function pathOf(match: YamlNode | undefined): PathMatch {
  const sensitive = resolve(protoAt(match, 'caseSensitive'));
  const ignoreCase = sensitive?.kind === 'scalar' && sensitive.value === false;
  const text = (name: string): string | undefined => {
    const value = fieldAt(match, name)?.value;
    return value?.kind === 'scalar' && typeof value.value === 'string' && !value.templated ? value.value : undefined;
  };
  for (const [name, make] of [['prefix', prefixPath], ['path', exactPath], ['pathSeparatedPrefix', segmentsPath]] as const) {
    const pair = fieldAt(match, name);
    const written = text(name);
    if (pair !== undefined) return written === undefined ? { ...EVERY_PATH, guard: open(pair.at, 'a path that a template writes') } : make(written, pair.value?.at ?? pair.at, ignoreCase);
  }
  const pattern = fieldAt(protoAt(match, 'safeRegex'), 'regex') ?? fieldAt(match, 'regex');
  if (pattern?.value !== undefined) {
    const source = textAt(pattern.value);
    return source === undefined ? { ...EVERY_PATH, guard: open(pattern.at, 'a path that a template writes') } : patternPath(source, pattern.value.at);
  }
  const other = fieldAt(match, 'connectMatcher') ?? fieldAt(match, 'pathMatchPolicy');
  return other === undefined ? EVERY_PATH : { guard: open(other.at, 'another way to match a path'), sample: undefined };
}

function headerCondition(file: YamlFile, header: YamlNode): { readonly guard: Guard; readonly methods: readonly string[] | null } {
  const name = textAt(header, 'name') ?? '';
  const inverted = resolve(protoAt(header, 'invertMatch'));
  const set = headerSet(file, header);
  return headerGuard(name, set, (texts, text) => admits(texts, text, () => undefined) === true, header.at, inverted?.kind === 'scalar' && inverted.value === true);
}

/** `string_match`, the older `exact_match` and its like, or nothing at all: the header is there. */
function headerSet(file: YamlFile, header: YamlNode): OriginSet | undefined {
  const matcher = protoAt(header, 'stringMatch');
  if (matcher !== undefined) {
    const compared = comparedIn(file, matcher);
    return 'refused' in compared ? undefined : textsOf(compared);
  }
  const old = fieldsOf(file, header, (key) => protoName(key).replace(/Match$/, ''));
  const present = old.all.get('present')?.value;
  if (present?.kind === 'boolean') return present.value ? PRESENT : { s: 'absent' };
  const by = (['exact', 'prefix', 'suffix', 'contains', 'safeRegex'] as const).find((key) => old.all.has(key));
  if (by === undefined) return [...old.all.keys()].some((key) => !['name', 'invert', 'treatMissingHeaderAsEmpty'].includes(key)) ? undefined : PRESENT;
  if (by === 'safeRegex') {
    const source = protoAt(header, 'safeRegexMatch', 'regex');
    const text = textAt(source);
    return source === undefined || text === undefined ? undefined : { s: 'regex', source: text, flags: '', dialect: 're2', use: 'full', subject: 'origin', at: source.at };
  }
  const value = old.all.get(by)!.value;
  return textsOf({ value, comparison: { by, ignoreCase: false }, at: value.at });
}

const MEETINGS: Readonly<Record<string, Meeting>> = { APPEND_IF_EXISTS_OR_ADD: 'append', ADD_IF_ABSENT: 'keep', OVERWRITE_IF_EXISTS_OR_ADD: 'replace', OVERWRITE_IF_EXISTS: 'replace-present' };

/** CORS headers that a route, a virtual host or a route configuration adds to or takes from responses. */
export function headersOf(file: YamlFile, owner: YamlNode | undefined): readonly Effect[] {
  const removed = listAt(owner, 'responseHeadersToRemove').flatMap((item) => {
    const name = textAt(item);
    return name !== undefined && concernsCors(name) ? [removedHeader(name, item.at)] : [];
  });
  const added = listAt(owner, 'responseHeadersToAdd').flatMap((item) => {
    const header = protoAt(item, 'header');
    const [name, value] = [textAt(header, 'key'), pairAt(header, 'value')];
    if (name === undefined || value === undefined || !concernsCors(name)) return [];
    return addedHeader(name, valueOfPair(file, value), meetingOf(file, item), item.at);
  });
  return [...added, ...removed];
}

function meetingOf(file: YamlFile, item: YamlNode): Meeting {
  const action = textAt(protoAt(item, 'appendAction'));
  if (action !== undefined) return MEETINGS[action] ?? 'append';
  const append = valueOf(file, protoAt(item, 'append'));
  return append.kind === 'boolean' && !append.value ? 'replace' : 'append';
}
