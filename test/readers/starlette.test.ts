import { beforeAll, describe, expect, test } from 'vitest';
import starlette from '../../src/readers/starlette/index.js';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

beforeAll(() => python.load());

function policiesOf(text: string, others: Readonly<Record<string, string>> = {}): Policy[] {
  const { unit, problems } = python.parse(new SourceText('app/main.py', text), filesFrom({ 'app/main.py': text, ...others }));
  expect(problems).toEqual([]);
  return [...starlette.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const rows = observed('python-jvm').filter(({ framework }) => framework === 'starlette' || framework === 'fastapi');

/** Starlette below FastAPI 0.92.0, as its metadata asks for. */
const version = (row: ObservedRow): string => (row.framework === 'fastapi' ? '0.26.1' : row.version);

/** The program that was run for a row: the options as keyword arguments. */
function sourceOf(options: Readonly<Record<string, unknown>>): string {
  const keywords = Object.entries(options).filter(([key]) => !key.startsWith('_') && key !== 'note');
  return ['from starlette.applications import Starlette', 'from starlette.middleware.cors import CORSMiddleware', '', 'app = Starlette()', 'app.add_middleware(', '    CORSMiddleware,', ...keywords.map(([key, value]) => `    ${key}=${literal(value)},`), ')', ''].join('\n');
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value);
}

describe('recorded answers', () => {
  /** Rows whose answer was made by another middleware in front: the harness's authentication. */
  const beforeCors = rows.filter(({ response }) => response.status === 401);
  /** The option did not exist before 0.51: the middleware could not be built. */
  const held = rows.filter((row) => !beforeCors.includes(row));

  test('how many are held', () => {
    expect({ all: rows.length, held: held.length, answeredByAuthentication: beforeCors.length }).toEqual({ all: 2469, held: 2421, answeredByAuthentication: 48 });
  });

  test('every one is predicted', () => {
    const policies = new Map<string, Policy>();
    const wrong: string[] = [];
    for (const row of held) {
      const key = `${version(row)} ${JSON.stringify(row.options)}`;
      if (!policies.has(key)) policies.set(key, policiesOf(sourceOf(row.options as Record<string, unknown>), { 'requirements.txt': `starlette==${version(row)}\n` })[0]!);
      const reached = row.response.status === 404 ? { status: 404 } : row.response.error !== undefined ? { uncaught: true } : {};
      const found = differences({ policy: policies.get(key)!, inner: [] }, row, { scenario: reached });
      if (found.length > 0) wrong.push(`${key} ${JSON.stringify(row.request)}: ${found.join('; ')}`);
    }
    expect(wrong.slice(0, 8)).toEqual([]);
  });
});

describe('what can be read', () => {
  const admitted = (text: string, others: Readonly<Record<string, string>> = {}): string => JSON.stringify(policiesOf(text, others).map(({ steps }) => steps));

  test.each([
    ['an alias', 'from fastapi.middleware.cors import CORSMiddleware as C\napp.add_middleware(C, allow_origins=["https://a.example"])'],
    ['a Middleware list', 'from starlette.middleware.cors import CORSMiddleware\nmiddleware = [Middleware(CORSMiddleware, allow_origins=["https://a.example"])]'],
    ['a wrapped app', 'from starlette.middleware.cors import CORSMiddleware\napp = CORSMiddleware(app, allow_origins=["https://a.example"])'],
    ['a variable', 'from fastapi.middleware.cors import CORSMiddleware\norigins = ["https://a.example"]\napp.add_middleware(CORSMiddleware, allow_origins=origins)'],
    ['options in a dictionary', 'from fastapi.middleware.cors import CORSMiddleware\noptions = {"allow_origins": ["https://a.example"]}\napp.add_middleware(CORSMiddleware, **options)'],
    ['an append', 'from fastapi.middleware.cors import CORSMiddleware\norigins = []\norigins.append("https://a.example")\napp.add_middleware(CORSMiddleware, allow_origins=origins)'],
    ['a comprehension over a split', 'from fastapi.middleware.cors import CORSMiddleware\norigins = [o.strip() for o in " https://a.example , ".split(",") if o.strip()]\napp.add_middleware(CORSMiddleware, allow_origins=origins)'],
    ['an f-string', 'from fastapi.middleware.cors import CORSMiddleware\nhost = "a.example"\napp.add_middleware(CORSMiddleware, allow_origins=[f"https://{host}"])'],
    ['the text of a compiled pattern', 'import re\nfrom fastapi.middleware.cors import CORSMiddleware\nORIGIN = re.compile("https://a.example")\napp.add_middleware(CORSMiddleware, allow_origins=[ORIGIN.pattern])'],
    ['inside a function', 'from fastapi.middleware.cors import CORSMiddleware\nORIGINS = ["https://a.example"]\ndef create_app():\n    app = FastAPI()\n    app.add_middleware(CORSMiddleware, allow_origins=ORIGINS)\n    return app'],
  ])('%s', (_name, text) => {
    expect(admitted(text)).toContain('"text":"https://a.example"');
  });

  test('a settings object one import away, overridable by the environment', () => {
    const steps = admitted('from fastapi.middleware.cors import CORSMiddleware\nfrom .config import settings\napp.add_middleware(CORSMiddleware, allow_origins=settings.CORS_ORIGINS)', {
      'app/config.py': 'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    CORS_ORIGINS: list[str] = ["https://a.example"]\nsettings = Settings()\n',
    });
    expect(steps).toContain('"text":"https://a.example"');
    expect(steps).toContain('absent:CORS_ORIGINS');
    expect(steps).toContain('"file":"app/config.py"');
  });

  test('a star import', () => {
    expect(admitted('from fastapi.middleware.cors import CORSMiddleware\nfrom app.origins import *\napp.add_middleware(CORSMiddleware, allow_origins=ORIGINS)', { 'app/origins.py': 'ORIGINS = ("https://a.example",)\n' })).toContain('https://a.example');
  });

  test('the routes are the places to ask about', () => {
    const [policy] = policiesOf('from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom pydantic import BaseModel\nclass Item(BaseModel):\n    name: str\napp = FastAPI()\napp.add_middleware(CORSMiddleware)\n@app.put("/items/{id}")\ndef put(id: int, item: Item): ...\n@app.get("/items/{id}")\ndef get(id: int): ...\n');
    expect(policy?.probes).toMatchObject([{ path: '/items/x', methods: ['PUT', 'GET'], requestHeaders: ['content-type'], inView: true }]);
  });

  const app = 'from enum import Enum\nfrom fastapi import Body, Depends, FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom fastapi.security import HTTPBearer, OAuth2PasswordBearer\nclass Order(Enum):\n    up = "up"\ntokens = OAuth2PasswordBearer(tokenUrl="token")\ndef known(token: str = Depends(tokens)): ...\napp = FastAPI()\napp.add_middleware(CORSMiddleware)\n@app.post("/items")\n';

  test.each([
    ['def post(order: Order): ...', []],
    ['def post(item: Elsewhere): ...', []],
    ['def post(item = Body()): ...', ['content-type']],
    ['def post(token = Depends(HTTPBearer())): ...', ['authorization']],
    ['def post(somebody = Depends(known)): ...', ['authorization']],
    ['def post(name: str): ...', []],
  ])('the headers that an endpoint needs are those that it surely asks for: %s', (endpoint, needed) => {
    expect(policiesOf(`${app}${endpoint}\n`)[0]?.probes).toMatchObject([{ path: '/items', requestHeaders: needed }]);
  });

  test.each([
    ['@app.get("/")\ndef read(): ...', 'no'],
    ['@app.get("/")\ndef read(request: Request): return request.cookies', 'yes'],
    ['# cookies and sessions\n@app.get("/")\ndef read(): ...', 'no'],
    ['from accounts import signed_in\n@app.get("/")\ndef read(somebody = Depends(signed_in)): ...', 'unknown'],
    ['@app.get("/")\ndef read(login: str): ...', 'unknown'],
  ])('cookies are read where the code says so, and not where nothing could: %s', (code, expected) => {
    const source = `from fastapi import Depends, FastAPI, Request\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware)\n${code}\n`;
    expect(policiesOf(source)[0]?.evidence.readsCookies).toBe(expected);
  });

  test('what cannot be read is unknown, with its reason', () => {
    expect(admitted('from fastapi.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware, allow_origins=load())')).toContain('function-call');
  });
});

describe('which release it is', () => {
  const main = 'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["*"])\n';
  const told = (files: Readonly<Record<string, string>>): string | undefined => policiesOf(main, files)[0]?.version;

  /** FastAPI's own requirement of Starlette, by its tags: 0.115.14 asks for `>=0.40.0,<0.47.0`, 0.128.5 for `<1.0.0`, 0.133 has no upper bound. */
  test.each([
    [{}, 'Starlette 1.10.0 (no version found)'],
    [{ 'requirements.txt': 'starlette==0.46.2\n' }, 'Starlette 0.46.2 (requirements.txt)'],
    [{ 'requirements.txt': 'fastapi[standard]==0.115.14\n' }, 'Starlette < 0.47.0 (FastAPI 0.115.14, requirements.txt)'],
    [{ 'requirements.txt': 'fastapi==0.128.5\n' }, 'Starlette < 1.0.0 (FastAPI 0.128.5, requirements.txt)'],
    [{ 'requirements.txt': 'fastapi==0.160.0\n' }, 'Starlette 1.10.0 (no version found)'],
    [{ 'requirements.txt': 'fastapi>=0.100\n' }, 'Starlette 1.10.0 (no version found)'],
    [{ 'pyproject.toml': '[tool.poetry.dependencies]\nfastapi = "^0.68.0"\n' }, 'Starlette 0.14.2 (FastAPI < 0.69, pyproject.toml)'],
    [{ 'uv.lock': '[[package]]\nname = "fastapi"\nversion = "0.115.14"\n\n[[package]]\nname = "starlette"\nversion = "0.46.2"\n' }, 'Starlette 0.46.2 (uv.lock)'],
  ])('%j', (files, version) => {
    expect(told(files)).toBe(version);
  });

  /** Measured: 1.7.0 is the first whose `Vary` stands on every answer, and the first with QUERY among the methods. */
  test.each([['1.6.0', 'none'], ['1.7.0', 'origin']])('Starlette %s says Vary: %s to everybody', (version, vary) => {
    const [policy] = policiesOf(main, { 'requirements.txt': `starlette==${version}\n` });
    const [outcome] = evaluate({ policy: policy!, inner: [] }, { method: 'GET', path: '/', headers: [['origin', 'https://a.example']] });
    expect(outcome?.response.headers.find(({ name }) => name === 'vary')?.text?.toLowerCase() ?? 'none').toBe(vary);
  });
});

describe('layers', () => {
  const head = 'from fastapi import FastAPI, Request, Response\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom fastapi.responses import JSONResponse\nfrom starlette.middleware import Middleware\n';
  /** Status and Access-Control-Allow-Origin, as the real program answers (`test/live/starlette.test.ts` asks programs like these). */
  const answers = (text: string, method: string, path: string, headers: readonly (readonly [string, string])[], scenario: Scenario = {}): readonly string[] => {
    const policies = policiesOf(head + text);
    expect(policies.length).toBe(1);
    return evaluate({ policy: policies[0]!, inner: [] }, { method, path, headers: [['origin', 'https://a.example'], ...headers] }, { scenario }).map(({ response }) => `${response.status} ${response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text: value }) => value).join(' | ') || '-'}`);
  };
  const preflight: readonly (readonly [string, string])[] = [['access-control-request-method', 'PUT']];
  const cors = 'app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_methods=["PUT"])\n';
  const login = '@app.middleware("http")\nasync def login(request: Request, call_next):\n    if "authorization" not in request.headers:\n        return JSONResponse({}, status_code=401)\n    return await call_next(request)\n';

  test('what is added last lies outside: a log-in there refuses preflights, without headers', () => {
    expect(answers(`app = FastAPI()\n${cors}${login}`, 'OPTIONS', '/', preflight)).toEqual(['401 -']);
    expect(answers(`app = FastAPI()\n${login}${cors}`, 'OPTIONS', '/', preflight)).toEqual(['200 https://a.example']);
    expect(answers(`app = FastAPI()\n${login}${cors}`, 'GET', '/', [])).toEqual(['401 https://a.example']);
  });

  test.each([
    ['a conditional expression', 'response = PlainTextResponse() if request.method == "OPTIONS" else await call_next(request)'],
    ['the other way around', 'response = await call_next(request) if request.method != "OPTIONS" else Response()'],
    ['and, or', 'response = request.method == "OPTIONS" and Response() or await call_next(request)'],
  ])('preflights that an expression answers: %s', (_name, line) => {
    const own = `from fastapi.responses import PlainTextResponse\napp = FastAPI()\n@app.middleware("http")\nasync def own(request: Request, call_next):\n    ${line}\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n`;
    expect(answers(own, 'OPTIONS', '/', preflight)).toEqual(['200 *']);
    expect(answers(own, 'GET', '/', [])).toEqual(['200 *']);
  });

  test('an exception that nobody catches is answered outside, but for what is wrapped around the app', () => {
    expect(answers(`app = FastAPI()\n${cors}`, 'GET', '/', [], { uncaught: true })).toEqual(['500 -']);
    expect(answers('app = FastAPI()\napp = CORSMiddleware(app, allow_origins=["https://a.example"])\n', 'GET', '/', [], { uncaught: true })).toEqual(['500 https://a.example']);
  });

  test('a mounted app has its own middleware, inside that of the other', () => {
    const mounted = 'app = FastAPI()\nsub = FastAPI()\nsub.add_middleware(CORSMiddleware, allow_origins=["*"])\napp.mount("/sub", sub)\n';
    expect(answers(mounted, 'GET', '/sub/x', [])).toEqual(['200 *']);
    expect(answers(mounted, 'GET', '/other', [])).toEqual(['200 -']);
    expect(answers(`${mounted}${cors}`, 'GET', '/sub/x', [])).toEqual(['200 https://a.example']);
  });

  test('options that the class refuses keep the app from being made', () => {
    expect(answers('app = FastAPI()\napp.add_middleware(CORSMiddleware, origins=["https://a.example"])\n', 'GET', '/', [])).toEqual(['500 -']);
    expect(answers('app = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=None)\n', 'OPTIONS', '/', preflight)).toEqual(['500 -']);
  });

  test('an OPTIONS route of the author never sees a preflight', () => {
    const options = '@app.options("/{path:path}")\ndef options(path: str):\n    return Response(status_code=204, headers={"Access-Control-Allow-Origin": "*"})\n';
    expect(answers(`app = FastAPI()\n${cors}${options}`, 'OPTIONS', '/', preflight)).toEqual(['200 https://a.example']);
    expect(answers(`app = FastAPI()\n${options}`, 'OPTIONS', '/', preflight)).toEqual(['204 *']);
  });

  test('a value that is no text has no encode: setting it raises', () => {
    const number = 'app = FastAPI()\n@app.get("/x")\ndef x(response: Response):\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    response.headers["Access-Control-Max-Age"] = 600\n    return 1\n';
    expect(answers(number, 'GET', '/x', [])).toEqual(['500 -']);
  });

  test('the options of a list of middlewares that is handed out, and of a router', () => {
    expect(answers('middleware = [Middleware(CORSMiddleware, allow_origins=["https://a.example"])]\n', 'GET', '/', [])).toEqual(['200 https://a.example']);
    expect(answers('from fastapi import APIRouter\nrouter = APIRouter(prefix="/v1")\n@router.get("/x")\ndef x(response: Response):\n    response.headers["Access-Control-Allow-Origin"] = "*"\n', 'GET', '/v1/x', [])).toEqual(['200 *']);
  });

  test('Connexion: the position is no option of the class', () => {
    expect(answers('import connexion\napp = connexion.AsyncApp(__name__)\napp.add_middleware(CORSMiddleware, position=1, allow_origins=["https://a.example"])\n', 'GET', '/', [])).toEqual(['200 https://a.example']);
  });
});

describe('any text', () => {
  const text = '\ufefffrom fastapi.middleware.cors import CORSMiddleware\r\nemoji = "😀"; origins = ["https://a.example", f"https://{emoji}"]\r\nif DEBUG:\r\n    origins += ["*"]\r\napp.add_middleware(CORSMiddleware, allow_origins=origins)\r\n';

  test('places are UTF-16 offsets, behind a byte order mark and an emoji', () => {
    const [policy] = policiesOf(text);
    const at = JSON.stringify(policy).match(/"text":"https:\/\/a\.example","comparison":\[\],"at":(\{[^}]*\})/)?.[1];
    const { start, end } = JSON.parse(at!) as { start: number; end: number };
    expect(text.slice(start, end)).toBe('"https://a.example"');
  });

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const part = text.slice(0, length);
      const { unit, problems } = python.parse(new SourceText('a.py', part), filesFrom({}));
      for (const { at } of problems) expect(at.start >= 0 && at.end <= length).toBe(true);
      if (unit !== undefined) for (const reading of starlette.read(unit)) if (reading.kind === 'policy') expect(reading.policy.at.end <= length).toBe(true);
    }
  });
});

test.each([
  ['from acme.http import setup_cors', 'setup_cors(app)', ['What setup_cors() adds could not be followed.']],
  ['from acme.http import CorsMiddleware', 'app.add_middleware(CorsMiddleware)', ['This CORS middleware depends on the name CorsMiddleware.']],
  ['from acme.http import setup_logs', 'setup_logs(app)', []],
  ['from acme.http import GZipMiddleware', 'app.add_middleware(GZipMiddleware)', []],
])('CORS of another package: %s', (line, call, expected) => {
  const { unit } = python.parse(new SourceText('app.py', `from fastapi import FastAPI\n${line}\napp = FastAPI()\n${call}\n@app.get("/")\ndef items():\n    return {}\n`), filesFrom({}));
  expect([...starlette.read(unit!)].flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual(expected);
});
