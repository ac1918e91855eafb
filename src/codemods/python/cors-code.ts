/** Code that serves nothing but CORS: which statements of a function go when a package does their work, and what is left. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';

export interface Pruned {
  /** Whole statements and arguments that go. */
  readonly gone: readonly SyntaxNode[];
  /** Else-branches that stay where the branch for preflights before them goes: their statements move out. */
  readonly freed: readonly { readonly statement: SyntaxNode; readonly body: SyntaxNode }[];
  /** `elif` right behind a branch for preflights that goes: it becomes the `if`. */
  readonly chained: readonly { readonly statement: SyntaxNode; readonly clause: SyntaxNode }[];
  /** Calls that hand back the response that they are given, and choices between an answer to preflights and the response to others. */
  readonly unwrapped: readonly { readonly call: SyntaxNode; readonly response: SyntaxNode }[];
  /** What is left only hands requests and responses on. */
  readonly idle: boolean;
  /** What cannot be told apart from CORS. */
  readonly obstacles: readonly { readonly node: SyntaxNode; readonly why: string }[];
}

const CORS_HEADER = /^[bBrRuU]*["']access-control-(?:allow|expose|max)-[a-z-]+["']$/i;
/** What is inside is asked: `await call_next(request)`. */
const ANSWER = /^await (?:call_next|next)\(/;
const COMPOUND = new Set(['if_statement', 'for_statement', 'try_statement', 'with_statement', 'while_statement']);

/** What a function would be without its code for CORS. */
export function pruned(module: PythonModule, definition: SyntaxNode): Pruned {
  return new Pruning(module, definition).told();
}

/** Functions of the module that a piece of code calls, and that name headers of CORS. */
export function helpersOf(module: PythonModule, node: SyntaxNode): readonly SyntaxNode[] {
  const called = new Set(node.descendantsOfType('call').map((call) => call.childForFieldName('function')?.text));
  return module.root.namedChildren.filter((statement) => statement.type === 'function_definition' && !contains(statement, node) && called.has(statement.childForFieldName('name')?.text) && namesCors(module, statement));
}

/** Does a piece of code name a header of CORS, by itself or by a dictionary of the module? */
export function namesCors(module: PythonModule, node: SyntaxNode): boolean {
  return node.descendantsOfType('string').some(({ text }) => CORS_HEADER.test(text)) || node.descendantsOfType('identifier').some((name) => namesDictionary(module, name));
}

function isPure({ idle, obstacles }: Pruned): boolean {
  return idle && obstacles.length === 0;
}

class Pruning {
  readonly #gone = new Map<number, SyntaxNode>();
  readonly #freed: { statement: SyntaxNode; body: SyntaxNode }[] = [];
  readonly #chained = new Map<number, { readonly statement: SyntaxNode; readonly clause: SyntaxNode }>();
  readonly #body: SyntaxNode;
  /** Branches for preflights that do something else besides. */
  readonly #busy = new Set<SyntaxNode>();
  /** Names of functions that it hands a response to, and that do nothing but write headers of CORS on it. */
  readonly #helpers: ReadonlySet<string>;
  /** Names of its parameters. */
  readonly #given: ReadonlySet<string>;
  /** `Response() if request.method == "OPTIONS" else await call_next(request)`, with what others than preflights get. */
  readonly #chosen: readonly { readonly call: SyntaxNode; readonly response: SyntaxNode }[];

  constructor(
    private readonly module: PythonModule,
    private readonly definition: SyntaxNode,
  ) {
    this.#body = definition.childForFieldName('body')!;
    this.#helpers = new Set(helpersOf(module, this.#body).filter((helper) => isPure(pruned(module, helper))).map((helper) => helper.childForFieldName('name')?.text ?? ''));
    this.#given = new Set(definition.childForFieldName('parameters')?.descendantsOfType('identifier').map(({ text }) => text) ?? []);
    this.#chosen = this.#body.descendantsOfType('conditional_expression').flatMap((choice) => {
      const response = this.#otherThanPreflight(choice);
      return response === undefined ? [] : [{ call: choice.parent?.type === 'parenthesized_expression' ? choice.parent : choice, response }];
    });
  }

  told(): Pruned {
    for (let before = -1; before !== this.#gone.size; ) {
      before = this.#gone.size;
      this.#block(this.#body);
      this.#locals();
    }
    return { gone: this.#outermost(), unwrapped: this.#unwrapped(), freed: this.#freed.filter(({ statement }) => !this.#isGone(statement.parent!)), chained: [...this.#chained.values()], idle: this.#isIdle(this.#body), obstacles: this.#obstacles() };
  }

  answersOnly(): boolean {
    this.told();
    return this.#onlyAnswers(this.#body);
  }

  /** Is everything in a block gone? */
  #block(block: SyntaxNode): boolean {
    const statements = statementsOf(block);
    for (const statement of statements) if (!this.#gone.has(statement.id) && this.#goes(statement)) this.#take(statement);
    return statements.every(({ id, type }) => this.#gone.has(id) || type === 'pass_statement');
  }

  #goes(statement: SyntaxNode): boolean {
    if (statement.type === 'expression_statement') return this.#isWrite(statement.namedChildren[0]) || this.#isHelped(statement.namedChildren[0]);
    if (statement.type === 'if_statement') return this.#if(statement);
    if (statement.type === 'for_statement') return this.#block(statement.childForFieldName('body')!) || isCopying(this.module, statement);
    if (statement.type === 'function_definition') this.#block(statement.childForFieldName('body')!);
    if (COMPOUND.has(statement.type)) for (const block of blocksOf(statement)) this.#block(block);
    if (statement.type === 'return_statement' || statement.type === 'raise_statement') this.#arguments(statement);
    return false;
  }

  #if(statement: SyntaxNode): boolean {
    const blocks = blocksOf(statement);
    const empty = blocks.map((block) => this.#block(block));
    if (empty.every(Boolean) && isQuiet(statement.childForFieldName('condition'))) return true;
    if (!asksForOptions(statement.childForFieldName('condition'))) return false;
    if (!this.#onlyAnswers(blocks[0]!)) {
      if (blocks[0]!.descendantsOfType('return_statement').length > 0) this.#busy.add(blocks[0]!);
      return false;
    }
    const [alternative, ...others] = statement.childrenForFieldName('alternative').filter((one) => one !== null);
    if (alternative === undefined) return true;
    // `else:` goes on as if nothing had been asked.
    const body = alternative.type === 'else_clause' && others.length === 0 ? alternative.childForFieldName('body') : null;
    if (body === null) {
      this.#chained.set(statement.id, { statement, clause: alternative });
      this.#take(blocks[0]!);
    } else if (!this.#freed.some((one) => one.statement.id === statement.id)) this.#freed.push({ statement, body });
    return false;
  }

  /** Does a block make a response of its own, and nothing else? */
  #onlyAnswers(block: SyntaxNode): boolean {
    return statementsOf(block).every((statement) => {
      if (this.#gone.has(statement.id) || statement.type === 'pass_statement') return true;
      if (statement.type === 'return_statement') return statement.namedChildren.every((value) => isResponse(this.#responseHelped(value) ?? value));
      const inner = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
      if (inner?.type !== 'assignment') return isText(statement) || (inner !== undefined && isSending(inner));
      const [left, right] = [inner.childForFieldName('left'), inner.childForFieldName('right')];
      return right !== null && (left?.type === 'identifier' ? isResponse(this.#responseHelped(right) ?? right) || isQuiet(right) : /\.(?:status_code|status)$/.test(left?.text ?? '') || (left?.type === 'subscript' && isPreflightOnly(left)));
    });
  }

  /** Calls of helpers, and choices, in code that stays. */
  #unwrapped(): Pruned['unwrapped'] {
    const helped = this.#body.descendantsOfType('call').flatMap((call) => {
      const response = this.#isLeft(call) ? this.#responseHelped(call) : undefined;
      return response === undefined ? [] : [{ call, response }];
    });
    return [...helped, ...this.#chosen.filter(({ call }) => this.#isLeft(call))];
  }

  #otherThanPreflight(choice: SyntaxNode): SyntaxNode | undefined {
    const [yes, condition, no] = choice.namedChildren.filter(({ type }) => type !== 'comment');
    const [own, others] = asksForOptions(condition ?? null) ? [yes, no] : asksForOthers(condition ?? null) ? [no, yes] : [];
    return own !== undefined && isResponse(this.#responseHelped(own) ?? own) ? others : undefined;
  }

  /** What a call of a helper is given as the response. */
  #responseHelped(call: SyntaxNode): SyntaxNode | undefined {
    if (call.type !== 'call' || !this.#helpers.has(call.childForFieldName('function')?.text ?? '')) return undefined;
    const given = argumentsOf(call);
    return given.length === 1 ? given[0] : given.find((one) => one.type === 'call' || (one.type === 'identifier' && !/^(?:request|req|origin)$/.test(one.text)));
  }

  /** `add_headers(response)`, `response = add_headers(response)`. */
  #isHelped(node: SyntaxNode | undefined): boolean {
    if (node?.type === 'call') return this.#responseHelped(node) !== undefined;
    const value = node?.type === 'assignment' ? node.childForFieldName('right') : null;
    const response = value === null ? undefined : this.#responseHelped(value);
    return response !== undefined && response.text === node?.childForFieldName('left')?.text;
  }

  /** A statement that sets a header of CORS, or the `Vary` that belongs to it. */
  #isWrite(node: SyntaxNode | undefined): boolean {
    if (node?.type === 'assignment') {
      const left = node.childForFieldName('left');
      const key = left?.type === 'subscript' ? left.childForFieldName('subscript') : null;
      return key !== null && this.#isCorsPair(key, node.childForFieldName('right'));
    }
    if (node?.type !== 'call') return false;
    const method = node.childForFieldName('function')?.childForFieldName('attribute')?.text ?? '';
    const args = argumentsOf(node);
    if (method === 'add_vary_header') return /^["']origin["']$/i.test(args[0]?.text ?? '');
    if (method === 'add' && /\.vary$/.test(node.childForFieldName('function')?.childForFieldName('object')?.text ?? '')) return /^["']origin["']$/i.test(args[0]?.text ?? '');
    if (/^(?:add|set|setdefault|append|__setitem__)$/.test(method)) {
      const [name, value] = args.length === 1 && args[0]?.type === 'tuple' ? args[0].namedChildren : args;
      return name !== undefined && this.#isCorsPair(name, value ?? null);
    }
    return /^(?:update|extend)$/.test(method) && args.length === 1 && this.#isCorsDictionary(args[0]!);
  }

  #isCorsPair(name: SyntaxNode, value: SyntaxNode | null): boolean {
    return CORS_HEADER.test(name.text) || (/^[bB]?["']vary["']$/i.test(name.text) && value !== null && /^[bB]?["']origin["']$/i.test(value.text));
  }

  #isCorsDictionary(node: SyntaxNode): boolean {
    if (node.type === 'identifier') {
      const local = this.#assignments(node.text)[0]?.childForFieldName('right');
      return local === null || local === undefined ? isCorsDictionary(this.module, node) : this.#isCorsDictionary(local);
    }
    return node.type === 'dictionary' && node.namedChildren.length > 0 && node.namedChildren.every((pair) => (pair.type === 'pair' ? this.#isCorsPair(pair.childForFieldName('key')!, pair.childForFieldName('value')) : pair.type === 'comment' || (pair.type === 'dictionary_splat' && this.#isCorsDictionary(pair.namedChildren[0]!))));
  }

  /** `headers={…}` of a response that is kept, where it holds nothing else. */
  #arguments(statement: SyntaxNode): void {
    for (const argument of statement.descendantsOfType('keyword_argument')) {
      const value = argument.childForFieldName('value');
      if (argument.childForFieldName('name')?.text === 'headers' && value !== null && this.#isCorsDictionary(value)) this.#take(argument);
    }
    // `return body, 200, {…}` of Flask.
    const [returned] = statement.type === 'return_statement' ? statement.namedChildren : [];
    const last = returned?.type === 'tuple' || returned?.type === 'expression_list' ? returned.namedChildren.findLast(({ type }) => type !== 'comment') : undefined;
    if (last !== undefined && last.id !== returned!.namedChildren[0]?.id && this.#isCorsDictionary(last)) this.#take(last);
  }

  /** Names that only code which goes asks for. */
  #locals(): void {
    const asked = this.#body.descendantsOfType('identifier').filter((node) => !this.#isGone(node));
    for (const statement of this.#body.descendantsOfType('expression_statement')) {
      const inner = statement.namedChildren[0];
      const left = inner?.type === 'assignment' ? inner.childForFieldName('left') : null;
      const right = inner?.childForFieldName('right');
      if (left?.type !== 'identifier' || right === null || right === undefined || this.#isGone(statement) || !isQuiet(right)) continue;
      const name = left.text;
      const wasAsked = this.#body.descendantsOfType('identifier').some((node) => node.text === name && !isTarget(node));
      if (wasAsked && asked.every((node) => node.text !== name || isTarget(node))) this.#take(statement);
    }
  }

  #assignments(name: string): readonly SyntaxNode[] {
    return this.#body.descendantsOfType('assignment').filter((node) => node.childForFieldName('left')?.text === name);
  }

  /** Nothing but what hands on: what is inside is asked, and its answer goes out as it came. */
  #isIdle(block: SyntaxNode): boolean {
    return statementsOf(block).every((statement) => {
      if (this.#isGone(statement) || isText(statement)) return true;
      const freed = this.#freed.find((one) => one.statement.id === statement.id);
      if (freed !== undefined) return this.#isIdle(freed.body);
      if (statement.type === 'function_definition') return this.#isIdle(statement.childForFieldName('body')!);
      if (statement.type === 'if_statement') return isQuiet(statement.childForFieldName('condition')) && blocksOf(statement).every((inner) => this.#isIdle(inner));
      const inside = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
      if (inside?.type === 'assignment' && inside.childForFieldName('left')?.type === 'identifier' && isQuiet(inside.childForFieldName('right'))) return true;
      const [returned] = statement.type === 'return_statement' ? statement.namedChildren : [];
      if (returned !== undefined && this.#responseHelped(returned)?.type === 'identifier') return true;
      if (statement.type === 'return_statement' && (this.#given.has(returned?.text ?? '') || this.#assignments(returned?.text ?? '').some((one) => ANSWER.test(one.childForFieldName('right')?.text ?? '')))) return true;
      const choice = this.#chosen.find(({ call }) => contains(statement, call));
      const text = choice === undefined ? statement.text : statement.text.slice(0, choice.call.startIndex - statement.startIndex) + choice.response.text + statement.text.slice(choice.call.endIndex - statement.startIndex);
      return /^(?:(?:\w+ = |return )(?:[\w.]*make_response\()?\w+\(\*\w+, \*\*\w+\)\)?|pass|return|return (?:response|resp|res|rv|None)|(?:\w+(?:: ?[\w.]+)? ?= ?|return )?await (?:call_next|next|send|self\.app|app|self\.\w*app)\([\w, ]*\))$/.test(text);
    });
  }

  #obstacles(): Pruned['obstacles'] {
    const left = [...this.#body.descendantsOfType('string').filter(({ text }) => CORS_HEADER.test(text)), ...this.#body.descendantsOfType('identifier').filter((node) => namesDictionary(this.module, node))];
    const others = new Set(helpersOf(this.module, this.#body).map((helper) => helper.childForFieldName('name')?.text));
    const calls = this.#body.descendantsOfType('call').filter((call) => others.has(call.childForFieldName('function')?.text) && this.#responseHelped(call) === undefined);
    const busy = [...this.#busy].filter((block) => namesCors(this.module, block) && this.#isLeft(block)).map((node) => ({ node, why: 'the branch for preflights does something else, too: a package would answer them without it' }));
    return [...busy, ...[...left, ...calls].filter((node) => this.#isLeft(node)).map((node) => ({ node, why: `${shortened(statementAround(node).text)} mixes CORS with something else` }))];
  }

  /** Does it stay, also where an else-branch moves out? */
  #isLeft(node: SyntaxNode): boolean {
    if (this.#chosen.some(({ call, response }) => call.id !== node.id && contains(call, node) && !contains(response, node))) return false;
    return !this.#isGone(node) && !this.#freed.some(({ statement, body }) => contains(statement, node) && !contains(body, node));
  }

  #take(node: SyntaxNode): void {
    this.#gone.set(node.id, node);
  }

  #isGone(node: SyntaxNode): boolean {
    for (let at: SyntaxNode | null = node; at !== null && at.id !== this.definition.id; at = at.parent) if (this.#gone.has(at.id)) return true;
    return false;
  }

  #outermost(): readonly SyntaxNode[] {
    return [...this.#gone.values()].filter(({ parent }) => parent === null || !this.#isGone(parent)).sort((a, b) => a.startIndex - b.startIndex);
  }
}

export function statementsOf(block: SyntaxNode): readonly SyntaxNode[] {
  return block.namedChildren.filter(({ type }) => type !== 'comment');
}

export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  return (call.childForFieldName('arguments')?.namedChildren ?? []).filter(({ type }) => type !== 'comment');
}

export function contains(outer: SyntaxNode, inner: SyntaxNode): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}

export function statementAround(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.parent !== null && at.parent.type !== 'block' && at.parent.type !== 'module') at = at.parent;
  return at;
}

function blocksOf(statement: SyntaxNode): readonly SyntaxNode[] {
  const clauses = statement.namedChildren.filter(({ type }) => /_clause$/.test(type));
  return [...statement.namedChildren, ...clauses.flatMap(({ namedChildren }) => namedChildren)].filter(({ type }) => type === 'block');
}

/** A docstring, or dots. */
function isText(statement: SyntaxNode): boolean {
  return statement.type === 'expression_statement' && ['string', 'ellipsis'].includes(statement.namedChildren[0]?.type ?? '');
}

function isTarget(node: SyntaxNode): boolean {
  return node.parent?.type === 'assignment' && node.parent.childForFieldName('left')?.id === node.id;
}

/** What a name of the module is set to, where that happens once. */
function assignedTo(module: PythonModule, node: SyntaxNode): SyntaxNode | null {
  if (node.type !== 'identifier' || isTarget(node)) return null;
  const [only, ...others] = module.root.namedChildren.flatMap((statement) => (statement.type === 'expression_statement' && statement.namedChildren[0]?.type === 'assignment' && statement.namedChildren[0].childForFieldName('left')?.text === node.text ? [statement.namedChildren[0].childForFieldName('right')] : []));
  return others.length === 0 ? (only ?? null) : null;
}

/** A name of the module for a dictionary of nothing but headers of CORS. */
function isCorsDictionary(module: PythonModule, node: SyntaxNode): boolean {
  return holdsCors(assignedTo(module, node));
}

/** A name of the module for a dictionary with a header of CORS in it. */
function namesDictionary(module: PythonModule, node: SyntaxNode): boolean {
  const value = assignedTo(module, node);
  return value?.type === 'dictionary' && value.namedChildren.some((pair) => CORS_HEADER.test(pair.childForFieldName('key')?.text ?? ''));
}

/** A dictionary of nothing but headers of CORS. */
export function holdsCors(node: SyntaxNode | null): boolean {
  return node?.type === 'dictionary' && node.namedChildren.some(({ type }) => type === 'pair') && node.namedChildren.every((pair) => pair.type === 'comment' || (pair.type === 'pair' && CORS_HEADER.test(pair.childForFieldName('key')!.text)));
}

/** `for name, value in CORS_HEADERS.items(): response.headers[name] = value`. */
function isCopying(module: PythonModule, statement: SyntaxNode): boolean {
  const over = statement.childForFieldName('right');
  const source = over?.type === 'call' ? over.childForFieldName('function') : null;
  const name = source?.childForFieldName('attribute')?.text === 'items' ? source.childForFieldName('object') : null;
  const body = statementsOf(statement.childForFieldName('body')!);
  return name !== null && isCorsDictionary(module, name) && body.length === 1 && /^[\w.]*headers(?:\[\w+\] ?= ?\w+|\.(?:set|add|setdefault)\(\w+, ?\w+\))$/.test(body[0]!.text);
}

/** Asking for it does nothing else: no call but of a few that only make texts and lists. */
function isQuiet(node: SyntaxNode | null): boolean {
  if (node === null) return false;
  if (node.type === 'await' || node.descendantsOfType(['await', 'named_expression']).length > 0) return false;
  return [node, ...node.descendantsOfType('call')].filter(({ type }) => type === 'call').every((call) => /(?:^|\.)(?:get|getlist|getenv|lower|upper|strip|rstrip|split|join|startswith|endswith|replace|match|fullmatch|search|any|all|bool|int|isinstance|sorted|total_seconds|str|list|set|tuple|len|urlparse|MutableHeaders|Headers|Request|dict|decode|encode|is_\w+|_?is\w*allowed\w*|_?\w*allowed\w*)$/i.test(call.childForFieldName('function')?.text ?? ''));
}

/** `request.method == "OPTIONS"`, perhaps with the preflight's own header. */
function asksForOptions(condition: SyntaxNode | null): boolean {
  return condition !== null && /\bmethod\b(?:\.(?:upper|lower)\(\))?\s*(?:==|in)\s*[[({]?\s*["']options["']|\["method"\]\s*==\s*["']OPTIONS["']|["']options["']\s*==\s*[\w.]*method\b/i.test(condition.text) && !/\bor\b|\bpath\b/.test(condition.text);
}

/** `request.method != "OPTIONS"` */
function asksForOthers(condition: SyntaxNode | null): boolean {
  return condition !== null && /^[\w.]*\bmethod(?:\.upper\(\))?\s*!=\s*["']OPTIONS["']$/.test(condition.text);
}

/** A response that is made here, or one that was. */
function isResponse(value: SyntaxNode): boolean {
  if (/^(?:string|integer|none|identifier|dictionary)$/.test(value.type)) return true;
  if (value.type === 'tuple' || value.type === 'expression_list') return value.namedChildren.every(isResponse);
  return value.type === 'call' && /(?:^|\.)(?:\w*Response|make_response|make_default_options_response|jsonify|_?\w*(?:preflight|cors)\w*)$/i.test(value.childForFieldName('function')?.text ?? '');
}

/** `await response(scope, receive, send)`, `await send({"type": "http.response.start", …})`: an ASGI answer. */
function isSending(node: SyntaxNode): boolean {
  const call = node.type === 'await' ? node.namedChildren[0] : undefined;
  const [callee, args] = call?.type === 'call' ? [call.childForFieldName('function'), argumentsOf(call)] : [null, []];
  if (callee?.text === 'send') return args.length === 1 && args[0]!.type === 'dictionary';
  return callee !== null && callee.type !== 'attribute' && isResponse(callee) && args.length === 3 && args[2]!.type === 'identifier';
}

/** A header that only says how the empty answer of a preflight is shaped. */
function isPreflightOnly(target: SyntaxNode): boolean {
  return /^["'](?:content-length|content-type|allow)["']$/i.test(target.childForFieldName('subscript')?.text ?? '');
}

export function shortened(text: string): string {
  const line = text.split(/\r?\n/)[0]!;
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Does a function make a response of its own, with headers of CORS, and nothing else? */
export function onlyAnswers(module: PythonModule, definition: SyntaxNode): boolean {
  return new Pruning(module, definition).answersOnly();
}

/** Does a decorator do nothing but hand out the function in it that sees responses? */
export function isHandingOn(decorator: SyntaxNode, inner: SyntaxNode): boolean {
  const isPlain = (statement: SyntaxNode): boolean => {
    if (contains(inner, statement) || isText(statement) || statement.type === 'pass_statement') return true;
    if (statement.type === 'if_statement') return isQuiet(statement.childForFieldName('condition')) && blocksOf(statement).every((block) => statementsOf(block).every(isPlain));
    if (statement.type === 'function_definition') return contains(statement, inner) ? statementsOf(statement.childForFieldName('body')!).every(isPlain) : !/\bawait\b/.test(statement.text);
    if (statement.type === 'decorated_definition') return /^@(?:functools\.)?wraps\(\w+\)/.test(statement.text) && statement.namedChildren.some((child) => child.type === 'function_definition' && isPlain(child));
    if (statement.type === 'return_statement') return /^return (?:\w+|[\w.]*update_wrapper\(\w+, \w+\))$/.test(statement.text);
    const inside = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
    return inside?.type === 'assignment' && isQuiet(inside.childForFieldName('right'));
  };
  return statementsOf(decorator.childForFieldName('body')!).every(isPlain);
}
