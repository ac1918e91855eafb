import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

/** A program, whose views and middleware write CORS by hand: a settings module with everything in it. */
export interface DjangoProgram {
  readonly source: string;
  /** Does it answer everything, or `/data` only? */
  readonly everywhere: boolean;
}

const HEAD = `from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseForbidden, JsonResponse
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.deprecation import MiddlewareMixin
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

${PYTHON_CONSTANTS}
SECRET_KEY = "x"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = __name__
MIDDLEWARE = []


def boom(request):
    raise ValueError("boom")


def plain(request):
    return HttpResponse("data")


`;

export function djangoProgram(from: Picks): DjangoProgram {
  const origin = from.pick(['request.headers.get("Origin")', "request.META.get('HTTP_ORIGIN')", 'request.headers.get("origin", "")', 'request.META.get("HTTP_ORIGIN", None)']);
  const target = from.pick(['response', 'response.headers'] as const);
  const spelling: Spelling = { origin, set: (name, value) => `${target}[${name}] = ${value}`, add: (_name, value) => from.pick([`patch_vary_headers(response, [${value}])`, `patch_vary_headers(response, (${value},))`, `response["Vary"] = ${value}`]) };
  const cors = (whole: boolean): readonly string[] => [...originLines(from, spelling, whole), ...furtherLines(from, spelling)];
  const helper = from.chance(0.4);
  const allow = helper ? `def allow(request, response):\n${indented(cors(true), 1)}\n\n\n` : '';
  const write = (): readonly string[] => (helper ? ['allow(request, response)'] : cors(false));
  const made = (): string => `response = ${from.pick(['HttpResponse("data")', 'HttpResponse(status=204)', 'JsonResponse({"ok": True})', 'HttpResponse("x", content_type="text/plain")', 'JsonResponse({}, status=201)'])}`;
  const answers = (): readonly string[] => from.pick<() => readonly string[]>([
    () => [made(), ...write(), 'return response'],
    () => ['if request.method == "OPTIONS":', '    response = HttpResponse()', ...write().map((line) => `    ${line}`), '    return response', 'return HttpResponse("data")'],
    () => [made(), ...write(), 'if request.method == "DELETE":', '    raise Http404()', 'return response'],
    () => [`if ${origin} == "https://evil.example":`, '    return HttpResponseForbidden("no")', made(), ...write(), 'return response'],
    () => ['if request.method != "OPTIONS":', `    ${made()}`, 'else:', '    response = HttpResponse(status=204)', ...write(), 'response.status_code = 202', 'return response'],
    () => [`return ${from.pick(['HttpResponse("x", headers={"Access-Control-Allow-Origin": "*"})', 'JsonResponse({}, headers={"Access-Control-Allow-Origin": "https://app.example.com", **CORS_HEADERS})', 'HttpResponse(status=200, headers=CORS_HEADERS | {"Access-Control-Allow-Origin": "null"})'])}`],
  ])();
  const early = (): readonly string[] => (from.chance(0.5) ? [] : from.pick<readonly string[]>([['if request.method == "OPTIONS":', '    response = HttpResponse()', ...write().map((line) => `    ${line}`), '    return response'], ['if request.path == "/nowhere":', '    return HttpResponse("gone", status=410)'], ['if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:', '    return HttpResponse(status=204)']]));
  switch (from.pick(['view', 'view', 'class', 'dispatch', 'decorator', 'function', 'function', 'call', 'call', 'mixin'] as const)) {
    case 'view':
      return { everywhere: false, source: `${HEAD}${allow}${from.pick(['', '@csrf_exempt\n', '@require_GET\n', '@csrf_exempt\n@require_http_methods(["GET", "OPTIONS"])\n', '@require_http_methods(["GET", "POST"])\n'])}def data(request):\n${indented(answers(), 1)}\n\n\nurlpatterns = [path("data", data)]\n` };
    case 'class': {
      const verbs = from.pick<readonly string[]>([['get'], ['get', 'post'], ['get', 'options'], ['get', 'post', 'options']]);
      return { everywhere: false, source: `${HEAD}${allow}${from.pick(['', '@method_decorator(csrf_exempt, name="dispatch")\n'])}class Data(View):\n${verbs.map((verb) => `    def ${verb}(self, request, *args, **kwargs):\n${indented(answers(), 2)}\n`).join('\n')}\n\nurlpatterns = [path("data", Data.as_view())]\n` };
    }
    case 'dispatch':
      return { everywhere: false, source: `${HEAD}${allow}class Base(View):\n    def dispatch(self, request, *args, **kwargs):\n${indented([...early(), 'response = super().dispatch(request, *args, **kwargs)', ...write(), 'return response'], 2)}\n\n\nclass Data(Base):\n    def get(self, request):\n        return HttpResponse("data")\n\n${from.pick(['', '    def options(self, request, *args, **kwargs):\n        return HttpResponse(status=204)\n\n'])}\nurlpatterns = [path("data", Data.as_view())]\n` };
    case 'decorator':
      return { everywhere: false, source: `${HEAD}${allow}def cors(view):\n    @wraps(view)\n    def wrapped(request, *args, **kwargs):\n${indented([...early(), 'response = view(request, *args, **kwargs)', ...write(), 'return response'], 2)}\n\n    return wrapped\n\n\n@cors\ndef data(request):\n    return ${from.pick(['HttpResponse("data")', 'JsonResponse({}, status=201)'])}\n\n\nurlpatterns = [path("data", data)]\n` };
    case 'function':
      return { everywhere: true, source: `${HEAD}${allow}def cors(get_response):\n    def middleware(request):\n${indented([...early(), 'response = get_response(request)', ...write(), 'return response'], 2)}\n\n    return middleware\n\n\nMIDDLEWARE = [f"{__name__}.cors"]\nurlpatterns = [path("data", plain), path("boom", boom)]\n` };
    case 'call':
      return { everywhere: true, source: `${HEAD}${allow}class CorsMiddleware:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n    def __call__(self, request):\n${indented([...early(), 'response = self.get_response(request)', ...write(), 'return response'], 2)}\n\n\nMIDDLEWARE = [__name__ + ".CorsMiddleware"]\nurlpatterns = [path("data", plain), path("boom", boom)]\n` };
    case 'mixin': {
      const before = early();
      return { everywhere: true, source: `${HEAD}${allow}class CorsMiddleware(MiddlewareMixin):\n${before.length === 0 ? '' : `    def process_request(self, request):\n${indented(before, 2)}\n\n`}    def process_response(self, request, response):\n${indented([...write(), 'return response'], 2)}\n\n\nMIDDLEWARE = [__name__ + ".CorsMiddleware"]\nurlpatterns = [path("data", plain), path("boom", boom)]\n` };
    }
  }
}
