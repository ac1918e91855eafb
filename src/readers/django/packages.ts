import { alternatives } from '../../middleware/alternatives.js';
import { ResponseObjects, type ResponseClass } from '../../middleware/response-objects.js';
import type { Packages, PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { and, not, or, type Condition } from '../../values/condition.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import { projectSetting } from './project.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** django/http/response.py: status codes of the subclasses; JsonResponse, FileResponse and their like have 200. */
const OWN_STATUS: Readonly<Record<string, number>> = { HttpResponseRedirect: 302, HttpResponsePermanentRedirect: 301, HttpResponseNotModified: 304, HttpResponseBadRequest: 400, HttpResponseForbidden: 403, HttpResponseNotFound: 404, HttpResponseNotAllowed: 405, HttpResponseGone: 410, HttpResponseServerError: 500 };
const DJANGO: ResponseClass = { name: 'HttpResponse', parameters: ['content', 'content_type', 'status', 'reason', 'charset', 'headers'], status: 'status', statusAttribute: 'status_code', headers: 'headers', writesText: true };
/** rest_framework/response.py. */
const REST: ResponseClass = { name: 'Response', parameters: ['data', 'status', 'template_name', 'headers', 'exception', 'content_type'], status: 'status', statusAttribute: 'status_code', headers: 'headers', writesText: true };

/** Errors that Django and DRF make responses of, without headers that a view has written. */
const RAISED: Readonly<Record<string, number>> = { Http404: 404, PermissionDenied: 403, SuspiciousOperation: 400, BadRequest: 400, NotFound: 404, NotAuthenticated: 401, AuthenticationFailed: 401, ValidationError: 400, ParseError: 400, MethodNotAllowed: 405, Throttled: 429 };

/** What Django's packages are to code that writes headers, told apart by the handles that stand for it. */
export class DjangoPackages {
  readonly objects = new ResponseObjects();
  readonly #known = new Map<string, Value | undefined>();
  readonly #inner = new Set<Handle>();
  readonly #errors = new Map<Handle, number>();

  constructor(private readonly module: PythonModule) {}

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  /** The response of what lies inside: a view, the next middleware. Its status is what that gives. */
  innerResponse(at: Span): Handle {
    const made = this.objects.make(DJANGO, [], undefined, at);
    this.#inner.add(made);
    return made;
  }

  isInner(value: Value): boolean {
    return value.kind === 'handle' && this.#inner.has(value);
  }

  /** `get_response`, or a view that a decorator is given. */
  readonly next: Handle = { kind: 'handle', name: 'get_response', at: NOWHERE, get: () => undefined, call: (method, _args, at) => (method === '' || method === '__call__' ? this.innerResponse(at) : undefined) };

  /** What a class of views or middleware inherits: its own answers are those of what lies inside. */
  readonly base: Handle = {
    kind: 'handle',
    name: 'super',
    at: NOWHERE,
    get: (property) => (property === 'get_response' ? this.next : undefined),
    call: (method, args, at) => (method === 'finalize_response' || method === 'process_response' ? args[1] : /^(?:dispatch|__call__|get|post|put|patch|delete|head|options|list|retrieve|create|update|partial_update|destroy)$/.test(method) ? this.innerResponse(at) : undefined),
  };

  statusOfError(value: Value | undefined): number {
    return (value?.kind === 'handle' ? this.#errors.get(value) : undefined) ?? 500;
  }

  /** `patch_vary_headers(response, ["Origin"])`, as if the response had been told itself. */
  varyWrites(event: Event): readonly Event[] {
    const [given, names] = event.kind === 'call' && event.receiver.name === 'patch_vary_headers' ? event.args : [];
    if (names?.kind !== 'list') return [];
    return alternatives(given).flatMap(({ when, value: response }) =>
      response.kind !== 'handle' ? [] : names.items.map((value): Event => ({ kind: 'call', when: and(event.when, when), receiver: response, method: 'add', args: [{ kind: 'string', value: 'Vary', at: event.at }, value], at: event.at })),
    );
  }

  #package(name: string): Value | undefined {
    const short = name.split('.').at(-1)!;
    if (/^django\.http(?:\.response)?\.\w+Response(?:$|[A-Z])|^django\.http(?:\.response)?\.HttpResponse|^django\.template\.response\.\w+Response$/.test(name)) {
      const ownStatus = OWN_STATUS[short];
      const parameters = short === 'JsonResponse' ? ['data', 'encoder', 'safe', 'json_dumps_params', 'content_type', 'status', 'reason', 'charset', 'headers'] : DJANGO.parameters;
      return this.objects.classHandle({ ...DJANGO, name: short, parameters, ...(ownStatus === undefined ? {} : { ownStatus }) });
    }
    if (name === 'rest_framework.response.Response') return this.objects.classHandle(REST);
    if (/^rest_framework\.status\.HTTP_\d{3}/.test(name)) return { kind: 'number', value: Number(/HTTP_(\d{3})/.exec(name)![1]), at: NOWHERE };
    if (name === 'django.conf.settings') return settingsHandle(this.module);
    if (/^(?:django|rest_framework)\./.test(name) && Object.hasOwn(RAISED, short)) return this.#error(short);
    if (/^(?:django\.views\.|django\.contrib\.\w+\.mixins\.|rest_framework\.(?:views|generics|viewsets|mixins)\.|django\.utils\.deprecation\.MiddlewareMixin)/.test(name) && /^[A-Z]/.test(short)) return this.base;
    if (/^django\.views\.(?!decorators\.)[\w.]+$/.test(name)) return callable(short, (_args, at) => this.innerResponse(at));
    switch (name) {
      case 'django.shortcuts.render':
        return callable(short, (args, at, keywords) => this.objects.make({ ...DJANGO, parameters: ['request', 'template_name', 'context', 'content_type', 'status'] }, args, keywords, at));
      case 'django.shortcuts.redirect':
        return callable(short, (_args, at) => this.objects.make({ ...DJANGO, ownStatus: 302 }, [], undefined, at));
      case 'django.utils.cache.patch_vary_headers':
        return callable(short, (_args, at) => ({ kind: 'nothing', what: 'null', at }));
      case 'django.views.decorators.http.require_GET':
        return decorator(short, (view) => this.#only(view, ['GET'], view.at, 405));
      case 'django.views.decorators.http.require_safe':
        return decorator(short, (view) => this.#only(view, ['GET', 'HEAD'], view.at, 405));
      case 'django.views.decorators.http.require_POST':
        return decorator(short, (view) => this.#only(view, ['POST'], view.at, 405));
      case 'django.views.decorators.http.require_http_methods':
        return callable(short, (args) => decorator(short, (view) => this.#only(view, textsIn(args[0]), view.at, 405)));
      case 'rest_framework.decorators.api_view':
        return callable(short, (args) => decorator(short, (view) => this.#api(view, textsIn(args[0]) ?? ['GET'])));
      case 'django.views.decorators.csrf.csrf_exempt':
      case 'django.views.decorators.cache.never_cache':
      case 'django.utils.decorators.sync_and_async_middleware':
      case 'django.utils.decorators.sync_only_middleware':
      case 'django.utils.decorators.async_only_middleware':
        return decorator(short, (view) => view);
      case 'django.utils.decorators.method_decorator':
      case 'functools.wraps':
        return callable(short, () => decorator(short, (view) => view));
      default:
        return undefined;
    }
  }

  #error(name: string): Handle {
    const made = (at: Span): Handle => {
      const handle: Handle = { kind: 'handle', name, at, get: () => undefined, call: (method, _args, where) => (method === '' ? made(where) : undefined) };
      this.#errors.set(handle, RAISED[name]!);
      return handle;
    };
    return made(NOWHERE);
  }

  /** Other methods than these are answered in front of the view, without its headers; unknown names leave it open. */
  #only(view: FunctionValue, methods: readonly string[] | undefined, at: Span, status: number): FunctionValue {
    if (methods === undefined) return view;
    const served = or(...methods.map((method) => isMethod(method, at)));
    return { ...view, run: (args, keywords) => [this.#refusal(not(served), status, at), ...view.run(args, keywords).map((event): Event => ({ ...event, when: and(served, event.when) }))] };
  }

  /** DRF answers OPTIONS by itself with 200, where a view does not ask for it. */
  #api(view: FunctionValue, methods: readonly string[]): FunctionValue {
    const only = this.#only(view, methods.map((method) => method.toUpperCase()), view.at, 405);
    if (methods.some((method) => method.toUpperCase() === 'OPTIONS')) return only;
    return { ...only, run: (args, keywords) => [this.#refusal(isMethod('OPTIONS', view.at), 200, view.at), ...only.run(args, keywords)] };
  }

  #refusal(when: Condition, status: number, at: Span): Event {
    return { kind: 'return', when, value: this.objects.make({ ...DJANGO, ownStatus: status }, [], undefined, at), at };
  }
}

function isMethod(method: string, at: Span): Condition {
  return { c: 'equals', left: { kind: 'request', part: 'method', at }, right: { kind: 'string', value: method, at }, ignoreCase: false, at };
}

function textsIn(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind !== 'list' || value.rest !== undefined) return undefined;
  return value.items.every((item) => item.kind === 'string') ? value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : undefined;
}

function callable(name: string, call: (args: readonly Value[], at: Span, keywords: Parameters<Handle['call']>[3]) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
}

function decorator(name: string, by: (view: FunctionValue) => FunctionValue): Handle {
  return callable(name, ([view]) => (view?.kind === 'function' ? by(view) : view));
}

/** `settings.ALLOWED`: what the project's own settings say, where they are in view. */
function settingsHandle(module: PythonModule): Handle {
  return {
    kind: 'handle',
    name: 'settings',
    at: NOWHERE,
    get: (name) => projectSetting(module, name),
    call: () => undefined,
  };
}

