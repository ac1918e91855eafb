import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

const ORIGINS: readonly [string, ...string[]] = ['"*"', '"*"', '"https://app.example.com"', '"https://admin.example.com"', '"null"', '"https://app.example.com/"', '"https://*.example.com"', '"HTTPS://APP.EXAMPLE.COM"', 'ALLOWED[0]'];

/** An aiohttp application that allows origins by aiohttp-cors, by hand, or by both. */
export function aiohttpProgram(from: Picks): string {
  const way = from.pick<string>(['package', 'package', 'package', 'package', 'view', 'middleware', 'middleware', 'middleware', 'handler', 'signal', 'caught']);
  const lines = way === 'package' ? packageLines(from) : way === 'view' ? viewLines(from) : handLines(from, way);
  return `import aiohttp_cors
from aiohttp import web
${PYTHON_CONSTANTS}

${lines}
`;
}

function options(from: Picks, asMapping = true): string {
  const given = [
    ...(from.chance(0.6) ? [`allow_credentials=${from.pick(['True', 'True', 'False', 'True', 'None', '"yes"'])}`] : []),
    ...(from.chance(0.3) ? [`expose_headers=${from.pick(['["X-Total"]', '("X-Total",)', '()', '["X-Total"]', '"X-Total"', 'None'])}`] : []),
    ...(from.chance(0.6) ? [`allow_headers=${from.pick(['"*"', '"*"', '["Content-Type", "X-Custom"]', '("content-type", "x-custom")', '["Content-Type"]', '()', '"Content-Type"'])}`] : []),
    ...(from.chance(0.3) ? [`max_age=${from.pick(['600', '0', '60 * 10', 'None', '-1', '"600"'])}`] : []),
    ...(from.chance(0.4) ? [`allow_methods=${from.pick(['"*"', '["GET", "PUT"]', '["get", "put"]', '["POST"]', 'None', '["GET", "POST", "OPTIONS"]'])}`] : []),
  ];
  return asMapping && from.chance(0.15) ? `{${given.map((one) => one.replace(/^(\w+)=/, '"$1": ')).join(', ')}}` : `aiohttp_cors.ResourceOptions(${given.join(', ')})`;
}

function config(from: Picks, asMapping = true): string {
  const one = from.pick<string>(['pairs', 'pairs', 'pairs', 'comprehension', 'none', 'shared']);
  if (one === 'comprehension') return `{origin: ${options(from, asMapping)} for origin in ${from.pick(['ALLOWED', 'ALLOWED + ["null"]', '["*"]'])}}`;
  if (one === 'none') return from.pick(['None', '{}']);
  return `{${from.times(1, 3, () => `${from.pick(ORIGINS)}: ${options(from, asMapping)}`).join(', ')}}`;
}

function packageLines(from: Picks): string {
  const own = (): string => (from.chance(0.3) ? `, ${config(from)}` : '');
  const handler = from.chance(0.2) ? 'return web.json_response({"ok": True}, headers={"X-Total": "1"})' : from.pick(['return web.json_response({"ok": True})', 'return web.Response(text="ok")']);
  const setup = `cors = aiohttp_cors.setup(app${from.chance(0.9) ? `, defaults=${config(from)}` : ''})`;
  const boom = from.pick(['raise RuntimeError("boom")', 'raise web.HTTPForbidden()', 'raise web.HTTPFound("/data")', 'return web.Response(status=418)']);
  const plain = from.pick<readonly string[]>([
    ['app.router.add_get("/data", data)', 'app.router.add_put("/data", data)', 'app.router.add_get("/boom", boom)'],
    ['app.add_routes([web.get("/data", data), web.put("/data", data), web.get("/boom", boom)])'],
    ['app.router.add_route("GET", "/data", data)', 'app.router.add_route("post", "/data", data)', 'app.router.add_get("/boom", boom, allow_head=False)'],
    ['app.add_routes([web.get("/{name:data|other}", data), web.get("/boom", boom)])'],
    ['for path, function in [("/data", data), ("/boom", boom)]:', '    app.router.add_get(path, function)'],
    ['resource = app.router.add_resource("/{name}")', 'resource.add_route("GET", data)', 'resource.add_route("PUT", data)', 'app.router.add_get("/boom", boom)'],
    ['app.router.add_route("*", "/data", data)', 'app.router.add_get("/boom", boom)'],
    ['app.router.add_get("/data", data)', 'app.router.add_options("/boom", boom)'],
  ]);
  const loop = from.pick<readonly string[]>([['for route in list(app.router.routes()):', `    cors.add(route${own()})`], ['for route in app.router.routes():', '    cors.add(route)'], ['for resource in list(app.router.resources()):', `    cors.add(resource${own()})`], ['for route in list(app.router.routes()):', '    if route.method != "HEAD":', '        cors.add(route)'], ['[cors.add(route) for route in list(app.router.routes())]']]);
  const each = from.pick<readonly string[]>([
    ['resource = cors.add(app.router.add_resource("/data"))', `cors.add(resource.add_route("GET", data)${own()})`, 'cors.add(resource.add_route("PUT", data))', 'cors.add(app.router.add_get("/boom", boom))'],
    [`cors.add(app.router.add_get("/data", data)${own()})`, 'cors.add(app.router.add_put("/data", data))', 'app.router.add_get("/boom", boom)'],
    [`resource = cors.add(app.router.add_resource("/data"), ${config(from)})`, 'resource.add_route("GET", data)', 'resource.add_route("PUT", data)', `cors.add(app.router.add_get("/boom", boom)${own()})`],
    ['resource = app.router.add_resource("/data")', `cors.add(resource.add_route("GET", data)${own()})`, 'resource.add_route("PUT", data)'],
  ]);
  const looped = from.chance(0.6);
  const table = from.chance(0.2);
  const functions = table ? `routes = web.RouteTableDef()\n\n\n@routes.get("/data")\nasync def data(request):\n    ${handler}\n\n\n@routes.get("/boom")\nasync def boom(request):\n    ${boom}\n` : `async def data(request):\n    ${handler}\n\n\nasync def boom(request):\n    ${boom}\n`;
  const body = table ? ['app.add_routes(routes)', setup, ...loop] : looped ? from.pick([[...plain, setup, ...loop], [setup, ...plain, ...loop]]) : [setup, ...each];
  if (from.chance(0.3)) return `${functions}\n\ndef create_app():\n    app = web.Application()\n${indented(body, 1)}\n    return app\n\n\napp = create_app()`;
  return `${functions}\n\napp = web.Application()\n${body.join('\n')}`;
}

