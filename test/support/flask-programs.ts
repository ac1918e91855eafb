import type { Random } from '../live/seed.js';

const APP = 'https://app.example.com';
const ADMIN = 'https://admin.example.com';

/** Origins as people write them, right and wrong. */
const ORIGINS = [
  '"*"',
  '["*"]',
  `"${APP}"`,
  `["${APP}"]`,
  `["${APP}", "${ADMIN}"]`,
  `("${ADMIN}", "${APP}")`,
  `{"${APP}"}`,
  `["${APP}", "*"]`,
  'ORIGINS',
  'list(ORIGINS) + ["null"]',
  '[]',
  'None',
  `"${APP},${ADMIN}"`,
  `"${APP}, ${ADMIN}".split(", ")`,
  `"${APP}/"`,
  '["null"]',
  '"https://*.example.com"',
  'r"https://.*\\.example\\.com"',
  'r"^https://(app|admin)\\.example\\.com$"',
  '[r"https?://[a-z]+\\.example\\.com(:\\d+)?$", "http://localhost:3000"]',
  `re.compile(r"https://[a-z]+\\.example\\.com")`,
  `[re.compile(r"HTTPS://APP\\.example\\.com$", re.I), "${ADMIN}"]`,
  '["HTTPS://APP.EXAMPLE.COM"]',
  '".*"',
  '"*.example.com"',
  `["${APP}", "*.example.com"]`,
  '["https://app.example.com", "+"]',
  '{"https://app.example.com": True}',
  'f"https://{HOST}"',
  'True',
  `[None, "${APP}"]`,
] as const;

const METHODS = ['["GET", "PUT"]', '("get", "post")', '"GET"', '"GET, POST"', '[]', 'None', '{"PUT"}', '["*"]'] as const;
const HEADERS = ['["Content-Type"]', '["Content-Type", "X-Custom"]', '"*"', '"Content-Type"', '[]', '["X-.*"]', '"content-type,x-custom"'] as const;
const EXPOSED = ['["X-Total", "ETag"]', '"X-Total"', '[]', 'None', '("B", "A")'] as const;
const MAX_AGES = ['600', '"600"', '0', '"0"', 'None', 'timedelta(days=1)', 'timedelta(minutes=10, seconds=1)', 'True', 'False'] as const;
const TRUTHS = ['True', 'True', 'False', '1', '0', '""', 'None', '"false"'] as const;
const RESOURCES = ['r"/api/*"', '"/api/data"', 'r"/api/.*"', '["/api/data", r"/data"]', '"*"', 'r"/*"', 're.compile("/API/.*", re.I)', '"/api"', '["/nothing"]'] as const;

type Keywords = readonly (readonly [key: string, value: string])[];

/** Random options of Flask-CORS. */
function keywords(from: Random, resources: boolean): Keywords {
  const some = (key: string, probability: number, value: () => string): Keywords => (from.chance(probability) ? [[key, value()]] : []);
  return [
    ...some('origins', 0.8, () => from.pick(ORIGINS)),
    ...some('supports_credentials', 0.45, () => from.pick(TRUTHS)),
    ...some('methods', 0.3, () => from.pick(METHODS)),
    ...some('allow_headers', 0.35, () => from.pick(HEADERS)),
    ...some('expose_headers', 0.25, () => from.pick(EXPOSED)),
    ...some('max_age', 0.3, () => from.pick(MAX_AGES)),
    ...some('send_wildcard', 0.25, () => from.pick(TRUTHS)),
    ...some('vary_header', 0.2, () => from.pick(TRUTHS)),
    ...some('always_send', 0.2, () => from.pick(TRUTHS)),
    ...some('automatic_options', 0.1, () => from.pick(['True', 'False'])),
    ...some('intercept_exceptions', 0.1, () => from.pick(['True', 'False'])),
    ...some('allow_private_network', 0.15, () => from.pick(TRUTHS)),
    ...some(from.pick(['origin', 'allow_origins', 'headers', 'allow_credentials']), 0.08, () => `["${APP}"]`),
    ...(resources ? some('resources', 0.35, () => from.pick([...RESOURCES, dictionary(from), dictionary(from)])) : []),
  ];
}

function dictionary(from: Random): string {
  const paths = from.times(1, 3, () => from.pick(['r"/api/*"', '"/api/data"', 'r"/.*"', '"*"', 'r"/data"', 'r"/api/.*"', 'r"/API/.*"']));
  return `{${[...new Set(paths)].map((path) => `${path}: {${from.chance(0.85) ? `"origins": ${from.pick(ORIGINS)}` : ''}${from.chance(0.3) ? `, "supports_credentials": ${from.pick(TRUTHS)}` : ''}}`.replace('{, ', '{')).join(', ')}}`;
}

