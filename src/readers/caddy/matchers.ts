import { anyOf, complement, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { clientIn } from '../../middleware/client-networks.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Directive, Piece, Token } from '../../syntax/caddy/index.js';
import { settingIsAbsent, type Fact } from '../../values/fact.js';
import { expressionGuard } from './expressions.js';
import { pathPattern } from './paths.js';
import { equals, headerPattern, openFact, textOf, writtenElsewhere, type Case } from './texts.js';

/** What a matcher asks of the request at a point of its way. */
export interface View {
  header(name: string, set: OriginSet): Guard;
  path(set: OriginSet): Guard;
  /** A word with its placeholders; in matchers an unknown one is the empty text. */
  expand(token: Token): readonly Case[];
}

/** `@name …`: matchers by name, in the scope of a block. */
export interface Matcher {
  readonly name: Token;
  readonly terms: readonly Term[];
}

/** One line of a matcher: `header Origin https://a`. */
export interface Term {
  readonly kind: Token;
  readonly args: readonly Token[];
  readonly block: readonly Directive[] | undefined;
}

/** A pattern whose groups placeholders may ask for. */
export interface Capture {
  readonly name: string;
  readonly source: Token;
  /** The request header that was matched; undefined: the path. */
  readonly header: string | undefined;
  /** When the pattern itself matches. */
  readonly when: Guard;
  /** It stands in a `not`: where the matcher holds, the pattern did not match. */
  readonly negated?: true;
}

const MAX_NESTING = 40;

/** What `private_ranges` stands for (Caddy's `PrivateRangesCIDR`). */
const PRIVATE_RANGES = ['192.168.0.0/16', '172.16.0.0/12', '10.0.0.0/8', '127.0.0.1/8', 'fd00::/8', '::1'];

export function matcherOf(directive: Directive): Matcher {
  const [kind, ...args] = directive.args;
  if (kind !== undefined) return { name: directive.name, terms: [{ kind, args, block: directive.block }] };
  return { name: directive.name, terms: (directive.block ?? []).map((line) => ({ kind: line.name, args: line.args, block: line.block })) };
}

/** Paths of a matcher's `path` lines. */
export function pathsOf({ terms }: Matcher): readonly string[] {
  return terms.filter(({ kind }) => kind.text === 'path').flatMap(({ args }) => args.map(({ text }) => text));
}

/** Does every line of the matcher hold? Lines of one kind belong together; `capture` is told of every pattern that was tried. */
export function matcherGuard({ terms }: Matcher, view: View, capture: (one: Capture) => void): Guard {
  return termsGuard(terms, view, capture, 0);
}

function termsGuard(terms: readonly Term[], view: View, capture: (one: Capture) => void, depth: number): Guard {
  const kinds = new Map<string, Term[]>();
  for (const term of terms) {
    const kind = term.kind.quote === undefined ? term.kind.text : 'expression';
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [term]);
    else known.push(term);
  }
  return whenAll(...[...kinds].map(([kind, of]) => kindGuard(kind, of, view, capture, depth)));
}

function kindGuard(kind: string, of: readonly Term[], view: View, capture: (one: Capture) => void, depth: number): Guard {
  const args = of.flatMap((term) => term.args);
  const at = of[0]!.kind;
  switch (kind) {
    case 'method':
      return { g: 'method', in: args.map(({ text }) => text) };
    case 'path':
      return whenAny(...args.map((arg) => view.path(pathPattern(arg.text, arg))));
    case 'path_regexp':
      return whenAll(...of.map((term) => pathRegexp(term, view, capture)));
    case 'host':
      return { g: 'host', in: anyOf(args.map(hostPattern)) };
    case 'header':
      return headerLines(of, view);
    case 'header_regexp':
      return whenAll(...of.map((term) => headerRegexp(term, view, capture)));
    case 'vars':
      return whenAll(...of.map(({ args: [key, ...values] }) => (key === undefined ? ALWAYS : whenAny(...view.expand(variable(key)).flatMap((one) => values.map((value) => whenAll(one.when, equals(one.parts, value.text, value, (name, set) => view.header(name, set)))))))));
    case 'not': {
      if (depth >= MAX_NESTING) return openFact(at, 'matchers nested too deep', 'budget');
      const sets = of.map(({ args: [inner, ...rest], block }) => (inner === undefined ? (block ?? []).map((line): Term => ({ kind: line.name, args: line.args, block: line.block })) : [{ kind: inner, args: rest, block }]));
      return whenAll(...sets.map((set) => unless(termsGuard(set, view, (one) => capture({ ...one, negated: true }), depth + 1))));
    }
    case 'expression':
      // Of several the last one counts.
      return expressionGuard(of.at(-1)!.kind.quote === undefined ? of.at(-1)!.args : [of.at(-1)!.kind], view);
    case 'remote_ip':
    case 'client_ip':
      return { g: 'fact', fact: clientIn('caddy', args.flatMap(({ text }) => (text === 'private_ranges' ? PRIVATE_RANGES : text === 'forwarded' ? [] : [text])), at) };
    default:
      return openFact(at, `the matcher ${kind} ${args.map(({ text }) => text).join(' ')}`.trim());
  }
}

