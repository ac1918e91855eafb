import { beforeAll, describe, expect, test } from 'vitest';
import jvm, { run, type Run } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Handle, Value } from '../../src/values/value.js';
import { told, valueText } from '../support/told.js';

beforeAll(() => jvm.load());

const at = { file: 'lib', start: 0, end: 0 };
const ORIGIN: Value = { kind: 'request', part: 'header', header: 'origin', at };

function handle(name: string): Handle {
  return { kind: 'handle', name, at, get: () => undefined, call: (method) => (method === 'getHeader' ? ORIGIN : method === 'new' ? handle(name.toLowerCase()) : /^(?:set|add|allowed)/.test(method) ? handle(name) : undefined) };
}

/** Classes of the package `lib` are handles; `new lib.Config()` gives one called `config`. */
function ran(file: string, text: string, others: Readonly<Record<string, string>> = {}): Run {
  const { unit, problems } = jvm.parse(new SourceText(file, text), filesFrom({ [file]: text, ...others }));
  expect(problems).toEqual([]);
  return run(
    unit!,
    (name) => (/^lib\.(?:Config|Configurer|Cors|CORS)$/.test(name) ? handle(name.slice(4)) : undefined),
    ({ annotations, type }) => (annotations.some((one) => one.name === 'Value') ? { kind: 'env', name: 'INJECTED', at } : type === 'Http' ? handle('http') : undefined),
  );
}

function method(one: Run, name = 'f', args: readonly Value[] = []): readonly string[] {
  const found = one.classes.flatMap(({ methods }) => methods).find((candidate) => candidate.name === name)!;
  return told(found.callee.run(args));
}

const java = (body: string, fields = ''): readonly string[] => method(ran('src/main/java/app/A.java', `package app;\nimport lib.*;\nimport java.util.List;\npublic class A {\n${fields}\n  Object f(Request request) {\n${body}\n  }\n}\n`), 'f', [handle('request')]);
const kotlin = (body: string, fields = ''): readonly string[] => method(ran('src/main/kotlin/app/A.kt', `package app\nimport lib.*\nclass A {\n${fields}\n  fun f(request: Request): Any? {\n${body}\n  }\n}\n`), 'f', [handle('request')]);

