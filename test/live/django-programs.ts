import type { Random } from './seed.js';

/** Modules that every program can import. */
export const MODULES: Readonly<Record<string, string>> = {
  'project_urls.py': `from django.http import HttpResponse
from django.urls import path


def data(request, *args):
    return HttpResponse("data")


def boom(request):
    raise ValueError("boom")


urlpatterns = [path("data", data), path("api/v1/data", data), path("boom", boom), path("slash/", data)]
`,
  'project_middleware.py': `from django.http import HttpResponse
from django.utils.deprecation import MiddlewareMixin


class LoginMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "HTTP_COOKIE" not in request.META:
            return HttpResponse("who are you", status=401)
        return self.get_response(request)


class OptionsMiddleware(MiddlewareMixin):
    def process_request(self, request):
        if request.method == "OPTIONS":
            return HttpResponse(status=204)


def passing(get_response):
    def middleware(request):
        return get_response(request)

    return middleware
`,
  'project_origins.py': `ORIGINS = ["https://app.example.com", "https://admin.example.com"]
SUFFIX = "example.com"
`,
  'project_base.py': `MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
]
CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
CORS_ALLOW_CREDENTIALS = True
`,
};

const CORS = '"corsheaders.middleware.CorsMiddleware"';

/** A settings module with django-cors-headers in it, written in many ways, also wrong ones. */
export function settings(from: Random): string {
  const lines = ['import re', 'from corsheaders.defaults import default_headers, default_methods', 'SECRET_KEY = "x"', 'DEBUG = False', 'ALLOWED_HOSTS = ["*"]', 'ROOT_URLCONF = "project_urls"', 'INSTALLED_APPS = ["corsheaders"]'];
  const maybe = (probability: number, make: () => string): void => {
    if (from.chance(probability)) lines.push(make());
  };
  lines.push(...from.pick<readonly string[]>([[`MIDDLEWARE = [${CORS}, "django.middleware.common.CommonMiddleware"]`], [`MIDDLEWARE = (${CORS},)`], ['MIDDLEWARE = []', `MIDDLEWARE.insert(0, ${CORS})`], ['MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]', `MIDDLEWARE = [${CORS}] + MIDDLEWARE`], ['from project_base import *'], [`MIDDLEWARE = ["project_middleware.LoginMiddleware", ${CORS}]`], [`MIDDLEWARE = ["project_middleware.passing", "project_middleware.OptionsMiddleware", ${CORS}]`], [`MIDDLEWARE = [${CORS}, "project_middleware.LoginMiddleware"]`], [`MIDDLEWARE = []`, `MIDDLEWARE += [${CORS}]`], [`MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]`]]));
  maybe(0.3, () => `${from.pick(['CORS_ALLOW_ALL_ORIGINS', 'CORS_ORIGIN_ALLOW_ALL'])} = ${from.pick(['True', 'True', 'False', 'DEBUG', 'not DEBUG', '"False"', '1', '""', 'None'])}`);
  maybe(0.75, () => `${from.pick(['CORS_ALLOWED_ORIGINS', 'CORS_ALLOWED_ORIGINS', 'CORS_ORIGIN_WHITELIST'])} = ${origins(from)}`);
  maybe(0.35, () => `${from.pick(['CORS_ALLOWED_ORIGIN_REGEXES', 'CORS_ORIGIN_REGEX_WHITELIST'])} = ${patterns(from)}`);
  maybe(0.5, () => `CORS_ALLOW_CREDENTIALS = ${from.pick(['True', 'True', 'False', '"yes"', 'not DEBUG', 'None'])}`);
  maybe(0.3, () => `CORS_ALLOW_METHODS = ${from.pick(['["GET", "PUT"]', 'default_methods', '[*default_methods, "QUERY"]', '("GET",)', '"GET"', '[]', '["*"]', 'list(default_methods) + ["HEAD"]'])}`);
  maybe(0.3, () => `CORS_ALLOW_HEADERS = ${from.pick(['["x-custom"]', 'default_headers + ("x-custom",)', '(*default_headers, "x-custom")', 'list(default_headers) + ["x-custom"]', '"*"', '["*"]', '[]'])}`);
  maybe(0.3, () => `CORS_EXPOSE_HEADERS = ${from.pick(['["X-Total"]', '("X-Total", "X-Page")', '[]', '"ab"'])}`);
  maybe(0.3, () => `CORS_PREFLIGHT_MAX_AGE = ${from.pick(['600', '0', '60 * 60 * 24', '"600"', 'None', '-1'])}`);
  maybe(0.25, () => `CORS_URLS_REGEX = ${from.pick(['r"^/api/.*$"', '"/api"', 're.compile(r"^/(?:api|data)")', 'r"^/nothing$"', 'r".*/data$"'])}`);
  maybe(0.15, () => `CORS_ALLOW_PRIVATE_NETWORK = ${from.pick(['True', 'False'])}`);
  maybe(0.15, () => 'if DEBUG:\n    CORS_ALLOW_ALL_ORIGINS = True');
  maybe(0.1, () => 'if not DEBUG:\n    CORS_ALLOW_CREDENTIALS = False');
  return `${lines.join('\n')}\n`;
}

function origins(from: Random): string {
  const entry = (): string => from.pick(['"https://app.example.com"', '"https://admin.example.com"', '"https://app.example.com/"', '" https://app.example.com"', '"https://APP.example.com"', '"HTTPS://app.example.com"', '"https://app.example.com/path?q#f"', '"*"', '"app.example.com"', '"localhost:3000"', '"127.0.0.1:3000"', '""', '"null"', '"//app.example.com"', '"https://*.example.com"', '"https://app.example.com:8443"', '"file://"', 'None']);
  return from.pick<() => string>([
    () => `[${from.times(0, 3, entry).join(', ')}]`,
    () => `[${from.times(1, 3, entry).join(', ')}]`,
    () => `(${entry()},)`,
    () => `{${entry()}}`,
    () => entry(),
    () => '"https://app.example.com,https://admin.example.com".split(",")',
    () => '"https://app.example.com https://admin.example.com".split()',
    () => '[f"https://{name}.example.com" for name in ("app", "admin")]',
    () => '["https://" + host for host in ["app.example.com"]]',
    () => '__import__("project_origins").ORIGINS'.replace('__import__("project_origins").ORIGINS', '["https://app.example.com"] + ["http://app.example.com"]'),
    () => '[o.strip() for o in "https://app.example.com , ".split(",") if o.strip()]',
    () => '[o.strip() for o in "https://app.example.com , ".split(",")]',
    () => '5',
    () => '[re.compile("https://app")]',
    () => '{"https://app.example.com": True}',
  ])();
}

function patterns(from: Random): string {
  const entry = (): string => from.pick(['r"^https://\\w+\\.example\\.com$"', 'r"https://app.example.com"', 're.compile(r"^https://[a-z]+\\.example\\.com", re.I)', '".*"', 'r"^https?://app\\.example\\.com(:\\d+)?$"', 'r"\\.example\\.com$"', '"null"', '""', '"^https://(?:app|admin)\\\\.example\\\\.com\\\\Z"']);
  return from.pick<() => string>([() => `[${from.times(0, 2, entry).join(', ')}]`, () => `[${from.times(1, 2, entry).join(', ')}]`, () => `(${entry()},)`, () => 'r"^https://app\\.example\\.com$"', () => '"https://app.example.com"', () => '"\\.example"', () => 'None', () => '[None]'])();
}
