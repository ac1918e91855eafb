import { allOf } from '../../middleware/koa/guards.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { mergeSteps } from '../../policy/from-actions.js';
import type { Step } from '../../policy/program.js';
import { run, type ClassInView, type PythonModule, type Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { FunctionValue, Value } from '../../values/value.js';
import { answersOf, SILENT, within, type Answers } from './answers.js';
import { DjangoPackages } from './packages.js';
import { requestAt } from './request.js';

/** Code that may have to do with headers of CORS. */
const CONCERNS = /access-control|cors|origin|Middleware\b|HttpResponse|Response\(/i;

/** Code that writes headers by hand. */
export interface HandWritten {
  readonly title: string;
  readonly at: Span;
  readonly steps: readonly Step[];
  /** A view has its own response; middleware writes on every response, errors included. */
  readonly is: 'view' | 'middleware';
  readonly methods: readonly string[] | null;
  readonly reads: ReadonlySet<string>;
}

/** Methods of classes of views by the request method that they serve; those of viewsets by what routers make of them. */
const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', head: 'HEAD', options: 'OPTIONS', list: 'GET', retrieve: 'GET', create: 'POST', update: 'PUT', partial_update: 'PATCH', destroy: 'DELETE' };

/** One module, run for its views and middleware. */
export class DjangoCode {
  readonly packages: DjangoPackages;
  readonly ran: Run;

  constructor(readonly module: PythonModule) {
    this.packages = new DjangoPackages(module);
    this.ran = run(module, this.packages.packages, CONCERNS);
  }

  /** Everything in the module that sends headers of CORS. A function that others of it call is told of where they are. */
  handWritten(): readonly HandWritten[] {
    const views: HandWritten[] = [];
    const classes = [...this.ran.classes()];
    for (const cls of classes) {
      // A base that answers nothing by itself is what its subclasses are.
      if (!servedBy(cls).length && classes.some((other) => this.#extends(other, cls))) continue;
      const found = this.#isMiddleware(cls) ? this.#told(this.middleware(cls), cls.name, cls.at, 'middleware', null) : isViewClass(cls) ? this.#viewClass(cls) : undefined;
      if (found !== undefined) views.push(found);
    }
    const functions = [...this.ran.functions()];
    for (const one of functions) {
      const [first] = one.parameters;
      if (first === undefined || !/^(?:_*request|req)$/.test(first.name) || one.value?.kind !== 'function') continue;
      const view = this.#view(one.value, one.name);
      if (view !== undefined) views.push(view);
    }
    // What made functions around them is told of with them, where they are in view.
    const used = new Set(functions.flatMap(({ decorators }) => decorators.map((name) => name.split('.').at(-1)!)));
    for (const one of functions) {
      const [first] = one.parameters;
      if (first === undefined || used.has(one.name) || !/^(?:get_response|view|view_func|func|fn|f|function|handler|wrapped)$/.test(first.name) || one.value?.kind !== 'function') continue;
      const made = this.#madeBy(one.value);
      const around = made === undefined ? undefined : this.#told(this.#answers(made, 'goes on'), one.name, one.value.at, 'middleware', null);
      if (around !== undefined) views.push(around);
    }
    return views;
  }

  /** What a class or a function of middleware does, by its name. */
  middlewareNamed(name: string): { readonly answers: Answers; readonly reads: ReadonlySet<string> } | undefined {
    const cls = [...this.ran.classes()].find((one) => one.name === name);
    if (cls !== undefined) return this.#isMiddleware(cls) ? this.middleware(cls) : undefined;
    const one = [...this.ran.functions()].find((candidate) => candidate.name === name);
    const made = one?.value?.kind === 'function' ? this.#madeBy(one.value) : undefined;
    return made === undefined ? undefined : this.#answers(made, 'goes on');
  }

  /** `__call__`, or the hooks that `MiddlewareMixin` calls: an answer of `process_request` goes through `process_response`, too. */
  middleware(cls: ClassInView): { readonly answers: Answers; readonly reads: ReadonlySet<string> } {
    const instance = cls.instance(this.packages.base, [this.packages.next]);
    const request = requestAt(cls.at);
    const of = (method: string, args: readonly Value[]): Answers => {
      const callee = cls.methods.includes(method) ? cls.methodOf(instance, method) : undefined;
      return callee === undefined ? SILENT : answersOf(callee.run(args), this.packages, 'goes on', this.#textAt);
    };
    const called = cls.methods.includes('__call__') ? of('__call__', [request.handle]) : SILENT;
    const before = [of('process_request', [request.handle]), of('process_view', [request.handle])];
    const after = of('process_response', [request.handle, this.packages.innerResponse(cls.at)]);
    return { answers: together([called, ...before, after]), reads: request.reads };
  }

  #isMiddleware(cls: ClassInView): boolean {
    return cls.bases.includes('django.utils.deprecation.MiddlewareMixin') || cls.methods.includes('process_response') || cls.methods.includes('process_request') || (cls.methods.includes('__call__') && /\bget_response\b/.test(this.module.written(cls.at)));
  }

  #extends(cls: ClassInView, base: ClassInView): boolean {
    const superclasses = this.module.definition('class_definition', cls.name)?.childForFieldName('superclasses')?.namedChildren ?? [];
    return cls !== base && superclasses.some((child) => child.text === base.name);
  }

  #viewClass(cls: ClassInView): HandWritten | undefined {
    const { packages } = this;
    const instance = cls.instance(packages.base, []);
    const request = requestAt(cls.at);
    const served = servedBy(cls);
    const parts = served.map((name) => {
      const method = cls.methodOf(instance, name);
      const answers = method === undefined ? SILENT : answersOf(method.run([request.handle]), packages, 'fails', this.#textAt);
      return within({ g: 'method', in: VERBS[name] === 'GET' ? ['GET', 'HEAD'] : [VERBS[name]!] }, answers, allOf);
    });
    const around = ['finalize_response', 'dispatch'].map((name) => {
      const method = cls.methods.includes(name) ? cls.methodOf(instance, name) : undefined;
      if (method === undefined) return SILENT;
      const args = name === 'dispatch' ? [request.handle] : [request.handle, packages.innerResponse(cls.at)];
      return answersOf(method.run(args), packages, 'fails', this.#textAt);
    });
    const methods = [...new Set(served.map((name) => VERBS[name]!))];
    // https://docs.djangoproject.com/en/5.2/ref/class-based-views/base/: OPTIONS is answered with `Allow`, other methods are refused.
    const rest: Step[] = methods.length === 0 || methods.includes('OPTIONS') ? [] : [{ when: { g: 'method', in: ['OPTIONS'] }, effects: [], end: { to: 'answer', status: 200 }, at: cls.at }];
    const answers = together([...around.slice(1).map((one) => ({ ...one, writes: [] })), ...parts, ...around.map((one, index) => (index === 0 ? one : { ...one, ends: [] })), { writes: [], ends: rest }]);
    return this.#told({ answers, reads: request.reads }, cls.name, cls.at, 'view', methods.length === 0 ? null : methods);
  }

  #view(view: FunctionValue, name: string): HandWritten | undefined {
    return this.#told(this.#answers(view, 'fails'), name, view.at, 'view', null);
  }

  #answers(callee: FunctionValue, none: 'goes on' | 'fails'): { readonly answers: Answers; readonly reads: ReadonlySet<string> } {
    const request = requestAt(callee.at);
    return { answers: answersOf(callee.run([request.handle]), this.packages, none, this.#textAt), reads: request.reads };
  }

  /** The function that a decorator, a maker of decorators or a function of middleware gives, once it has the view. */
  #madeBy(maker: FunctionValue): FunctionValue | undefined {
    const returned = maker.run([this.packages.next]).flatMap((event) => (event.kind === 'return' && event.value.kind === 'function' ? [event.value] : []));
    return returned.at(-1);
  }

  #told({ answers, reads }: { readonly answers: Answers; readonly reads: ReadonlySet<string> }, name: string, at: Span, is: HandWritten['is'], methods: readonly string[] | null): HandWritten | undefined {
    if (!writesCors(answers.writes)) return undefined;
    return { title: is === 'view' ? `Django view ${name}` : `Django middleware ${name}`, at, steps: mergeSteps([...answers.writes, ...answers.ends]), is, methods, reads };
  }

  readonly #textAt = (at: Span): string => this.module.written(at);
}

function servedBy(cls: ClassInView): readonly string[] {
  return Object.keys(VERBS).filter((name) => cls.methods.includes(name));
}

function isViewClass(cls: ClassInView): boolean {
  return cls.bases.some((base) => /^(?:django\.views\.|rest_framework\.|(?:.*\.)?(?:\w*View|\w*ViewSet|\w*ViewMixin|APIView)$)/.test(base));
}

function together(all: readonly Answers[]): Answers {
  return { writes: all.flatMap(({ writes }) => writes), ends: all.flatMap(({ ends }) => ends) };
}