describe('Java', () => {
  test.each([
    ['setters in order', 'Config c = new Config(); c.setOrigins(List.of("a", "b")); c.addOrigin("c"); return c;', ['Config.new()', 'config.setOrigins(["a", "b"])', 'config.addOrigin("c")', 'return config']],
    ['chains', 'new Config().setA(1).setB(true); return null;', ['Config.new()', 'config.setA(1)', 'config.setB(true)', 'return nothing']],
    ['a conditional expression', 'Config c = new Config(); c.setA(request == null ? "x" : "y"); return c;', ['Config.new()', 'config.setA("y")', 'return config']],
    ['branches that the request decides', 'String o = request.getHeader("Origin"); if ("https://a".equals(o)) { request.setX(o); } return null;', ['request.getHeader("Origin")', 'request.setX(<origin>) when <origin> == "https://a"', 'return nothing']],
    ['a list that is asked', 'List<String> l = List.of("a", "b"); if (l.contains(request.getHeader("Origin"))) request.setX(1); return null;', ['request.getHeader("Origin")', 'request.setX(1) when <origin> in ["a", "b"]', 'return nothing']],
    ['an early return', 'String o = request.getHeader("Origin"); if (o == null) return 1; request.setX(o); return 2;', ['request.getHeader("Origin")', 'return 1 when not present <origin>', 'request.setX(<origin>) when present <origin>', 'return 2 when present <origin>']],
    ['loops', 'for (String s : new String[] {"a", "b"}) { if (s.equals("a")) continue; request.addX(s); } return null;', ['request.addX("b")', 'return nothing']],
    ['lambdas that are given', 'request.addX(x -> x.toUpperCase()); return null;', ['request.addX(function)', 'return nothing']],
    ['a reference to a method of a class in a class', 'List.of(request).forEach(Outer.Inner::disable); return null;', ['request.disable()', 'return nothing']],
    ['streams', 'request.addX(java.util.Arrays.stream("a , b".split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList()); return null;', ['request.addX(["a", "b"])', 'return nothing']],
    ['an old switch', 'switch ("b") { case "a": request.addX(1); break; case "b": request.addX(2); case "c": request.addX(3); break; default: request.addX(4); } return null;', ['request.addX(2)', 'request.addX(3)', 'return nothing']],
    ['a new switch', 'int x = switch ("b") { case "a" -> 1; case "b", "c" -> 2; default -> 3; }; request.addX(x); return null;', ['request.addX(2)', 'return nothing']],
    ['an exception that is handled', 'try { request.addX(1); throw new Exception("x"); } catch (Exception e) { request.addX(2); } return null;', ['request.addX(1)', 'request.addX(2)', 'return nothing']],
    ['a text block', 'request.addX("""\n      a\n        b\n      """); return null;', ['request.addX("a\\n  b\\n")', 'return nothing']],
    ['a method of the class', 'request.addX(origins("z")); return null;', ['request.addX(["a", "z"])', 'return nothing']],
    ['an injected field', 'request.addX(injected.split(",")); return null;', ['request.addX([…])', 'return nothing']],
    ['a handle that escapes', 'Other.use(request); return null;', ['request escapes', 'return nothing']],
    ['an object without a name', 'return new Object() { void g() {} };', ['return an object']],
  ])('%s', (_name, body, events) => {
    expect(java(body, '  @Value("${x}") private String injected;\n  private static final String A = "a";\n  List<String> origins(String last) { var l = new java.util.ArrayList<String>(); l.add(A); l.add(last); return l; }')).toEqual(events);
  });

  test('constants and methods of other classes, by import, by package and through star imports', () => {
    const one = ran('src/main/java/app/A.java', 'package app;\nimport other.Constants;\nimport static other.More.*;\nimport lib.Config;\nclass A { Object f() { return new Config().set(Constants.A, Near.B, C, Near.make()); } }', {
      'src/main/java/other/Constants.java': 'package other; public class Constants { public static final String A = "a"; }',
      'src/main/java/other/More.java': 'package other; public interface More { String C = "c" + Constants.A; }',
      'src/main/java/app/Near.java': 'package app; class Near { static final String B = "b"; static String make() { return B + "!"; } }',
    });
    expect(method(one)).toEqual(['Config.new()', 'config.set("a", "b", "ca", "b!")', 'return config']);
  });

  test('a base class in the project, and one of the framework', () => {
    const one = ran('src/main/java/app/A.java', 'package app;\nclass A extends Base { Object f() { super.g(); return own(); } }', { 'src/main/java/app/Base.java': 'package app;\nimport lib.Config;\nclass Base extends Config { Object x = "x"; void g() { set(x); } Object own() { return x; } }' });
    expect(one.classes[0]!.supertypes).toContain('lib.Config');
    expect(method(one)).toEqual(['return "x"']);
  });

  test('records and objects with getters', () => {
    const one = ran('src/main/java/app/A.java', 'package app;\nclass A { Object f() { var p = new P("a"); var q = new Q(); q.setName("b"); return p.name() + q.getName(); }\n  record P(String name) {}\n  static class Q { private String name; } }');
    expect(method(one)).toEqual(['return "ab"']);
  });

  test('annotations, with what they say', () => {
    const one = ran('src/main/java/app/A.java', 'package app;\nimport lib.Cors;\n@Cors(origins = {A.X, "b"}, age = 10)\nclass A { static final String X = "x"; @Cors("c") void f() {} }');
    const [a] = one.classes;
    expect(a!.annotations[0]!.names).toEqual(['lib.Cors']);
    expect([...a!.annotations[0]!.elements].map(([name, value]) => `${name}=${valueText(value)}`)).toEqual(['origins=["x", "b"]', 'age=10']);
    expect([...a!.methods[0]!.annotations[0]!.elements].map(([name, value]) => `${name}=${valueText(value)}`)).toEqual(['value="c"']);
  });

  test('objects of anonymous classes can be asked for their methods', () => {
    const one = ran('src/main/java/app/A.java', 'package app;\nimport lib.Configurer;\nclass A { Object f() { return new Configurer() { public void add(Object r) { r.use("x"); } }; } }');
    const found = one.classes[0]!.methods[0]!.callee.run([]).find((event) => event.kind === 'return')!;
    const object = one.objectOf(found.kind === 'return' ? found.value : ORIGIN)!;
    expect(object.supertypes).toContain('lib.Configurer');
    expect(told(object.method('add')!.run([handle('r')]))).toEqual(['r.use("x")', 'return nothing']);
  });
});

