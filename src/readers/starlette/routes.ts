import type { Probe } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { entry } from '../../values/value.js';

/** The routes that the file defines (`@app.get('/x')`, `@router.post(…)`); one probe of unknown methods where it defines none. */
export function probesIn(module: PythonModule, at: Span): readonly Probe[] {
  const found = new Map<string, { path: string; methods: string[]; requestHeaders: Set<string>; at: Span }>();
  const prefixes = routerPrefixes(module);
  for (const node of module.root.descendantsOfType('decorated_definition')) {
    for (const decorator of node?.namedChildren.filter((child) => child.type === 'decorator') ?? []) {
      const call = decorator.namedChildren[0];
      if (call?.type !== 'call') continue;
      const { callee, positional, keywords } = module.callOf(call);
      const [, owner = '', verb = ''] = /^([\w.]+)\.(get|put|post|patch|delete|head|options|api_route|route)$/.exec(callee) ?? [];
      const path = positional[0] === undefined ? undefined : module.valueOf(positional[0]);
      if (verb === '' || path?.kind !== 'string') continue;
      const methods = verb.endsWith('route') ? methodsIn(entry(keywords, 'methods')?.value) : [verb.toUpperCase()];
      const full = `${prefixes.get(owner) ?? ''}${path.value}`.replace(/\{[^}]*\}/g, 'x') || '/';
      const probe = found.get(full) ?? { path: full, methods: [], requestHeaders: new Set<string>(), at: module.span(call) };
      probe.methods.push(...methods);
      for (const header of headersOf(node?.childForFieldName('definition')?.childForFieldName('parameters')?.text ?? '', methods)) probe.requestHeaders.add(header);
      found.set(full, probe);
    }
  }
  if (found.size === 0) return [{ path: '/', methods: null, requestHeaders: [], at }];
  return [...found.values()].map(({ path, methods, requestHeaders, at: place }) => ({ path, methods: [...new Set(methods)], requestHeaders: [...requestHeaders], at: place }));
}

/** `APIRouter(prefix='/a')` and `include_router(router, prefix='/b')` of the same file. */
function routerPrefixes(module: PythonModule): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const call of module.calls()) {
    const prefix = entry(call.keywords, 'prefix')?.value;
    if (prefix?.kind !== 'string') continue;
    const name = /(^|\.)APIRouter$/.test(call.callee) ? call.node.parent?.childForFieldName('left')?.text : /\.include_router$/.test(call.callee) ? call.positional[0]?.text : undefined;
    if (name !== undefined) prefixes.set(name, call.callee.endsWith('APIRouter') ? (prefixes.get(name) ?? '') + prefix.value : prefix.value + (prefixes.get(name) ?? ''));
  }
  return prefixes;
}

function methodsIn(value: { readonly kind: string; readonly items?: readonly { readonly kind: string; readonly value?: unknown }[] } | undefined): string[] {
  if (value === undefined) return ['GET'];
  return (value.items ?? []).flatMap((item) => (item.kind === 'string' ? [String(item.value).toUpperCase()] : []));
}

/** A handler with a body parameter reads JSON; one that asks for the header or a bearer scheme reads Authorization. */
function headersOf(parameters: string, methods: readonly string[]): readonly string[] {
  const simple = /^(?:str|int|float|bool|bytes|Request|Response|BackgroundTasks|UploadFile|WebSocket|list|dict|Optional|Annotated|date|datetime|UUID)\b/;
  const body = methods.some((method) => /^(POST|PUT|PATCH)$/.test(method)) && [...parameters.matchAll(/:\s*([A-Z]\w*)[^=,)]*(=[^,)]*)?/g)].some(([, type = '', fallback = '']) => !simple.test(type) && !/Depends|Query|Path|Header|Cookie|Form|File/.test(fallback));
  const authorization = /authorization|HTTPBearer|OAuth2PasswordBearer|HTTPAuthorizationCredentials/.test(parameters);
  return [...(body || /=\s*Body\(/.test(parameters) ? ['content-type'] : []), ...(authorization ? ['authorization'] : [])];
}
