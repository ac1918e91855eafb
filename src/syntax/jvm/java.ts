import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { declared } from './declared.js';
import { once, textOf, unescaped } from './literals.js';
import type { Annotation, Argument, Case, ClassDeclaration, Code, Constructor, Field, Import, Method, Parameter, Unit } from './tree.js';

/** Java's tree in the common form. `file` is the path that spans name. */
export function javaUnit(root: SyntaxNode, file: string): Unit {
  const java = new Java(file);
  return {
    package: root.namedChildren.find((child) => child.type === 'package_declaration')?.namedChildren.findLast((child) => /identifier$/.test(child.type))?.text ?? '',
    imports: root.namedChildren.filter((child) => child.type === 'import_declaration').flatMap((node): Import[] => {
      const name = node.namedChildren.find((child) => /identifier$/.test(child.type))?.text;
      return name === undefined ? [] : [{ name, all: node.namedChildren.some((child) => child.type === 'asterisk'), as: name.slice(name.lastIndexOf('.') + 1) }];
    }),
    classes: root.namedChildren.flatMap((child) => java.classIn(child)),
    functions: [],
    properties: [],
  };
}

const KINDS: Readonly<Record<string, ClassDeclaration['kind']>> = { class_declaration: 'class', interface_declaration: 'interface', record_declaration: 'record', enum_declaration: 'enum', annotation_type_declaration: 'annotation' };

class Java {
  constructor(private readonly file: string) {}

