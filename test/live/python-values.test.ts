/**
 * Values of Python against CPython: generated modules, each with a name `result`. What the evaluator says is known must
 * be what the interpreter computes; how much it knows is counted, so that it cannot get by with knowing nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import language, { run, type PythonModule } from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Value } from '../../src/values/value.js';
import { Random, sample } from './seed.js';

const { random, cases: COUNT } = sample('python-values', 300);
const SEED = random.seed;

beforeAll(() => language.load());

function pickOf(picks: Random, from: readonly string[]): string {
  return from[picks.below(from.length)] ?? '""';
}

/** Texts, lists and dictionaries of them, each an expression over names that may exist. */
function textIn(picks: Random, depth: number, names: readonly string[]): string {
  const inner = (): string => textIn(picks, depth - 1, names);
  const list = (): string => listIn(picks, depth - 1, names);
  const leaf = [`"https://a.example"`, `'b.example'`, `""`, `"x, y ,z"`, `r"\\d+\\."`, `"https://c.example/"`, `"é😀"`, ...names.filter((name) => name.startsWith('text'))];
  if (depth <= 0) return pickOf(picks, leaf);
  return picks.pick<() => string>([
    () => pickOf(picks, leaf),
    () => `(${inner()} + ${inner()})`,
    () => `f"{${inner().replaceAll('"', "'")}}:{8000 + ${picks.below(9)}}"`,
    () => `"%s-%s" % (${inner()}, ${inner()})`,
    () => `"{}{}".format(${inner()}, ${inner()})`,
    () => `"{1}/{0}/{key}".format(${inner()}, ${inner()}, key=${inner()})`,
    () => `${inner()}.replace(${picks.pick(['"example"', '"a"', '"/"'])}, ${picks.pick(['"test"', '""'])})`,
    () => `${inner()}.${picks.pick(['strip()', 'rstrip("/")', 'lower()', 'upper()', 'removesuffix("/")', 'removeprefix("https://")', 'lstrip("htps:/")', 'strip("/")'])}`,
    () => `${picks.pick(['","', '"://"', '""'])}.join(${list()})`,
    () => `(${inner()} if ${conditionIn(picks, depth - 1, names)} else ${inner()})`,
    () => `(${inner()} or ${inner()})`,
    () => `(${inner()} and ${inner()})`,
    () => `str(${picks.pick([inner(), '8080', 'True'])})`,
    () => `(${list()} + ["last"])[${picks.pick(['0', '-1'])}]`,
    () => `{"k": ${inner()}, "l": ${inner()}}[${picks.pick(['"k"', '"l"'])}]`,
    () => `{"k": ${inner()}}.get(${picks.pick(['"k"', '"none"'])}, ${inner()})`,
    () => `(lambda one, two="2": one + two)(${inner()})`,
    () => `${inner()}[${picks.pick([':3', '1:', ':-1', ':'])}]`,
    () => `re.escape(${inner()})`,
  ])();
}

function listIn(picks: Random, depth: number, names: readonly string[]): string {
  const text = (): string => textIn(picks, depth - 1, names);
  const inner = (): string => listIn(picks, depth - 1, names);
  const leaf = ['[]', '["a", "b"]', '("t",)', ...names.filter((name) => name.startsWith('list'))];
  if (depth <= 0) return `list(${pickOf(picks, leaf)})`;
  return `list(${picks.pick<() => string>([
    () => pickOf(picks, leaf),
    () => `[${text()}, ${text()}]`,
    () => `(${inner()} + ${inner()})`,
    () => `[*${inner()}, ${text()}]`,
    () => `${text()}.split(${picks.pick(['","', '"/"', '""  or None', ''])})`,
    () => `[one.strip() for one in ${inner()}]`,
    () => `[one for one in ${inner()} if ${picks.pick(['one', 'one.startswith("h")', 'len(one) > 1', '"e" in one', 'one != "a"', 'not one.endswith("/")'])}]`,
    () => `[a + b for a in ${inner()} for b in ("1", "2")]`,
    () => `[f"{name}:{port}" for name, port in {"x": 1, "y": 2}.items()]`,
    () => `map(str.${picks.pick(['strip', 'lower', 'upper'])}, ${inner()})`,
    () => `map(lambda one: "https://" + one, ${inner()})`,
    () => `filter(${picks.pick(['None', 'bool', 'lambda one: len(one) > 2'])}, ${inner()})`,
    () => `{"p": ${text()}, **{"q": ${text()}, "p": "over"}}.${picks.pick(['values()', 'keys()'])}`,
    () => `{one: one + "!" for one in ${inner()}}.values()`,
    () => `json.loads('["j", "k"]')`,
    () => `(${inner()} or [${text()}])`,
    () => `${inner()}[${picks.pick([':1', '1:', ':-1', '::-1', '-2:'])}]`,
    () => `(${inner()} if ${conditionIn(picks, depth - 1, names)} else ${inner()})`,
    () => `dict.fromkeys(${inner()})`,
    () => `itertools.chain(${inner()}, ${inner()})`,
    () => `helper(${text()}, ${inner()})`,
    () => `Holder([${text()}]).items`,
  ])()})`;
}

function conditionIn(picks: Random, depth: number, names: readonly string[]): string {
  const text = (): string => textIn(picks, depth - 1, names);
  return picks.pick<() => string>([
    () => `${text()} ${picks.pick(['==', '!=', 'in', 'not in'])} ${text()}`,
    () => `${text()} ${picks.pick(['in', 'not in'])} ${listIn(picks, depth - 1, names)}`,
    () => `${text()}.${picks.pick(['startswith', 'endswith'])}(${picks.pick(['"https"', '("h", "b")', '"/"'])})`,
    () => `not ${text()}`,
    () => `any(one == ${text()} for one in ${listIn(picks, depth - 1, names)})`,
    () => `all(${listIn(picks, depth - 1, names)})`,
    () => `isinstance(${text()}, ${picks.pick(['str', 'list', '(list, str)'])})`,
    () => `(${text()} is None)`,
    () => `len(${listIn(picks, depth - 1, names)}) == ${picks.below(4)}`,
  ])();
}

