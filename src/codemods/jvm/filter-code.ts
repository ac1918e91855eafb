import type { ClassDeclaration, Code, Constructor, Field, JvmModule, Method } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';

/** The code of a filter that does nothing but CORS, as far as a `CorsFilter` has to know it. */
export interface FilterCode {
  /** Methods of its class that nobody else calls: they go with it. */
  readonly called: readonly Method[];
  /** What it gives to headers of CORS, by their names; of several, the first. */
  readonly values: ReadonlyMap<string, Code>;
  /** Statements that write a header, by its name. */
  readonly writes: ReadonlyMap<string, readonly Span[]>;
  /** What asks whether it has the origin: `origins` of `origins.contains(origin)`. */
  readonly lists: readonly Code[];
  /** Is an origin sent whoever asks? */
  readonly unconditional: boolean;
  /** What its variables are made of, by their names. */
  readonly locals: ReadonlyMap<string, Code>;
  /** Names of its parameters, and of those of methods that it calls. */
  readonly parameters: ReadonlySet<string>;
}

/** Something that it does besides. */
export interface Besides {
  readonly at: Span;
  readonly why: string;
}

/**
 * Looks at all that a filter does.
 * @param owner the class that it is written in; its methods may be called
 */
export function filterCode(module: JvmModule, owner: ClassDeclaration | undefined, parameters: readonly string[], body: readonly Code[]): FilterCode | Besides {
  const reading = new Reading(module, owner);
  reading.enter(parameters);
  return reading.statements(body, { preflight: false, conditional: false }) ?? reading;
}

/** Where a statement stands. */
interface Branch {
  /** It is for `OPTIONS` alone. */
  readonly preflight: boolean;
  readonly conditional: boolean;
}

/** How deep methods are looked into. */
const MAX_DEPTH = 4;

class Reading implements FilterCode {
  readonly called: Method[] = [];
  readonly values = new Map<string, Code>();
  readonly writes = new Map<string, Span[]>();
  readonly lists: Code[] = [];
  readonly locals = new Map<string, Code>();
  readonly parameters = new Set<string>();
  unconditional = false;
  #depth = 0;

  constructor(
    private readonly module: JvmModule,
    private readonly owner: ClassDeclaration | undefined,
  ) {}

  enter(names: readonly string[]): void {
    for (const name of names) this.parameters.add(name);
  }

  statements(body: readonly Code[], branch: Branch): Besides | undefined {
    for (const statement of body) {
      const besides = this.#statement(statement, branch);
      if (besides !== undefined) return besides;
    }
    return undefined;
  }

