import type { ObservedRow } from './observed.js';

type Headers = Readonly<Record<string, string>>;

interface Options {
  readonly hook?: 'after_request' | 'before_request';
  readonly headers?: Headers;
  readonly plugin?: string;
  readonly in_view?: Headers;
  readonly in_view_returns_HTTPResponse?: Headers;
  readonly options_route?: boolean;
}

/** The program behind a recorded row of Bottle, as its options describe it. */
export function bottleSource(row: ObservedRow): string {
  const options = row.options as Options;
  const inView = written(options.in_view ?? options.in_view_returns_HTTPResponse ?? {});
  const answer = options.in_view_returns_HTTPResponse === undefined ? 'return {"ok": True}' : 'return HTTPResponse(body="ok")';
  return `from functools import wraps

from bottle import Bottle, HTTPResponse, request, response

app = Bottle()


${options.hook === undefined ? '' : `@app.hook("${options.hook}")\ndef enable_cors():\n${written(options.headers ?? {})}`}

${options.plugin === undefined ? '' : `def enable_cors(view):\n    @wraps(view)\n    def wrapper(*args, **kwargs):\n${written(options.headers ?? {}, 2)}        return view(*args, **kwargs)\n\n    return wrapper\n\n\napp.install(enable_cors)`}

@app.route("/api/data", method=["GET", "PUT"])
def data():
${inView}    ${answer}


@app.get("/boom")
def boom():
${inView}    raise RuntimeError("boom")

${options.options_route === true ? '\n@app.route("/<path:path>", method="OPTIONS")\ndef preflight(path):\n    return ""\n' : ''}`;
}

function written(headers: Headers, depth = 1): string {
  return Object.entries(headers).map(([name, value]) => `${'    '.repeat(depth)}response.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}\n`).join('');
}
