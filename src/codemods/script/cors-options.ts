import { Node } from 'ts-morph';
import { spanKey, type Span } from '../../text/span.js';
import type { Stated } from '../stated.js';
import { descendants, namesOf, nodesIn } from './nodes.js';
import { escapedForRegex, printList, printRegex, quoted, type Property } from './print.js';
import type { Script } from './script.js';

/** How a package calls what all of them have. */
export interface OptionNames {
  readonly origin: string;
  readonly methods: string;
  readonly allowedHeaders: string;
  readonly exposedHeaders: string;
  readonly credentials: string;
  readonly maxAge: string;
}

/** Names of npm cors, @fastify/cors and Nest: https://github.com/expressjs/cors#configuration-options */
export const CORS_NAMES: OptionNames = { origin: 'origin', methods: 'methods', allowedHeaders: 'allowedHeaders', exposedHeaders: 'exposedHeaders', credentials: 'credentials', maxAge: 'maxAge' };

/** Names of @koa/cors and hono/cors: https://github.com/koajs/cors#corsoptions, https://hono.dev/docs/middleware/builtin/cors#options */
export const ALLOW_NAMES: OptionNames = { origin: 'origin', methods: 'allowMethods', allowedHeaders: 'allowHeaders', exposedHeaders: 'exposeHeaders', credentials: 'credentials', maxAge: 'maxAge' };

/** The code that options take the place of. */
export interface Replaced {
  readonly script: Script;
  /** What goes: names that are declared in it are there no more. */
  readonly gone: readonly Node[];
  /** Values that it gives to headers, as they are written, by the header's lower-case name. */
  readonly values: ReadonlyMap<string, Node>;
  /** Comments that stood at a header. */
  readonly comments?: ReadonlyMap<string, readonly string[]>;
}

/** Methods that browsers ask no preflight for: https://fetch.spec.whatwg.org/#cors-safelisted-method */
const SAFELISTED = ['GET', 'HEAD', 'POST'];

type Leaves = Extract<Stated['origins'], { kind: 'listed' }>['leaves'];

/**
 * Options that say what code says, in the author's words where these stand for themselves.
 * @param parts `response`: what actual responses say alone; `all`: what answers to preflights say too
 * @returns a text where the package has no words for it
 */
export function optionsFor(stated: Stated, replaced: Replaced, names: OptionNames = CORS_NAMES, parts: 'response' | 'all' = 'all'): readonly Property[] | string {
  const { script, comments } = replaced;
  const property = (key: string, header: string, text: string): Property => ({ key, text, comments: comments?.get(header) ?? [] });
  const listed = (key: string, header: string, items: readonly string[]): Property => property(key, header, ownWords(replaced, header) ?? (items.length === 1 && items[0] === '*' ? quoted('*', script.style) : printList(items.map((item) => quoted(item, script.style)), script.style, script.style.indent, key.length + 2)));
  if (stated.methods === 'requested' && parts === 'all') return 'it allows whatever method is asked for, and the package wants a list';
  const properties = [property(names.origin, 'access-control-allow-origin', originText(stated.origins, replaced))];
  if (parts === 'all') {
    properties.push(listed(names.methods, 'access-control-allow-methods', stated.methods === null || stated.methods === 'requested' ? SAFELISTED : stated.methods));
    if (stated.requestHeaders !== 'requested') properties.push(listed(names.allowedHeaders, 'access-control-allow-headers', stated.requestHeaders ?? []));
  }
  if (stated.exposedHeaders.length > 0) properties.push(listed(names.exposedHeaders, 'access-control-expose-headers', stated.exposedHeaders));
  if (stated.credentials) properties.push(property(names.credentials, 'access-control-allow-credentials', 'true'));
  if (stated.maxAge !== null && parts === 'all') properties.push(property(names.maxAge, 'access-control-max-age', ownWords(replaced, 'access-control-max-age') ?? numberText(replaced.values.get('access-control-max-age'), stated.maxAge)));
  return properties;
}

/** `60 * 60` stays what it is; a number in quotes loses them. */
function numberText(value: Node | undefined, maxAge: number): string {
  return value !== undefined && /^[\d\s*_]+$/.test(value.getText()) ? value.getText() : String(maxAge);
}

/** The value of a header where it is a name that is still there: `ALLOWED_METHODS`, `config.methods`. */
function ownWords({ values, gone }: Replaced, header: string): string | undefined {
  const value = values.get(header);
  return (Node.isIdentifier(value) || Node.isPropertyAccessExpression(value)) && isStillThere(value, gone) ? value.getText() : undefined;
}

/** Does an expression name nothing that is declared in what goes? */
export function isStillThere(expression: Node, gone: readonly Node[]): boolean {
  const names = nodesIn(expression).filter(Node.isIdentifier).map((name) => name.getText());
  return names.every((name) => namesOf(expression, name).length === 0 || !gone.some((node) => declares(node, name)));
}

function declares(scope: Node, name: string): boolean {
  return nodesIn(scope).some((node) => (Node.isVariableDeclaration(node) || Node.isParameterDeclaration(node) || Node.isBindingElement(node) || Node.isFunctionDeclaration(node)) && namesOf(node.getNameNode() ?? node, name).length > 0);
}

/** What a policy lets in, as the option `origin` of npm cors and its like has it: in the words of the code that goes, where they hold at its place. */
export function originText(origins: Stated['origins'], replaced: Replaced): string {
  const { script, gone, values } = replaced;
  switch (origins.kind) {
    case 'any':
      return quoted('*', script.style);
    case 'reflected':
      return 'true';
    case 'fixed': {
      const value = values.get('access-control-allow-origin');
      return value !== undefined && !Node.isConditionalExpression(value) && isStillThere(value, gone) ? value.getText() : quoted(origins.origin, script.style);
    }
    case 'listed':
      return listThatIsAsked(replaced) ?? (origins.leaves.length === 1 ? nameThatIsCompared(replaced) : undefined) ?? listText(origins.leaves, replaced);
  }
}

