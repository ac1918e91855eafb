import { beforeAll, describe, expect, test } from 'vitest';
import python, { run, type Run } from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Handle, Value } from '../../src/values/value.js';
import { told, valueText } from '../support/told.js';

beforeAll(() => python.load());

const at = { file: 'lib', start: 0, end: 0 };
const REQUEST_ORIGIN: Value = { kind: 'request', part: 'header', header: 'origin', at };

const HEADERS: Handle = { kind: 'handle', name: 'headers', at, get: () => undefined, call: (method, args) => (method === 'get' || method === '__getitem__' ? REQUEST_ORIGIN : method === '__contains__' ? { kind: 'condition', condition: { c: 'present', value: REQUEST_ORIGIN, at }, at } : args[0]) };
const RESPONSE: Handle = { kind: 'handle', name: 'response', at, get: (key) => (key === 'headers' ? HEADERS : undefined), call: () => undefined };

/** A package `lib`: `lib.App()` is an app, its methods give handles, `lib.request` has headers, `lib.Base` is a class to extend. */
function lib(name: string): Value | undefined {
  const made = (kind: string): Handle => ({ kind: 'handle', name: kind, at, get: (key) => (key === 'headers' ? HEADERS : undefined), call: (method) => made(`${kind}.${method}`) });
  if (name === 'lib.request') return { kind: 'handle', name: 'request', at, get: (key) => (key === 'headers' ? HEADERS : undefined), call: () => undefined };
  return /^lib\.\w+$/.test(name) ? { kind: 'handle', name: name.slice(4), at, get: () => undefined, call: () => made(name.slice(4).toLowerCase()) } : undefined;
}

function ran(source: string, others: Readonly<Record<string, string>> = {}): Run {
  const { unit, problems } = python.parse(new SourceText('app/main.py', source), filesFrom({ 'app/main.py': source, ...others }));
  expect(problems).toEqual([]);
  return run(unit!, lib, /lib/);
}

/** What the one function that is registered with `@app.hook` does. */
function hook(source: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  const { events } = ran(source, others);
  const given = events.flatMap((event) => (event.kind === 'call' && event.receiver.name === 'app.hook' && event.method === '' ? event.args : []))[0];
  expect(given?.kind).toBe('function');
  const response = { ...RESPONSE };
  return given?.kind === 'function' ? told(given.run([response])) : [];
}

const HEAD = 'from lib import App, request\nALLOWED = ["https://a.example"]\napp = App(__name__)\n';

describe('the top level', () => {
  test.each([
    ['calls, with arguments by name', 'from lib import App\napp = App(__name__)\napp.add("x", y=1, **{"z": 2})', ['App.("__main__")', 'app.add("x", y=1, z=2)']],
    ['a module by its name', 'import lib as l\napp = l.App()\napp.use()', ['App.()', 'app.use()']],
    ['branches', 'from lib import App\napp = App()\nif DEBUG:\n    app.a()\nelse:\n    app.b()\napp.c()', ['App.()', 'app.a() when development', 'app.b() when not development', 'app.c()']],
    ['loops over what is known', 'from lib import App\napp = App()\nfor name in ["a", "b"]:\n    app.use(name)', ['App.()', 'app.use("a")', 'app.use("b")']],
    ['loops with break and continue', 'from lib import App\napp = App()\nfor name in ["a", "b", "c"]:\n    if name == "a":\n        continue\n    app.use(name)\n    break', ['App.()', 'app.use("b")']],
    ['lists that grow', 'from lib import App\nnames = ["a"]\nnames.append("b")\nnames += ["c"]\nApp(names)', ['App.(["a", "b", "c"])']],
    ['dictionaries that grow', 'from lib import App\no = {"a": 1}\no["b"] = 2\no.update(c=3)\no.setdefault("d", 4)\nApp(**o)', ['App.(a=1, b=2, c=3, d=4)']],
    ['a name that depends', 'from lib import App\nname = "a"\nif DEBUG:\n    name = "b"\nApp(name)', ['App.("b" if development | "a" if not development)']],
    ['indexing and attributes of handles', 'from lib import App\napp = App()\napp.config["A"] = 1\napp.debug = True', ['App.()', 'app.debug = true']],
    ['decorators', 'from lib import App\napp = App()\n@app.get("/x")\n@app.other\ndef f(): pass', ['App.()', 'app.get("/x")', 'app.get.(function)']],
    ['try with an import error', 'from lib import App\ntry:\n    app = App()\nexcept ImportError:\n    app = None\napp.use()', ['App.()', 'app.use()']],
    ['a handle that escapes', 'from lib import App\nimport other\napp = App()\nother.setup(app)', ['App.()', 'app escapes']],
    ['a function in view that is called', 'from lib import App\ndef make(debug=False):\n    app = App()\n    app.use(debug)\n    return app\napp = make(debug=True)\napp.done()', ['App.()', 'app.use(true)', 'app.done()']],
    ['a class that extends the package', 'from lib import App\nclass Mine(App):\n    def extra(self):\n        self.more()\napp = Mine(1)\napp.extra()\napp.use()', ['App.(1)', 'app.more()', 'app.use()']],
    ['a class whose __init__ calls the base', 'from lib import App\nclass Mine(App):\n    def __init__(self, x):\n        super().__init__(x, y=2)\nMine(1)', ['App.(1, y=2)']],
    ['match', 'from lib import App\nimport os\napp = App()\nmatch "b":\n    case "a":\n        app.a()\n    case "b" | "c":\n        app.b()\n    case _:\n        app.c()', ['App.()', 'app.b()']],
  ])('%s', (_name, source, events) => {
    expect(told(ran(source).events).filter((event) => !/^app\.(?:config|other)/.test(event))).toEqual(events);
  });
});

