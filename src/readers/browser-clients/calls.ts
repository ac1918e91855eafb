import type { ClientCall } from '../../policy/client-call.js';
import { bare, keyOf, valueOf, walk, type EstreeModule, type Node } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import { below, placeOf, textsOf } from './address.js';
import { headerOf, headersIn, isObject, NO_SETTINGS, over, settingsIn, type Names, type Settings } from './settings.js';

const FETCH: Names = { base: [], credentials: 'credentials', json: [] };
const KY: Names = { base: ['prefixUrl', 'prefix'], credentials: 'credentials', json: ['json'] };
const AXIOS: Names = { base: ['baseURL'], credentials: 'withCredentials', json: ['data'] };

const VERBS = new Set(['get', 'delete', 'head', 'options', 'post', 'put', 'patch']);
const WITH_BODY = new Set(['post', 'put', 'patch']);

type Call = Node & { type: 'CallExpression' };

/** What the code of a page calls, as far as it is plain. */
export function* callsIn(module: EstreeModule): Generator<ClientCall> {
  const clients = new Clients(module);
  for (const { node } of walk(module.program)) {
    if (node.type !== 'CallExpression') continue;
    const asked = clients.askedBy(node);
    if (asked === undefined) continue;
    for (const text of new Set(textsOf(asked.url).flatMap((path) => (asked.settings.base === undefined ? [path] : textsOf(asked.settings.base).map((base) => below(base, path)))))) {
      const place = placeOf(text);
      const call = place === undefined ? undefined : callOf(asked, place, module.spanOf(node));
      if (call !== undefined) yield call;
    }
  }
}

/** A request as the code asks for it. */
interface Asked {
  readonly url: Value | undefined;
  readonly settings: Settings;
  /** Writes the method in capitals, whatever it is; `fetch` does so for some. */
  readonly capitals: boolean;
}

function callOf({ settings, capitals }: Asked, place: Pick<ClientCall, 'target' | 'path'>, at: Span): ClientCall | undefined {
  const { method, credentials, headers, open } = settings;
  if (open && (method === undefined || credentials === undefined)) return undefined;
  const text = method === undefined ? 'GET' : method.kind === 'string' ? method.value : undefined;
  const included = credentials === undefined ? false : credentials.kind === 'boolean' ? credentials.value : credentials.kind === 'string' ? credentials.value === 'include' : undefined;
  if (text === undefined || included === undefined) return undefined;
  return { at, ...place, method: capitals || /^(?:delete|get|head|options|post|put)$/i.test(text) ? text.toUpperCase() : text, headers: [...new Set(headers)].sort(), credentials: included ? 'include' : 'omit' };
}

/** Which calls of a module are requests. */
class Clients {
  constructor(private readonly module: EstreeModule) {}

