import { FALSE, not, or, TRUE, type Condition } from './condition.js';
import { factOf, type Value } from './value.js';

/** Conditions with more different tests than this are not decided. */
const MAX_TESTS = 8;

/** Is the condition always true, whatever its tests say? The tests are taken to be independent of each other. */
export function isTautology(condition: Condition): boolean {
  const found = new Set<string>();
  testsIn(condition, found);
  if (found.size > MAX_TESTS) return false;
  const all = (1n << BigInt(2 ** found.size)) - 1n;
  return casesOf(condition, new Map([...found].map((test, index) => [test, CASES[index]! & all])), all) === all;
}

/** Of the ways in which so many tests can come out, one bit each: those in which the test of an index holds. */
const CASES: readonly bigint[] = Array.from({ length: MAX_TESTS }, (_, index) => Array.from({ length: 2 ** MAX_TESTS }, (__, way) => BigInt((way >> index) & 1) << BigInt(way)).reduce((sum, bit) => sum | bit));

/** The cases in which a condition holds. */
function casesOf(condition: Condition, tests: ReadonlyMap<string, bigint>, all: bigint): bigint {
  switch (condition.c) {
    case 'true':
      return all;
    case 'false':
      return 0n;
    case 'and': {
      let cases = all;
      for (const part of condition.of) if (cases !== 0n) cases &= casesOf(part, tests, all);
      return cases;
    }
    case 'or': {
      let cases = 0n;
      for (const part of condition.of) if (cases !== all) cases |= casesOf(part, tests, all);
      return cases;
    }
    case 'not':
      return all ^ casesOf(condition.of, tests, all);
    default:
      return tests.get(nameOf(condition)) ?? 0n;
  }
}

/** Does `a` always come with `b`? False also when that cannot be told. */
export function implies(a: Condition, b: Condition): boolean {
  return isTautology(or(not(a), b));
}

/** Can the two never hold together? False also when that cannot be told. */
export function excludes(a: Condition, b: Condition): boolean {
  return implies(a, not(b));
}

/** `condition`, as `true` or `false` when it is one of them whatever its tests say. */
export function decided(condition: Condition): Condition {
  if (isTautology(condition)) return TRUE;
  return isTautology(not(condition)) ? FALSE : condition;
}

/** Names of the tests in a condition; no more than are too many. */
function testsIn(condition: Condition, found: Set<string>): void {
  if (found.size > MAX_TESTS) return;
  if (condition.c === 'and' || condition.c === 'or') for (const part of condition.of) testsIn(part, found);
  else if (condition.c === 'not') testsIn(condition.of, found);
  else if (condition.c !== 'true' && condition.c !== 'false') found.add(nameOf(condition));
}

const names = new WeakMap<Condition, string>();

/** Tests that ask the same of the same values have one name, wherever they stand. */
function nameOf(condition: Condition): string {
  let name = names.get(condition);
  if (name === undefined) names.set(condition, (name = short(written(condition))));
  return name;
}

function written(condition: Condition): string {
  switch (condition.c) {
    case 'true':
    case 'false':
      return condition.c;
    case 'and':
    case 'or':
      return `${condition.c}(${condition.of.map(nameOf).join(' ')})`;
    case 'not':
      return `not ${nameOf(condition.of)}`;
    case 'fact':
      return `fact:${condition.fact.key}`;
    case 'present':
      return `present ${keyOf(condition.value)}`;
    case 'equals':
      return `equals ${condition.ignoreCase} ${keyOf(condition.left)} ${keyOf(condition.right)}`;
    case 'member':
      return `member ${keyOf(condition.item)} ${keyOf(condition.of)}`;
    case 'matches':
      // What a pattern with a memory answers depends on when it is asked.
      return `matches ${condition.use} ${keyOf(condition.text)} ${keyOf(condition.regex)}${/[gy]/.test(condition.regex.flags) ? ` ${condition.at.file}:${condition.at.start}` : ''}`;
    default:
      return `${condition.c} ${condition.ignoreCase} ${keyOf(condition.text)} ${keyOf(condition.part)}`;
  }
}

/** So many texts have a short form at a time; without it, two that are the same are only not seen to be. */
const MAX_SHORT = 100_000;

const shortForms = new Map<string, string>();
let made = 0;

/** The same short text for the same text: values and conditions share their parts, and spelled out they would have no end. */
function short(text: string): string {
  if (text.length < 40) return text;
  let form = shortForms.get(text);
  if (form === undefined) {
    if (shortForms.size >= MAX_SHORT) shortForms.clear();
    made += 1;
    shortForms.set(text, (form = `#${made}`));
  }
  return form;
}

const keys = new WeakMap<Value, string>();

/** A text that two values share when they are the same at run time. What is not known is itself alone. */
function keyOf(value: Value): string {
  let key = keys.get(value);
  if (key === undefined) keys.set(value, (key = short(identified(value))));
  return key;
}

function identified(value: Value): string {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return JSON.stringify(value.value);
    case 'nothing':
      return value.what;
    case 'list':
      return `[${value.items.map(keyOf).join()}${value.rest === undefined ? '' : `...${keyOf(value.rest)}`}]`;
    case 'record':
      return `{${value.entries.map((entry) => `${JSON.stringify(entry.key)}:${keyOf(entry.value)}`).join()}${value.rest === undefined ? '' : `...${keyOf(value.rest)}`}}`;
    case 'regex':
      return `/${value.source}/${value.flags}`;
    case 'env':
      return `env:${value.name}`;
    case 'unknown':
      return factOf(value).key;
    case 'request':
      return `${value.part}:${value.header ?? ''}`;
    case 'derived':
      return `${value.how}(${keyOf(value.of)})`;
    case 'concat':
      return `+(${value.parts.map(keyOf).join()})`;
    case 'either':
      return `?(${value.options.map(({ when, value: option }) => `${nameOf(when)}:${keyOf(option)}`).join()})`;
    case 'condition':
      return `!(${nameOf(value.condition)})`;
    default:
      made += 1;
      return `${value.kind}#${made}`;
  }
}
