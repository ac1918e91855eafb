import { beforeAll, describe, expect, test } from 'vitest';
import java, { run, type Run } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Handle } from '../../src/values/value.js';

beforeAll(() => java.load());

const at = { file: '', start: 0, end: 0 };

/** What is made of the classes of a package, with the arguments. */
function ran(file: string, text: string, others: Readonly<Record<string, string>> = {}): { readonly one: Run; readonly made: string[] } {
  const made: string[] = [];
  const type = (name: string): Handle => ({
    kind: 'handle',
    name,
    at,
    get: () => undefined,
    call: (method, args) => {
      made.push(`${name}.${method}(${args.map((arg) => (arg.kind === 'string' ? arg.value : arg.kind)).join(', ')})`);
      return type(name);
    },
  });
  const { unit, problems } = java.parse(new SourceText(file, text), filesFrom({ [file]: text, ...others }));
  expect(problems).toEqual([]);
  const one = run(unit!, (qualified) => (qualified.startsWith('lib.') ? type(qualified.slice(4)) : undefined), () => undefined);
  return { one, made };
}

describe("a parent's constructor", () => {
  test('is called from the head of a class of Kotlin, whose companion makes what it gets', () => {
    const { one, made } = ran('A.kt', 'import lib.Filter\nclass A : Filter(source()) {\n  companion object {\n    fun source() = "s"\n  }\n}');
    one.classes[0]!.object();
    expect(made).toEqual(['Filter.new(s)']);
  });

  test('is called where Kotlin makes an object without a name', () => {
    const { one, made } = ran('A.kt', 'import lib.Filter\nclass A { fun f() = object : Filter("s") { } }');
    one.classes[0]!.methods[0]!.callee.run([]);
    expect(made).toEqual(['Filter.new(s)']);
  });

  test('happens while the object is made', () => {
    const { one } = ran('A.java', 'import lib.Filter; class A extends Filter { A() { super("s"); } }');
    expect(one.classes[0]!.construction).toEqual([]);
    one.classes[0]!.object();
    expect(one.classes[0]!.construction.map((event) => event.kind)).toEqual(['call']);
  });
});

test('a method of the class around comes before what a parent without a name may have', () => {
  const { one, made } = ran('A.java', 'import lib.Source; class A { String origin() { return "o"; } Object f() { return new Source() { Object g() { return origin(); } }; } }');
  const [returned] = one.classes[0]!.methods.find(({ name }) => name === 'f')!.callee.run([]).filter((event) => event.kind === 'return');
  const value = returned?.kind === 'return' ? returned.value : undefined;
  expect(one.objectOf(value!)!.method('g')!.run([])).toMatchObject([{ kind: 'return', value: { kind: 'string', value: 'o' } }]);
  expect(made).toEqual(['Source.new()']);
});

test('a constructor of Kotlin with a type argument and one other', () => {
  const { one, made } = ran('A.kt', 'import lib.Bean\nclass A { fun f() = Bean<Any>("x") }');
  one.classes[0]!.methods[0]!.callee.run([]);
  expect(made).toEqual(['Bean.new(x)']);
});

test('a class without a name sees the variables and the fields around it', () => {
  const body = (text: string): string => `import lib.Source; class A { String field = "f"; Object f() { String local = "l"; return new Source() { String own = local; Object g() { return ${text}; } }; } }`;
  const given = (text: string): unknown => {
    const { one } = ran('A.java', body(text));
    const [returned] = one.classes[0]!.methods[0]!.callee.run([]).filter((event) => event.kind === 'return');
    return one.objectOf(returned?.kind === 'return' ? returned.value : { kind: 'nothing', what: 'null', at })!.method('g')!.run([]);
  };
  for (const [name, value] of [['field', 'f'], ['local', 'l'], ['own', 'l']] as const) expect(given(name)).toMatchObject([{ kind: 'return', value: { kind: 'string', value } }]);
});

describe('annotations', () => {
  const others = {
    'Api.java': '@lib.Route("a") interface Api { @lib.Get("b") Object f(); }',
    'Mark.java': '@lib.Cross("c") @interface Mark {}',
  };
  const names = (annotations: readonly { readonly names: readonly string[] }[]): readonly string[] => annotations.map((one) => one.names[0]!);

  test('of an interface and of its method are inherited', () => {
    const [type] = ran('A.java', 'class A implements Api { public Object f() { return null; } }', others).one.classes;
    expect([names(type!.annotations), names(type!.inherited), names(type!.methods[0]!.annotations), names(type!.methods[0]!.inherited)]).toEqual([[], ['lib.Route'], [], ['lib.Get']]);
  });

  test('of an annotation class of Kotlin', () => {
    const classes = ran('A.kt', '@lib.Cross("c")\nannotation class Mark\n@Mark\nclass A').one.classes;
    expect(classes.map(({ declaration }) => declaration.kind)).toEqual(['annotation', 'class']);
    expect(classes[1]!.annotations.map(({ meta }) => names(meta))).toEqual([['lib.Cross']]);
  });

  test('of an annotation of the project', () => {
    const [type] = ran('A.java', '@Mark class A {}', others).one.classes;
    expect(type!.annotations.map(({ meta }) => names(meta))).toEqual([['lib.Cross']]);
  });
});