describe('functions that a framework calls', () => {
  test.each([
    ['an item set', 'response.headers["X"] = "1"\n    return response', ['headers.__setitem__("X", "1")', 'return response']],
    ['only for listed origins', 'origin = request.headers.get("Origin")\n    if origin in ALLOWED:\n        response.add("X", origin)\n    return response', ['headers.get("Origin")', 'response.add("X", <origin>) when <origin> in ["https://a.example"]', 'return response']],
    ['an early return', 'origin = request.headers.get("Origin")\n    if not origin:\n        return response\n    response.add(origin)\n    return response', ['headers.get("Origin")', 'return response when not present <origin>', 'response.add(<origin>) when present <origin>', 'return response when present <origin>']],
    ['a default', 'response.add(request.headers.get("Origin") or "*")', ['headers.get("Origin")', 'response.add(<origin> if present <origin> | "*" if not present <origin>)', 'return nothing']],
    ['text tests', 'origin = request.headers["Origin"]\n    if origin.lower().endswith(".a.example") or origin.startswith("https://b"):\n        response.add(origin)', ['headers.__getitem__("Origin")', 'response.add(<origin>) when (lower-case(<origin>) ends-with ".a.example" or <origin> starts-with "https://b")', 'return nothing']],
    ['patterns', 'import re\n    if re.match(r"https://.*", request.headers["Origin"]):\n        response.add(1)', ['headers.__getitem__("Origin")', 'response.add(1) when <origin> match-prefix /https://.*/', 'return nothing']],
    ['any over a list', 'origin = request.headers["Origin"]\n    if any(origin == one for one in ALLOWED):\n        response.add(1)', ['headers.__getitem__("Origin")', 'response.add(1) when <origin> == "https://a.example"', 'return nothing']],
    ['an assertion about presence', 'if "Origin" in request.headers:\n        response.add(1)', ['response.add(1) when present <origin>', 'return nothing']],
    ['a walrus', 'if (origin := request.headers.get("Origin")) is not None:\n        response.add(origin)', ['headers.get("Origin")', 'response.add(<origin>) when present <origin>', 'return nothing']],
    ['one of two calls', 'x = request.one() if request.headers.get("Origin") == "a" else request.two()\n    response.add(1)', ['headers.get("Origin")', 'request.one() when <origin> == "a"', 'request.two() when not <origin> == "a"', 'response.add(1)', 'return nothing']],
    ['a call behind and, or', 'x = request.headers.get("Origin") and request.one()\n    y = request.headers.get("Origin") or request.two()', ['headers.get("Origin")', 'request.one() when present <origin>', 'headers.get("Origin")', 'request.two() when not present <origin>', 'return nothing']],
    ['a call in a part of a condition', 'if "Origin" in request.headers and request.one():\n        pass', ['request.one() when present <origin>', 'return nothing']],
    ['what is never come to', 'x = request.one() if False else request.two()', ['request.two()', 'return nothing']],
    ['a name of one side', 'x = "a"\n    y = (x := "b") if "Origin" in request.headers else "c"\n    response.add(x)', ['response.add("b" if present <origin> | "a" if not present <origin>)', 'return nothing']],
    ['an item of a loop', 'for k, v in {"a": "1", "b": "2"}.items():\n        response.add(k, v)', ['response.add("a", "1")', 'response.add("b", "2")', 'return nothing']],
    ['raising', 'if request.headers.get("Origin") == "x":\n        raise ValueError()\n    response.add(1)', ['headers.get("Origin")', 'raise when <origin> == "x"', 'response.add(1) when not <origin> == "x"', 'return nothing when not <origin> == "x"']],
    ['a URL taken apart', 'from urllib.parse import urlparse\n    if urlparse(request.headers.get("Origin")).hostname == "a.example":\n        response.add(1)', ['headers.get("Origin")', 'response.add(1) when lower-case(url-hostname(<origin>)) == "a.example"', 'return nothing']],
  ])('%s', (_name, body, events) => {
    expect(hook(`${HEAD}@app.hook()\ndef f(response):\n    ${body}\n`)).toEqual(events);
  });

  test.each([
    ['an entry is set', 'headers["b"] = "2"'],
    ['they are updated', 'headers.update({"b": "2"})'],
    ['they are laid over others', 'headers = {**headers, "b": "2"}'],
    ['they update others', 'others = {"b": "2"}\n    others.update(headers)\n    headers = others'],
  ])('one of several dictionaries: %s', (_what, statement) => {
    const run = ran(`from lib import request\n\ndef build():\n    headers = {}\n    if request.headers.get("Origin") == "https://a.example":\n        headers = {"a": "1"}\n    ${statement}\n    return headers\n\nheaders = build()\n`);
    const value = run.named('headers');
    const texts = (one: Value): unknown => (one.kind === 'either' ? one.options.map((option) => texts(option.value)) : one.kind === 'record' ? one.entries.map(({ key, value: text }) => `${key}=${text.kind === 'string' ? text.value : '?'}`).sort().join(' ') : one.kind);
    expect(texts(value!)).toEqual(['a=1 b=2', 'b=2']);
  });

  test('a pattern over one of several texts is asked of each', () => {
    const done = hook(`${HEAD}@app.hook()\ndef f(response):\n    import re\n    origin = request.headers.get("Origin") or request.headers.get("origin") or ""\n    if re.match(r"https://.*", origin):\n        response.add(1)\n`).join('\n');
    expect(done).toContain('response.add(1) when');
    expect(done).not.toContain('fact');
  });

  test('a decorator of the project wraps the function', () => {
    const source = `${HEAD}def cors(allow):\n    def decorator(f):\n        def wrapped(*args, **kwargs):\n            response = f(*args, **kwargs)\n            response.add(allow)\n            return response\n        return wrapped\n    return decorator\n@app.hook()\n@cors("*")\ndef f(response):\n    return response\n`;
    expect(hook(source)).toEqual(['response.add("*")', 'return response']);
  });

  test('a method of an object', () => {
    const source = `${HEAD}class Hooks:\n    origins = ALLOWED\n    def __init__(self, extra):\n        self.extra = extra\n    def after(self, response):\n        response.add(self.origins, self.extra)\nhooks = Hooks("x")\napp.hook()(hooks.after)\n`;
    expect(hook(source)).toEqual(['response.add(["https://a.example"], "x")', 'return nothing']);
  });

  test('a helper in another file', () => {
    expect(hook(`${HEAD}from .helpers import add_headers\n@app.hook()\ndef f(response):\n    return add_headers(response)\n`, { 'app/helpers.py': 'ORIGIN = "https://a.example"\ndef add_headers(response):\n    response.add(ORIGIN)\n    return response\n' })).toEqual(['response.add("https://a.example")', 'return response']);
  });
});

