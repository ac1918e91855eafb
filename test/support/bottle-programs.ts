import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

const SPELLINGS: readonly [Spelling, ...Spelling[]] = [
  { origin: 'request.headers.get("Origin")', set: (name, value) => `response.headers[${name}] = ${value}`, add: (name, value) => `response.headers.append(${name}, ${value})` },
  { origin: 'request.get_header("Origin")', set: (name, value) => `response.set_header(${name}, ${value})`, add: (name, value) => `response.add_header(${name}, ${value})` },
  { origin: 'request.environ.get("HTTP_ORIGIN")', set: (name, value) => `response.headers.replace(${name}, ${value})`, add: (name, value) => `response.add_header(${name}, ${value})` },
];

/** An app that writes CORS at the places that Bottle offers. */
export function bottleProgram(from: Picks): string {
  const spelling = from.pick(SPELLINGS);
  const cors = (whole: boolean): readonly string[] => [...originLines(from, spelling, whole), ...furtherLines(from, spelling)];
  const onDefault = from.chance(0.3);
  const on = onDefault ? '' : 'app.';
  const place = from.pick(['after', 'after', 'after', 'before', 'plugin', 'class', 'view', 'decorator', 'raised', 'both', 'error'] as const);
  const hook = (name: string, lines: readonly string[]): string => `@${on}hook("${name}")\ndef ${name}():\n${indented(lines, 1)}\n`;
  const function_ = (name: string, lines: readonly string[], args = ''): string => `def ${name}(${args}):\n${indented(lines, 1)}\n`;
  const parts: Record<typeof place, () => string> = {
    after: () => hook('after_request', cors(true)),
    before: () => hook('before_request', [...cors(false), ...(from.chance(0.4) ? ['if request.method == "OPTIONS":', '    raise HTTPResponse(status=204, headers={"Access-Control-Allow-Origin": "*"})'] : [])]),
    both: () => `${hook('before_request', ['if request.method == "OPTIONS":', `    raise HTTPResponse(${from.pick(['status=204', 'status="200 OK"', 'body="", status=200, Access_Control_Max_Age="5"'])})`])}\n\n${hook('after_request', cors(true))}`,
    plugin: () => `def enable_cors(view):\n    def wrapper(*args, **kwargs):\n${indented(cors(false), 2)}\n${indented(from.chance(0.5) ? ['if request.method != "OPTIONS":', '    return view(*args, **kwargs)'] : ['return view(*args, **kwargs)'], 2)}\n    return wrapper\n\n\n${on}install(enable_cors)`,
    class: () => `class EnableCors(object):\n    name = "enable_cors"\n    api = 2\n\n    def apply(self, fn, context):\n        def _enable_cors(*args, **kwargs):\n${indented(cors(false), 3)}\n            if request.method != "OPTIONS":\n                return fn(*args, **kwargs)\n        return _enable_cors\n\n\n${on}install(EnableCors())`,
    view: () => '',
    decorator: () => `def enable_cors(view):\n    def wrapper(*args, **kwargs):\n${indented(cors(false), 2)}\n        return view(*args, **kwargs)\n    return wrapper\n`,
    raised: () => `${hook('after_request', cors(true))}`,
    error: () => `${hook('after_request', cors(true))}\n\n@${on}error(405)\ndef not_allowed(error):\n${indented(from.pick([['response.headers["Access-Control-Allow-Methods"] = "PUT"', 'return "no"'], ['if request.method == "OPTIONS":', '    answer = HTTPResponse()', '    answer.set_header("Access-Control-Allow-Origin", "*")', '    return answer', 'return "no"'], ['return "no"']]), 1)}\n`,
  };
  const decorated = place === 'decorator' ? '\n@enable_cors' : '';
  const lines = place === 'view' ? cors(false) : [];
  const answer = from.pick(['return {"ok": True}', 'return "ok"', 'response.status = 201', 'return HTTPResponse("ok", headers={"X-Total": "1"})', 'return HTTPResponse(status=202, headers={"Access-Control-Expose-Headers": "X"})', 'redirect("/x")', 'return']);
  const failing = from.pick(['raise RuntimeError("boom")', 'abort(401, "no")', 'raise HTTPError(403, "no")', 'raise HTTPResponse(status=418)', 'return HTTPError(404)', 'raise HTTPError(status=409, Access_Control_Allow_Origin="*")']);
  const preflight = from.pick(['', '', `@${on}route("/<path:path>", method="OPTIONS")\ndef preflight(path):\n    return ""\n`, `@${on}route("/data", method=["OPTIONS"])\ndef preflight():\n    response.status = 204\n`, `@${on}route("/<:re:.*>", method="OPTIONS")\ndef preflight():\n    return {}\n`, `@${on}route("/<path:re:d.*>", "ANY")\ndef any_(path):\n    return {}\n`]);
  const data = from.pick([`@${on}route("/data", method=["GET", "PUT"])${decorated}\n${function_('data', [...lines, answer])}`, `@${on}get("/data")${decorated}\n${function_('data', [...lines, answer])}`, `${decorated === '' ? '' : '@enable_cors\n'}${function_('data', [...lines, answer])}\n\n${on}route("/data", "GET", data)`, `@${on}route("/<name>")${decorated}\n${function_('data', [...lines, answer], 'name')}`]);
  const parts_ = [parts[place](), `${data}`, `@${on}get("/boom")${decorated}\n${function_('boom', [...lines, failing])}`, preflight];
  return `from bottle import Bottle, HTTPError, HTTPResponse, abort, default_app, error, get, hook, install, redirect, request, response, route
${PYTHON_CONSTANTS}
app = ${onDefault ? 'default_app.push()' : 'Bottle()'}


${(place !== 'decorator' && from.chance(0.3) ? [...parts_.slice(1), ...(parts_.slice(0, 1))] : parts_).filter((part) => part !== '').join('\n\n')}
`;
}