  classIn(node: SyntaxNode): ClassDeclaration[] {
    const kind = KINDS[node.type];
    if (kind === undefined) return [];
    const superclass = node.childForFieldName('superclass')?.namedChildren[0];
    const interfaces = node.childForFieldName('interfaces') ?? node.namedChildren.find((child) => child.type === 'extends_interfaces');
    const supertypes = [superclass, ...(interfaces?.namedChildren[0]?.namedChildren ?? [])].flatMap((type) => (type === undefined ? [] : [typeName(type)]));
    const head = kind === 'record' ? this.#parameters(node) : [];
    return [this.#classOf(kind, node.childForFieldName('name')?.text ?? '', () => this.#annotations(node), supertypes, node.childForFieldName('body'), head, this.#at(node))];
  }

  #classOf(kind: ClassDeclaration['kind'], name: string, annotations: () => readonly Annotation[], supertypes: readonly string[], body: SyntaxNode | null, head: readonly Parameter[], at: Span): ClassDeclaration {
    const members = once(() => (body?.namedChildren ?? []).flatMap((child) => (child.type === 'enum_body_declarations' ? child.namedChildren : [child])));
    const constructors = once(() => members().filter((child) => child.type === 'constructor_declaration' || child.type === 'compact_constructor_declaration').map((child): Constructor => ({ annotations: this.#annotations(child), parameters: child.type === 'constructor_declaration' ? this.#parameters(child) : head, fields: [], body: this.#body(child), at: this.#at(child) })));
    return declared(kind, name, supertypes, at, {
      annotations,
      fields: () => members().flatMap((child) => (child.type === 'field_declaration' || child.type === 'constant_declaration' ? this.#fields(child) : child.type === 'enum_constant' ? [this.#constant(child, name)] : [])),
      methods: () => members().flatMap((child) => (child.type === 'method_declaration' ? [this.#method(child)] : [])),
      constructors: () => (kind === 'record' ? this.#ofRecord(head, members(), constructors(), at) : constructors()),
      initializers: () => members().flatMap((child) => (child.type === 'block' ? [once(() => this.#block(child))] : child.type === 'static_initializer' && child.namedChildren[0] !== undefined ? [once(() => this.#block(child.namedChildren[0]!))] : [])),
      classes: () => members().flatMap((child) => this.classIn(child)),
    });
  }

  /** The constructor of a record's head, with the body of its short form, unless it is written in full. */
  #ofRecord(head: readonly Parameter[], members: readonly SyntaxNode[], written: readonly Constructor[], at: Span): readonly Constructor[] {
    const full = members.some((child) => child.type === 'constructor_declaration') && written.some(({ parameters }) => parameters !== head && parameters.length === head.length);
    const short = members.find((child) => child.type === 'compact_constructor_declaration');
    const others = written.filter(({ parameters }) => parameters !== head);
    return full ? others : [{ annotations: [], parameters: head, fields: head.map((one) => one.name), body: short === undefined ? undefined : this.#body(short), at }, ...others];
  }

  #fields(node: SyntaxNode): Field[] {
    const [annotations, type, isStatic] = [this.#annotations(node), typeOf(node), node.type === 'constant_declaration' || hasModifier(node, 'static')];
    return declarators(node).map((declarator) => {
      const value = declarator.childForFieldName('value');
      return { name: declarator.childForFieldName('name')?.text ?? '', type, annotations, isStatic, value: value === null ? undefined : this.code(value), computed: undefined, at: this.#at(node) };
    });
  }

  #constant(node: SyntaxNode, type: string): Field {
    return { name: node.childForFieldName('name')?.text ?? '', type, annotations: [], isStatic: true, value: { is: 'new', type, args: this.#arguments(node.childForFieldName('arguments')), at: this.#at(node) }, computed: undefined, at: this.#at(node) };
  }

  #method(node: SyntaxNode): Method {
    return { name: node.childForFieldName('name')?.text ?? '', annotations: this.#annotations(node), parameters: this.#parameters(node), type: typeOf(node), receiver: undefined, isStatic: hasModifier(node, 'static'), body: this.#body(node), at: this.#at(node) };
  }

  #body(node: SyntaxNode): Method['body'] {
    const body = node.childForFieldName('body');
    return body === null ? undefined : once(() => this.#block(body));
  }

  #parameters(node: SyntaxNode): readonly Parameter[] {
    return (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((child): Parameter[] => {
      if (child.type !== 'formal_parameter' && child.type !== 'spread_parameter') return [];
      const name = child.childForFieldName('name')?.text ?? child.namedChildren.find((one) => one.type === 'variable_declarator')?.childForFieldName('name')?.text ?? '';
      return [{ name, type: typeOf(child) ?? typeNameAt(child), annotations: this.#annotations(child), fallback: undefined, variadic: child.type === 'spread_parameter', at: this.#at(child) }];
    });
  }

  #annotations(declaration: SyntaxNode): readonly Annotation[] {
    const modifiers = declaration.namedChildren.find((child) => child.type === 'modifiers');
    return (modifiers?.namedChildren ?? []).filter((child) => child.type === 'annotation' || child.type === 'marker_annotation').map((node) => {
      const elements = new Map<string, Code>();
      for (const argument of node.childForFieldName('arguments')?.namedChildren ?? []) {
        const [key, value] = [argument.childForFieldName('key'), argument.childForFieldName('value')];
        if (argument.type === 'element_value_pair' && key !== null && value !== null) elements.set(key.text, this.code(value));
        else if (!isComment(argument)) elements.set('value', this.code(argument));
      }
      return { name: node.childForFieldName('name')?.text ?? '', at: this.#at(node), elements };
    });
  }

  #block(node: SyntaxNode | null): readonly Code[] {
    if (node === null) return [];
    if (node.type !== 'block' && node.type !== 'constructor_body') return [this.code(node)];
    return node.namedChildren.flatMap((child) => (isComment(child) ? [] : [this.code(child)]));
  }

  #arguments(node: SyntaxNode | null): readonly Argument[] {
    return (node?.namedChildren ?? []).flatMap((child) => (isComment(child) ? [] : [{ name: undefined, value: this.code(child), spread: false }]));
  }

  #field(node: SyntaxNode, name: string): Code {
    const child = node.childForFieldName(name);
    return child === null ? { is: 'unknown', text: '', at: this.#at(node) } : this.code(child);
  }

  #at(node: SyntaxNode): Span {
    return { file: this.file, start: node.startIndex, end: node.endIndex };
  }

  code(node: SyntaxNode): Code {
    const at = this.#at(node);
    switch (node.type) {
      case 'string_literal': {
        const value = textOf(node.text);
        return { is: 'text', value, verbatim: node.text.slice(1, -1) === value, at };
      }
      case 'character_literal':
        return { is: 'text', value: unescaped(node.text.slice(1, -1)), verbatim: false, at };
      case 'decimal_integer_literal':
      case 'hex_integer_literal':
      case 'decimal_floating_point_literal':
        return { is: 'number', value: Number(node.text.replace(/_/g, '').replace(/[lLfFdD]$/, '')), at };
      case 'true':
      case 'false':
        return { is: 'boolean', value: node.type === 'true', at };
      case 'null_literal':
        return { is: 'null', at };
      case 'this':
      case 'super':
        return { is: node.type, at };
      case 'identifier':
      case 'type_identifier':
        return { is: 'name', name: node.text, at };
      case 'scoped_type_identifier':
      case 'scoped_identifier': {
        const name = node.namedChildren.at(-1);
        return node.namedChildren[0] === undefined || name === undefined ? { is: 'name', name: node.text, at } : { is: 'member', of: this.code(node.namedChildren[0]), name: name.text, at };
      }
      case 'field_access':
        return { is: 'member', of: this.#field(node, 'object'), name: node.childForFieldName('field')?.text ?? '', at };
      case 'method_invocation': {
        const object = node.childForFieldName('object');
        return { is: 'call', of: object === null ? undefined : this.code(object), name: node.childForFieldName('name')?.text ?? '', args: this.#arguments(node.childForFieldName('arguments')), at };
      }
      case 'explicit_constructor_invocation':
        return { is: 'call', of: undefined, name: node.childForFieldName('constructor')?.text ?? 'super', args: this.#arguments(node.childForFieldName('arguments')), at };
      case 'object_creation_expression': {
        const type = node.childForFieldName('type');
        const body = node.namedChildren.find((child) => child.type === 'class_body');
        const name = type === null ? '' : typeName(type);
        return { is: 'new', type: name, args: this.#arguments(node.childForFieldName('arguments')), ...(body === undefined ? {} : { body: this.#classOf('class', '', () => [], [name], body, [], at) }), at };
      }
      case 'lambda_expression': {
        const [parameters, body] = [node.childForFieldName('parameters'), node.childForFieldName('body')];
        const named = (parameters?.type === 'identifier' ? [parameters] : (parameters?.namedChildren ?? [])).map((child): Parameter => ({ name: child.childForFieldName('name')?.text ?? child.text, type: typeOf(child), annotations: [], fallback: undefined, variadic: false, at: this.#at(child) }));
        return { is: 'lambda', parameters: named, body: once(() => this.#block(body)), yields: body?.type !== 'block', at };
      }
      case 'method_reference':
        return { is: 'reference', of: node.namedChildren[0] === undefined ? { is: 'unknown', text: node.text, at } : this.code(node.namedChildren[0]), name: /::\s*(\w+)\s*$/.exec(node.text)?.[1] ?? '', at };
      case 'array_initializer':
      case 'element_value_array_initializer':
        return { is: 'list', items: node.namedChildren.filter((child) => !isComment(child)).map((child) => this.code(child)), at };
      case 'array_creation_expression':
        return node.childForFieldName('value') === null ? { is: 'list', items: [], at } : this.#field(node, 'value');
      case 'array_access':
        return { is: 'index', of: this.#field(node, 'array'), index: this.#field(node, 'index'), at };
      case 'update_expression': {
        const operand = node.namedChildren[0];
        const operator = node.children.find((child) => !child.isNamed)?.type;
        return operand === undefined ? { is: 'unknown', text: node.text, at } : { is: 'assign', target: this.code(operand), operator: operator === '--' ? '-=' : '+=', value: { is: 'number', value: 1, at }, at };
      }
      case 'unary_expression':
        if (/^-\s*\d+$/.test(node.text)) return { is: 'number', value: Number(node.text.replace(/\s/g, '')), at };
        return node.childForFieldName('operator')?.type === '!' ? { is: 'not', of: this.#field(node, 'operand'), at } : { is: 'unknown', text: node.text, at };
      case 'binary_expression':
        return { is: 'binary', operator: node.childForFieldName('operator')?.type ?? '', left: this.#field(node, 'left'), right: this.#field(node, 'right'), at };
      case 'instanceof_expression': {
        const [left, type, name] = [this.#field(node, 'left'), node.childForFieldName('right'), node.childForFieldName('name')];
        const test: Code = { is: 'binary', operator: 'instanceof', left, right: { is: 'name', name: type === null ? '' : typeName(type), at }, at };
        return name === null ? test : { is: 'block', body: [{ is: 'local', names: [name.text], type: type === null ? undefined : typeName(type), value: left, at }, test], at };
      }
      case 'ternary_expression':
        return { is: 'if', test: this.#field(node, 'condition'), yes: [this.#field(node, 'consequence')], no: [this.#field(node, 'alternative')], at };
      case 'cast_expression':
        return this.#field(node, 'value');
      case 'class_literal':
        return { is: 'member', of: { is: 'name', name: node.namedChildren[0] === undefined ? '' : typeName(node.namedChildren[0]), at }, name: 'class', at };
      case 'assignment_expression':
        return { is: 'assign', target: this.#field(node, 'left'), operator: node.childForFieldName('operator')?.type ?? '=', value: this.#field(node, 'right'), at };
      default:
        return this.#statement(node, at);
    }
  }

  #statement(node: SyntaxNode, at: Span): Code {
    const inner = node.namedChildren.find((child) => !isComment(child));
    switch (node.type) {
      case 'parenthesized_expression':
      case 'expression_statement':
      case 'yield_statement':
        return inner === undefined ? { is: 'nothing', at } : this.code(inner);
      case 'local_variable_declaration':
        return { is: 'block', body: declarators(node).map((declarator): Code => ({ is: 'local', names: [declarator.childForFieldName('name')?.text ?? ''], type: typeOf(node), value: declarator.childForFieldName('value') === null ? undefined : this.#field(declarator, 'value'), at: this.#at(declarator) })), at };
      case 'block':
        return { is: 'block', body: this.#block(node), at };
      case 'if_statement':
        return { is: 'if', test: this.#field(node, 'condition'), yes: this.#block(node.childForFieldName('consequence')), no: this.#block(node.childForFieldName('alternative')), at };
      case 'switch_expression':
      case 'switch_statement':
        return { is: 'switch', subject: this.#field(node, 'condition'), cases: (node.childForFieldName('body')?.namedChildren ?? []).flatMap((child) => this.#case(child)), at };
      case 'enhanced_for_statement':
        return { is: 'each', name: node.childForFieldName('name')?.text ?? '', source: this.#field(node, 'value'), body: this.#block(node.childForFieldName('body')), at };
      case 'for_statement':
        return { is: 'while', before: this.#block(node.childForFieldName('init')), after: this.#block(node.childForFieldName('update')), test: node.childForFieldName('condition') === null ? undefined : this.#field(node, 'condition'), body: this.#block(node.childForFieldName('body')), at };
      case 'while_statement':
      case 'do_statement':
        return { is: 'while', before: [], test: this.#field(node, 'condition'), body: this.#block(node.childForFieldName('body')), at };
      case 'return_statement':
      case 'throw_statement':
        return { is: node.type === 'return_statement' ? 'return' : 'throw', value: inner === undefined ? undefined : this.code(inner), at };
      case 'break_statement':
        return { is: 'break', at };
      case 'continue_statement':
        return { is: 'continue', at };
      case 'try_statement':
      case 'try_with_resources_statement': {
        const resources = node.childForFieldName('resources')?.namedChildren.filter((child) => child.type === 'resource') ?? [];
        return {
          is: 'try',
          before: resources.map((one) => ({ is: 'local', names: [one.childForFieldName('name')?.text ?? ''], type: typeOf(one), value: one.childForFieldName('value') === null ? undefined : this.#field(one, 'value'), at: this.#at(one) })),
          body: this.#block(node.childForFieldName('body')),
          handlers: node.namedChildren.filter((child) => child.type === 'catch_clause').map((one) => ({ name: one.namedChildren.find((child) => child.type === 'catch_formal_parameter')?.childForFieldName('name')?.text ?? '', body: this.#block(one.childForFieldName('body')) })),
          last: this.#block(node.namedChildren.find((child) => child.type === 'finally_clause')?.namedChildren[0] ?? null),
          at,
        };
      }
      case 'synchronized_statement':
      case 'labeled_statement':
        return { is: 'block', body: this.#block(node.childForFieldName('body') ?? node.namedChildren.at(-1) ?? null), at };
      default:
        return { is: 'unknown', text: node.text.slice(0, 60), at };
    }
  }

  #case(node: SyntaxNode): Case[] {
    const label = node.namedChildren.filter((child) => child.type === 'switch_label');
    const body = node.namedChildren.filter((child) => child.type !== 'switch_label' && !isComment(child));
    if (label.length === 0) return [];
    const tests = label.flatMap((one) => (/^default\b/.test(one.text) ? [] : one.namedChildren.map((child) => this.code(child))));
    return [{ tests, body: body.map((child) => this.code(child)), falls: node.type === 'switch_block_statement_group' }];
  }
}

function isComment(node: SyntaxNode): boolean {
  return node.type.endsWith('comment');
}

function hasModifier(node: SyntaxNode, name: string): boolean {
  return node.namedChildren.find((child) => child.type === 'modifiers')?.children.some((child) => child.type === name) ?? false;
}

function declarators(node: SyntaxNode): readonly SyntaxNode[] {
  return node.namedChildren.filter((child) => child.type === 'variable_declarator');
}

function typeOf(node: SyntaxNode): string | undefined {
  const type = node.childForFieldName('type');
  return type === null ? undefined : typeName(type);
}

function typeNameAt(node: SyntaxNode): string | undefined {
  const type = node.namedChildren.find((child) => /type/.test(child.type));
  return type === undefined ? undefined : typeName(type);
}

/** A type without its arguments: `List` of `List<String>`, `String[]` as it is. */
function typeName(node: SyntaxNode): string {
  return node.text.replace(/<.*>/s, '').replace(/@\w+(?:\([^)]*\))?\s*/g, '').trim();
}
