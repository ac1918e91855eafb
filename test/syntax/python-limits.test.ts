/** Work on hostile or odd Python is bounded, in names that are looked up and in code that is run, and never throws. */
import { beforeAll, describe, expect, test } from 'vitest';
import language, { run, type PythonModule } from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Value } from '../../src/values/value.js';
import { soon } from '../support/soon.js';

beforeAll(() => language.load());

function moduleOf(text: string, others: Readonly<Record<string, string>> = {}): PythonModule {
  return language.parse(new SourceText('app.py', text), filesFrom({ 'app.py': text, ...others })).unit!;
}

/** `result` at the module's end, both ways. */
function results(text: string, others: Readonly<Record<string, string>> = {}): readonly (Value | undefined)[] {
  const module = moduleOf(`${text}\nuse(result)\n`, others);
  const use = module.calls().find(({ callee }) => callee === 'use');
  return [module.valueOf(use!.positional[0]!), run(moduleOf(text, others), () => undefined, /./).named('result')];
}

const many = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('\n');

describe('bounded work', () => {
  test.each<[string, string, Readonly<Record<string, string>>?]>([
    ['a long sum', `result = ${Array.from({ length: 3000 }, () => '"a"').join(' + ')}`],
    ['deep brackets', `result = ${'['.repeat(900)}${']'.repeat(900)}`],
    ['deep brackets that are not closed', `result = ${'(['.repeat(2000)}`],
    ['a long chain of methods', `result = "a"${'.replace("a", "b")'.repeat(400)}`],
    ['a long chain on something unknown', `result = unknown${'.strip().split(",")[0]'.repeat(60)}`],
    ['names that double', `a0 = ["x"]\n${many(60, (index) => `a${index + 1} = a${index} + a${index}`)}\nresult = a60`],
    ['texts that double', `a0 = "x"\n${many(60, (index) => `a${index + 1} = f"{a${index}}{a${index}}"`)}\nresult = a60`],
    ['choices on choices', `import os\nresult = ["x"]\n${many(60, (index) => `if os.getenv("A${index}"):\n    result = result + ["x${index}"]\nelse:\n    result = ["y${index}"] + result`)}`],
    ['texts of choices', `import os\nresult = "${'{}'.repeat(40)}".format(${Array.from({ length: 40 }, (_, index) => `os.getenv("A${index}", "b")`).join(', ')})`],
    ['sums of choices', `import os\nresult = ${Array.from({ length: 40 }, (_, index) => `os.getenv("A${index}", "b")`).join(' + ')}`],
    ['comprehensions in comprehensions', `result = [${'a'.repeat(1)} ${many(9, (index) => `for x${index} in "abcdefghij"`).replaceAll('\n', ' ')}]`],
    ['a product', `import itertools\nresult = list(itertools.product(${Array.from({ length: 12 }, () => '"abcdefghij"').join(', ')}))`],
    ['functions that call themselves', 'def f(x):\n    return f(x + "a") + f(x + "b")\nresult = f("")'],
    ['functions that call each other', `${many(40, (index) => `def f${index}(x):\n    return f${(index + 1) % 40}(x) + f${(index + 7) % 40}(x)`)}\nresult = f0("")`],
    ['lambdas that apply themselves', 'f = lambda g: g(g)\nresult = f(f)'],
    ['names in a circle', 'a = b\nb = a\nresult = a'],
    ['a class that is its own base', 'class A(A):\n    x = A.x\nresult = A().x'],
    ['classes in a circle', 'class A(B):\n    pass\nclass B(A):\n    pass\nresult = A().origins'],
    ['settings that hold themselves', 'from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    inner: "S" = None\n    @property\n    def all(self):\n        return self.inner.all + self.all\nresult = S().all'],
    ['an enumeration of itself', 'from enum import Enum\nclass E(Enum):\n    A = E.A\nresult = [e.value for e in E]'],
    ['imports in a circle', 'from a import result', { 'a.py': 'from b import result', 'b.py': 'from c import *', 'c.py': 'from a import *\nfrom app import *' }],
    ['nested loops', `result = []\n${many(6, (index) => `${'    '.repeat(index)}for x${index} in "abcdefghijklmnopqrstuvwxyz":`)}\n${'    '.repeat(6)}result.append(x0)`],
    ['nested conditions', `result = []\n${many(90, (index) => `${' '.repeat(index)}if unknown${index}:`)}\n${' '.repeat(90)}result.append("x")`],
    ['a long match', `match unknown:\n${many(500, (index) => `    case "a${index}":\n        result = "${index}"`)}`],
    ['many appends', `result = []\n${many(1500, (index) => `result.append("https://a${index}.example")`)}`],
  ])('%s', (_name, text, others) => {
    soon(5, () => results(text, others));
  }, 30_000);

  test('what is past a limit is unknown, not wrong', () => {
    for (const value of results(`a0 = "x"\n${many(60, (index) => `a${index + 1} = f"{a${index}}{a${index}}"`)}\nresult = a60`)) expect(value?.kind).not.toBe('string');
    for (const value of results('def f(x):\n    return f(x + "a") + f(x + "b")\nresult = f("")')) expect(value?.kind).not.toBe('string');
  });
});

describe('any text', () => {
  const program = `\ufeffimport os
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    origins: list[str] = ["https://a.example", f"https://{os.environ['HOST']!r:>3}"]
    @property
    def all(self): return [str(o).rstrip("/") for o in self.origins if o] + [*{"k": 1, **{}}]
match os.getenv("ENV", "😀"):
    case "a" | "b" if x: result = Settings().all[:-1]
    case _: result = [lambda a, *b, c=1, **d: a % (b,)]
if (n := os.getenv("N")): result += n.split(",", 1)
with open("x") as f, g() as (h, i): result.append(f.read())
for a, (b, *c) in zip(result, "x"): result.insert(0, a)
`;

  test('every prefix, and every line left out, is read without a throw', () => {
    const lines = program.split('\n');
    const texts = [...Array.from({ length: program.length }, (_, length) => program.slice(0, length)).filter((_text, index) => index % 5 === 0), ...lines.map((_line, index) => lines.toSpliced(index, 1).join('\r\n'))];
    for (const text of texts) {
      const module = moduleOf(text);
      for (const call of module.calls()) [call.keywords, call.condition, ...call.positional.map((node) => module.valueOf(node))].forEach((one) => expect(one).toBeDefined());
      const ran = run(module, () => undefined, /./);
      for (const one of ran.unreached()) one.run();
      for (const one of ran.classes()) expect(one.bases).toBeDefined();
    }
  }, 60_000);
});
