import type { Span } from '../../text/span.js';
import { not } from '../../values/condition.js';
import { mapEither, setting } from '../../values/either.js';
import { unknown, type EnvValue, type Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsOf, type JavaModule } from './module.js';

const MAX_STEPS = 4000;
const MAX_DEPTH = 24;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', s: ' ', '0': '\0', '"': '"', "'": "'", '\\': '\\' };

/** Factories of lists and sets whose arguments are the items. */
const LIST_FACTORIES = /^(?:List|Set|Stream|ImmutableList|ImmutableSet)\.of$|^(?:Arrays\.asList|Collections\.(?:singletonList|singleton|emptyList|unmodifiableList)|List\.copyOf|Arrays\.stream)$/;

/** Evaluates expressions of one Java file into the common domain. */
export class Evaluation {
  constructor(
    private readonly module: JavaModule,
    private readonly work: { steps: number } = { steps: 0 },
    private readonly depth: number = 0,
  ) {}

  valueOf(node: SyntaxNode): Value {
    const at = this.module.span(node);
    this.work.steps += 1;
    if (this.work.steps > MAX_STEPS || this.depth > MAX_DEPTH) return unknown('budget', 'an expression that is too deep to follow', at);
    switch (node.type) {
      case 'string_literal':
        return { kind: 'string', value: textOfLiteral(node), at };
      case 'decimal_integer_literal':
      case 'decimal_floating_point_literal':
        return { kind: 'number', value: Number(node.text.replace(/[_lLfFdD]/g, '')), at };
      case 'true':
      case 'false':
        return { kind: 'boolean', value: node.type === 'true', at };
      case 'null_literal':
        return { kind: 'nothing', what: 'null', at };
      case 'parenthesized_expression':
      case 'cast_expression':
        return node.namedChildren.at(-1) === undefined ? unknown('unsupported-syntax', node.text, at) : this.valueOf(node.namedChildren.at(-1)!);
      case 'element_value_array_initializer':
      case 'array_initializer':
        return { kind: 'list', items: node.namedChildren.filter((child) => !child.type.endsWith('comment')).map((child) => this.valueOf(child)), at };
      case 'array_creation_expression': {
        const items = node.childForFieldName('value');
        return items === null ? unknown('unsupported-syntax', node.text, at) : this.valueOf(items);
      }
      case 'identifier':
        return this.#name(node, at);
      case 'field_access':
        return this.#field(node, at);
      case 'method_invocation':
        return this.#call(node, at);
      case 'object_creation_expression': {
        const first = argumentsOf(node)[0];
        return /^(?:ArrayList|HashSet|LinkedHashSet|LinkedList)\b/.test(node.childForFieldName('type')?.text ?? '') ? (first === undefined ? { kind: 'list', items: [], at } : this.valueOf(first)) : unknown('function-call', shortened(node.text), at);
      }
      case 'binary_expression':
        return this.#plus(node, at);
      case 'ternary_expression': {
        const [yes, no] = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
        const fact = { key: `java@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: `the condition ${shortened(node.childForFieldName('condition')?.text ?? '')}`, at } as const;
        if (yes === null || no === null) return unknown('unsupported-syntax', node.text, at);
        return { kind: 'either', options: [{ when: { c: 'fact', fact }, value: this.valueOf(yes) }, { when: not({ c: 'fact', fact }), value: this.valueOf(no) }], at };
      }
      default:
        return unknown('unsupported-syntax', `the expression ${shortened(node.text)}`, at);
    }
  }

  #inner(module: JavaModule): Evaluation {
    return new Evaluation(module, this.work, this.depth + 1);
  }

  /** A local variable, a field, a parameter with `@Value`. */
  #name(node: SyntaxNode, at: Span): Value {
    for (let scope = node.parent; scope !== null; scope = scope.parent) {
      if (scope.type === 'block' || scope.type === 'constructor_body') {
        const declared = scope.namedChildren.filter((child) => child.type === 'local_variable_declaration' && child.startIndex < node.startIndex).flatMap((child) => child.namedChildren.filter(({ type }) => type === 'variable_declarator')).find((child) => child.childForFieldName('name')?.text === node.text);
        if (declared !== undefined) return this.#declared(declared, at);
      }
      if (scope.type === 'method_declaration' || scope.type === 'constructor_declaration') {
        const parameter = this.module.nodes('formal_parameter', scope).find((child) => child.childForFieldName('name')?.text === node.text);
        if (parameter !== undefined) return this.#injected(parameter, at) ?? unknown('parameter', `the parameter ${node.text}`, at);
      }
    }
    return this.field(node.text, at);
  }

  /** A field of a class of this file. */
  field(name: string, at: Span): Value {
    for (const declaration of [...this.module.nodes('field_declaration'), ...this.module.nodes('constant_declaration')]) {
      const declared = declaration.namedChildren.find((child) => child.type === 'variable_declarator' && child.childForFieldName('name')?.text === name);
      if (declared !== undefined) return this.#injected(declaration, at) ?? this.#declared(declared, at);
    }
    const imported = this.module.nodes('import_declaration').find((node) => node.children.some(({ type }) => type === 'static') && node.namedChildren[0]?.text.endsWith(`.${name}`));
    const owner = imported?.namedChildren[0]?.text.split('.').at(-2);
    const module = owner === undefined ? undefined : this.module.moduleOf(owner);
    return module === undefined ? unknown('import-not-resolved', `the name ${name}`, at) : this.#inner(module).field(name, at);
  }

  #declared(declarator: SyntaxNode, at: Span): Value {
    const value = declarator.childForFieldName('value');
    return value === null ? unknown('conflicting-writes', `the variable ${declarator.text}`, at) : this.#inner(this.module).valueOf(value);
  }

  /** `@Value("${key:default}")`. */
  #injected(declaration: SyntaxNode, at: Span): Value | undefined {
    const element = this.module.annotationsOf(declaration).find(({ name }) => name === 'Value')?.elements.get('value');
    if (element === undefined) return undefined;
    const text = this.#inner(this.module).valueOf(element);
    const [, key, fallback] = text.kind === 'string' ? (/^\$\{([^:}]+)(?::(.*))?\}$/s.exec(text.value) ?? []) : [];
    if (key === undefined) return unknown('env-variable', shortened(element.text), at);
    const isList = /\[\]|List|Set|Collection/.test(declaration.childForFieldName('type')?.text ?? '');
    const place = this.module.span(element);
    const set: Value = isList ? { kind: 'list', items: [], rest: { kind: 'env', name: key, at: place }, at: place } : { kind: 'env', name: key, at: place };
    if (fallback === undefined) return set;
    const written: Value = isList ? { kind: 'list', items: fallback.split(',').map((part) => ({ kind: 'string', value: part.trim(), at: place })), at: place } : { kind: 'string', value: fallback, at: place };
    return setting(key, written, set, place);
  }

  #field(node: SyntaxNode, at: Span): Value {
    const [owner, name] = [node.childForFieldName('object')?.text ?? '', node.childForFieldName('field')?.text ?? ''];
    if (owner === 'CorsConfiguration' && name === 'ALL') return { kind: 'string', value: '*', at };
    if (owner === 'HttpMethod' || owner === 'RequestMethod') return { kind: 'string', value: name, at };
    if (owner === 'HttpHeaders') return { kind: 'string', value: name.split('_').map((word) => word[0] + word.slice(1).toLowerCase()).join('-'), at };
    if (owner === 'this' || this.module.nodes('class_declaration').some((found) => found.childForFieldName('name')?.text === owner)) return this.field(name, at);
    const module = this.module.moduleOf(owner);
    return module === undefined ? unknown('import-not-resolved', node.text, at) : this.#inner(module).field(name, at);
  }

  #call(node: SyntaxNode, at: Span): Value {
    const { name, receiver, args } = this.module.callOf(node);
    const full = `${receiver?.text ?? ''}.${name}`;
    if (LIST_FACTORIES.test(full)) {
      const items = args.map((arg) => this.valueOf(arg));
      const [only] = items;
      return items.length === 1 && only !== undefined && (only.kind === 'list' || only.kind === 'either') && !full.endsWith('singletonList') ? only : { kind: 'list', items, at };
    }
    const first = args[0] === undefined ? undefined : this.valueOf(args[0]);
    if (full === 'System.getenv' && first?.kind === 'string') return { kind: 'env', name: first.value, at };
    if ((full === 'System.getenv().getOrDefault' || /\.getProperty$|\.getRequiredProperty$/.test(full)) && first?.kind === 'string') {
      const fallback = args[1] === undefined || name === 'getRequiredProperty' ? undefined : this.valueOf(args[1]);
      const set: EnvValue = { kind: 'env', name: first.value, at };
      return fallback === undefined || fallback.kind === 'unknown' ? set : setting(first.value, fallback, set, at);
    }
    if (/^(?:HttpMethod|RequestMethod)\.\w+\.(?:name|toString)$/.test(full)) return this.valueOf(receiver!);
    if (receiver !== undefined && ['split', 'trim', 'strip', 'toLowerCase', 'toList', 'collect', 'toArray', 'map', 'filter', 'asList', 'name', 'toString'].includes(name)) return this.#method(this.valueOf(receiver), name, first, at, node);
    if (receiver === undefined) {
      const method = this.module.nodes('method_declaration').find((found) => found.childForFieldName('name')?.text === name);
      const returned = method === undefined ? undefined : this.module.nodes('return_statement', method)[0]?.namedChildren[0];
      if (returned !== undefined) return this.#inner(this.module).valueOf(returned);
    }
    return unknown('function-call', `the call ${shortened(node.text)}`, at);
  }

  #method(receiver: Value, name: string, first: Value | undefined, at: Span, node: SyntaxNode): Value {
    return mapEither(receiver, (value): Value => {
      if (name === 'split' && value.kind === 'env') return { kind: 'list', items: [], rest: value, at: value.at };
      if (name === 'split' && value.kind === 'string' && first?.kind === 'string') return { kind: 'list', items: value.value.split(first.value.replace(/^\\s\*|\\s\*$/g, '')).map((part) => ({ kind: 'string', value: first.value.includes('\\s') ? part.trim() : part, at: value.at })), at: value.at };
      if ((name === 'trim' || name === 'strip') && value.kind === 'string') return { ...value, value: value.value.trim() };
      if (name === 'map' && value.kind === 'list' && /::(?:trim|strip)\b/.test(node.text)) return { ...value, items: value.items.map((item) => (item.kind === 'string' ? { ...item, value: item.value.trim() } : item)) };
      if (['toList', 'collect', 'toArray', 'name', 'toString', 'trim', 'strip', 'filter'].includes(name) && ['list', 'string', 'env'].includes(value.kind)) return value;
      return unknown('function-call', `the call ${shortened(node.text)}`, at);
    });
  }

  #plus(node: SyntaxNode, at: Span): Value {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (node.childForFieldName('operator')?.text !== '+' || left === null || right === null) return unknown('unsupported-syntax', shortened(node.text), at);
    const [a, b] = [this.valueOf(left), this.valueOf(right)];
    if (a.kind === 'string' && b.kind === 'string') return { kind: 'string', value: a.value + b.value, at };
    return { kind: 'concat', parts: [a, b], at };
  }
}

/** A literal's text, its escapes undone; of a text block the common indentation is cut (JLS 3.10.6). */
export function textOfLiteral(node: SyntaxNode): string {
  const block = node.text.startsWith('"""');
  let raw = block ? node.text.slice(3, -3).replace(/^[ \t]*\r?\n/, '') : node.text.slice(1, -1);
  if (block) {
    const lines = raw.split('\n');
    const indentation = Math.min(...lines.filter((line, index) => line.trim() !== '' || index === lines.length - 1).map((line) => /^[ \t]*/.exec(line)![0].length));
    raw = lines.map((line) => line.slice(indentation)).join('\n');
  }
  return raw.replace(/\\(u+[0-9a-fA-F]{4}|[^])/g, (whole, code: string) => (code.startsWith('u') ? String.fromCharCode(parseInt(code.replace(/^u+/, ''), 16)) : (ESCAPES[code] ?? whole)));
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 50 ? `${line.slice(0, 47)}…` : line;
}

