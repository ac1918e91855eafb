import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

const ORIGIN_TEXTS = ['"*"', '"https://app.example.com"', '"https://app.example.com/"', '"null"', '"https://app.example.com,https://admin.example.com"', 'ALLOWED[0]', '"https://*.example.com"', 'f"https://{HOST}"'] as const;

/** An argument with a probability. */
function some(from: Picks, key: string, probability: number, value: () => string): readonly string[] {
  return from.chance(probability) ? [`${key}=${value()}`] : [];
}

function common(from: Picks): readonly string[] {
  return [
    ...some(from, 'allow_headers', 0.4, () => from.pick(['["X-Custom"]', '["X-Custom", "Content-Type"]', '[]', 'HEADERS', '["*"]'])),
    ...some(from, 'expose_headers', 0.3, () => from.pick(['["X-Total"]', '["X-Total", "ETag"]', '[]', '["*"]'])),
    ...some(from, 'max_age', 0.3, () => from.pick(['600', '0', 'None', '"600"'])),
    ...some(from, 'allow_credentials', 0.5, () => from.pick(['True', 'True', 'False', 'None', '"true"', '1'])),
  ];
}

const CONSTANTS = `ALLOWED = ["https://app.example.com", "https://admin.example.com"]
HEADERS = ["X-Custom", "X-Other"]
HOST = "app.example.com"
`;

/** A random application of Chalice with the paths `/data`, `/boom`, `/own` and `/items/{id}`. */
export function chaliceApp(from: Picks): string {
  const configOf = (...texts: readonly [string, ...string[]]): string => `CORSConfig(${[...some(from, 'allow_origin', 0.8, () => from.pick(texts)), ...common(from)].join(', ')})`;
  const config = (): string => configOf(...ORIGIN_TEXTS);
  const cors = (): string => from.pick([', cors=True', `, cors=${config()}`, `, cors=${config()}`, ', cors=CORS', ', cors=False', '', ', cors=None', ', **OPTIONS']);
  const own = from.pick([
    ['return Response({}, headers={"Access-Control-Allow-Origin": "https://own.example"})'],
    ['origin = app.current_request.headers.get("origin")', 'response = Response({}, status_code=201)', 'if origin in ALLOWED:', '    response.headers["Access-Control-Allow-Origin"] = origin', '    response.headers["Vary"] = "Origin"', 'return response'],
    ['origin = app.current_request.headers.get("origin", "")', 'headers = {}', 'if origin.endswith(".example.com"):', '    headers = {"Access-Control-Allow-Origin": origin}', 'return Response(body={}, headers=headers)'],
    ['if app.current_request.method == "POST":', '    raise BadRequestError("no")', 'return {}'],
  ]);
  const methods = (): string => from.pick(['', ', methods=["GET"]', ', methods=["GET", "POST"]', ', methods=["POST", "GET", "PUT"]']);
  const blueprint = from.chance(0.3);
  // A list makes several lines, also beside the one that a view writes, which nobody should want.
  const items = from.chance(0.3) ? `, cors=${configOf('ALLOWED', '["https://app.example.com"]')}` : cors();
  return `from chalice import ${blueprint ? 'Blueprint, ' : ''}BadRequestError, Chalice, CORSConfig, Response

app = Chalice(app_name="app")
${CONSTANTS}CORS = ${config()}
OPTIONS = {"cors": CORS}
${from.pick(['', '', 'app.api.cors = True\n', `app.api.cors = ${config()}\n`, 'if len(ALLOWED) == 2:\n    app.api.cors = CORS\n'])}

@app.route("/data"${methods()}${cors()})
def data():
    return {}


@app.route("/boom"${cors()})
def boom():
    raise RuntimeError("boom")


@app.route("/own", methods=["GET", "POST"]${cors()})
def own():
${indented(own, 1)}

${blueprint ? `items = Blueprint(__name__)\n\n\n@items.route("/{id}"${methods()}${items})` : `\n@app.route("/items/{id}"${methods()}${items})`}
def item(id):
    return {"id": id}
${blueprint ? '\n\napp.register_blueprint(items, url_prefix="/items")\n' : ''}`;
}

/** A random application with Powertools; `extra`: its release knows `extra_origins`. */
export function powertoolsApp(from: Picks, extra: boolean): string {
  const config = (): string => `CORSConfig(${[...some(from, 'allow_origin', 0.8, () => from.pick([...ORIGIN_TEXTS])), ...(extra ? some(from, 'extra_origins', 0.5, () => from.pick(['["https://admin.example.com"]', '["*"]', 'ALLOWED', '[]', '["https://admin.example.com/", "null"]'])) : []), ...common(from)].join(', ')})`;
  const cors = (): string => from.pick(['', '', '', ', cors=True', ', cors=False', ', cors=None']);
  const router = from.chance(0.4);
  const own = from.pick([
    ['return Response(200, body="{}", headers={"Access-Control-Allow-Origin": "https://own.example"})'],
    ['return {"own": True}, 201'],
    ['origin = app.current_event.get_header_value("Origin", default_value="")', 'headers = {}', 'if origin in ALLOWED:', '    headers["Access-Control-Allow-Origin"] = origin', '    headers["Vary"] = "Origin"', 'return Response(status_code=200, body="{}", headers=headers)'],
    ['if app.current_event.http_method == "POST":', '    raise BadRequestError("no")', 'return {}'],
  ]);
  const owner = router ? 'router' : 'app';
  return `from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, NotFoundError

${CONSTANTS}cors_config = ${config()}
app = APIGatewayRestResolver(${from.pick(['cors=cors_config', 'cors=cors_config', `cors=${config()}`, 'cors_config', ''])})
${router ? 'router = Router()\n' : ''}

@app.get("/data"${cors()})
@app.post("/data"${cors()})
def data():
    return {}


@app.get("/boom"${cors()})
def boom():
    raise RuntimeError("boom")


@${owner}.route("/own", method=["GET", "POST"]${cors()})
def own():
${indented(own, 1)}


@${owner}.get("/items/<id>"${cors()})
def item(id):
    raise NotFoundError("no")

${router ? `\napp.include_router(router${from.pick(['', ', prefix="/v1"'])})\n` : ''}
${from.chance(0.15) ? '\n@app.route("/data", method="OPTIONS")\ndef options():\n    return {}\n\n' : ''}
def lambda_handler(event, context):
    return app.resolve(event, context)
`;
}