function written(options: Keywords): string {
  return options.map(([key, value]) => `${key}=${value}`).join(', ');
}

function after(first: string, options: Keywords): string {
  return [first, written(options)].filter((part) => part !== '').join(', ');
}

const IMPORTS = ['import re', 'from datetime import timedelta', 'from flask import Blueprint, Flask, Response, abort, current_app, jsonify, make_response, request', 'from flask_cors import CORS, cross_origin', '', `ORIGINS = ["${APP}"]`, `ORIGINS.append("${ADMIN}")`, 'HOST = "app.example.com"', ''] as const;

/** Keys that the configuration has, too. */
function asConfig(from: Random, options: Keywords): readonly string[] {
  const known = options.filter(([key]) => !['origin', 'allow_origins', 'headers', 'allow_credentials'].includes(key)).map(([key, value]) => [`CORS_${key.toUpperCase()}`, value] as const);
  if (known.length === 0) return [];
  const pairs = known.map(([key, value]) => `${key}=${value}`).join(', ');
  return from.pick<readonly string[]>([
    known.map(([key, value]) => `app.config["${key}"] = ${value}`),
    [`app.config.update(${pairs})`],
    [`app.config.from_mapping(${pairs})`],
    [`app.config.update({${known.map(([key, value]) => `"${key}": ${value}`).join(', ')}})`],
    ['class Config:', ...known.map(([key, value]) => `    ${key} = ${value}`), '', 'app.config.from_object(Config)'],
  ]);
}

const ROUTES = ['@app.route("/data", methods=["GET", "POST"])', 'def data():', '    return jsonify(ok=True)', '', '@app.get("/boom")', 'def boom():', '    raise RuntimeError("boom")', ''] as const;

/** A program that uses Flask-CORS in one of its ways. */
export function flaskCorsProgram(from: Random): string {
  const options = keywords(from, true);
  const config = from.chance(0.3) ? asConfig(from, keywords(from, true)) : [];
  const viaDictionary = from.chance(0.2);
  const given = viaDictionary ? `app, **{${options.map(([key, value]) => `"${key}": ${value}`).join(', ')}}` : after('app', options);
  const half = Math.floor(options.length / 2);
  const setUp = from.pick<readonly string[]>([
    [`CORS(${given})`],
    [`CORS(${given})`],
    [`cors = CORS(${written(options.slice(0, half))})`, `cors.init_app(${after('app', options.slice(half))})`],
    [`CORS(${after('app=app', options)})`],
    ['def set_up(target):', `    CORS(${after('target', options)})`, '', 'set_up(app)'],
  ]);
  const decorated = from.chance(0.25);
  const views = ['@app.route("/api/data", methods=["GET", "PUT"])', ...(decorated ? [`@cross_origin(${written(keywords(from, false))})`] : []), 'def api():', '    return jsonify(ok=True)', ''];
  return [...IMPORTS, 'app = Flask(__name__)', ...config, ...(decorated && from.chance(0.5) ? [] : setUp), '', ...views, ...ROUTES].join('\n');
}

const WRITES = [
  'response.headers["Access-Control-Allow-Origin"] = "*"',
  'response.headers.add("Access-Control-Allow-Origin", "https://app.example.com")',
  'response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")',
  'response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")',
  'response.headers.setdefault("Access-Control-Allow-Origin", "https://app.example.com")',
  'response.headers.update({"Access-Control-Allow-Origin": "https://app.example.com", "Vary": "Origin"})',
  'response.headers.extend({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, PUT"})',
  'response.access_control_allow_origin = "*"',
  'response.headers["Access-Control-Allow-Origin"] = ORIGINS',
] as const;

const MORE = [
  'response.headers["Access-Control-Allow-Credentials"] = "true"',
  'response.headers["Access-Control-Allow-Credentials"] = True',
  'response.headers.add("Access-Control-Allow-Methods", "GET,PUT,POST,DELETE")',
  'response.headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "")',
  'response.headers.add("Vary", "Origin")',
  'response.vary.add("Origin")',
  'response.headers["Access-Control-Max-Age"] = 600',
  'response.headers.pop("Access-Control-Allow-Methods", None)',
] as const;

const TESTS = ['origin in ORIGINS', 'origin and origin.endswith(".example.com")', 'origin == "https://app.example.com"', 'origin and re.match(r"https://[a-z]+\\.example\\.com$", origin)', 'origin and origin.startswith("https://app")', 'request.method == "OPTIONS"', 'request.path.startswith("/api/")', '"Access-Control-Allow-Origin" not in response.headers', 'origin not in ORIGINS', 'origin is not None'] as const;