/** `vars name value` means `{vars.name}`; a placeholder is itself. */
function variable(key: Token): Token {
  if (key.text.startsWith('{')) return key;
  const text = `{http.vars.${key.text}}`;
  return { ...key, text, pieces: [{ kind: 'text', text, at: key }] };
}

/** Values of one field are alternatives, fields all hold; `!Field`: absent. */
function headerLines(of: readonly Term[], view: View): Guard {
  const fields = new Map<string, OriginSet[]>();
  const open: Guard[] = [];
  const absent = complement(PRESENT);
  for (const { args } of of) {
    const [field, value] = args;
    if (field === undefined) continue;
    const name = field.text.replace(/^!/, '').toLowerCase();
    const sets = fields.get(name) ?? [];
    fields.set(name, sets);
    // Of a field that shall be absent and present the later line counts.
    if (field.text.startsWith('!') || sets[0] === absent) sets.length = 0;
    if (field.text.startsWith('!')) sets.push(absent);
    else if (value !== undefined) sets.push(valueSet(value, view, open));
  }
  return whenAll(...open, ...[...fields].map(([name, sets]) => view.header(name, anyOf(sets))));
}

/** What a matcher's word admits; a word that holds an environment variable admits what somebody writes there. */
function valueSet(value: Token, view: View, open: Guard[]): OriginSet {
  const variables = value.pieces.flatMap((piece) => (piece.kind === 'env' ? [piece] : []));
  const [first] = variables;
  if (first !== undefined) {
    const why = valueOf(first);
    if (variables.length > 1 || first.fallback === undefined) return writtenElsewhere(why, value);
    const absent = settingIsAbsent(first.name, first.at);
    return anyOf([
      { s: 'guarded', when: absent, negated: false, set: headerPattern(value.text, value) },
      { s: 'guarded', when: absent, negated: true, set: writtenElsewhere(why, value) },
    ]);
  }
  const cases = view.expand(value);
  const text = cases.length === 1 ? textOf(cases[0]!.parts) : undefined;
  if (text !== undefined) return headerPattern(text, value);
  open.push(openFact(value, 'a comparison with a text put together at run time'));
  return PRESENT;
}

function valueOf({ name, at }: Extract<Piece, { readonly kind: 'env' }>): Fact {
  return { key: `env:${name}`, reason: 'env-variable', detail: `the value of ${name}`, at };
}

function headerRegexp({ args }: Term, view: View, capture: (one: Capture) => void): Guard {
  const [name, field, source] = args.length > 2 ? [args[0], args[1], args[2]] : [undefined, args[0], args[1]];
  if (field === undefined || source === undefined) return ALWAYS;
  const when = view.header(field.text.toLowerCase(), re2(source));
  if (name !== undefined) capture({ name: name.text, source, header: field.text.toLowerCase(), when });
  return when;
}

function pathRegexp({ args }: Term, view: View, capture: (one: Capture) => void): Guard {
  const [name, source] = args.length > 1 ? [args[0], args[1]] : [undefined, args[0]];
  if (source === undefined) return ALWAYS;
  const when = view.path(re2(source));
  if (name !== undefined) capture({ name: name.text, source, header: undefined, when });
  return when;
}

/** RE2, found anywhere, with case; one that holds an environment variable is not known. */
export function re2(source: Token): OriginSet {
  const variable = source.pieces.find((piece) => piece.kind === 'env');
  if (variable?.kind === 'env') return { s: 'dynamic', why: valueOf(variable), lower: NONE, upper: PRESENT, exactTexts: false, at: source };
  const plain = source.pieces.length === 1 && source.pieces[0]!.kind === 'text' && source.quote !== '"' ? source.pieces[0]!.at : undefined;
  return { s: 'regex', source: source.text, flags: '', dialect: 're2', use: 'search', subject: 'origin', at: source, ...(plain === undefined ? {} : { sourceAt: plain }) };
}

/** A host name without case; a label may be `*`. */
export function hostPattern(host: Token): OriginSet {
  const text = host.text.toLowerCase();
  if (!text.includes('*')) return exact(text, host, ['ignore-case']);
  const source = text.split('.').map((label) => (label === '*' ? '[^.]*' : label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('\\.');
  return { s: 'regex', source: `^${source}$`, flags: 'i', dialect: 're2', use: 'search', subject: 'origin', at: host };
}

/** What a single token as a matcher asks: a path. */
export function pathGuard(token: Token, view: View): Guard {
  return view.path(pathPattern(token.text, token));
}

