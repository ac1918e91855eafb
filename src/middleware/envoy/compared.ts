import { exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { unknown, factOf, type Value } from '../../values/value.js';
import { fieldsOf, protoName, type Field, type Fields, type Refused } from './fields.js';
import { refusedByRe2, type Comparison } from './matchers.js';
import type { YamlFile, YamlNode } from '../../syntax/yaml/index.js';
import { EVERY_PATH, exactPath, patternPath, prefixPath, type PathMatch } from './paths.js';

/** One StringMatcher (Envoy) or StringMatch (Istio, Gloo) as written. */
export interface Compared {
  readonly value: Value;
  readonly comparison: Comparison;
  /** The matcher with its braces. */
  readonly at: Span;
}

/** `{exact: …}`, `{prefix: …, ignore_case: true}`, `{safe_regex: {regex: …}}`, `{regex: …}`. */
export function comparedIn(file: YamlFile, node: YamlNode): Compared | Refused {
  const fields = fieldsOf(file, node, protoName);
  const ignored = fields.all.get('ignoreCase')?.value;
  const ignoreCase = ignored?.kind === 'boolean' && ignored.value;
  for (const by of ['exact', 'prefix', 'suffix', 'contains'] as const) {
    const field = fields.all.get(by);
    if (field === undefined) continue;
    if (by !== 'exact' && field.value.kind === 'string' && field.value.value === '') return { at: field.value.at, refused: `\`${by}\` needs a text` };
    return { value: field.value, comparison: { by, ignoreCase }, at: node.at };
  }
  const pattern = patternIn(fields);
  if (pattern === undefined) return { at: node.at, refused: 'the matcher names neither `exact` nor another way to compare' };
  const why = pattern.kind === 'string' ? refusedByRe2(pattern.value) : undefined;
  return why === undefined ? { value: pattern, comparison: { by: 'regex' }, at: node.at } : { at: pattern.at, refused: `the pattern is no RE2 pattern (${why})` };
}

function patternIn({ all }: Fields): Value | undefined {
  const plain = all.get('regex');
  if (plain !== undefined) return plain.value;
  const safe = all.get('safeRegex')?.value;
  return safe?.kind === 'record' ? safe.entries.find(({ key }) => key === 'regex')?.value : undefined;
}

/** The texts that a matcher of a header, a path or a method takes; undefined where its text is not known. */
export function textsOf({ value, comparison }: Compared): OriginSet | undefined {
  if (value.kind !== 'string') return undefined;
  const { value: text, at } = value;
  switch (comparison.by) {
    case 'exact':
      return exact(text, at, comparison.ignoreCase ? ['ignore-case'] : []);
    case 'prefix':
    case 'suffix':
    case 'contains':
      return { s: comparison.by, text, subject: 'origin', ignoreCase: comparison.ignoreCase, at };
    case 'regex':
      return { s: 'regex', source: text, flags: '', dialect: 're2', use: 'full', subject: 'origin', at };
    default:
      return undefined;
  }
}

/** A path by a matcher. */
export function pathBy({ value, comparison }: Compared, ignoreCase: boolean): PathMatch {
  if (value.kind !== 'string') return { guard: open(value.at, 'a path that a template writes'), sample: undefined };
  const { value: text, at } = value;
  switch (comparison.by) {
    case 'exact':
      return exactPath(text, at, ignoreCase);
    case 'prefix':
      return prefixPath(text, at, ignoreCase);
    case 'regex':
      return patternPath(text, at);
    default:
      return { ...EVERY_PATH, guard: open(at, 'a path') };
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A condition on a header of the request; pseudo headers are the method, the path and the host. */
export function headerGuard(name: string, set: OriginSet | undefined, admits: (set: OriginSet, text: string) => boolean, at: Span, inverted = false): { readonly guard: Guard; readonly methods: readonly string[] | null } {
  const lower = name.toLowerCase();
  const turned = (guard: Guard): Guard => (inverted ? unless(guard) : guard);
  if (set === undefined) return { guard: open(at, `the header ${lower}`), methods: null };
  if (lower === ':method') {
    const methods = METHODS.filter((method) => admits(set, method) !== inverted);
    return { guard: { g: 'method', in: methods }, methods };
  }
  if (lower === ':path') return { guard: turned({ g: 'path', in: set }), methods: null };
  if (lower === ':authority' || lower === 'host') return { guard: turned({ g: 'host', in: set }), methods: null };
  if (lower.startsWith(':')) return { guard: open(at, `the ${lower.slice(1)} of the request`), methods: null };
  return { guard: turned(lower === 'origin' ? { g: 'origin', in: set } : { g: 'header', name: lower, in: set }), methods: null };
}

/** Something that nobody can tell from a path, a method and headers. */
export function open(at: Span, detail: string): Guard {
  return { g: 'fact', fact: factOf(unknown('unsupported-syntax', detail, at)) };
}

/** What one condition after the other asks for: all of them. */
export interface Conditions {
  readonly guard: Guard;
  readonly sample: string | undefined;
  readonly methods: readonly string[] | null;
}

export function allConditions(path: PathMatch, others: readonly { readonly guard: Guard; readonly methods: readonly string[] | null }[]): Conditions {
  const limited = others.flatMap(({ methods }) => (methods === null ? [] : [methods]));
  return {
    guard: whenAll(path.guard, ...others.map(({ guard }) => guard)),
    sample: path.sample,
    methods: limited.length === 0 ? null : limited.reduce((known, methods) => known.filter((method) => methods.includes(method))),
  };
}

export const NO_CONDITIONS: Conditions = { guard: ALWAYS, sample: '/', methods: null };

/** The text of a field; undefined for what is none. */
export function textOf(field: Field | undefined): string | undefined {
  return field?.value.kind === 'string' ? field.value.value : undefined;
}
