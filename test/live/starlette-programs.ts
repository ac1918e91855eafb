import type { Random } from './seed.js';

/** Programs on FastAPI and Starlette: options of every kind, and the ways to put middleware around an app. */

const literal = (value: string | boolean | number): string => (typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value));
const list = (from: Random, items: readonly [string, ...string[]], most: number): string => `[${from.times(0, most, () => literal(from.pick(items))).join(', ')}]`;

/** Random keyword arguments of CORSMiddleware: right ones, and what people write by mistake. */
export function keywords(from: Random, wrong = 0.15): readonly string[] {
  const some = (key: string, probability: number, right: () => string, mistakes: readonly [string, ...string[]]): readonly string[] => (from.chance(probability) ? [`${key}=${from.chance(wrong) ? from.pick(mistakes) : right()}`] : []);
  return [
    ...some('allow_origins', 0.85, () => from.pick(['["*"]', '("https://app.example.com",)', 'ORIGINS', '{"https://app.example.com"}', 'tuple(ORIGINS)', '[*ORIGINS, "null"]', 'ORIGINS + ["http://app.example.com"]', '"https://app.example.com, https://admin.example.com".split(", ")', list(from, ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', '*', 'https://*.example.com', 'http://app.example.com', 'HTTPS://APP.EXAMPLE.COM'], 3)]), ['"*"', '"https://app.example.com"', '"https://app.example.com,https://admin.example.com"', 'None', '""', '[None]']),
    ...some('allow_origin_regex', 0.35, () => from.pick(['r"https://.*\\.example\\.com"', 'r"https://app.example.com"', '"^https://app\\\\.example\\\\.com$"', 'r"https?://(app|admin)\\.example\\.com(:\\d+)?"', 'r".*"', 'r"null"', 'None', 're.compile(r"HTTPS://APP\\.EXAMPLE\\.COM", re.IGNORECASE)', 'r"(?i)https://APP\\.example\\.com"']), ['"*.example.com"', '""', '"https://app.example.com|null"']),
    ...some('allow_credentials', 0.6, () => literal(from.chance(0.75)), ['None', '"true"', '"false"', '0', '1', '""']),
    ...some('allow_methods', 0.5, () => from.pick(['["*"]', '["GET"]', '["GET", "PUT"]', '("POST", "PUT")', '["put"]', 'METHODS']), ['"*"', '"GET, PUT"', '"PUT"', '[]', 'None']),
    ...some('allow_headers', 0.5, () => from.pick(['["*"]', '["X-Custom"]', '["Content-Type", "X-Custom"]', '[]', '["Authorization"]', '("x-custom",)']), ['"*"', '"X-Custom"', '"content-type,x-custom"']),
    ...some('expose_headers', 0.3, () => from.pick(['["X-Total"]', '["X-Total", "ETag"]', '["*"]']), ['"X-Total"', 'None', '[]']),
    ...some('max_age', 0.3, () => literal(from.pick([0, 600, 86400])), ['"3600"', 'None', '-1']),
    ...(from.chance(wrong / 5) ? [from.pick(['allowed_origins=["*"]', 'origins="*"', 'allow_origin="*"'])] : []),
  ];
}

/** Conditions on the origin, in code that has `origin`. */
const CHECKS = [
  'origin in ORIGINS',
  'origin in ALLOWED',
  'origin and origin.endswith(".example.com")',
  'origin and origin.startswith("https://app.example.com")',
  'origin and re.match(r"https://app\\.example\\.com", origin)',
  'origin and re.fullmatch(r"https://(app|admin)\\.example\\.com", origin)',
  'origin is not None',
  'origin == "https://app.example.com"',
  'origin and "example.com" in origin',
  'any(origin == one for one in ORIGINS)',
] as const;

/** Statements that write headers on `headers`, in a function with a `request`. */
function writes(from: Random, headers: string): readonly string[] {
  const set = (name: string, value: string): string => from.pick([`${headers}["${name}"] = ${value}`, `${headers}["${name.toLowerCase()}"] = ${value}`, `${headers}.update({"${name}": ${value}})`]);
  const credentials = from.chance(0.5) ? [set('Access-Control-Allow-Credentials', '"true"')] : [];
  const vary = from.chance(0.4) ? [from.pick([`${headers}["Vary"] = "Origin"`, `${headers}.append("Vary", "Origin")`, `${headers}.add_vary_header("Origin")`])] : [];
  const others = from.chance(0.5) ? [set('Access-Control-Allow-Methods', '"GET, PUT"'), set('Access-Control-Allow-Headers', '"Content-Type, X-Custom"')] : [];
  if (from.chance(0.25)) return [set('Access-Control-Allow-Origin', from.pick(['"*"', '"https://app.example.com"', 'ORIGINS[0]'])), ...credentials, ...others];
  if (from.chance(0.2)) return [set('Access-Control-Allow-Origin', 'request.headers.get("origin", "*")'), ...credentials, ...vary, ...others];
  return ['origin = request.headers.get("origin")', `if ${from.pick(CHECKS)}:`, ...[set('Access-Control-Allow-Origin', 'origin'), ...credentials, ...vary].map((line) => `    ${line}`), ...others];
}

const indented = (lines: readonly string[], by = 1): readonly string[] => lines.map((line) => (line === '' ? '' : `${'    '.repeat(by)}${line}`));

/** What a hand-written middleware answers itself, before what is behind is asked. */
function own(from: Random): readonly string[] {
  return from.pick<readonly string[]>([
    [],
    [],
    ['if request.method == "OPTIONS":', '    response = Response(status_code=204)', ...indented(writes(from, 'response.headers')), '    return response'],
    ['if "cookie" not in request.headers:', '    return JSONResponse({"error": "log in"}, status_code=401)'],
    ['if request.method != "OPTIONS" and not request.headers.get("cookie"):', '    return JSONResponse({"error": "log in"}, status_code=401, headers={"Access-Control-Allow-Origin": "*"})'],
    ['if request.headers.get("origin") == "https://evil.example":', '    return PlainTextResponse("no", 403)'],
    ['if request.method == "OPTIONS" and "access-control-request-method" in request.headers:', '    return Response(headers={"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "content-type, x-custom"})'],
  ]);
}

interface Added {
  /** Definitions before the app is made. */
  readonly define: readonly string[];
  /** How it is added to `app`. */
  readonly add: readonly string[];
  /** The item of a `middleware=[…]` list. */
  readonly item: string;
}

/** How what is behind is asked: for preflights too, or not. */
const GOES_ON = [
  'response = await call_next(request)',
  'response = await call_next(request)',
  'response = await call_next(request)',
  'response = PlainTextResponse() if request.method == "OPTIONS" else await call_next(request)',
  'response = await call_next(request) if request.method != "OPTIONS" else Response(status_code=204)',
  'response = request.method == "OPTIONS" and Response() or await call_next(request)',
] as const;

/** Middleware that is written by hand, number `index` of its program. */
function handWritten(from: Random, index: number, framework: 'fastapi' | 'starlette'): Added {
  const copied = from.chance(0.15) ? ['body = b"".join([chunk async for chunk in response.body_iterator])', 'response = Response(body, response.status_code, dict(response.headers))'] : [];
  const body = [...own(from), from.pick(GOES_ON), ...copied, ...(from.chance(0.75) ? writes(from, 'response.headers') : ['response.headers["X-Time"] = "1"']), 'return response'];
  const form = from.below(framework === 'fastapi' ? 4 : 3);
  if (form === 0) return { define: [`class Own${index}(BaseHTTPMiddleware):`, '    async def dispatch(self, request, call_next):', ...indented(body, 2), '', ''], add: [`app.add_middleware(Own${index})`], item: `Middleware(Own${index})` };
  if (form === 1) return { define: [`async def own_${index}(request, call_next):`, ...indented(body), '', ''], add: [`app.add_middleware(BaseHTTPMiddleware, dispatch=own_${index})`], item: `Middleware(BaseHTTPMiddleware, dispatch=own_${index})` };
  if (form === 2) {
    const lines = [
      `class Own${index}:`,
      '    def __init__(self, app):',
      '        self.app = app',
      '',
      '    async def __call__(self, scope, receive, send):',
      '        request = Request(scope)',
      '',
      '        async def sending(message):',
      '            if message["type"] == "http.response.start":',
      '                headers = MutableHeaders(scope=message)',
      ...indented(writes(from, 'headers'), 4),
      '            await send(message)',
      '',
      '        await self.app(scope, receive, sending)',
      '',
      '',
    ];
    return { define: lines, add: [`app.add_middleware(Own${index})`], item: `Middleware(Own${index})` };
  }
  return { define: [], add: ['@app.middleware("http")', `async def own_${index}(request: Request, call_next):`, ...indented(body), '', ''], item: '' };
}

/** CORSMiddleware, as it stands or as a class that extends it. */
function cors(from: Random, index: number): Added {
  const options = keywords(from).map((option) => `, ${option}`).join('');
  if (from.chance(0.7)) return { define: [], add: [`app.add_middleware(CORSMiddleware${options})`], item: `Middleware(CORSMiddleware${options})` };
  const form = from.below(5);
  const extended = (...body: readonly string[]): Added => ({ define: [`class Cors${index}(CORSMiddleware):`, ...indented(body), '', ''], add: [`app.add_middleware(Cors${index}${options})`], item: `Middleware(Cors${index}${options})` });
  if (form === 0 || form === 1) {
    const check = from.pick(['origin.endswith(".example.com")', 'origin in ALLOWED', 'super().is_allowed_origin(origin) or origin == "null"', 'super().is_allowed_origin(origin) and not origin.startswith("http://")', 'bool(re.match(r"https://app", origin))', 'origin in self.allow_origins and origin != "null"']);
    return extended('def is_allowed_origin(self, origin):', `    return ${check}`);
  }
  if (form === 2) return extended('async def __call__(self, scope, receive, send):', `    if scope["type"] == "http" and ${from.pick(['scope["path"].startswith("/api/")', 'scope["path"] == "/data"', 'scope["method"] != "POST"'])}:`, '        await super().__call__(scope, receive, send)', '    else:', '        await self.app(scope, receive, send)');
  if (form === 3) return extended('def preflight_response(self, request_headers):', '    response = super().preflight_response(request_headers)', `    if ${from.pick(['request_headers.get("access-control-request-method") == "PUT"', 'self.allow_credentials', 'request_headers["origin"] in ALLOWED'])}:`, `        response.headers["${from.pick(['Access-Control-Allow-Private-Network', 'Access-Control-Max-Age'])}"] = "5"`, '    return response', '', 'async def send(self, message, send, request_headers):', '    if message["type"] == "http.response.start":', '        headers = MutableHeaders(scope=message)', '        headers["Access-Control-Expose-Headers"] = "X-Own"', '    await super().send(message, send=send, request_headers=request_headers)');
  return { define: [`class Cors${index}(CORSMiddleware):`, '    def __init__(self, app):', `        super().__init__(app${options})`, '', ''], add: [`app.add_middleware(Cors${index})`], item: `Middleware(Cors${index})` };
}

function harmless(from: Random): Added {
  const written = from.pick(['TrustedHostMiddleware, allowed_hosts=["*"]', 'TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False']);
  return { define: [], add: [`app.add_middleware(${written})`], item: `Middleware(${written})` };
}

/** Routes of an app, some of which send headers of their own. */
function routes(from: Random, framework: 'fastapi' | 'starlette', name: string, sends: boolean): readonly string[] {
  if (framework === 'starlette') {
    const body = sends ? ['response = PlainTextResponse("ok")', ...writes(from, 'response.headers'), 'return response'] : ['return PlainTextResponse("ok")'];
    return [`async def ${name}_data(request):`, ...indented(body), '', '', `async def ${name}_boom(request):`, '    raise RuntimeError("boom")', '', '', `${name}.add_route("/data", ${name}_data, methods=["GET", "POST"${from.chance(0.3) ? ', "OPTIONS"' : ''}])`, `${name}.add_route("/boom", ${name}_boom)`];
  }
  const boom = ['', '', `@${name}.get("/boom")`, `def ${name}_boom():`, '    raise RuntimeError("boom")', ''];
  const options = from.chance(0.3) ? ['', '', `@${name}.options("${from.pick(['/{path:path}', '/data'])}"${from.chance(0.3) ? ', status_code=204' : ''})`, `def ${name}_options(request: Request, response: Response):`, ...indented(writes(from, 'response.headers')), '    return None', ''] : [];
  if (!sends) return [`@${name}.get("/data")`, `@${name}.post("/data")`, `def ${name}_data():`, '    return {"ok": True}', ...boom, ...options];
  return from.pick<readonly string[]>([
    [`@${name}.api_route("/data", methods=["GET", "POST"])`, `def ${name}_data(request: Request, response: Response):`, ...indented(writes(from, 'response.headers')), '    return {"ok": True}', ...boom, ...options],
    [`@${name}.get("/data")`, `async def ${name}_data(request: Request):`, '    response = JSONResponse({"ok": True})', ...indented(writes(from, 'response.headers')), '    return response', ...boom, ...options],
    [`def ${name}_headers(request: Request, response: Response):`, ...indented(writes(from, 'response.headers')), '', '', `@${name}.get("/data", dependencies=[Depends(${name}_headers)])`, `def ${name}_data():`, '    return {"ok": True}', ...boom, ...options],
    [`@${name}.get("/data")`, `async def ${name}_data(origin: ${from.pick(['str | None = Header(None)', 'Annotated[str | None, Header()] = None'])}):`, '    if origin == "https://evil.example":', '        raise HTTPException(403, "no", headers={"X-Why": "origin"})', '    return JSONResponse({"ok": True}, headers={"Access-Control-Allow-Origin": origin or "*", "Vary": "Origin"})', ...boom, ...options],
  ]);
}

const IMPORTS: Readonly<Record<'fastapi' | 'starlette', readonly string[]>> = {
  fastapi: ['from typing import Annotated', '', 'from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response', 'from fastapi.middleware.cors import CORSMiddleware', 'from fastapi.responses import JSONResponse, PlainTextResponse'],
  starlette: ['from starlette.applications import Starlette', 'from starlette.middleware.cors import CORSMiddleware', 'from starlette.requests import Request', 'from starlette.responses import JSONResponse, PlainTextResponse, Response'],
};

/** A random program. What it is asked: `/data`, `/boom`, `/nowhere`, `/sub/data`, `/api/data`. */
export function program(from: Random): string {
  const framework = from.chance(0.6) ? 'fastapi' : 'starlette';
  const make = framework === 'fastapi' ? 'FastAPI' : 'Starlette';
  // What lies inside of a wrapper is lost with an exception, the wrapper's own headers are not: a policy says one of both.
  const isWrapped = from.chance(0.12);
  const added = from.times(1, 3, (index) => (isWrapped ? harmless(from) : from.chance(0.5) ? cors(from, index) : from.chance(0.7) ? handWritten(from, index, framework) : harmless(from)));
  const listed = from.chance(0.3) ? added.filter(({ item }) => item !== '').slice(0, 2) : [];
  const later = added.filter((one) => !listed.includes(one));
  const app = `app = ${make}(${listed.length === 0 ? '' : `middleware=[${listed.map(({ item }) => item).join(', ')}]`})`;
  const sub = from.chance(0.2) ? ['', '', `sub = ${make}()`, ...(from.chance(0.6) ? [`sub.add_middleware(CORSMiddleware${keywords(from).map((option) => `, ${option}`).join('')})`] : []), '', ...routes(from, framework, 'sub', from.chance(0.3)), 'app.mount("/sub", sub)'] : [];
  const router = framework === 'fastapi' && from.chance(0.3) ? ['', '', 'router = APIRouter(prefix="/v1")', '', '', ...routes(from, framework, 'router', from.chance(0.5)), 'app.include_router(router, prefix="/api")'] : [];
  const wrapped = isWrapped ? [`app = CORSMiddleware(app${keywords(from).map((option) => `, ${option}`).join('')})`] : [];
  const factory = from.chance(0.2) && later.every(({ add }) => add.length === 1) && later.length > 0;
  const adding = later.flatMap(({ add }) => add);
  return [
    'import re',
    ...IMPORTS[framework],
    'from starlette.datastructures import MutableHeaders',
    'from starlette.middleware import Middleware',
    'from starlette.middleware.base import BaseHTTPMiddleware',
    'from starlette.middleware.trustedhost import TrustedHostMiddleware',
    '',
    'ORIGINS = ["https://app.example.com"]',
    'ORIGINS.append("https://admin.example.com")',
    'ALLOWED = {"https://app.example.com", "null"}',
    'METHODS = ["GET", "PUT"]',
    '',
    '',
    ...added.flatMap(({ define }) => define),
    ...(factory ? ['def add_all(app):', ...indented(adding), '', '', app, 'add_all(app)'] : [app, ...adding]),
    '',
    '',
    ...routes(from, framework, 'app', from.chance(0.35)),
    ...sub,
    ...router,
    ...wrapped,
    '',
  ].join('\n');
}