/** A view that lacks the method of a request closes the connection under aiohttp-cors, so it has them all; its own options are not parsed, so none of them is a mapping. */
function viewLines(from: Picks): string {
  const bases = from.pick(['web.View, aiohttp_cors.CorsViewMixin', 'web.View, aiohttp_cors.CorsViewMixin', 'aiohttp_cors.CorsViewMixin, web.View', 'web.View']);
  return `class Data(${bases}):
${from.chance(0.3) ? `    cors_config = ${config(from, false)}\n` : ''}    async def get(self):
        return web.Response(text="ok")

    async def post(self):
        return web.Response(text="ok")

${from.chance(0.5) ? '    async def put(self):\n        return web.Response(text="ok")\n' : ''}

app = web.Application()
${from.pick(['app.router.add_view("/data", Data)', 'app.router.add_route("*", "/data", Data)'])}
cors = aiohttp_cors.setup(app, defaults=${config(from)})
for route in list(app.router.routes()):
    cors.add(route)`;
}

function handLines(from: Picks, way: string): string {
  const on = (target: string): Spelling => ({ origin: from.pick(['request.headers.get("Origin")', "request.headers.get('origin', None)", 'request.headers.get("ORIGIN")']), set: (name, value) => `${target}.headers[${name}] = ${value.replace(/^(?:600|60 \* 10)$/, '"600"')}`, add: (name, value) => `${target}.headers.add(${name}, ${value})` });
  const cors = (target: string, whole = false): readonly string[] => [...originLines(from, on(target), whole), ...furtherLines(from, on(target))];
  const preflight = from.pick<readonly string[]>([
    [],
    ['if request.method == "OPTIONS":', '    response = web.Response()', 'else:', '    response = await handler(request)'],
    ['if request.method == "OPTIONS":', `    return web.Response(status=204, headers={"Access-Control-Allow-Origin": ${from.pick(['"*"', '"https://app.example.com"'])}, "Access-Control-Allow-Methods": "GET, PUT", "Access-Control-Allow-Headers": "content-type, x-custom"})`],
    ['if request.method == "OPTIONS":', '    return web.Response(headers=CORS_HEADERS)'],
  ]);
  const call = preflight.some((line) => line === 'else:') ? [] : ['response = await handler(request)'];
  const inside = way === 'caught' ? from.pick<readonly string[]>([['try:', ...indented([...preflight, ...call], 1).split('\n'), 'except web.HTTPException as error:', '    response = error'], ['try:', ...indented([...preflight, ...call], 1).split('\n'), 'except web.HTTPException as error:', '    error.headers["Access-Control-Allow-Origin"] = "*"', '    raise'], ['try:', ...indented([...preflight, ...call], 1).split('\n'), 'except web.HTTPException as error:', '    response = web.json_response({"error": error.reason}, status=422)']]) : [...preflight, ...call];
  const own = way === 'middleware' || way === 'caught';
  const middleware = own ? `@web.middleware\nasync def allow(request, handler):\n${indented([...inside, ...cors('response'), 'return response'], 1)}\n\n\n` : '';
  const signal = way === 'signal' ? `async def allow(request, response):\n${indented(cors('response', true), 1)}\n\n\n` : '';
  const handler = way === 'handler' ? ['response = web.json_response({"ok": True})', ...cors('response'), 'return response'] : [from.pick(['return web.json_response({"ok": True})', 'return web.Response(text="ok", headers={"X-A": "1"})'])];
  const options = from.chance(0.4) ? `async def options(request):\n${indented(way === 'handler' ? ['response = web.Response(status=204)', ...cors('response'), 'return response'] : ['return web.Response()'], 1)}\n\n\n` : '';
  const boom = from.pick(['raise RuntimeError("boom")', 'raise web.HTTPForbidden()', 'raise web.HTTPFound("/data")', 'return web.Response(status=418)', 'raise web.HTTPNotFound(text="no")']);
  const made = own ? from.pick(['app = web.Application(middlewares=[allow])', 'app = web.Application()\napp.middlewares.append(allow)']) : `app = web.Application()${signal === '' ? '' : '\napp.on_response_prepare.append(allow)'}`;
  const sub = from.chance(0.15);
  const target = sub ? 'sub' : 'app';
  return `${middleware}${signal}${options}async def data(request):
${indented(handler, 1)}


async def boom(request):
    ${boom}


${made}${sub ? '\nsub = web.Application()' : ''}
${target}.router.add_get("/data", data)
${target}.router.add_get("/boom", boom)
${options === '' ? '' : `${target}.router.add_options("/data", options)`}${sub ? '\napp.add_subapp("/sub", sub)' : ''}`;
}
