import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type HttpResponse } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import django from '../../src/readers/django/index.js';
import type { Reading } from '../../src/readers/reader.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { AUTH_MIDDLEWARE, djangoSource } from '../support/django-sources.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';

beforeAll(() => python.load());

type Texts = Readonly<Record<string, string>>;

function readingsOf(texts: Texts, file = Object.keys(texts)[0]!): Reading[] {
  const { unit, problems } = python.parse(new SourceText(file, texts[file]!), filesFrom(texts));
  expect(problems).toEqual([]);
  return [...django.read(unit!)];
}

function policiesOf(texts: Texts, file?: string): Policy[] {
  return readingsOf(texts, file).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

describe('recorded answers', () => {
  const groups = grouped(observed('python-jvm'), 'django-cors-headers');

  test('every one is predicted', () => {
    const { held, failures } = hold(
      groups,
      (first) => {
        const [policy] = policiesOf({ 'app/settings.py': djangoSource(first), 'app/middleware.py': AUTH_MIDDLEWARE, 'requirements.txt': `django-cors-headers==${first.version}\n` });
        return () => policy!;
      },
      // What stood behind answered with this status: a view, nothing under the path, an exception, a log-in.
      ({ response }) => ({ status: response.status }),
    );
    expect(failures).toEqual([]);
    expect({ all: groups.flat().length, held }).toEqual({ all: 1450, held: 1450 });
  });
});

function answer(policy: Policy, headers: Readonly<Record<string, string>>, method = 'GET', path = '/'): HttpResponse {
  const outcomes = evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) }, {});
  expect(outcomes.length).toBe(1);
  return outcomes[0]!.response;
}

const allowed = (policy: Policy | undefined, origin: string): string | null | undefined => (policy === undefined ? undefined : answer(policy, { origin }).headers.find(({ name }) => name === 'access-control-allow-origin')?.text);

const MIDDLEWARE = 'MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]\n';