  askedBy(call: Call): Asked | undefined {
    const callee = bare(call.callee);
    if (this.#isGlobal(callee, 'fetch')) return { url: this.#value(call.arguments[0]), settings: settingsIn(this.#given(call.arguments[1]), FETCH), capitals: false };
    const verb = callee.type === 'MemberExpression' ? keyOf(callee.property, callee.computed) : undefined;
    if (callee.type === 'MemberExpression' && verb === 'send') return this.#sent(callee.object, call);
    const client = callee.type === 'MemberExpression' && verb !== undefined && (VERBS.has(verb) || verb === 'request') ? callee.object : callee;
    const method = client === callee ? undefined : verb;
    const axios = this.#clientOf(client, 'axios', AXIOS);
    if (axios !== undefined) return this.#byAxios(call, method, over(axios, this.#defaults(client)));
    const ky = this.#clientOf(client, 'ky', KY);
    if (ky !== undefined && method !== 'request') return { url: this.#value(call.arguments[0]), settings: withMethod(over(settingsIn(this.#given(call.arguments[1]), KY), ky), method), capitals: true };
    return undefined;
  }

  /** `axios(config)`, `axios(url, config)`, `axios.get(url, config)`, `axios.post(url, data, config)` */
  #byAxios(call: Call, method: string | undefined, client: Settings): Asked {
    const hasBody = method !== undefined && WITH_BODY.has(method);
    const [first, second, third] = call.arguments;
    const whole = this.#given(first);
    const isWhole = (method === undefined || method === 'request') && whole?.kind === 'record';
    const own = settingsIn(isWhole ? whole : this.#given(hasBody ? third : second), AXIOS);
    const json = hasBody && isObject(this.#value(second)) ? ['content-type'] : [];
    const settings = over({ ...own, headers: [...own.headers, ...json] }, client);
    const url = isWhole ? whole.entries.findLast(({ key }) => key === 'url')?.value : this.#value(first);
    return { url, settings: withMethod(settings, method === 'request' ? undefined : method), capitals: true };
  }

  /** What the client is made with; undefined for what is no such client. */
  #clientOf(node: Node, name: string, names: Names): Settings | undefined {
    const client = bare(node);
    if (this.#isPackage(client, name)) return NO_SETTINGS;
    const made = client.type === 'Identifier' ? this.#madeAs(client) : client;
    if (made?.type !== 'CallExpression' || made.callee.type !== 'MemberExpression' || !/^(?:create|extend)$/.test(keyOf(made.callee.property, made.callee.computed) ?? '')) return undefined;
    const outer = this.#clientOf(made.callee.object, name, names);
    return outer === undefined ? undefined : over(settingsIn(this.#given(made.arguments[0]), names), outer);
  }

  /** `axios.defaults.withCredentials = true`, anywhere in the module and under no condition. */
  #defaults(client: Node): Settings {
    const name = client.type === 'Identifier' ? client.name : undefined;
    let settings = NO_SETTINGS;
    for (const { node } of walk(this.module.program)) {
      if (name === undefined || node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') continue;
      const [own, ...path] = memberPath(node.left);
      if (own !== name || path[0] !== 'defaults') continue;
      const value = this.#value(node.right);
      if (path[1] === 'withCredentials') settings = { ...settings, credentials: value };
      if (path[1] === 'baseURL') settings = { ...settings, base: value };
      if (path[1] === 'headers' && path[2] === 'common' && path[3] !== undefined) settings = { ...settings, headers: [...settings.headers, ...headerOf(path[3], value)] };
    }
    return settings;
  }

  /** `xhr.send()` of an XMLHttpRequest, and `.send(data)` at the end of a chain of superagent. */
  #sent(object: Node, call: Call): Asked | undefined {
    const chain = linksOf(object);
    const [root] = chain;
    if (root !== undefined && this.#isPackage(root.of, 'superagent')) return this.#bySuperagent(chain, call);
    const request = bare(object);
    const made = request.type === 'Identifier' ? this.#madeAs(request) : undefined;
    if (request.type !== 'Identifier' || made?.type !== 'NewExpression' || !this.#isGlobal(made.callee, 'XMLHttpRequest')) return undefined;
    return this.#byXhr(request);
  }

  #bySuperagent([root, ...links]: readonly Link[], call: Call): Asked | undefined {
    if (root === undefined || !VERBS.has(root.method)) return undefined;
    const headers = links.flatMap(({ method, args }) => (method !== 'set' ? [] : args.length === 1 ? headersIn(this.#value(args[0])) : nameIn(this.#value(args[0])).flatMap((name) => headerOf(name, this.#value(args[1])))));
    const json = isObject(this.#value(call.arguments[0])) && !links.some(({ method }) => method === 'type') ? ['content-type'] : [];
    const credentials: Value | undefined = links.some(({ method }) => method === 'withCredentials') ? { kind: 'boolean', value: true, at: this.module.spanOf(call) } : undefined;
    return { url: this.#value(root.args[0]), settings: withMethod({ ...NO_SETTINGS, credentials, headers: [...headers, ...json] }, root.method), capitals: true };
  }

  /** A variable that is opened once: what else is done with it, in any order, belongs to that request. */
  #byXhr(request: Node & { type: 'Identifier' }): Asked | undefined {
    const variable = this.module.scopes.variableOf(request);
    const uses = (variable?.references ?? []).flatMap(({ identifier }) => {
      const member = this.module.parentOf(identifier as Node);
      const outer = member === undefined ? undefined : this.module.parentOf(member);
      return member?.type === 'MemberExpression' && outer !== undefined ? [{ name: keyOf(member.property, member.computed), member, outer }] : [];
    });
    const called = (name: string): readonly Call[] => uses.flatMap((use) => (use.name === name && use.outer.type === 'CallExpression' && use.outer.callee === use.member ? [use.outer] : []));
    const [open, ...others] = called('open');
    if (open === undefined || others.length > 0) return undefined;
    const headers = called('setRequestHeader').flatMap(({ arguments: [name, value] }) => nameIn(this.#value(name)).flatMap((text) => headerOf(text, this.#value(value))));
    const assigned = uses.flatMap(({ name, member, outer }) => (name === 'withCredentials' && outer.type === 'AssignmentExpression' && outer.left === member ? [outer.right] : []));
    return { url: this.#value(open.arguments[1]), settings: { ...NO_SETTINGS, method: this.#value(open.arguments[0]), credentials: this.#value(assigned[0]), headers }, capitals: false };
  }

  #value(node: Node | undefined): Value | undefined {
    return node === undefined || node.type === 'SpreadElement' ? undefined : valueOf(this.module, node);
  }

  /** Options: what is spread there is not known. */
  #given(node: Node | undefined): Value | undefined {
    return node?.type === 'SpreadElement' ? { kind: 'unknown', reason: 'dynamic-key', detail: 'options', at: this.module.spanOf(node) } : this.#value(node);
  }

  /** `name`, or `window.name`. */
  #isGlobal(node: Node, name: string): boolean {
    if (node.type === 'Identifier') return node.name === name && this.module.scopes.variableOf(node) === undefined;
    return node.type === 'MemberExpression' && keyOf(node.property, node.computed) === name && ['window', 'self', 'globalThis'].some((own) => this.#isGlobal(node.object, own));
  }

  /** What an import, `require` or a script of the page gives by the name of a package. */
  #isPackage(node: Node, name: string): boolean {
    if (node.type !== 'Identifier') return false;
    const variable = this.module.scopes.variableOf(node);
    if (variable === undefined) return node.name === name;
    const [definition] = variable.defs;
    const parent = definition?.parent as Node | undefined;
    if (definition?.type === 'ImportBinding') return parent?.type === 'ImportDeclaration' && parent.source.value === name;
    const made = this.#madeAs(node);
    return made?.type === 'CallExpression' && made.callee.type === 'Identifier' && made.callee.name === 'require' && made.arguments[0]?.type === 'Literal' && made.arguments[0].value === name;
  }

  /** What a variable is declared as. */
  #madeAs(node: Node): Node | undefined {
    const definition = this.module.scopes.variableOf(node)?.defs[0];
    const declared = definition?.type === 'Variable' ? (definition.node as Node) : undefined;
    return declared?.type === 'VariableDeclarator' && declared.id.type === 'Identifier' && declared.init !== null ? bare(declared.init) : undefined;
  }
}

/** One call of a chain, with the object that it is called on. */
interface Link {
  readonly of: Node;
  readonly method: string;
  readonly args: readonly Node[];
}

/** `request.put(url).set(…)`: first call first. */
function linksOf(node: Node): readonly Link[] {
  const call = bare(node);
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return [];
  return [...linksOf(call.callee.object), { of: bare(call.callee.object), method: keyOf(call.callee.property, call.callee.computed) ?? '', args: call.arguments }];
}

/** `a.b.c` as names. */
function memberPath(node: Node): readonly string[] {
  if (node.type === 'Identifier') return [node.name];
  return node.type === 'MemberExpression' ? [...memberPath(node.object), keyOf(node.property, node.computed) ?? ''] : [''];
}

function nameIn(value: Value | undefined): readonly string[] {
  return value?.kind === 'string' ? [value.value] : [];
}

function withMethod(settings: Settings, verb: string | undefined): Settings {
  return verb === undefined ? settings : { ...settings, method: { kind: 'string', value: verb, at: { file: '', start: 0, end: 0 } } };
}
