import type { ObservedRow } from './observed.js';

/** Values as Python spells them; `re:…` is a compiled pattern. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' && value.startsWith('re:') ? `re.compile(r"${value.slice(3)}")` : JSON.stringify(value);
}

/** The program behind a recorded row of Quart-CORS. */
export function quartSource({ options }: Pick<ObservedRow, 'options'>): string {
  const { api, config = {}, ...rest } = options as { api: string; config?: Record<string, unknown> } & Record<string, unknown>;
  const keywords = Object.entries(rest).map(([key, value]) => `${key}=${literal(value)}`);
  const settings = Object.entries(config).map(([key, value]) => `app.config[${JSON.stringify(key)}] = ${literal(value)}\n`);
  return `import re

from quart import Quart
from quart_cors import cors, route_cors

app = Quart(__name__)
${settings.join('')}${api === 'cors(app)' ? `app = cors(${['app', ...keywords].join(', ')})\n` : ''}

@app.route("/api/data", methods=["GET", "PUT"])
${api === 'route_cors' ? `@route_cors(${keywords.join(', ')})\n` : ''}async def data():
    return "ok"


@app.route("/boom")
async def boom():
    raise RuntimeError("boom")
`;
}