  #statement(code: Code, branch: Branch): Besides | undefined {
    switch (code.is) {
      case 'block':
        return this.statements(code.body, branch);
      case 'nothing':
      case 'break':
      case 'continue':
      case 'null':
        return undefined;
      case 'local':
        if (code.value !== undefined) for (const name of code.names) this.locals.set(name, code.value);
        return code.value === undefined ? undefined : this.#asked(code.value);
      case 'if': {
        const text = this.module.written(code.test.at);
        if ([code.test, ...within(code.test)].some((part) => (part.is === 'call' || part.is === 'member') && PATH.test(part.name))) return { at: code.at, why: `asks for the path in ${this.#line(code.at)}: a CorsFilter knows patterns of paths alone` };
        const other: Branch = { ...branch, conditional: true };
        const [yes, no] = !PREFLIGHT.test(text) ? [other, other] : text.includes('!') ? [branch, { ...branch, preflight: true }] : [{ ...branch, preflight: true }, branch];
        return this.#asked(code.test) ?? this.statements(code.yes, yes) ?? this.statements(code.no, no);
      }
      case 'each':
        return this.#asked(code.source) ?? this.statements(code.body, { ...branch, conditional: true });
      case 'return':
        return code.value === undefined ? undefined : this.#returned(code.value, branch);
      case 'assign':
        return this.#assigned(code, branch);
      case 'call':
        return this.#call(code, branch);
      default:
        return this.#besides(code.at);
    }
  }

  /** What a filter gives back: what the chain does, nothing more; a method of its own, whatever was asked. */
  #returned(code: Code, branch: Branch): Besides | undefined {
    if (this.#depth > 0) return this.#asked(code);
    return code.is === 'if' || (code.is === 'call' && !NO_MORE.test(code.name)) ? this.#statement(code, branch) : code.is === 'call' || code.is === 'null' ? undefined : this.#besides(code.at);
  }

  #assigned(code: CodeOf<'assign'>, branch: Branch): Besides | undefined {
    const { target, value } = code;
    if (target.is === 'name' && this.locals.has(target.name)) return this.#asked(value);
    if (target.is === 'index' && target.index.is !== 'number') return this.#header(this.#headerName(target.index), value, code.at, branch);
    if (target.is !== 'member') return this.#besides(code.at);
    if (/^status(?:Code)?$/.test(target.name)) return this.#status(code.at, branch);
    return /^accessControl/.test(target.name) ? this.#header(dashed(target.name), value, code.at, branch) : this.#besides(code.at);
  }

  #call(code: CodeOf<'call'>, branch: Branch): Besides | undefined {
    const { name, args } = code;
    const [first, second] = args.map(({ value }) => value);
    if (/^(?:doFilter|filter)$/.test(name)) return args.every(({ value }) => value.is === 'name') ? undefined : { at: code.at, why: `hands on something else than the request in ${this.#line(code.at)}` };
    if (/^(?:set|add)(?:Header|IntHeader)?$/.test(name) && first !== undefined && second !== undefined) return this.#header(this.#headerName(first), second, code.at, branch);
    if (/^(?:set|add)AccessControl/.test(name) && first !== undefined) return this.#header(dashed(name.slice(3)), first, code.at, branch);
    if (/^(?:setStatus|setStatusCode|sendError)$/.test(name)) return this.#status(code.at, branch);
    if (/^(?:flushBuffer|setComplete|flush|empty)$/.test(name) && branch.preflight) return undefined;
    const own = code.of === undefined || code.of.is === 'this' ? this.owner?.methods.find((method) => method.name === name && method.parameters.length === args.length) : undefined;
    return own === undefined ? this.#besides(code.at) : this.#entered(own, branch);
  }

  /** A method of its class, as if its statements stood there. */
  #entered(method: Method, branch: Branch): Besides | undefined {
    if (this.called.includes(method)) return undefined;
    if (method.body === undefined || this.#depth >= MAX_DEPTH) return this.#besides(method.at);
    this.called.push(method);
    this.enter(method.parameters.map(({ name }) => name));
    this.#depth += 1;
    const besides = this.statements(method.body(), branch);
    this.#depth -= 1;
    return besides;
  }

  /** Values are asked for whatever they are; what they rest on is for the policy to say. Methods of the class go with it. */
  #asked(code: Code): Besides | undefined {
    for (const part of [code, ...within(code)]) {
      if (part.is === 'assign') return this.#besides(part.at);
      if (part.is === 'binary' && /^!?in$/.test(part.operator)) this.lists.push(part.right);
      if (part.is !== 'call') continue;
      if (part.name === 'contains' && part.of !== undefined && part.args.length === 1) this.lists.push(part.of);
      const own = part.of === undefined || part.of.is === 'this' ? this.owner?.methods.find((method) => method.name === part.name && method.parameters.length === part.args.length) : undefined;
      const besides = own === undefined ? undefined : this.#entered(own, { preflight: false, conditional: true });
      if (besides !== undefined) return besides;
    }
    return undefined;
  }

  #header(name: string | undefined, value: Code, at: Span, branch: Branch): Besides | undefined {
    if (name === undefined) return { at, why: `writes a header in ${this.#line(at)} whose name is not in the text` };
    if (name === 'access-control-allow-private-network') return { at, why: `is about private networks in ${this.#line(at)}, which is left to you` };
    const isCors = name.startsWith('access-control-') || (name === 'vary' && value.is === 'text' && /^(?:(?:Origin|Access-Control-Request-\w+)(?:\s*,\s*|$))+$/i.test(value.value));
    if (!isCors) return { at, why: `writes the header ${name} in ${this.#line(at)}, too` };
    if (!this.values.has(name)) this.values.set(name, value);
    this.writes.set(name, [...(this.writes.get(name) ?? []), at]);
    if (name === 'access-control-allow-origin' && !branch.conditional && !branch.preflight) this.unconditional = true;
    return this.#asked(value);
  }

  /** The name of a header in lower case: a text, a constant of the class, or one whose name says it. */
  #headerName(code: Code): string | undefined {
    if (code.is === 'text') return code.value.toLowerCase();
    if (code.is !== 'name' && code.is !== 'member') return undefined;
    const field = code.is === 'name' ? [...(this.owner?.fields ?? []), ...(this.owner?.classes ?? []).flatMap(({ fields }) => fields), ...this.module.unit.properties].find(({ name }) => name === code.name) : undefined;
    if (field?.value?.is === 'text') return field.value.value.toLowerCase();
    return field === undefined && /^(?:ACCESS_CONTROL_[A-Z_]+|VARY)$/.test(code.name) ? code.name.toLowerCase().replaceAll('_', '-') : undefined;
  }

  #status(at: Span, { preflight }: Branch): Besides | undefined {
    return preflight ? undefined : { at, why: `refuses requests by itself in ${this.#line(at)}` };
  }

  #besides(at: Span): Besides {
    return { at, why: `does something besides in ${this.#line(at)}` };
  }

  #line(at: Span): string {
    return `line ${this.module.source.positionAt(at.start).line}`;
  }
}

