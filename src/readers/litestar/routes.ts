import { exact, type OriginSet } from '../../origins/origin-set.js';
import type { Guard, Probe } from '../../policy/program.js';
import type { PythonCall, PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Value } from '../../values/value.js';

/** A function behind `@get('/x')`, with the controller that it stands in. */
export interface LitestarRoute {
  /** As it is asked for: parameters are `x`. */
  readonly path: string;
  /** Requests to it. */
  readonly when: Guard;
  readonly methods: readonly string[];
  /** The decorator's call. */
  readonly call: PythonCall;
  readonly controller: string | undefined;
  readonly name: string;
  readonly requestHeaders: readonly string[];
  readonly at: Span;
}

const VERB = /^litestar\.(?:handlers\.)?(get|post|put|patch|delete|head|route)$/;

/** The routes that the file defines. Which routers they are given to is not followed: their prefixes are missing. */
export function routesIn(module: PythonModule): readonly LitestarRoute[] {
  const found: LitestarRoute[] = [];
  for (const node of module.root.descendantsOfType('decorated_definition')) {
    const definition = node.childForFieldName('definition');
    if (definition === null || definition.type !== 'function_definition') continue;
    for (const decorator of node.namedChildren) {
      const written = decorator.type === 'decorator' ? decorator.namedChildren[0] : undefined;
      const callee = written?.type === 'call' ? written.childForFieldName('function') : null;
      const verb = callee === null || callee === undefined ? undefined : VERB.exec(module.qualifiedName(callee) ?? '')?.[1];
      if (written === undefined || verb === undefined) continue;
      const call = module.callOf(written);
      const owner = node.parent?.parent;
      const controller = owner?.type === 'class_definition' ? owner.childForFieldName('name')?.text : undefined;
      const prefix = owner?.type === 'class_definition' ? textIn(attributeOf(module, owner.childForFieldName('body')?.namedChildren ?? [], 'path')) : '';
      const paths = pathsOf(entry(call.keywords, 'path')?.value ?? (call.positional[0] === undefined ? undefined : module.valueOf(call.positional[0])));
      const methods = verb === 'route' ? textsIn(entry(call.keywords, 'http_method')?.value) : verb === 'get' ? ['GET'] : [verb.toUpperCase()];
      const parameters = definition.childForFieldName('parameters')?.text ?? '';
      for (const path of paths) {
        const full = `/${prefix ?? ''}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
        found.push({ path: full.replace(/\{[^}]*\}/g, 'x'), when: { g: 'path', in: pathSet(full, module.span(written)) }, methods, call, controller, name: definition.childForFieldName('name')?.text ?? '', requestHeaders: /\bdata\s*:/.test(parameters) && methods.some((method) => method !== 'GET') ? ['content-type'] : [], at: module.span(written) });
      }
    }
  }
  return found;
}

/** One probe for each path; one of unknown methods where the file defines none. */
export function probesOf(routes: readonly LitestarRoute[], at: Span): readonly Probe[] {
  const found = new Map<string, Probe>();
  for (const { path, methods, requestHeaders, at: place } of routes) {
    const known = found.get(path);
    found.set(path, { path, methods: [...new Set([...(known?.methods ?? []), ...methods])], requestHeaders: [...new Set([...(known?.requestHeaders ?? []), ...requestHeaders])], at: known?.at ?? place });
  }
  return found.size === 0 ? [{ path: '/', methods: null, requestHeaders: [], at }] : [...found.values()];
}

/** A class attribute, as the class's body writes it. */
export function attributeOf(module: PythonModule, body: readonly PythonModule['root'][], name: string): Value | undefined {
  for (const statement of [...body].reverse()) {
    const assignment = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
    const right = assignment?.type === 'assignment' && assignment.childForFieldName('left')?.text === name ? assignment.childForFieldName('right') : null;
    if (right !== null && right !== undefined) return module.valueOf(right);
  }
  return undefined;
}

function pathSet(path: string, at: Span): OriginSet {
  if (!path.includes('{')) return exact(path, at);
  const source = path.split(/(\{[^}]*\})/).map((part) => (part.startsWith('{') ? (/:path\}$/.test(part) ? '.*' : '[^/]+') : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
  return { s: 'regex', source, flags: '', dialect: 'python', use: 'full', subject: 'origin', at };
}

function pathsOf(value: Value | undefined): readonly string[] {
  if (value === undefined) return ['/'];
  const texts = textsIn(value);
  return texts.length > 0 ? texts : [];
}

function textsIn(value: Value | undefined): string[] {
  if (value?.kind === 'list') return value.items.flatMap(textsIn);
  return value?.kind === 'string' ? [value.value] : [];
}

function textIn(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}