describe('other modules', () => {
  test('are run where they are imported, and share their objects', () => {
    const events = told(ran('from .extensions import app\nfrom . import views\napp.done()', { 'app/__init__.py': '', 'app/extensions.py': 'from lib import App\napp = App()\n', 'app/views.py': '# lib\nfrom .extensions import app\n@app.get("/x")\ndef x(): pass\n' }).events);
    expect(events).toEqual(['App.()', 'app.get("/x")', 'app.get.(function)', 'app.done()']);
  });

  test('that import each other end', () => {
    expect(told(ran('from lib import App\napp = App()\nfrom . import views', { 'app/__init__.py': '', 'app/views.py': 'from .main import app\nimport lib\napp.use()\n' }).events)).toEqual(['App.()', 'app.use()']);
  });
});

describe('names that `import *` brings in', () => {
  const base = '# lib\nORIGINS = ["https://base.example"]\nAGE = 60 * 60\n';
  const after = (source: string, others: Readonly<Record<string, string>>): string => valueText(ran(source, { 'app/base.py': base, ...others }).named('ORIGINS')!);

  test.each([
    ['from .base import *\n', '["https://base.example"]'],
    ['ORIGINS = []\nfrom .base import *\n', '["https://base.example"]'],
    ['from .base import *\nORIGINS += ["https://b.example"]\n', '["https://base.example", "https://b.example"]'],
    ['from .base import *\ntry:\n    from .prod import *\nexcept ImportError:\n    pass\n', '["https://prod.example"]'],
    ['from .base import *\ntry:\n    from .nowhere import *\nexcept ImportError:\n    pass\n', '["https://base.example"]'],
  ])('%j', (source, expected) => {
    expect(after(source, { 'app/prod.py': '# lib\nORIGINS = ["https://prod.example"]\n' })).toBe(expected);
  });

  test('those of a module for development count there only', () => {
    const found = ran('from .base import *\nfrom .local_settings import *\n', { 'app/base.py': base, 'app/local_settings.py': '# lib\nORIGINS = ["*"]\n' }).named('ORIGINS');
    expect(found).toMatchObject({ kind: 'either', options: [{ when: { fact: { environment: 'development' } } }, { value: { items: [{ value: 'https://base.example' }] } }] });
  });
});

