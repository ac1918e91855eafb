import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { armsOf, behind, isComment, nameOf, operatorOf, typeName, typeOf, word } from './kotlin-nodes.js';
import { declared } from './declared.js';
import { once, unescaped } from './literals.js';
import type { Annotation, Argument, Case, ClassDeclaration, Code, Constructor, Field, Import, Method, Parameter, Unit } from './tree.js';

/** Kotlin's tree in the common form. `file` is the path that spans name. */
export function kotlinUnit(root: SyntaxNode, file: string): Unit {
  const kotlin = new Kotlin(file);
  const members = root.namedChildren;
  return {
    package: members.find((child) => child.type === 'package_header')?.namedChildren[0]?.text ?? '',
    imports: members.filter((child) => child.type === 'import').flatMap((node): Import[] => {
      const name = node.namedChildren.find((child) => child.type === 'qualified_identifier')?.text;
      const alias = node.namedChildren.find((child) => child.type === 'identifier')?.text;
      return name === undefined ? [] : [{ name, all: /\.\*\s*;?\s*$/.test(node.text), as: alias ?? name.slice(name.lastIndexOf('.') + 1) }];
    }),
    classes: members.flatMap((child) => kotlin.classIn(child)),
    functions: members.flatMap((child) => (child.type === 'function_declaration' ? [kotlin.method(child, true)] : [])),
    properties: members.flatMap((child) => (child.type === 'property_declaration' ? kotlin.property(child, true) : [])),
  };
}

class Kotlin {
  constructor(private readonly file: string) {}

