import type { Picks } from './picks.js';

const ORIGINS = ['"https://app.example.com"', '"https://admin.example.com"', '"https://app.example.com/"', '"null"', '"https://*.example.com"', 're.compile(r"https://.*\\.example\\.com")', 're.compile(r"^https://(app|admin)\\.example\\.com$")', 're.compile("https://app.example.com")', 'PATTERN', '"HTTPS://APP.EXAMPLE.COM"'] as const;

function origins(from: Picks): string {
  if (from.chance(0.2)) return from.pick(['"*"', '["*"]', 'ALLOWED', 'ALLOWED + ["null"]', 'None', '[]', '"https://app.example.com,https://admin.example.com"', 'set(ALLOWED)']);
  return from.chance(0.3) ? from.pick([...ORIGINS]) : `[${from.times(0, 3, () => from.pick([...ORIGINS])).join(', ')}]`;
}

/** Arguments of Quart-CORS, or keys of the configuration. */
function options(from: Picks, configured: boolean): readonly (readonly [string, string])[] {
  const some = (key: string, probability: number, value: () => string): readonly (readonly [string, string])[] => (from.chance(probability) ? [[key, value()]] : []);
  return [
    ...some('allow_origin', 0.8, () => (configured && from.chance(0.4) ? from.pick(['["https://app.example.com"]', '"https://app.example.com"', '"*"', '["*"]']) : origins(from))),
    ...some('allow_credentials', 0.45, () => from.pick(['True', 'True', 'False', 'None', '"yes"', '1', '0'])),
    ...some('allow_headers', 0.5, () => from.pick(['["*"]', '["X-Custom"]', '["content-type", "x-custom"]', '"X-Custom"', '[]', '("Content-Type", "Authorization")', '"*"'])),
    ...some('allow_methods', 0.5, () => from.pick(['["GET", "PUT"]', '["put"]', '["*"]', '"PUT"', '("GET", "POST")', '[]', '{"PUT"}'])),
    ...some('expose_headers', 0.4, () => from.pick(['["X-Total"]', '["X-Total", "ETag"]', '"X-Total"', '["*"]', '[]'])),
    ...some('max_age', 0.4, () => from.pick(['60', '"30"', configured ? '90' : 'timedelta(hours=1)', 'None', '1.5', '0', '60 * 60'])),
    ...some('send_origin_wildcard', 0.25, () => from.pick(['True', 'False', 'None'])),
  ];
}

/** A random program with Quart-CORS. */
export function quartProgram(from: Picks): string {
  const keywords = (configured = false): string => options(from, configured).map(([key, value]) => `${key}=${value}`).join(', ');
  const settings = from.chance(0.35) ? options(from, true).filter(([, value]) => value !== 'None') : [];
  const config = from.pick(['item', 'update', 'mapping'] as const);
  const configured = settings.map(([key, value]) => [`QUART_CORS_${key.toUpperCase()}`, value] as const);
  const configuration = configured.length === 0 ? '' : config === 'item' ? configured.map(([key, value]) => `app.config["${key}"] = ${value}`).join('\n') : config === 'update' ? `app.config.update({${configured.map(([key, value]) => `"${key}": ${value}`).join(', ')}})` : `app.config.from_mapping(${configured.map(([key, value]) => `${key}=${value}`).join(', ')})`;
  const given = keywords();
  const call = (target: string): string => `${target} = cors(${[target, given].filter((part) => part !== '').join(', ')})`;
  const where = from.pick(['app', 'app', 'app', 'blueprint', 'none', 'dictionary', 'factory'] as const);
  const decorator = from.pick(['', '', '@cors_exempt\n', `@route_cors(${keywords()})\n`, `@route_cors(${[keywords(), 'provide_automatic_options=False'].filter((part) => part !== '').join(', ')})\n`]);
  const hook = from.chance(0.15) ? `\n\n@app.after_request\nasync def written(response):\n    response.headers["Access-Control-Allow-Origin"] = ${from.pick(['"https://hook.example"', '"*"'])}\n    return response\n` : '';
  const head = `import re
from datetime import timedelta

from quart import Blueprint, Quart
from quart_cors import cors, cors_exempt, route_cors

ALLOWED = ["https://app.example.com", "https://admin.example.com"]
PATTERN = re.compile(r"https?://[a-z]+\\.example\\.com(:\\d+)?$", re.IGNORECASE)
`;
  const routes = `@app.route("/data", methods=["GET", "PUT"])
${decorator}async def data():
    return ${from.pick(['"data"', '"data"', '"data"', '"data", 200, {"Access-Control-Allow-Origin": "https://view.example"}', '"data", {"Vary": "Accept"}'])}


@app.get("/boom")
async def boom():
    raise RuntimeError("boom")


@api.route("/items/<int:number>")
async def items(number):
    return "items"
`;
  const set = where === 'app' || where === 'factory' ? call('app') : where === 'blueprint' ? call('api') : where === 'dictionary' ? `OPTIONS = dict(${given})\ncors(app, **OPTIONS)` : '';
  if (where === 'factory') {
    return `${head}\napi = Blueprint("api", __name__)\n\n\n@api.route("/items/<int:number>")\nasync def items(number):\n    return "items"\n\n\ndef create_app():\n    app = Quart(__name__)\n${configuration.replace(/^/gm, '    ')}\n    app.register_blueprint(api, url_prefix="/api")\n    ${set}\n    return app\n\n\napp = create_app()\n\n\n@app.get("/data")\nasync def data():\n    return "data"\n`;
  }
  return `${head}
app = Quart(__name__)
api = Blueprint("api", __name__, url_prefix="/api")
${configuration}
${set}${hook}


${routes}

app.register_blueprint(api)
`;
}