describe('Kotlin', () => {
  test.each([
    ['properties and methods in order', 'val c = Config()\n c.origins = listOf("a")\n c.addOrigin("b")\n return c', ['Config.new()', 'config.origins = ["a"]', 'config.addOrigin("b")', 'return config']],
    ['apply', 'return Config().apply { origins = listOf("a"); addOrigin("b") }', ['Config.new()', 'config.origins = ["a"]', 'config.addOrigin("b")', 'return config']],
    ['also and let', 'Config().also { it.setA(1) }.let { c -> c.setB(2) }\n return null', ['Config.new()', 'config.setA(1)', 'config.setB(2)', 'return nothing']],
    ['when', 'val x = when ("b") { "a" -> 1; "b", "c" -> 2; else -> 3 }\n request.addX(x)\n return null', ['request.addX(2)', 'return nothing']],
    ['if as an expression', 'val x = if (request.getHeader("Origin") == "a") 1 else 2\n request.addX(x)\n return null', ['request.getHeader("Origin")', 'request.addX(1 if <origin> == "a" | 2 if not <origin> == "a")', 'return nothing']],
    ['templates', 'val host = "a.example"\n request.addX("https://$host:${80 + 1}", "\\$x")\n return null', ['request.addX("https://a.example:81", "$x")', 'return nothing']],
    ['elvis', 'request.addX(null ?: "b", System.getenv("X") ?: "c")\n return null', ['request.addX("b", "c" if fact | env if not fact)', 'return nothing']],
    ['spreads and maps', 'val l = arrayOf("a", "b")\n request.addX(*l.map { it + "!" }.toTypedArray())\n return null', ['request.addX("a!", "b!")', 'return nothing']],
    ['constants of the companion', 'request.addX(ORIGIN, A.ORIGIN)\n return null', ['request.addX("o", "o")', 'return nothing']],
    ['a list of a lazy property', 'request.addX(later)\n return null', ['request.addX(["l"])', 'return nothing']],
  ])('%s', (_name, body, events) => {
    expect(kotlin(body, '  companion object { const val ORIGIN = "o" }\n  val later by lazy { listOf("l") }')).toEqual(events);
  });

  test('functions with a receiver, and blocks that configure', () => {
    const one = ran('src/main/kotlin/App.kt', 'import lib.CORS\nfun Application.module() {\n  install(CORS) {\n    anyHost()\n    allowHost("a", schemes = listOf("https"))\n  }\n}\n');
    const [module] = one.functions;
    expect(module!.receiver).toBe('Application');
    const app = handle('app');
    const events = module!.callee.run([app]);
    expect(told(events)).toEqual(['app.install(CORS, function)', 'return nothing']);
    const block = events.flatMap((event) => (event.kind === 'call' ? event.args : []))[1]!;
    expect(block.kind === 'function' ? told(block.run([handle('cors')])) : []).toEqual(['cors.anyHost()', 'cors.allowHost("a", ["https"], schemes=["https"])', 'return unknown']);
  });

  test('data classes and named arguments', () => {
    const one = ran('src/main/kotlin/app/A.kt', 'package app\ndata class P(val a: String, val b: List<String> = listOf("x"))\nclass A { fun f(): Any { val p = P(a = "1"); return p.a + p.b[0] } }');
    expect(method(one)).toEqual(['return "1x"']);
  });

  test('a class of Java, and the other way round', () => {
    expect(method(ran('src/main/kotlin/app/A.kt', 'package app\nclass A { fun f() = J.X }', { 'src/main/java/app/J.java': 'package app; class J { static final String X = "j"; }' }))).toEqual(['return "j"']);
    expect(method(ran('src/main/java/app/A.java', 'package app; class A { Object f() { return K.INSTANCE_NAME; } }', { 'src/main/kotlin/app/K.kt': 'package app\nobject K { const val INSTANCE_NAME = "k" }' }))).toEqual(['return "k"']);
  });
});

test.each([
  ['src/main/java/shop/App.java', true],
  ['App.kt', true],
  ['build.gradle.kts', true],
  ['src/main/java/contest/latest/Attest.java', true],
  ['src/main/java/app/Audit.java', true],
  ['src/test/java/app/App.java', false],
  ['app/src/integrationTest/kotlin/App.kt', false],
  ['src/jvmTest/kotlin/App.kt', false],
  ['tests/App.java', false],
  ['src/testFixtures/java/App.java', false],
  ['src/main/java/app/AppTest.java', false],
  ['src/main/java/app/AppTests.kt', false],
  ['src/main/java/app/AppIT.java', false],
])('%s is read: %s', (path, read) => {
  expect(jvm.paths.test(path)).toBe(read);
});

test('overloads are methods of their own; what a subclass overrides is there once', () => {
  const one = ran('src/A.java', 'class B<T> { void f(T x) {} void f(int a) {} void g(String a) {} } class A extends B<String> { void f(String x) {} void f(long x) {} void g(String a) {} }');
  expect(one.classes.find(({ declaration }) => declaration.name === 'A')!.methods.map(({ name, parameters }) => `${name}(${parameters[0]!.type})`)).toEqual(['f(String)', 'f(long)', 'g(String)', 'f(int)']);
});

describe('limits', () => {
  test.each([
    ['recursion', 'src/A.java', 'class A { Object f(Object x) { return f(x); } }'],
    ['two that call each other twice', 'src/A.java', 'class A { Object f(Object x) { g(x); return g(x); } Object g(Object x) { f(x); return f(x); } }'],
    ['nested blocks', 'src/A.java', `class A { void f() { ${'if (x) { '.repeat(150)}${'}'.repeat(150)} } }`],
    ['a class that extends itself', 'src/A.java', 'class A extends A { Object f() { return x; } }'],
    ['a constant of itself', 'src/A.java', 'class A { static final String X = X + A.X; Object f() { return X; } }'],
  ])('%s ends', (_name, file, text) => {
    expect(method(ran(file, text)).length).toBeLessThan(20_000);
  });
});