type CodeOf<Is extends Code['is']> = Extract<Code, { readonly is: Is }>;

const PREFLIGHT = /OPTIONS|pre-?flight/i;
const PATH = /^(?:get)?(?:requestURI|requestURL|servletPath|pathInfo|contextPath|path)$/i;
const NO_MORE = /^(?:empty|setComplete)$/;

/** `AllowOrigin`, `accessControlAllowOrigin` → `access-control-allow-origin`. */
function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter, index: number) => `${index === 0 ? '' : '-'}${letter.toLowerCase()}`);
}

/** All code inside of an expression. */
export function* within(code: Code): Generator<Code> {
  for (const part of partsOf(code)) {
    yield part;
    yield* within(part);
  }
}

function partsOf(code: Code): readonly Code[] {
  switch (code.is) {
    case 'template':
      return code.parts;
    case 'member':
    case 'reference':
    case 'not':
      return [code.of];
    case 'call':
      return [...(code.of === undefined ? [] : [code.of]), ...code.args.map(({ value }) => value)];
    case 'invoke':
      return [code.callee, ...code.args.map(({ value }) => value)];
    case 'new':
      return code.args.map(({ value }) => value);
    case 'lambda':
      return code.body();
    case 'list':
      return code.items;
    case 'index':
      return [code.of, code.index];
    case 'binary':
      return [code.left, code.right];
    case 'if':
      return [code.test, ...code.yes, ...code.no];
    case 'switch':
      return [...(code.subject === undefined ? [] : [code.subject]), ...code.cases.flatMap(({ tests, body }) => [...tests, ...body])];
    case 'assign':
      return [code.target, code.value];
    case 'local':
    case 'return':
    case 'throw':
      return code.value === undefined ? [] : [code.value];
    case 'each':
      return [code.source, ...code.body];
    case 'while':
      return [...code.before, ...(code.test === undefined ? [] : [code.test]), ...code.body];
    case 'try':
      return [...code.before, ...code.body, ...code.handlers.flatMap(({ body }) => body), ...code.last];
    case 'block':
      return code.body;
    default:
      return [];
  }
}

/** A value of a field or parameter that an expression names. */
export interface Named {
  readonly name: string;
  readonly kind: 'field' | 'parameter';
  readonly field?: Field;
}

/** What an expression names of its class and its constructors; undefined where it names something of a request. */
export function namesIn(code: Code, { parameters, locals }: FilterCode, fields: readonly Field[], constructors: readonly Constructor[]): readonly Named[] | undefined {
  const found: Named[] = [];
  for (const part of [code, ...within(code)]) {
    const name = part.is === 'name' ? part.name : part.is === 'member' && part.of.is === 'this' ? part.name : undefined;
    if (name === undefined) continue;
    if (part.is === 'name' && (parameters.has(name) || locals.has(name))) return undefined;
    const field = fields.find((one) => one.name === name);
    if (field !== undefined) found.push({ name, kind: 'field', field });
    else if (constructors.some((one) => one.parameters.some((parameter) => parameter.name === name))) found.push({ name, kind: 'parameter' });
  }
  return found;
}