/** A block of statements that write headers on `response`. */
function block(from: Random): readonly string[] {
  const writes = [from.pick(WRITES), ...from.times(0, 3, () => from.pick(MORE))];
  if (from.chance(0.4)) return writes;
  const test = from.pick(TESTS);
  return ['origin = request.headers.get("Origin")', `if ${test}:`, ...writes.map((line) => `    ${line}`), ...(from.chance(0.3) ? ['else:', `    ${from.pick(WRITES)}`] : [])];
}

function hook(from: Random, on: string, name: string, before: boolean): readonly string[] {
  const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `    ${line}`);
  if (!before) return [`@${on}`, `def ${name}(response):`, ...indented(block(from)), '    return response', ''];
  return from.pick<readonly string[]>([
    [`@${on}`, `def ${name}():`, '    if request.method == "OPTIONS":', '        response = make_response()', ...indented(indented(block(from))), '        return response', ''],
    [`@${on}`, `def ${name}():`, '    if request.method == "OPTIONS":', '        return "", 204, {"Access-Control-Allow-Methods": "GET, PUT", "Access-Control-Allow-Origin": "https://app.example.com"}', ''],
    [`@${on}`, `def ${name}():`, '    if not request.headers.get("Authorization"):', '        return jsonify(error="log in"), 401', ''],
    [`@${on}`, `def ${name}():`, '    if request.headers.get("Origin") not in ORIGINS:', '        abort(403)', ''],
  ]);
}

function view(from: Random, on: string, path: string, name: string): readonly string[] {
  const methods = from.pick(['', ', methods=["GET", "POST"]', ', methods=["GET", "OPTIONS"]', ', methods=["PUT", "GET", "OPTIONS"]']);
  const body = from.pick<readonly string[]>([
    ['return jsonify(ok=True)'],
    ['response = jsonify(ok=True)', ...block(from), 'return response'],
    ['response = make_response("ok", 201)', ...block(from), 'return response'],
    ['return "ok", 200, {"Access-Control-Allow-Origin": "*"}'],
    ['return "ok", {"Access-Control-Allow-Origin": request.headers.get("Origin", "null"), "Vary": "Origin"}'],
    ['if request.method == "OPTIONS":', '    response = current_app.make_default_options_response()', ...block(from).map((line) => `    ${line}`), '    return response', 'return jsonify(ok=True)'],
    ['return Response("ok", headers={"Access-Control-Allow-Origin": "https://app.example.com"})'],
    ['return with_cors(jsonify(ok=True))'],
  ]);
  return [`@${on}.route("${path}"${methods})`, ...(from.chance(0.15) ? ['@shared'] : []), `def ${name}():`, ...body.map((line) => `    ${line}`), ''];
}

/** A program that sends headers by hand, or both ways at once. */
export function handWrittenFlaskProgram(from: Random): string {
  const withCors = from.chance(0.3);
  const cors = [`CORS(${after('app', keywords(from, false))})`];
  const hooks = from.times(0, 2, (index) => (from.chance(0.3) ? hook(from, 'app.before_request', `before_${index}`, true) : hook(from, 'app.after_request', `after_${index}`, false)));
  const blueprint = from.chance(0.4);
  const bp = blueprint ? ['bp = Blueprint("api", __name__)', '', ...(from.chance(0.5) ? hook(from, from.pick(['bp.after_request', 'bp.after_app_request']), 'inner', false) : []), ...view(from, 'bp', '/data', 'api'), 'app.register_blueprint(bp, url_prefix="/api")', ''] : view(from, 'app', '/api/data', 'api');
  return [
    ...IMPORTS,
    'from functools import wraps',
    '',
    'app = Flask(__name__)',
    '',
    'def with_cors(response):',
    ...block(from).map((line) => `    ${line}`),
    '    return response',
    '',
    'def shared(view):',
    '    @wraps(view)',
    '    def wrapped(*args, **kwargs):',
    '        response = make_response(view(*args, **kwargs))',
    ...block(from).map((line) => `        ${line}`),
    '        return response',
    '    return wrapped',
    '',
    ...(withCors && from.chance(0.5) ? cors : []),
    ...(hooks[0] ?? []),
    ...(withCors ? cors : []).filter(() => from.chance(0.6)),
    ...(hooks[1] ?? []),
    ...bp,
    ...view(from, 'app', '/data', 'data'),
  ].join('\n');
}