describe('settings', () => {
  const one = 'https://a.example';

  test.each([
    ['of a project', { 'web/config/settings/cors.py': `CORS_ALLOWED_ORIGINS = ["${one}"]\n`, 'web/manage.py': '' }, 1],
    ['of what is no project of Django', { 'app/settings.py': `CORS_ALLOWED_ORIGINS = ["${one}"]\n`, 'other/manage.py': '' }, 0],
    ['that are not called so', { 'web/config/cors.py': `CORS_ALLOWED_ORIGINS = ["${one}"]\n`, 'web/manage.py': '' }, 0],
  ])('in a part %s, with a name that other packages have too', (_of, texts, count) => {
    const policies = policiesOf(texts);
    expect(policies.map((policy) => allowed(policy, one))).toEqual(Array.from({ length: count }, () => one));
  });

  test.each([
    ['a list', `CORS_ALLOWED_ORIGINS = ["${one}"]`],
    ['a tuple', `CORS_ALLOWED_ORIGINS = ("${one}",)`],
    ['a variable', `HOST = "a.example"\nCORS_ALLOWED_ORIGINS = [f"https://{HOST}"]`],
    ['additions', `CORS_ALLOWED_ORIGINS = []\nCORS_ALLOWED_ORIGINS += ["${one}"]`],
    ['an append', `CORS_ALLOWED_ORIGINS = ["http://b.example"]\nCORS_ALLOWED_ORIGINS.append("${one}")`],
    ['a split text', `CORS_ALLOWED_ORIGINS = "http://b.example, ${one}".replace(" ", "").split(",")`],
    ['the old name', `CORS_ORIGIN_WHITELIST = ["${one}"]`],
    ['an old list of middleware', `MIDDLEWARE_CLASSES = ("corsheaders.middleware.CorsMiddleware",)\nCORS_ORIGIN_WHITELIST = ["${one}"]`],
    ['middleware added in front', `MIDDLEWARE = []\nMIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")\nCORS_ALLOWED_ORIGINS = ["${one}"]`],
    ['a pattern', 'CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://\\w+\\.example$"]'],
    ['a compiled pattern', 'import re\nCORS_ALLOWED_ORIGIN_REGEXES = [re.compile(r"^https://A\\.example$", re.I)]'],
    ['no list of middleware in view', `CORS_ORIGIN_WHITELIST = ["${one}"]`],
  ])('%s', (_name, text) => {
    const own = /MIDDLEWARE_CLASSES|^CORS_ORIGIN_WHITELIST/.test(text);
    const [policy] = policiesOf({ 'app/settings.py': `${own ? '' : MIDDLEWARE}${text}\n` });
    expect(allowed(policy, one)).toBe(one);
    expect(allowed(policy, 'https://other.test')).toBeUndefined();
  });

  test('the letters of a pattern are patterns, of which one matches everybody', () => {
    const [policy] = policiesOf({ 'app/settings.py': `${MIDDLEWARE}CORS_ALLOWED_ORIGIN_REGEXES = "^https://b.example$"\n` });
    expect(allowed(policy, 'https://other.test')).toBe('https://other.test');
  });

  test.each([
    ['a wildcard in a list', 'CORS_ALLOWED_ORIGINS = ["*"]'],
    ['an entry without a scheme', 'CORS_ALLOWED_ORIGINS = ["a.example"]'],
    ['an empty entry', 'import os\nCORS_ALLOWED_ORIGINS = "".split(",")'],
    ['a text', 'CORS_ALLOWED_ORIGINS = "https://a.example"'],
  ])('%s admits null and nobody else', (_name, text) => {
    const [policy] = policiesOf({ 'app/settings.py': `${MIDDLEWARE}${text}\n` });
    expect(allowed(policy, 'null')).toBe('null');
    expect(allowed(policy, 'https://a.example')).toBeUndefined();
  });

  test.each([
    ['is not among the middleware', 'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\nINSTALLED_APPS = ["corsheaders"]\nCORS_ALLOW_ALL_ORIGINS = True\n'],
    ['is Flask\'s', 'from flask import Flask\nCORS_ORIGINS = "*"\nCORS_ALLOW_HEADERS = ["x"]\n'],
    ['is somebody else\'s', 'CORS_ALLOWED_ORIGINS = ["*"]\nCORS_ALLOW_CREDENTIALS = True\n'],
    ['is a client\'s', 'import requests\ndef test():\n    assert requests.get("/").headers["Access-Control-Allow-Origin"] == "*"\n'],
  ])('nothing is read where it %s', (_name, text) => {
    expect(policiesOf({ 'app/settings.py': text })).toEqual([]);
  });

  test('everybody while it is developed, nobody in production', () => {
    const [policy] = policiesOf({ 'app/settings.py': `DEBUG = True\n${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = DEBUG\n` });
    expect(allowed(policy, 'https://other.test')).toBeUndefined();
    const conditional = policiesOf({ 'app/settings.py': `${MIDDLEWARE}if DEBUG:\n    CORS_ALLOW_ALL_ORIGINS = True\nelse:\n    CORS_ALLOWED_ORIGINS = ["https://a.example"]\n` });
    expect(allowed(conditional[0], 'https://other.test')).toBeUndefined();
    expect(allowed(conditional[0], 'https://a.example')).toBe('https://a.example');
  });

  test('an old name counts where the new one is not bound', () => {
    const [policy] = policiesOf({ 'app/settings.py': `${MIDDLEWARE}CORS_ORIGIN_WHITELIST = ["https://a.example"]\nif DEBUG:\n    CORS_ALLOWED_ORIGINS = ["https://b.example"]\n` });
    expect([allowed(policy, 'https://a.example'), allowed(policy, 'https://b.example')]).toEqual(['https://a.example', undefined]);
  });

  test('the default headers of the package', () => {
    const [policy] = policiesOf({ 'app/settings.py': `from corsheaders.defaults import default_headers\n${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_HEADERS = list(default_headers) + ["x-foo"]\nCORS_PREFLIGHT_MAX_AGE = 60 * 60\n` });
    const { headers } = answer(policy!, { origin: 'https://a.example', 'access-control-request-method': 'PUT' }, 'OPTIONS');
    expect(headers.find(({ name }) => name === 'access-control-allow-headers')?.text).toBe('accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with, x-foo');
    expect(headers.find(({ name }) => name === 'access-control-max-age')?.text).toBe('3600');
  });

  test('a signal is a gap', () => {
    const readings = readingsOf({ 'app/handlers.py': 'from corsheaders.signals import check_request_enabled\ndef allow(sender, request, **kwargs):\n    return request.path.startswith("/public/")\ncheck_request_enabled.connect(allow)\n' });
    expect(readings.map(({ kind }) => kind)).toEqual(['gap']);
  });
});