  classIn(node: SyntaxNode): ClassDeclaration[] {
    // An annotation class without a body, after an annotation: the grammar takes its three words for a call.
    const bare = node.type === 'annotated_expression' ? /^annotation\s+class\s+(\w+)$/.exec(node.namedChildren.at(-1)?.text ?? '')?.[1] : undefined;
    if (bare !== undefined) return [declared('annotation', bare, [], this.#at(node), { annotations: () => this.#annotationsIn(node), fields: () => [], methods: () => [], constructors: () => [], initializers: () => [], classes: () => [] })];
    if (node.type !== 'class_declaration' && node.type !== 'object_declaration' && node.type !== 'companion_object') return [];
    const keyword = node.children.some((child) => child.type === 'interface') ? 'interface' : node.type === 'class_declaration' ? 'class' : 'object';
    const isEnum = /\benum\b/.test(node.namedChildren.find((child) => child.type === 'modifiers')?.text ?? '');
    const name = node.childForFieldName('name')?.text ?? (node.type === 'companion_object' ? 'Companion' : '');
    const isAnnotation = node.namedChildren.find((child) => child.type === 'modifiers')?.namedChildren.some((child) => child.type === 'class_modifier' && child.text === 'annotation') === true;
    return [this.#classOf(isEnum ? 'enum' : isAnnotation ? 'annotation' : keyword, name, node)];
  }

  #classOf(kind: ClassDeclaration['kind'], name: string, node: SyntaxNode): ClassDeclaration {
    const at = this.#at(node);
    const specifiers = node.namedChildren.find((child) => child.type === 'delegation_specifiers')?.namedChildren ?? [];
    const body = node.namedChildren.find((child) => child.type === 'class_body' || child.type === 'enum_class_body');
    const members = once(() => body?.namedChildren ?? []);
    const companions = once(() => members().filter((child) => child.type === 'companion_object').flatMap((child) => this.classIn(child)));
    const head = node.namedChildren.find((child) => child.type === 'primary_constructor');
    const parameters = head?.namedChildren.find((child) => child.type === 'class_parameters')?.namedChildren.filter((child) => child.type === 'class_parameter') ?? [];
    const parent = name === '' ? undefined : this.#parentCall(specifiers);
    const primary = (): readonly Constructor[] => (head === undefined ? (parent === undefined ? [] : [{ annotations: [], parameters: [], fields: [], body: parent, at }]) : [{ annotations: this.#annotations(head), parameters: parameters.map((child) => this.#parameter(child, [])), fields: parameters.flatMap((child) => (child.children.some((token) => token.type === 'val' || token.type === 'var') ? [nameOf(child)] : [])), body: parent, at: this.#at(head) }]);
    const supertypes = specifiers.flatMap((one) => {
      const type = one.descendantsOfType('user_type')[0];
      return type === undefined ? [] : [typeName(type)];
    });
    return declared(kind, name, supertypes, at, {
      annotations: () => this.#annotations(node),
      // What a companion holds is reached through the class, as Java's statics are.
      fields: () => [...members().flatMap((child) => (child.type === 'property_declaration' ? this.property(child, kind === 'object') : child.type === 'enum_entry' ? [this.#entry(child, name)] : [])), ...companions().flatMap((one) => one.fields.map((field) => ({ ...field, isStatic: true })))],
      methods: () => [...members().flatMap((child) => (child.type === 'function_declaration' ? [this.method(child, kind === 'object')] : [])), ...companions().flatMap((one) => one.methods.map((method) => ({ ...method, isStatic: true })))],
      constructors: () => [...primary(), ...members().flatMap((child): Constructor[] => (child.type === 'secondary_constructor' ? [{ annotations: this.#annotations(child), parameters: this.#parameters(child), fields: [], body: this.#body(child.namedChildren.find((one) => one.type === 'block')), at: this.#at(child) }] : []))],
      initializers: () => members().flatMap((child) => (child.type === 'anonymous_initializer' ? [once(() => this.#block(child.namedChildren[0]))] : [])),
      classes: () => members().flatMap((child) => (child.type === 'companion_object' ? [] : this.classIn(child))),
    });
  }

  /** `class A : Parent(x)`: what the constructor in the head begins with. */
  #parentCall(specifiers: readonly SyntaxNode[]): Constructor['body'] {
    const call = invoked(specifiers);
    return call === undefined ? undefined : once(() => [{ is: 'call', of: undefined, name: 'super', args: this.#arguments(call.namedChildren.find((child) => child.type === 'value_arguments')), at: this.#at(call) }]);
  }

  #entry(node: SyntaxNode, type: string): Field {
    const at = this.#at(node);
    return { name: nameOf(node), type, annotations: [], isStatic: true, value: { is: 'new', type, args: this.#arguments(node.namedChildren.find((child) => child.type === 'value_arguments')), at }, computed: undefined, at };
  }

  property(node: SyntaxNode, isStatic: boolean): Field[] {
    const variable = node.namedChildren.find((child) => child.type === 'variable_declaration');
    if (variable === undefined) return [];
    const getter = node.namedChildren.find((child) => child.type === 'getter')?.namedChildren.find((child) => child.type === 'function_body');
    const value = behind(node, '=');
    return [{ name: nameOf(variable), type: typeOf(variable), annotations: this.#annotations(node), isStatic, value: value === undefined ? this.#delegate(node) : this.code(value), computed: getter === undefined ? undefined : this.#body(getter), at: this.#at(node) }];
  }

  /** `by lazy { … }` is what its block gives. */
  #delegate(node: SyntaxNode): Code | undefined {
    const call = node.namedChildren.find((child) => child.type === 'property_delegate')?.namedChildren[0];
    const lambda = call?.type === 'call_expression' && call.namedChildren[0]?.text === 'lazy' ? call.descendantsOfType('lambda_literal')[0] : undefined;
    return lambda === undefined ? undefined : { is: 'invoke', callee: this.code(lambda), args: [], at: this.#at(lambda) };
  }

  method(node: SyntaxNode, isStatic: boolean): Method {
    const receiver = node.children.some((child) => child.type === '.') ? node.namedChildren.find((child) => child.type === 'user_type' || child.type === 'nullable_type') : undefined;
    const list = node.namedChildren.findIndex((child) => child.type === 'function_value_parameters');
    const type = node.namedChildren.slice(list + 1).find((child) => /_type$/.test(child.type));
    return {
      name: node.childForFieldName('name')?.text ?? '',
      annotations: this.#annotations(node),
      parameters: this.#parameters(node),
      type: type === undefined ? undefined : typeName(type),
      receiver: receiver === undefined ? undefined : typeName(receiver),
      isStatic,
      body: this.#body(node.namedChildren.find((child) => child.type === 'function_body')),
      at: this.#at(node),
    };
  }

  /** A block, or `= expression`, which it returns. */
  #body(node: SyntaxNode | undefined): Method['body'] {
    if (node === undefined) return undefined;
    return once(() => {
      const inner = node.type === 'function_body' ? node.namedChildren[0] : node;
      if (inner === undefined) return [];
      return inner.type === 'block' ? this.#block(inner) : [{ is: 'return', value: this.code(inner), at: this.#at(inner) }];
    });
  }

  #parameters(node: SyntaxNode): readonly Parameter[] {
    const list = node.namedChildren.find((child) => child.type === 'function_value_parameters')?.namedChildren ?? [];
    const found: Parameter[] = [];
    list.forEach((child, index) => {
      if (child.type !== 'parameter') return;
      const [before, after] = [list[index - 1], list[index + 1]];
      const fallback = after !== undefined && after.type !== 'parameter' && after.type !== 'parameter_modifiers' ? this.code(after) : undefined;
      found.push({ ...this.#parameter(child, before?.type === 'parameter_modifiers' ? this.#annotationsIn(before) : []), fallback, variadic: before?.type === 'parameter_modifiers' && /\bvararg\b/.test(before.text) });
    });
    return found;
  }

  #parameter(node: SyntaxNode, annotations: readonly Annotation[]): Parameter {
    const fallback = behind(node, '=');
    return { name: nameOf(node), type: typeOf(node), annotations: [...annotations, ...this.#annotations(node)], fallback: fallback === undefined ? undefined : this.code(fallback), variadic: /^\s*vararg\b/.test(node.text), at: this.#at(node) };
  }

  #annotations(declaration: SyntaxNode): readonly Annotation[] {
    const modifiers = declaration.namedChildren.find((child) => child.type === 'modifiers');
    return modifiers === undefined ? [] : this.#annotationsIn(modifiers);
  }

  #annotationsIn(modifiers: SyntaxNode): readonly Annotation[] {
    return modifiers.namedChildren.filter((child) => child.type === 'annotation').map((node) => {
      const elements = new Map<string, Code>();
      const given = this.#arguments(node.descendantsOfType('value_arguments')[0]);
      const [first, ...more] = given.flatMap(({ name, value }) => (name === undefined ? [value] : []));
      // `@GetMapping("/a", "/b")`: the one element that takes several.
      if (first !== undefined) elements.set('value', more.length === 0 ? first : { is: 'list', items: [first, ...more], at: first.at });
      for (const { name, value } of given) if (name !== undefined) elements.set(name, value);
      return { name: node.descendantsOfType('user_type')[0]?.text ?? '', at: this.#at(node), elements };
    });
  }

  #block(node: SyntaxNode | undefined): readonly Code[] {
    if (node === undefined) return [];
    if (node.type !== 'block') return [this.code(node)];
    return node.namedChildren.flatMap((child) => (isComment(child) || child.type === 'label' ? [] : [this.code(child)]));
  }

  #arguments(node: SyntaxNode | undefined): readonly Argument[] {
    return (node?.namedChildren ?? []).flatMap((child): Argument[] => {
      if (child.type !== 'value_argument') return [];
      const parts = child.namedChildren.filter((one) => !isComment(one));
      const named = child.children.some((one) => one.type === '=') && parts.length > 1;
      const value = parts.at(-1);
      if (value === undefined) return [];
      const spread = value.type === 'spread_expression';
      const inner = spread ? value.namedChildren[0] : value;
      return inner === undefined ? [] : [{ name: named ? parts[0]!.text : undefined, value: this.code(inner), spread: spread || child.children.some((one) => one.type === '*') }];
    });
  }

  #at(node: SyntaxNode): Span {
    return { file: this.file, start: node.startIndex, end: node.endIndex };
  }

  #child(node: SyntaxNode, field: string): Code {
    const child = node.childForFieldName(field);
    return child === null ? { is: 'unknown', text: node.text.slice(0, 60), at: this.#at(node) } : this.code(child);
  }

  code(node: SyntaxNode): Code {
    const at = this.#at(node);
    const inner = node.namedChildren.find((child) => !isComment(child) && child.type !== 'label');
    switch (node.type) {
      case 'string_literal':
      case 'multiline_string_literal':
        return this.#text(node);
      case 'character_literal':
        return { is: 'text', value: unescaped(node.text.slice(1, -1)), verbatim: false, at };
      case 'number_literal':
      case 'float_literal':
        return { is: 'number', value: Number(node.text.replace(/_/g, '').replace(/[uUlLfF]+$/, '')), at };
      case 'identifier':
        return word(node.text, at);
      case 'this_expression':
        return { is: 'this', at };
      case 'super_expression':
        return { is: 'super', at };
      case 'navigation_expression': {
        const [of, name] = [node.namedChildren[0], node.namedChildren.at(-1)];
        // `Type::method`, unlike `Type::class`.
        if (of !== undefined && name !== undefined && name.text !== 'class' && node.children.some((child) => child.type === '::')) return { is: 'reference', of: this.code(of), name: name.text, at };
        return of === undefined || name === undefined ? { is: 'unknown', text: node.text, at } : { is: 'member', of: this.code(of), name: name.text, at };
      }
      case 'call_expression':
        return this.#call(node, at);
      case 'lambda_literal': {
        const parameters = node.namedChildren.find((child) => child.type === 'lambda_parameters');
        const named = parameters?.namedChildren.map((child): Parameter => ({ name: nameOf(child), type: typeOf(child), annotations: [], fallback: undefined, variadic: false, at: this.#at(child) }));
        return { is: 'lambda', parameters: named, body: once(() => node.namedChildren.flatMap((child) => (isComment(child) || child.type === 'lambda_parameters' ? [] : [this.code(child)]))), yields: true, at };
      }
      case 'annotated_lambda':
      case 'labeled_expression':
      case 'parenthesized_expression':
      case 'as_expression':
      case 'annotated_expression': {
        const wrapped = node.type === 'as_expression' ? node.childForFieldName('left') : node.namedChildren.findLast((child) => child.type !== 'label' && !isComment(child));
        return wrapped === null || wrapped === undefined ? { is: 'unknown', text: node.text, at } : this.code(wrapped);
      }
      case 'object_literal': {
        const body = this.#classOf('class', '', node);
        const call = invoked(node.namedChildren.find((child) => child.type === 'delegation_specifiers')?.namedChildren ?? []);
        return { is: 'new', type: body.supertypes[0] ?? '', args: this.#arguments(call?.namedChildren.find((child) => child.type === 'value_arguments')), body, at };
      }
      case 'callable_reference': {
        const parts = node.namedChildren;
        return { is: 'reference', of: parts.length > 1 ? this.code(parts[0]!) : { is: 'this', at }, name: parts.at(-1)?.text ?? '', at };
      }
      case 'collection_literal':
        return { is: 'list', items: node.namedChildren.filter((child) => !isComment(child)).map((child) => this.code(child)), at };
      case 'index_expression': {
        const [of, index] = node.namedChildren;
        return of === undefined || index === undefined ? { is: 'unknown', text: node.text, at } : { is: 'index', of: this.code(of), index: this.code(index), at };
      }
      case 'unary_expression': {
        const argument = node.childForFieldName('argument') ?? inner;
        if (argument === undefined) return { is: 'unknown', text: node.text, at };
        if (/^-\s*\d+$/.test(node.text)) return { is: 'number', value: Number(node.text.replace(/\s/g, '')), at };
        // `x!!` is x.
        if (/!!\s*$/.test(node.text)) return this.code(argument);
        return node.text.startsWith('!') ? { is: 'not', of: this.code(argument), at } : { is: 'unknown', text: node.text, at };
      }
      case 'binary_expression':
      case 'in_expression':
        return this.#genericCall(node, at) ?? { is: 'binary', operator: operatorOf(node), left: this.#child(node, 'left'), right: this.#child(node, 'right'), at };
      case 'is_expression': {
        const type = node.childForFieldName('right');
        const test: Code = { is: 'binary', operator: 'instanceof', left: this.#child(node, 'left'), right: { is: 'name', name: type === null ? '' : typeName(type), at }, at };
        return node.children.some((child) => child.type === '!is') ? { is: 'not', of: test, at } : test;
      }
      case 'infix_expression': {
        const [left, name, right] = node.namedChildren;
        return left === undefined || name === undefined || right === undefined ? { is: 'unknown', text: node.text, at } : { is: 'call', of: this.code(left), name: name.text, args: [{ name: undefined, value: this.code(right), spread: false }], at };
      }
      default:
        return this.#statement(node, at, inner);
    }
  }

  /** A trailing lambda is the last argument of the call that it follows. */
  #call(node: SyntaxNode, at: Span): Code {
    const parts = node.namedChildren.filter((child) => !isComment(child) && child.type !== 'type_arguments');
    const [callee, ...given] = parts;
    if (callee === undefined) return { is: 'unknown', text: node.text, at };
    const args = given.flatMap((part): readonly Argument[] => (part.type === 'value_arguments' ? this.#arguments(part) : [{ name: undefined, value: this.code(part), spread: false }]));
    if (callee.type === 'call_expression' && given.length === 1 && given[0]!.type === 'annotated_lambda') {
      const inner = this.#call(callee, at);
      if (inner.is === 'call' || inner.is === 'invoke') return { ...inner, args: [...inner.args, ...args] };
    }
    if (callee.type === 'identifier') return { is: 'call', of: undefined, name: callee.text, args, at };
    const [of, name] = [callee.namedChildren[0], callee.namedChildren.at(-1)];
    if (callee.type === 'navigation_expression' && of !== undefined && name !== undefined) return { is: 'call', of: this.code(of), name: name.text, args, ...(callee.children.some((child) => child.type === '?.') ? { safe: true } : {}), at };
    return { is: 'invoke', callee: this.code(callee), args, at };
  }

  /** `f<Type>(x)`, which the grammar takes for two comparisons. */
  #genericCall(node: SyntaxNode, at: Span): Code | undefined {
    const [inner, given] = [node.childForFieldName('left'), node.childForFieldName('right')];
    const [callee, type] = [inner?.childForFieldName('left'), inner?.childForFieldName('right')];
    if (given?.type !== 'parenthesized_expression' || inner?.type !== 'binary_expression' || operatorOf(node) !== '>' || operatorOf(inner) !== '<' || callee?.type !== 'identifier' || !/^[A-Z]/.test(type?.text ?? '')) return undefined;
    const value = given.namedChildren.find((child) => !isComment(child));
    return { is: 'call', of: undefined, name: callee.text, args: value === undefined ? [] : [{ name: undefined, value: this.code(value), spread: false }], at };
  }

  #statement(node: SyntaxNode, at: Span, inner: SyntaxNode | undefined): Code {
    switch (node.type) {
      case 'assignment':
        return { is: 'assign', target: this.#child(node, 'left'), operator: node.children.find((child) => /^[-+*/%]?=$/.test(child.type))?.type ?? '=', value: this.#child(node, 'right'), at };
      case 'property_declaration': {
        const variables = node.namedChildren.flatMap((child) => (child.type === 'multi_variable_declaration' ? child.namedChildren : child.type === 'variable_declaration' ? [child] : []));
        const value = behind(node, '=');
        return { is: 'local', names: variables.map(nameOf), type: variables[0] === undefined ? undefined : typeOf(variables[0]), value: value === undefined ? this.#delegate(node) : this.code(value), at };
      }
      case 'function_declaration': {
        const method = this.method(node, true);
        return { is: 'local', names: [method.name], type: undefined, value: { is: 'lambda', parameters: method.parameters, body: method.body ?? (() => []), yields: false, at }, at };
      }
      case 'block':
        return { is: 'block', body: this.#block(node), at };
      case 'if_expression': {
        const [yes, no] = armsOf(node);
        return { is: 'if', test: this.#child(node, 'condition'), yes: this.#block(yes), no: this.#block(no), at };
      }
      case 'when_expression': {
        const parts = node.namedChildren.find((child) => child.type === 'when_subject')?.namedChildren ?? [];
        const [subject, variable] = [parts.at(-1), parts.find((child) => child.type === 'variable_declaration')];
        const cases = node.namedChildren.flatMap((child) => (child.type === 'when_entry' ? [this.#entryOf(child)] : []));
        if (subject === undefined || variable === undefined) return { is: 'switch', subject: subject === undefined ? undefined : this.code(subject), cases, at };
        // `when (val x = …)`
        const name = nameOf(variable);
        return { is: 'block', body: [{ is: 'local', names: [name], type: typeOf(variable), value: this.code(subject), at: this.#at(subject) }, { is: 'switch', subject: { is: 'name', name, at: this.#at(variable) }, cases, at }], at };
      }
      case 'for_statement': {
        const parts = node.namedChildren.filter((child) => !isComment(child) && child.type !== 'label');
        const [variable, source, body] = parts;
        return source === undefined || variable === undefined ? { is: 'unknown', text: node.text.slice(0, 60), at } : { is: 'each', name: variable.type === 'variable_declaration' ? nameOf(variable) : '', source: this.code(source), body: this.#block(body), at };
      }
      case 'while_statement':
      case 'do_while_statement':
        return { is: 'while', before: [], test: this.#child(node, 'condition'), body: this.#block(node.namedChildren.find((child) => child.type === 'block')), at };
      case 'return_expression':
      case 'throw_expression': {
        const value = node.namedChildren.find((child) => child.id !== node.childForFieldName('label')?.id && !isComment(child));
        return { is: node.type === 'return_expression' ? 'return' : 'throw', value: value === undefined ? undefined : this.code(value), at };
      }
      case 'try_expression':
        return {
          is: 'try',
          before: [],
          body: this.#block(inner),
          handlers: node.namedChildren.filter((child) => child.type === 'catch_block').map((one) => ({ name: nameOf(one), body: this.#block(one.namedChildren.find((child) => child.type === 'block')) })),
          last: this.#block(node.namedChildren.find((child) => child.type === 'finally_block')?.namedChildren[0]),
          at,
        };
      default:
        return { is: 'unknown', text: node.text.slice(0, 60), at };
    }
  }

  #entryOf(node: SyntaxNode): Case {
    const tests = node.childrenForFieldName('condition').flatMap((child) => (child === null || !child.isNamed ? [] : [child]));
    const body = node.namedChildren.findLast((child) => !isComment(child) && !tests.some((test) => test.id === child.id));
    return { tests: tests.map((child) => this.code(child)), body: this.#block(body), falls: false };
  }

  /** The parts of a template: `$name` is not told apart from text by the grammar. */
  #text(node: SyntaxNode): Code {
    const at = this.#at(node);
    const parts: Code[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') parts.push({ is: 'text', value: text, verbatim: false, at });
      text = '';
    };
    const contents = (raw: string, from: number): void => {
      let rest = 0;
      for (const match of raw.matchAll(/\$([A-Za-z_]\w*)/g)) {
        text += raw.slice(rest, match.index);
        flush();
        parts.push({ ...word(match[1]!, { ...at, start: from + match.index, end: from + match.index + match[0].length }) });
        rest = match.index + match[0].length;
      }
      text += raw.slice(rest);
    };
    let run: { raw: string; from: number } | undefined;
    const flushRun = (): void => {
      if (run !== undefined) contents(run.raw, run.from);
      run = undefined;
    };
    for (const child of node.namedChildren) {
      if (child.type === 'string_content') {
        if (run === undefined) run = { raw: child.text, from: child.startIndex };
        else run.raw += child.text;
        continue;
      }
      flushRun();
      if (child.type === 'escape_sequence') text += unescaped(child.text);
      else if (child.type === 'interpolation' && child.namedChildren[0] !== undefined) {
        flush();
        parts.push(this.code(child.namedChildren[0]));
      }
    }
    flushRun();
    if (parts.length === 0) {
      const quotes = node.type === 'string_literal' ? 1 : 3;
      return { is: 'text', value: text, verbatim: node.text.slice(quotes, -quotes) === text, at };
    }
    flush();
    return { is: 'template', parts, at };
  }
}

/** The constructor of the parent that is called, among the supertypes of a class. */
function invoked(specifiers: readonly SyntaxNode[]): SyntaxNode | undefined {
  return specifiers.flatMap((one) => one.namedChildren).find((child) => child.type === 'constructor_invocation');
}