/** How a function that fills `headers` decides; text is JSON's, so that booleans and numbers stay what they are. */
function filling(from: Picks, origin: string): readonly string[] {
  const spelling: Spelling = {
    origin,
    set: (name, value) => `headers[${name}] = ${value}`,
    add: (name, value) => from.pick([`headers[${name}] = ${value}`, `headers.update({${name}: ${value}})`, `headers.setdefault(${name}, ${value})`]),
  };
  return [...originLines(from, spelling, false), ...furtherLines(from, spelling)];
}

/** A random handler of Lambda that decides by hand. */
export function lambdaFunction(from: Picks): string {
  const origin = from.pick(['event["headers"].get("origin")', '(event.get("headers") or {}).get("origin")', 'event.get("headers", {}).get("origin") or event.get("headers", {}).get("Origin")']);
  const method = from.pick(['event["httpMethod"]', 'event.get("httpMethod")', 'event["requestContext"]["http"]["method"]', 'event.get("requestContext", {}).get("http", {}).get("method")']);
  const helper = from.chance(0.5);
  const build = (status: string): string => from.pick([`{"statusCode": ${status}, "headers": headers, "body": ""}`, `dict(statusCode=${status}, headers=headers)`, `respond(${status}, headers)`, `{"statusCode": ${status}, "headers": {**headers, "X-Total": "1"}}`, `{"statusCode": str(${status}), "multiValueHeaders": {name: [value] for name, value in headers.items()}}`]);
  const lines = filling(from, origin);
  const preflight = from.pick([['if method == "OPTIONS":', `    return ${build('204')}`], [`if method in ("OPTIONS", "HEAD"):`, `    return ${build('200')}`], []]);
  return `import json
${PYTHON_CONSTANTS}

def respond(status, headers=None, body=""):
    response = {"statusCode": status, "body": json.dumps(body)}
    response["headers"] = headers or {}
    return response

${helper ? `\ndef headers_for(event):\n    headers = {}\n${indented(lines, 1)}\n    return headers\n\n` : ''}
def lambda_handler(event, context):
    method = ${method}
    headers = ${helper ? 'headers_for(event)' : from.pick(['{}', 'dict()', '{"Content-Type": "application/json"}', 'CORS_HEADERS.copy()', 'dict(CORS_HEADERS)'])}
${helper ? '' : `${indented(lines, 1)}\n`}${preflight.length === 0 ? '' : `${indented(preflight, 1)}\n`}    if event["path"] == "/missing":
        return ${build('404')}
    return ${build('200')}
`;
}

/** A random function of Google Cloud or Azure. */
export function cloudFunction(from: Picks, cloud: 'google' | 'azure'): string {
  const request = cloud === 'google' ? 'request' : 'req';
  const origin = from.pick([`${request}.headers.get("Origin")`, `${request}.headers.get("origin", None)`]);
  const made = cloud === 'google' ? from.chance(0.5) : from.chance(0.5);
  const spelling: Spelling = {
    origin,
    set: (name, value) => `${made ? 'response.headers' : 'headers'}[${name}] = ${value}`,
    add: (name, value) => (made && cloud === 'google' ? `response.headers.add(${name}, ${value})` : `${made ? 'response.headers' : 'headers'}[${name}] = ${value}`),
  };
  const start = cloud === 'google' ? from.pick(['response = make_response("x", 200)', 'response = Response("x", headers={"X-Total": "1"})', 'response = make_response(jsonify({}))']) : from.pick(['response = func.HttpResponse("x")', 'response = func.HttpResponse("x", status_code=201, headers={"X-Total": "1"})']);
  const end = made ? 'response' : cloud === 'google' ? from.pick(['("x", 200, headers)', '"x", headers', 'make_response("x", 200, headers)', 'Response("x", 200, headers)', '(jsonify({}), 200, headers)']) : from.pick(['func.HttpResponse("x", headers=headers)', 'func.HttpResponse(body="x", status_code=202, headers=headers)']);
  const preflight = from.chance(0.5) ? [`if ${request}.method == "OPTIONS":`, `    return ${cloud === 'google' ? '("", 204, {"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "PUT"})' : 'func.HttpResponse(status_code=204, headers={"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "PUT"})'}`] : [];
  return `${cloud === 'google' ? 'import functions_framework\nfrom flask import Response, jsonify, make_response' : 'import azure.functions as func'}
${PYTHON_CONSTANTS}

${cloud === 'google' ? '@functions_framework.http\ndef main(request):' : 'def main(req: func.HttpRequest) -> func.HttpResponse:'}
${preflight.length === 0 ? '' : `${indented(preflight, 1)}\n`}    ${made ? start : 'headers = {"X-Total": "1"}'}
${indented([...originLines(from, spelling, false), ...furtherLines(from, spelling)], 1)}
    return ${end}
`;
}