describe('settings over several modules', () => {
  const base = `${MIDDLEWARE}CORS_ALLOWED_ORIGINS = ["https://base.example"]\n`;
  const titles = (texts: Texts, file: string): string[] => policiesOf(texts, file).map(({ title }) => title);

  test('a module that others take all names of is read with each of them', () => {
    const texts = { 'app/settings/base.py': base, 'app/settings/prod.py': 'from .base import *\nCORS_ALLOWED_ORIGINS = ["https://prod.example"]\n', 'app/settings/dev.py': 'from .base import *\nCORS_ALLOW_ALL_ORIGINS = True\n', 'app/settings/staging.py': 'from .base import *\nDEBUG = False\n' };
    expect(titles(texts, 'app/settings/base.py')).toEqual(['django-cors-headers in app/settings/staging.py']);
    expect(titles(texts, 'app/settings/prod.py')).toEqual(['django-cors-headers in app/settings/prod.py']);
    const [staging] = policiesOf(texts, 'app/settings/base.py');
    const [prod] = policiesOf(texts, 'app/settings/prod.py');
    const [dev] = policiesOf(texts, 'app/settings/dev.py');
    expect(allowed(staging, 'https://base.example')).toBe('https://base.example');
    expect(allowed(prod, 'https://base.example')).toBeUndefined();
    expect(allowed(prod, 'https://prod.example')).toBe('https://prod.example');
    expect(allowed(dev, 'https://other.test')).toBeUndefined();
    const inDevelopment = evaluate({ policy: dev!, inner: [] }, { method: 'GET', path: '/', headers: [['origin', 'https://other.test']] }, { environment: 'development' });
    expect(inDevelopment.map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text)).toEqual(['*']);
  });

  test('a module that only tests and development build on is production\'s own', () => {
    const texts = { 'app/settings.py': base, 'app/test_settings.py': 'from .settings import *\n' };
    expect(titles(texts, 'app/settings.py')).toEqual(['django-cors-headers in app/settings.py', 'django-cors-headers in app/test_settings.py']);
  });

  test.each(['app/settings/dev.py', 'app/settings_local.py', 'tests/settings.py', 'app/settings/dev/__init__.py'])('%s is not production', (file) => {
    const [policy] = policiesOf({ [file]: `${MIDDLEWARE}CORS_ALLOW_ALL_ORIGINS = True\n` });
    expect(allowed(policy, 'https://other.test')).toBeUndefined();
  });

  test('settings of one machine do not count in production', () => {
    const texts = { 'app/settings.py': `${base}try:\n    from .local_settings import *\nexcept ImportError:\n    pass\n`, 'app/local_settings.py': 'CORS_ALLOW_ALL_ORIGINS = True\n' };
    const [policy] = policiesOf(texts, 'app/settings.py');
    expect(allowed(policy, 'https://other.test')).toBeUndefined();
    expect(allowed(policy, 'https://base.example')).toBe('https://base.example');
  });

  test('a package that imports by environment', () => {
    const texts = { 'app/settings/__init__.py': 'import os\nif os.environ.get("DJANGO_ENV") == "production":\n    from .prod import *\nelse:\n    from .dev import *\n', 'app/settings/base.py': base, 'app/settings/prod.py': 'from .base import *\n', 'app/settings/dev.py': 'from .base import *\nCORS_ALLOW_ALL_ORIGINS = True\n' };
    expect(titles(texts, 'app/settings/base.py')).toEqual(['django-cors-headers in app/settings/__init__.py']);
    const [policy] = policiesOf(texts, 'app/settings/base.py');
    expect(allowed(policy, 'https://other.test')).toBeUndefined();
    expect(allowed(policy, 'https://base.example')).toBe('https://base.example');
  });

  test('classes of django-configurations', () => {
    const text = 'from configurations import Configuration\nclass Base(Configuration):\n    MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]\n    CORS_ALLOWED_ORIGINS = ["https://base.example"]\nclass Dev(Base):\n    CORS_ALLOW_ALL_ORIGINS = True\nclass Prod(Base):\n    CORS_ALLOW_CREDENTIALS = True\n';
    const policies = policiesOf({ 'app/settings.py': text });
    expect(policies.map(({ title }) => title)).toEqual(['django-cors-headers in app/settings.py Dev', 'django-cors-headers in app/settings.py Prod']);
    expect(policies.map((policy) => allowed(policy, 'https://base.example'))).toEqual([undefined, 'https://base.example']);
  });
});