/** `allowed` of the one `allowed.includes(origin)` by which code decides. */
export function listThatIsAsked({ script, gone }: Pick<Replaced, 'script' | 'gone'>): string | undefined {
  const calls = gone.flatMap((node) => descendants(node, Node.isCallExpression));
  const asked = calls.flatMap((call) => {
    const callee = call.getExpression();
    return Node.isPropertyAccessExpression(callee) && /^(?:includes|indexOf|has)$/.test(callee.getName()) && call.getArguments().length === 1 ? [callee] : [];
  });
  const [first, ...others] = asked;
  if (first === undefined || others.some((other) => other.getText() !== first.getText())) return undefined;
  const isDecidedOtherwise = gone.some((node) => descendants(node, Node.isRegularExpressionLiteral).length > 0 || /\b(?:startsWith|endsWith|test|match|some)\(/.test(node.getText()) || /origin\w*\s*===?\s*['"`]http/i.test(node.getText()));
  if (isDecidedOtherwise) return undefined;
  const list = first.getExpression();
  const isSet = first.getName() === 'has';
  if (isStillThere(list, gone)) return isSet || isReadonly(list) ? `[...${list.getText()}]` : list.getText();
  const declared = gone.flatMap((node) => descendants(node, Node.isVariableDeclaration)).find((one) => one.getName() === list.getText())?.getInitializer();
  if (declared === undefined || !isStillThere(declared, gone)) return undefined;
  return isSet ? `[...${declared.getText()}]` : dedented(declared.getText(), script.indentOf(declared), script.style.indent);
}

/** `[allowedOrigin]` where code decides by `origin === allowedOrigin` alone: whoever calls it goes on saying which one that is. */
function nameThatIsCompared({ gone }: Replaced): string | undefined {
  const compared = gone.flatMap((node) => descendants(node, Node.isBinaryExpression)).filter((one) => /^[=!]==?$/.test(one.getOperatorToken().getText())).flatMap((one) => {
    const sides = [one.getLeft(), one.getRight()];
    const names = sides.filter((side) => (Node.isIdentifier(side) || Node.isPropertyAccessExpression(side)) && isStillThere(side, gone));
    return names.length === 1 && sides.some((side) => /\borigin\b/i.test(side.getText()) && !names.includes(side)) ? names : [];
  });
  const [first, ...others] = new Set(compared.map((one) => one.getText()));
  return first === undefined || others.length > 0 ? undefined : `[${first}]`;
}

/** Is it a list whose type says that nobody may change it? The types of packages do not take such a one. */
export function isReadonly(list: Node): boolean {
  const declared = namesOf(list.getSourceFile(), list.getText()).map((name) => name.getParent()).find(Node.isVariableDeclaration);
  return /\bas const$/.test(declared?.getInitializer()?.getText() ?? '') || /^(?:readonly\b|ReadonlyArray\b)/.test(declared?.getTypeNode()?.getText() ?? '');
}

function listText(leaves: Leaves, { script, gone }: Replaced): string {
  const seen = new Set<string>();
  const items = [...leaves].sort((a, b) => (a.at.file === b.at.file ? a.at.start - b.at.start : 0)).flatMap((leaf) => {
    const text = leafText(leaf, script, gone);
    const key = `${spanKey(leaf.at)} ${text}`;
    if (seen.has(key) || seen.has(text)) return [];
    seen.add(key).add(text);
    return [text];
  });
  return printList(items, script.style, script.style.indent, 'origin: '.length);
}

function leafText(leaf: Leaves[number], script: Script, gone: readonly Node[]): string {
  const own = ownText(leaf.at, script, gone);
  switch (leaf.s) {
    case 'exact':
      return own !== undefined && !own.startsWith('/') ? own : quoted(leaf.text, script.style);
    case 'regex':
      return own?.startsWith('/') === true ? own : printRegex(leaf.source, leaf.flags.replace(/[gy]/g, ''));
    case 'glob':
      return printRegex(`^${leaf.text.split('*').map(escapedForRegex).join('.*')}$`);
    case 'prefix':
      return printRegex(`^${escapedForRegex(leaf.text)}`);
    case 'suffix':
      return printRegex(`${escapedForRegex(leaf.text)}$`);
    default:
      return printRegex(escapedForRegex(leaf.text));
  }
}

/** The literal or name that stands at a place, where it may stand elsewhere too. */
function ownText(at: Span, script: Script, gone: readonly Node[]): string | undefined {
  const node = at.file === script.path ? script.nodeAt(at) : undefined;
  if (node === undefined) return undefined;
  const isPlain = Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node) || Node.isRegularExpressionLiteral(node) || Node.isIdentifier(node) || Node.isPropertyAccessExpression(node);
  return isPlain && isStillThere(node, gone) ? node.getText() : undefined;
}

/** Lines behind the first, indented for a place one step inside of an object at the left edge. */
export function dedented(text: string, indent: string, step: string): string {
  return text.replaceAll(new RegExp(`(\\r?\\n)${indent}`, 'g'), `$1${step}`);
}

/** Lines of an expression behind its first, indented further. */
export function indented(text: string, indent: string): string {
  return indent === '' ? text : text.replaceAll(/(\r?\n)(?=[^\r\n])/g, `$1${indent}`);
}

