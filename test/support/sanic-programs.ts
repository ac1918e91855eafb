import type { Picks } from './picks.js';
import { furtherLines, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

const RESPONSE: Spelling = {
  origin: 'request.headers.get("Origin")',
  set: (name, value) => `response.headers[${name}] = ${value}`,
  add: (name, value) => `response.headers.add(${name}, ${value})`,
};

/** Settings of Sanic Extensions, right and wrong ones. */
function settings(from: Picks): readonly (readonly [string, string])[] {
  const some = (key: string, probability: number, value: () => string): readonly (readonly [string, string])[] => (from.chance(probability) ? [[key, value()]] : []);
  return [
    ...some('CORS_ORIGINS', 0.9, () => from.pick(['"*"', '"https://app.example.com"', '"https://app.example.com,https://admin.example.com"', '"https://app.example.com, null"', 'ALLOWED', '["*"]', '("https://app.example.com",)', 're.compile(r"https://.*\\.example\\.com")', '[PATTERN, "https://evil.example"]', '"https://*.example.com"', '""', 'None', '",".join(ALLOWED)', '["https://app.example.com/"]', '[re.compile("https://app.example.com"), "null"]', '"HTTPS://APP.EXAMPLE.COM"'])),
    ...some('CORS_SUPPORTS_CREDENTIALS', 0.4, () => from.pick(['True', 'True', 'False', '"yes"', '0'])),
    ...some('CORS_ALLOW_HEADERS', 0.4, () => from.pick(['"*"', '["X-Custom"]', '"content-type,x-custom"', '"Content-Type, X-Custom"', '[]', '["*", "X-Custom"]', '("authorization",)'])),
    ...some('CORS_METHODS', 0.4, () => from.pick(['"GET,PUT"', '["GET"]', '"*"', '""', '["put", "delete"]', '["PUT"]'])),
    ...some('CORS_EXPOSE_HEADERS', 0.3, () => from.pick(['"X-Total"', '["X-Total"]', '"*"', '""'])),
    ...some('CORS_MAX_AGE', 0.3, () => from.pick(['600', '"30"', '0', 'None', '60 * 60'])),
    ...some('CORS_SEND_WILDCARD', 0.2, () => from.pick(['True', 'False'])),
    ...some('CORS_ALWAYS_SEND', 0.2, () => from.pick(['True', 'False'])),
    ...some('CORS', 0.08, () => 'False'),
  ];
}

/** Arguments of the extension's decorator. */
function decorator(from: Picks): string {
  const some = (key: string, probability: number, value: () => string): readonly string[] => (from.chance(probability) ? [`${key}=${value()}`] : []);
  return [
    ...some('origin', 0.8, () => from.pick(['"https://admin.example.com"', '"*"', '["https://admin.example.com", "null"]', 'PATTERN'])),
    ...some('allow_methods', 0.3, () => from.pick(['"GET,PUT"', '["put"]'])),
    ...some('allow_headers', 0.3, () => from.pick(['"x-custom"', '["content-type"]'])),
    ...some('supports_credentials', 0.3, () => from.pick(['True', 'False'])),
    ...some('max_age', 0.3, () => from.pick(['60', '"7"'])),
  ].join(', ');
}

/** A random program with Sanic Extensions, by hand, or both. */
export function sanicProgram(from: Picks): string {
  const extended = from.chance(0.7);
  const config = extended ? settings(from) : [];
  const lines = (indent: string): string => {
    const how = from.pick(['attribute', 'item', 'update', 'extend', 'Extend', 'class'] as const);
    const dictionary = `{${config.map(([key, value]) => `"${key}": ${value}`).join(', ')}}`;
    const lower = config.map(([key, value]) => `${key.toLowerCase()}=${value}`).join(', ');
    switch (how) {
      case 'attribute':
        return config.map(([key, value]) => `${indent}app.config.${key} = ${value}`).join('\n');
      case 'item':
        return config.map(([key, value]) => `${indent}app.config["${key}"] = ${value}`).join('\n');
      case 'update':
        return `${indent}app.config.update(${dictionary})`;
      case 'extend':
        return `${indent}app.extend(config=Config(${lower}))`;
      case 'Extend':
        return `${config.map(([key, value]) => `${indent}app.config.${key} = ${value}\n`).join('')}${indent}Extend(app)`;
      case 'class':
        return config.length === 0 ? '' : `${indent}class Settings:\n${config.map(([key, value]) => `${indent}    ${key} = ${value}`).join('\n')}\n\n${indent}app.update_config(Settings)`;
    }
  };
  const hook = from.chance(extended ? 0.2 : 0.8) ? `\n\n${from.pick(['@app.on_response', '@app.middleware("response")'])}\nasync def written(request, response):\n${[...originLines(from, RESPONSE, true), ...furtherLines(from, RESPONSE)].map((line) => `    ${line}`).join('\n')}\n` : '';
  const before = from.chance(0.25) ? `\n\n${from.pick(['@app.on_request', '@app.middleware("request")', '@app.middleware'])}\nasync def preflight(request):\n    if request.method == "OPTIONS"${from.pick(['', ' and request.path == "/data"'])}:\n        return ${from.pick(['empty()', 'text("", status=200, headers={"Access-Control-Allow-Methods": "PUT"})', 'HTTPResponse(status=204, headers=CORS_HEADERS)'])}\n` : '';
  const options = from.chance(0.3) ? `\n\n@app.options("/data")\nasync def options(request):\n    return ${from.pick(['empty()', 'text("ok", headers={"Access-Control-Allow-Headers": "content-type"})', 'empty(status=200)'])}\n` : '';
  const own = from.pick(['', '', ', headers={"Access-Control-Allow-Origin": "https://own.example"}', ', headers={"Vary": "Accept", "Access-Control-Allow-Origin": request.headers.get("origin", "*")}']);
  const made = extended && from.chance(0.3) ? `def create_app():\n    app = Sanic("example")\n${lines('    ')}\n    return app\n\n\napp = create_app()` : `app = Sanic("example")${extended ? '' : '\napp.config.AUTO_EXTEND = False'}\n${extended ? lines('') : ''}`;
  return `from sanic import Blueprint, HTTPResponse, Sanic, empty, json, text
from sanic_ext import Config, Extend, cors

${PYTHON_CONSTANTS}
api = Blueprint("api", url_prefix="/api")

${made}
${hook}${before}${options}

@app.get("/data")
async def data(request):
    return text("data"${own})


@app.put("/data")
async def put_data(request):
    return json({"ok": True})


@app.get("/boom")
async def boom(request):
    raise RuntimeError("boom")


@api.get("/items/<number:int>")
${extended && from.chance(0.4) ? `@cors(${decorator(from)})\n` : ''}async def items(request, number):
    return json({"number": number})


app.blueprint(api)
`;
}