describe('headers written by hand', () => {
  const app = 'https://app.example.com';
  const echo = 'request.headers.get("Origin")';
  const sent = (text: string, origin: string, method = 'GET', path = '/'): (string | null | undefined)[] =>
    policiesOf({ 'app/code.py': text, 'app/settings.py': `TRUSTED = ["${app}"]\n` }).map((policy) => answer(policy, { origin }, method, path).headers.find(({ name }) => name === 'access-control-allow-origin')?.text);

  test.each([
    ['a view of DRF', `from rest_framework.views import APIView\nfrom rest_framework.response import Response\nclass Items(APIView):\n    def get(self, request):\n        return Response([], headers={"Access-Control-Allow-Origin": ${echo}})\n`],
    ['a function of DRF', `from rest_framework.decorators import api_view\nfrom rest_framework.response import Response\n@api_view(["GET"])\ndef items(request):\n    response = Response([])\n    response["Access-Control-Allow-Origin"] = ${echo}\n    return response\n`],
    ['what DRF does last', `from rest_framework import generics\nclass Items(generics.ListAPIView):\n    def finalize_response(self, request, response, *args, **kwargs):\n        response = super().finalize_response(request, response, *args, **kwargs)\n        response["Access-Control-Allow-Origin"] = ${echo}\n        return response\n`],
    ['middleware before Django 1.10', `class Cors(object):\n    def process_response(self, request, response):\n        response['Access-Control-Allow-Origin'] = request.META['HTTP_ORIGIN']\n        return response\n`],
    ['asynchronous middleware', `class Cors:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    async def __call__(self, request):\n        response = await self.get_response(request)\n        response.headers.update({"Access-Control-Allow-Origin": ${echo}})\n        return response\n`],
    ['a file that Django serves', `from django.views.static import serve\ndef media(request, path):\n    response = serve(request, path)\n    response.setdefault("Access-Control-Allow-Origin", ${echo})\n    return response\n`],
    ['a decorator with an argument', `from django.http import HttpResponse\ndef cors(origin):\n    def decorator(view):\n        def wrapped(request, *args, **kwargs):\n            response = view(request, *args, **kwargs)\n            response["Access-Control-Allow-Origin"] = request.META.get("HTTP_ORIGIN", origin)\n            return response\n        return wrapped\n    return decorator\n@cors("*")\ndef items(request):\n    return HttpResponse("")\n`],
    ['a setting of the project', `from django.conf import settings\nfrom django.http import HttpResponse\ndef items(request):\n    response = HttpResponse("")\n    if ${echo} in settings.TRUSTED:\n        response["Access-Control-Allow-Origin"] = ${echo}\n    return response\n`],
  ])('%s', (name, text) => {
    expect(sent(text, app)).toEqual([app]);
    expect(sent(text, 'https://other.test')).toEqual([name.startsWith('a setting') ? undefined : 'https://other.test']);
  });

  test('OPTIONS is answered in front of a function of DRF, and by a class of views, without its headers', () => {
    const api = `from rest_framework.decorators import api_view\nfrom rest_framework.response import Response\n@api_view(["GET"])\ndef items(request):\n    return Response([], headers={"Access-Control-Allow-Origin": "*"})\n`;
    const view = 'from django.http import HttpResponse\nfrom django.views import View\nclass Items(View):\n    def get(self, request):\n        return HttpResponse("", headers={"Access-Control-Allow-Origin": "*"})\n';
    for (const text of [api, view]) {
      const [policy] = policiesOf({ 'app/code.py': text });
      const preflight = answer(policy!, { origin: app, 'access-control-request-method': 'GET' }, 'OPTIONS');
      expect({ status: preflight.status, headers: preflight.headers.length }).toEqual({ status: 200, headers: 0 });
      expect(sent(text, app)).toEqual(['*']);
    }
  });

  test('a method that a view refuses has none either', () => {
    const text = 'from django.http import HttpResponse\nfrom django.views.decorators.http import require_POST\n@require_POST\ndef items(request):\n    return HttpResponse("", headers={"Access-Control-Allow-Origin": "*"})\n';
    expect(sent(text, app)).toEqual([undefined]);
    expect(sent(text, app, 'POST')).toEqual(['*']);
  });

  test.each([
    ['in a test', 'from django.test import TestCase\nclass Test(TestCase):\n    def test_it(self):\n        response = self.client.get("/", HTTP_ORIGIN="https://a.example")\n        self.assertEqual(response["Access-Control-Allow-Origin"], "*")\n'],
    ['where another server is asked', 'from django.http import JsonResponse\nimport requests\ndef items(request):\n    other = requests.get("https://other.example")\n    return JsonResponse({"allowed": other.headers["Access-Control-Allow-Origin"]})\n'],
  ])('nothing is read %s', (_name, text) => {
    expect(policiesOf({ 'app/code.py': text })).toEqual([]);
  });
});

