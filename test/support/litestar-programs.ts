import type { Picks } from './picks.js';

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', '*', 'https://*.example.com', 'https://app.*', '*://app.example.com', 'http://app.example.com', 'HTTPS://APP.EXAMPLE.COM', 'https://app.example.com:*', ''] as const;

function list(from: Picks, items: readonly [string, ...string[]], most: number): string {
  return `[${from.times(0, most, () => JSON.stringify(from.pick(items))).join(', ')}]`;
}

/** Keyword arguments of CORSConfig, right and wrong ones. */
function keywords(from: Picks): readonly (readonly [string, string])[] {
  const some = (key: string, probability: number, value: () => string): readonly (readonly [string, string])[] => (from.chance(probability) ? [[key, value()]] : []);
  return [
    ...some('allow_origins', 0.85, () => (from.chance(0.6) ? list(from, [...ORIGINS], 3) : from.pick(['["*"]', '"*"', '"https://app.example.com"', '"https://*.example.com"', 'ORIGINS', 'ORIGINS + ["null"]', '[o for o in ORIGINS if o]', 'None', 'list(ORIGINS)', '[f"https://{name}.example.com" for name in ("app", "admin")]', '[1]', '["https://app.example.com", *ORIGINS]'])) ),
    ...some('allow_origin_regex', 0.3, () => from.pick(['r"https://.*\\.example\\.com"', 'r"https://app.example.com"', '"^https://app\\\\.example\\\\.com$"', 'r"https?://(app|admin)\\.example\\.com(:\\d+)?"', '".*"', '"null"', 'None', '""', '"*.example.com"', 'r"https://[a-z]+\\.example\\.com|https://evil\\.example"'])),
    ...some('allow_credentials', 0.6, () => from.pick(['True', 'True', 'True', 'False', '1', '"yes"', '0', 'None', '"true"'])),
    ...some('allow_methods', 0.5, () => from.pick(['["*"]', '["GET"]', '["GET", "PUT"]', '("POST", "PUT")', '["put"]', '[]', '"*"', '"GET"', 'METHODS', 'None'])),
    ...some('allow_headers', 0.5, () => from.pick(['["*"]', '["X-Custom"]', '["Content-Type", "X-Custom"]', '[]', '["Authorization"]', '"*"', '"X-Custom"', '("x-custom", "X-CUSTOM")'])),
    ...some('expose_headers', 0.3, () => from.pick(['["X-Total"]', '["X-Total", "ETag"]', '["*"]', '[]', '"X-Total"', 'None'])),
    ...some('max_age', 0.3, () => from.pick(['0', '600', '60 * 60', '"30"', 'None', '86400'])),
  ];
}

/** A random Litestar program. */
export function litestarProgram(from: Picks): string {
  const options = keywords(from);
  const call = options.map(([key, value]) => `${key}=${value}`).join(', ');
  const positional = options.length > 0 && options.every(([key], index) => key === ['allow_origins', 'allow_methods', 'allow_headers'][index]);
  const made = positional && from.chance(0.5) ? options.map(([, value]) => value).join(', ') : call;
  const hand = from.chance(0.25)
    ? from.pick([
        ', response_headers={"Access-Control-Allow-Origin": "https://own.example", "Vary": "Accept"}',
        ', response_headers=[ResponseHeader(name="Access-Control-Allow-Origin", value="*")]',
        ', after_request=after',
      ])
    : '';
  const handlers = 'route_handlers=[data, put_data, boom, made, refused]';
  const apps = [
    `app = Litestar(${handlers}, cors_config=CORSConfig(${made})${hand})`,
    `cors_config = CORSConfig(${made})\napp = Litestar(${handlers}, cors_config=cors_config${hand})`,
    `OPTIONS = {${options.map(([key, value]) => `"${key}": ${value}`).join(', ')}}\ncors = CORSConfig(**OPTIONS)\napp = Litestar(${handlers}, cors_config=cors${hand})`,
    `def create_app():\n    config = CORSConfig(${made})\n    return Litestar(${handlers}, cors_config=config${hand})\n\n\napp = create_app()`,
    `app = Litestar.from_config(AppConfig(${handlers}, cors_config=CORSConfig(${made})${hand}))`,
    `def configure(app_config: AppConfig) -> AppConfig:\n    app_config.cors_config = CORSConfig(${made})\n    return app_config\n\n\napp = Litestar(${handlers}, on_app_init=[configure])`,
    `app = Litestar(${handlers}${hand})`,
  ] as const;
  return `from litestar import Litestar, Response, get, put
from litestar.config.app import AppConfig
from litestar.config.cors import CORSConfig
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotAuthorizedException

ORIGINS = ["https://app.example.com", "https://admin.example.com"]
METHODS = ["GET", "POST"]


@get("/data")
async def data() -> dict:
    return {"ok": True}


@put("/data")
async def put_data() -> dict:
    return {"ok": True}


@get("/boom")
async def boom() -> dict:
    raise RuntimeError("boom")


@get("/made"${from.pick(['', ', response_headers={"Access-Control-Allow-Origin": "https://handler.example"}'])})
async def made() -> Response:
    return Response({"ok": True}${from.pick(['', ', headers={"Access-Control-Allow-Origin": "https://made.example"}', ', headers={"Vary": "Accept"}'])})


@get("/refused")
async def refused() -> dict:
    raise NotAuthorizedException("no")


def after(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "https://after.example"
    return response


${from.pick([...apps])}
`;
}
