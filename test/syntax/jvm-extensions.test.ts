import { beforeAll, expect, test } from 'vitest';
import jvm, { run } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Handle, Value } from '../../src/values/value.js';
import { told } from '../support/told.js';

beforeAll(() => jvm.load());

const at = { file: 'lib', start: 0, end: 0 };

/** `given` of a handle gives another one; `open` runs its last argument on a handle named by the first. */
function handle(name: string): Handle {
  return { kind: 'handle', name, at, get: (property) => (property === 'inner' ? handle('Inner') : undefined), call: () => undefined };
}

function happened(text: string, args: readonly Value[] = [handle('App')]): readonly string[] {
  const { unit, problems } = jvm.parse(new SourceText('src/App.kt', text), filesFrom({ 'src/App.kt': text }));
  expect(problems).toEqual([]);
  const ran = run(unit!, (name) => (/^lib\.(?:serve|Thing|App)$/.test(name) ? handle(name.slice(4)) : undefined), () => undefined);
  return told(ran.functions.find(({ name }) => name === 'start')!.callee.run(args));
}

test.each([
  ['a function that extends what is given, with defaults', 'fun App.start() { configure("a") }\nfun App.configure(x: String, y: Int = 2) { set(x, y) }', ['App.set("a", 2)', 'return nothing']],
  ['one that is called with its owner', 'fun start(app: App) { app.inner.go(); app.twice { set(1) } }\nfun Inner.go() = set(this)\nfun App.twice(block: App.() -> Unit) { block(this); block(this) }', ['Inner.set(Inner)', 'App.set(1)', 'App.set(1)', 'return nothing']],
  ['a function of the file inside a block with a receiver', 'fun App.start() { inner.apply { hosts().forEach { allow(it) } } }\nfun hosts() = listOf("a", "b")', ['Inner.allow("a")', 'Inner.allow("b")', 'return nothing']],
  ['a class inside a block with a receiver', 'import lib.Thing\nfun App.start() { set(Thing("x")) }', ['Thing.new("x")', 'App.set(unknown)', 'return nothing']],
  ['a function of a package', 'import lib.*\nfun start() { serve(1, port = 2) }', ['serve.(1, 2, port=2)', 'return nothing']],
  ['a reference to an extension', 'fun start(app: App) { listOf(app).forEach(App::module) }\nfun App.module() { set(1) }', ['App.set(1)', 'return nothing']],
  ['durations', 'import kotlin.time.Duration.Companion.days\nfun App.start() { set(1.days, 90.minutes) }', ['App.set(86400, 5400)', 'return nothing']],
  ['a subject with a name', 'fun App.start() { set(when (val x = "b") { "a" -> 1; else -> x + "!" }) }', ['App.set("b!")', 'return nothing']],
  ['affixes of texts', 'fun App.start() { set("https://a".removePrefix("https://"), "https://a".substringAfter("://"), "a.b".removeSuffix(".b"), "c".removePrefix("d")) }', ['App.set("a", "a", "a", "c")', 'return nothing']],
  ['what may be in a list is done for all of it', 'fun App.start() { System.getenv("X").split(",").forEach { set(it) }\nfor (x in System.getenv("Y").split(",")) put(x) }', ['App.set(env) when fact', 'App.put(env) when fact', 'return nothing']],
])('%s', (_name, text, events) => {
  expect(happened(text)).toEqual(events);
});
