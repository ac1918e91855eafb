import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

const RESP: Spelling = {
  origin: 'req.get_header("Origin")',
  set: (name, value) => `resp.set_header(${name}, ${value})`,
  add: (name, value) => `resp.append_header(${name}, ${value})`,
};

/** A Falcon application, for WSGI or ASGI, that allows origins in one of the ways that Falcon offers, or several. */
export function falconProgram(from: Picks, isAsync: boolean): string {
  const def = isAsync ? 'async def' : 'def';
  const origin = from.pick(['req.get_header("Origin")', "req.get_header('origin', default=None)", 'req.get_header("ORIGIN", False, None)', isAsync ? 'req.headers.get("origin")' : 'req.headers.get("ORIGIN")', isAsync ? 'req.get_header("Origin")' : 'req.env.get("HTTP_ORIGIN")', 'req.headers_lower.get("origin")']);
  const spelling: Spelling = { ...RESP, origin };
  const cors = (): readonly string[] => [...originLines(from, spelling, true), ...furtherLines(from, spelling)];
  const way = from.pick<string>(['package', 'package', 'package', 'component', 'component', 'responder', 'hook', 'both', 'request']);
  const component = (): string => `class Cors:\n    ${def} ${way === 'request' ? 'process_request(self, req, resp)' : 'process_response(self, req, resp, resource, req_succeeded)'}:\n${indented([...cors(), ...afterwards(from, way === 'request')], 2)}\n`;
  const own = way === 'component' || way === 'both' || way === 'request';
  const responder = (name: string, lines: readonly string[], decorators: readonly string[] = []): string => [...decorators.map((one) => `    ${one}`), `    ${def} ${name}(self, req, resp, **params):`, indented(lines, 2), ''].join('\n');
  const inside = (): readonly string[] => (way === 'responder' ? cors() : way === 'package' && from.chance(0.15) ? ['resp.set_header("Access-Control-Allow-Origin", "https://own.example.com")'] : []);
  const hook = way === 'hook' ? [from.pick(['@falcon.before(allow)', '@falcon.after(allow)'])] : [];
  const get = [...inside(), from.pick(['resp.media = {"ok": True}', 'resp.text = "ok"', 'resp.status = falcon.HTTP_201'])];
  // An early return leaves the answer as it is.
  const methods = [responder('on_get', get, hook), ...(from.chance(0.5) ? [responder('on_put', ['resp.media = {"ok": True}'])] : []), ...(from.chance(0.25) ? [responder('on_options', [...inside(), ...from.pick<readonly string[]>([['resp.status = falcon.HTTP_204'], ['resp.set_header("Allow", "GET, PUT")'], ['resp.set_header("allow", "GET")', 'resp.status = "200 OK"'], ['pass']])], hook)] : [])];
  const failing = from.pick(['raise RuntimeError("boom")', 'raise falcon.HTTPForbidden(title="no")', 'raise falcon.HTTPNotFound()', 'raise falcon.HTTPError(falcon.HTTP_418)', 'raise falcon.HTTPStatus(falcon.HTTP_202)', 'raise falcon.HTTPFound("/data")', 'raise falcon.HTTPNotFound']);
  const middleware = [...(way === 'package' || way === 'both' ? (from.chance(0.25) ? [] : [corsMiddleware(from)]) : []), ...(own ? ['Cors()'] : [])];
  const enabled = middleware.every((one) => one === 'Cors()') && (way === 'package' || way === 'both') ? ', cors_enable=True' : '';
  const app = isAsync ? 'falcon.asgi.App' : 'falcon.App';
  const made = middleware.length === 0 ? `app = ${app}(${enabled.slice(2)})` : from.pick([`app = ${app}(middleware=[${middleware.join(', ')}]${enabled})`, `app = ${app}(middleware=(${middleware.join(', ')},)${enabled})`, `app = ${app}(${enabled.slice(2)})\nfor one in [${middleware.join(', ')}]:\n    app.add_middleware(one)`, `stack = []\n${middleware.map((one) => `stack.append(${one})`).join('\n')}\napp = ${app}(middleware=stack${enabled})`]);
  const sink = from.chance(0.2) ? `\n\n${def} fallback(req, resp${from.chance(0.5) ? ', **kwargs' : ''}):\n${indented([...(way === 'responder' ? cors() : []), from.pick(['resp.status = falcon.HTTP_200', 'resp.set_header("Allow", "GET")', 'raise falcon.HTTPNotFound()'])], 1)}\n\n\napp.add_sink(fallback${from.pick(['', ', "/missing"', ', prefix="/"'])})` : '';
  return `import falcon${isAsync ? '\nimport falcon.asgi' : ''}
${PYTHON_CONSTANTS}
${own ? `\n${component()}\n` : ''}
${way === 'hook' ? `${def} allow(req, resp, resource${from.chance(0.5) ? ', *params' : ', params=None'}):\n${indented(cors(), 1)}\n\n` : ''}
class Data:
${methods.join('\n')}

class Boom:
${responder('on_get', [...(way === 'responder' ? cors().filter((line) => !/return$/.test(line) && !/^if not /.test(line)).slice(0, 1).filter((line) => line.startsWith('resp.')) : []), failing])}

${made}
app.add_route(${from.pick(['"/data"', '"/data"', '"/{name}"', '"/{number:int}"'])}, Data())
app.add_route("/boom", Boom())${sink}
`;
}