describe('what nobody calls', () => {
  test('is run with what the reader gives', () => {
    const one = ran('from lib import App\ndef create():\n    app = App()\n    setup(app)\n    return app\ndef setup(app):\n    app.use(1)\ndef late(application):\n    application.use(2)\ndef idle(x):\n    x.use(3)\n');
    const found: unknown[] = [];
    for (const unreached of one.unreached()) found.push([unreached.name, told(unreached.run((parameter) => (parameter.name === 'application' ? lib('lib.Given') : undefined)))]);
    expect(found).toEqual([['create', ['App.()', 'app.use(1)', 'return app']], ['late', ['Given.use(2)', 'return nothing']], ['idle', []]]);
  });

  test('classes of a framework are told with their methods', () => {
    const one = ran('from lib import Base\nclass Common(Base):\n    def defaults(self):\n        self.set("A", "1")\nclass Main(Common):\n    name = "main"\n    def get(self):\n        super().defaults()\n        self.set("B", "2")\n');
    const main = [...one.classes()].find(({ name }) => name === 'Main')!;
    expect([main.bases, main.methods]).toEqual([['lib.Base'], ['get', 'defaults']]);
    const base: Handle = { kind: 'handle', name: 'handler', at, get: () => undefined, call: () => undefined };
    expect(told(main.methodOf(main.instance(base), 'get')!.run([]))).toEqual(['handler.set("A", "1")', 'handler.set("B", "2")', 'return nothing']);
    expect(main.attribute('name')).toMatchObject({ value: 'main' });
  });
});

describe('limits', () => {
  test.each([
    ['recursion', 'from lib import App\ndef f(x):\n    return f(x)\nf(App())'],
    ['two that call each other', 'from lib import App\ndef f(x):\n    return g(x) or g(x)\ndef g(x):\n    return f(x) or f(x)\nf(App())'],
    ['endless loops', 'from lib import App\napp = App()\nwhile True:\n    app.use()'],
    ['nested loops', `from lib import App\napp = App()\n${Array.from({ length: 12 }, (_, depth) => `${'  '.repeat(depth)}for i${depth} in [1,2,3,4,5,6,7,8,9]:\n`).join('')}${'  '.repeat(12)}app.use()`],
    ['nested blocks', `from lib import App\napp = App()\n${Array.from({ length: 95 }, (_, depth) => `${' '.repeat(depth)}if x${depth}:\n`).join('')}${' '.repeat(95)}app.use()`],
  ])('%s ends', (_name, source) => {
    expect(ran(source).events.length).toBeLessThan(20_000);
  });
});