test.each([
  ['acme.cors.CorsMiddleware', ['This CORS middleware depends on acme.cors.CorsMiddleware.']],
  ['acme.http.CORSMiddleware', ['This CORS middleware depends on acme.http.CORSMiddleware.']],
  ['shop.cors.CorsMiddleware', []],
  ['corsheaders.middleware.CorsMiddleware', []],
  ['acme.http.GZipMiddleware', []],
  ['__main__.CorsMiddleware', []],
])('middleware of another package, %s', (path, expected) => {
  const text = `MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "${path}"]\n`;
  const { unit } = python.parse(new SourceText('settings.py', text), filesFrom({ 'settings.py': text, 'shop/cors.py': 'class CorsMiddleware: pass\n', 'shop/__init__.py': '' }));
  expect([...django.read(unit!)].flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual(expected);
});

describe('any text', () => {
  const text = `\ufeffMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]  # 😀\r\nCORS_ALLOWED_ORIGINS = ["https://a.example", f"https://{HOST}"]\r\nif DEBUG:\r\n    CORS_ALLOWED_ORIGINS += ["*"]\r\nclass C:\r\n    def __init__(self, get_response):\r\n        self.get_response = get_response\r\n    def __call__(self, request):\r\n        response = self.get_response(request)\r\n        response["Access-Control-Allow-Origin"] = "*"\r\n        return response\r\n`;

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit } = python.parse(new SourceText('a.py', text.slice(0, length)), filesFrom({}));
      for (const reading of unit === undefined ? [] : django.read(unit)) {
        if (reading.kind !== 'policy') continue;
        for (const { at } of [reading.policy, ...reading.policy.steps, ...reading.policy.steps.flatMap(({ effects }) => effects)]) expect(at.file === 'a.py' && at.start >= 0 && at.end <= length, JSON.stringify(at)).toBe(true);
      }
    }
  });
});