function afterwards(from: Picks, request: boolean): readonly string[] {
  if (request) return from.pick([[], ['if req.method == "OPTIONS":', '    resp.complete = True'], ['if req.method == "OPTIONS":', '    raise falcon.HTTPStatus(falcon.HTTP_200)'], ['if req.method == "OPTIONS":', '    resp.status = falcon.HTTP_204', '    resp.complete = True']]);
  return from.pick([
    [],
    [],
    ['if req.method == "OPTIONS":', '    resp.status = falcon.HTTP_204'],
    ['if req_succeeded and req.method == "OPTIONS" and req.get_header("Access-Control-Request-Method"):', '    allow = resp.get_header("Allow")', '    resp.delete_header("Allow")', '    allow_headers = req.get_header("Access-Control-Request-Headers", default="*")', '    resp.set_headers((("Access-Control-Allow-Methods", allow), ("Access-Control-Allow-Headers", allow_headers), ("Access-Control-Max-Age", "86400")))'],
    ['if not req_succeeded:', '    resp.delete_header("Access-Control-Allow-Origin")'],
    ['resp.set_headers({"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "x-a"})'],
    ['resp.vary = ("Origin", "Accept-Encoding")'],
  ]);
}

function corsMiddleware(from: Picks): string {
  const origins = from.pick(['"*"', '"https://app.example.com"', '["https://app.example.com"]', 'ALLOWED', 'ALLOWED_SET', '("https://app.example.com", "null")', '["https://app.example.com/"]', '"https://app.example.com,https://admin.example.com"', '["*"]', '[]', 'tuple(ALLOWED)', 'None', 'True', '["*.example.com"]', 'frozenset(ALLOWED)', 'ALLOWED + ["null"]', '["HTTPS://APP.EXAMPLE.COM"]', 'set(ALLOWED)', '{"https://app.example.com": 1}']);
  const credentials = from.pick(['"*"', 'None', '["https://app.example.com"]', '"https://app.example.com"', 'ALLOWED', 'True', 'False', '["*"]', '"https://app.example.com"']);
  const exposed = from.pick(['"X-Total"', '["X-Total", "X-A"]', '[]', 'None', '("X-Total",)', '""', '5']);
  const options = [
    ...(from.chance(0.8) ? [`allow_origins=${origins}`] : []),
    ...(from.chance(0.5) ? [`allow_credentials=${credentials}`] : []),
    ...(from.chance(0.3) ? [`expose_headers=${exposed}`] : []),
    ...(from.chance(0.2) ? [`allow_private_network=${from.pick(['True', 'False', '1', '"no"'])}`] : []),
    ...(from.chance(0.04) ? ['allow_methods=["GET"]'] : []),
  ];
  if (from.chance(0.1)) return `falcon.CORSMiddleware(${origins}, ${exposed}, ${credentials})`;
  if (from.chance(0.1) && options.length > 0) return `falcon.CORSMiddleware(**dict(${options.join(', ')}))`;
  return `falcon.CORSMiddleware(${options.join(', ')})`;
}