const HEAD = `import itertools
import json
import re
from dataclasses import dataclass, field


def helper(text, items, *more, end="!"):
    if not text:
        return items
    found = [text + end]
    for item in items:
        found.append(item)
    found.extend(more)
    return found


@dataclass
class Holder:
    items: list = field(default_factory=list)


`;

function moduleOf(picks: Random): string {
  const lines: string[] = [];
  const names: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const isList = picks.below(2) === 0;
    const name = `${isList ? 'list' : 'text'}_${index}`;
    lines.push(`${name} = ${isList ? listIn(picks, 2, names) : textIn(picks, 2, names)}`);
    names.push(name);
    const some = names.filter((one) => one.startsWith('list'));
    const target = some.length === 0 ? undefined : pickOf(picks, some);
    if (target !== undefined) {
      lines.push(...picks.pick<() => readonly string[]>([
        () => [`${target}.append(${textIn(picks, 1, names)})`],
        () => [`${target} += ${listIn(picks, 1, names)}`],
        () => [`${target}.insert(0, ${textIn(picks, 1, names)})`],
        () => [`${target}.extend(${listIn(picks, 1, names)})`],
        () => [`if ${conditionIn(picks, 1, names)}:`, `    ${target}.append("then")`, 'else:', `    ${target} = ["else"]`],
        () => [`for one in ${listIn(picks, 1, names)}:`, `    ${target}.append(one + "+")`],
        () => [`for one in ${listIn(picks, 1, names)}:`, '    if one == "a":', '        continue', `    ${target}.append(one)`],
        () => [`if (found := ${textIn(picks, 1, names)}):`, `    ${target}.append(found)`],
        () => [`match ${textIn(picks, 1, names)}:`, '    case "b.example" | "":', `        ${target}.append("one")`, '    case other:', `        ${target} = [other]`],
        () => [`first_${index}, *rest_${index} = ["1"] + ${listIn(picks, 1, names)}`, `${target} = rest_${index} + [first_${index}]`],
        () => [`if ${target}:`, `    ${target}.pop()`],
        () => [`with_${index} = {"a": ${target}}`, `with_${index}.update(b=["b"])`, `${target} = with_${index}["b"] + with_${index}.get("a", [])`],
      ])());
    }
  }
  lines.push(`result = [${names.join(', ')}]`);
  return `${HEAD}${lines.join('\n')}\n`;
}

/** The value as JSON; undefined when a part of it is not known. */
function known(value: Value | undefined): unknown {
  switch (value?.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'nothing':
      return null;
    case 'list': {
      const items = value.items.map(known);
      return value.rest !== undefined || items.includes(undefined) ? undefined : items;
    }
    default:
      return undefined;
  }
}

/** What CPython computes; undefined where it raises. */
function computed(programs: readonly string[]): readonly unknown[] {
  const work = mkdtempSync(join(tmpdir(), 'cors-lint-values-'));
  try {
    writeFileSync(join(work, 'programs.json'), JSON.stringify(programs));
    const script = 'import json, sys\nanswers = []\nfor text in json.load(open(sys.argv[1])):\n    names = {"__name__": "generated"}\n    sys.modules["generated"] = type(sys)("generated")\n    try:\n        exec(compile(text, "generated", "exec"), names)\n        answers.append({"result": names["result"]})\n    except Exception as error:\n        answers.append({})\nprint(json.dumps(answers))\n';
    const answers = JSON.parse(execFileSync('python3', ['-W', 'ignore', '-c', script, join(work, 'programs.json')], { encoding: 'utf8', maxBuffer: 1 << 28 })) as readonly { readonly result?: unknown }[];
    return answers.map(({ result }) => result);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function parsed(text: string): PythonModule {
  const { unit, problems } = language.parse(new SourceText('app.py', text), filesFrom({ 'app.py': text }));
  expect(problems).toEqual([]);
  return unit!;
}

test.each<[string, (module: PythonModule) => Value | undefined, number]>([
  ['names that are looked up', (module) => module.valueOf(module.root.namedChildren.at(-1)!.namedChildren[0]!.childForFieldName('right')!), 0.5],
  ['code that is run', (module) => run(module, () => undefined, /./).named('result'), 0.5],
])('%s: what is known is what CPython computes', (_name, valueIn, least) => {
  const picks = new Random(SEED);
  const programs = Array.from({ length: COUNT }, () => moduleOf(picks));
  const answers = computed(programs);
  const wrong: string[] = [];
  let [asked, told] = [0, 0];
  programs.forEach((text, index) => {
    const expected = answers[index] as readonly unknown[] | undefined;
    // A program that raises has no result.
    if (expected === undefined) return;
    const value = valueIn(parsed(text));
    expected.forEach((one, place) => {
      asked += 1;
      const found = value?.kind === 'list' ? known(value.items[place]) : undefined;
      if (found === undefined) return;
      told += 1;
      if (JSON.stringify(found) !== JSON.stringify(one)) wrong.push(`${text.slice(HEAD.length)}# item ${place}: ${JSON.stringify(found)} for ${JSON.stringify(one)}`);
    });
  });
  expect(wrong.slice(0, 3).join('\n\n')).toBe('');
  expect(asked).toBeGreaterThan(COUNT);
  expect(told / asked).toBeGreaterThan(least);
}, 120_000);
