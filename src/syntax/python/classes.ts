import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';

/** A class with what its body, and those of its bases in view, give its objects. */
export interface FoundClass {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly methods: ReadonlyMap<string, Method>;
  /** A settings class: the environment overrides its attributes (pydantic `BaseSettings`). */
  readonly fromEnvironment: boolean;
  /** Written before the attribute's name in the environment. */
  readonly prefix: string;
  /** pydantic 2 turns a URL into an object whose text ends with a slash, defaults of settings included. */
  readonly urlsGetSlash: boolean;
}

export interface Attribute {
  readonly module: PythonModule;
  /** Undefined: a declaration without a default. */
  readonly value: SyntaxNode | undefined;
  readonly type: string;
  readonly declaration: SyntaxNode;
  /** The environment variable, when the declaration names one. */
  readonly variable?: string;
  /** The function that the default and the environment's text go through. */
  readonly validator?: SyntaxNode;
}

export interface Method {
  readonly module: PythonModule;
  readonly definition: SyntaxNode;
  readonly isProperty: boolean;
}

/** How many names, calls and bases are followed to find a class. */
const MAX_STEPS = 8;

/** The class that an expression names, or that the object it names was made of: `Settings`, `Settings()`, `get_settings()`, `settings`, `self`. */
export function classNamed(module: PythonModule, node: SyntaxNode, steps = 0): FoundClass | undefined {
  if (steps > MAX_STEPS) return undefined;
  if (node.type === 'call') {
    const callee = node.childForFieldName('function');
    return callee === null ? undefined : (classNamed(module, callee, steps + 1) ?? classReturnedBy(module, callee, steps + 1));
  }
  if (node.type === 'attribute') {
    const [owner, name] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
    const other = owner?.type === 'identifier' ? module.moduleNamed(module.imports.get(owner.text) ?? '') : undefined;
    return other === undefined || name === null ? undefined : classFor(other, name.text, steps + 1);
  }
  if (node.type !== 'identifier') return undefined;
  if (node.text === 'self' || node.text === 'cls') {
    const around = ancestor(node, 'class_definition');
    return around === undefined ? undefined : describe(module, around, steps + 1);
  }
  return classFor(module, node.text, steps);
}

function classFor(module: PythonModule, name: string, steps: number): FoundClass | undefined {
  const definition = module.definition('class_definition', name);
  if (definition !== undefined) return describe(module, definition, steps + 1);
  const assigned = module.assignedCall(name);
  if (assigned !== undefined) return classNamed(module, assigned, steps + 1);
  const elsewhere = module.definitionOf(name);
  return elsewhere === undefined ? undefined : classFor(elsewhere.module, elsewhere.name, steps + 1);
}

/** `get_settings()` whose body returns `Settings()`. */
function classReturnedBy(module: PythonModule, callee: SyntaxNode, steps: number): FoundClass | undefined {
  const found = callee.type === 'identifier' ? module.functionNamed(callee.text) : undefined;
  const returned = found?.definition.descendantsOfType('return_statement')[0]?.namedChildren[0];
  return found === undefined || returned?.type !== 'call' || steps > MAX_STEPS ? undefined : classNamed(found.module, returned.childForFieldName('function') ?? returned, steps + 1);
}

function describe(module: PythonModule, definition: SyntaxNode, steps: number): FoundClass | undefined {
  if (steps > MAX_STEPS) return undefined;
  const bases = definition.childForFieldName('superclasses')?.namedChildren.filter((base) => base.type === 'identifier' || base.type === 'attribute') ?? [];
  const inherited = bases.flatMap((base) => (base.type === 'identifier' && base.text !== definition.childForFieldName('name')?.text ? (classFor(module, base.text, steps + 1) ?? []) : []));
  const attributes = new Map(inherited.toReversed().flatMap((base) => [...base.attributes]));
  const methods = new Map(inherited.toReversed().flatMap((base) => [...base.methods]));
  const body = definition.childForFieldName('body')?.namedChildren ?? [];
  for (const statement of body) {
    const method = methodIn(module, statement);
    if (method !== undefined) methods.set(method.definition.childForFieldName('name')?.text ?? '', method);
  }
  const validators = validatorsIn(body);
  for (const statement of body) {
    const assignment = statement.namedChildren.find((child) => child.type === 'assignment');
    const name = assignment?.childForFieldName('left');
    if (assignment === undefined || name?.type !== 'identifier') continue;
    const validator = validators.get(name.text);
    attributes.set(name.text, { ...attributeIn(module, assignment), ...(validator === undefined ? {} : { validator }) });
  }
  const configuration = body.map((statement) => statement.text).find((text) => /^(?:model_config\b|class Config\b)/.test(text)) ?? '';
  return {
    attributes,
    methods,
    fromEnvironment: inherited.some((base) => base.fromEnvironment) || bases.some((base) => /(?:^|\.)BaseSettings$/.test(module.qualifiedName(base) ?? '')),
    prefix: /\benv_prefix\s*[=:]\s*["']([^"']*)["']/.exec(configuration)?.[1] ?? inherited.find((base) => base.prefix !== '')?.prefix ?? '',
    urlsGetSlash: inherited.some((base) => base.urlsGetSlash) || bases.some((base) => module.qualifiedName(base) === 'pydantic_settings.BaseSettings'),
  };
}

function methodIn(module: PythonModule, statement: SyntaxNode): Method | undefined {
  if (statement.type === 'function_definition') return { module, definition: statement, isProperty: false };
  const definition = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : null;
  if (definition?.type !== 'function_definition') return undefined;
  const isProperty = statement.namedChildren.some((child) => child.type === 'decorator' && /^@\s*(?:\w+\.)*(?:cached_)?property\b/.test(child.text));
  return { module, definition, isProperty };
}

/** `@field_validator('X', mode='before')` and pydantic 1's `@validator('X', pre=True)`: attribute → function. */
function validatorsIn(body: readonly SyntaxNode[]): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  for (const statement of body) {
    const definition = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : null;
    for (const decorator of definition === null ? [] : statement.namedChildren) {
      if (decorator.type !== 'decorator' || !/^@\s*(?:\w+\.)*(?:field_)?validator\b/.test(decorator.text)) continue;
      const names = decorator.namedChildren[0]?.childForFieldName('arguments')?.namedChildren.filter((argument) => argument.type === 'string') ?? [];
      for (const name of names) found.set(name.text.replace(/^["']|["']$/g, ''), definition!);
    }
  }
  return found;
}

function attributeIn(module: PythonModule, declaration: SyntaxNode): Attribute {
  const written = declaration.childForFieldName('right') ?? undefined;
  const type = declaration.childForFieldName('type')?.text ?? '';
  if (written?.type !== 'call' || !/(?:^|\.)Field$/i.test(written.childForFieldName('function')?.text ?? '')) return { module, value: written, type, declaration };
  const given = written.childForFieldName('arguments')?.namedChildren.filter((argument) => argument.type !== 'comment') ?? [];
  const named = (...names: readonly string[]): SyntaxNode | undefined =>
    given.find((argument) => argument.type === 'keyword_argument' && names.includes(argument.childForFieldName('name')?.text ?? ''))?.childForFieldName('value') ?? undefined;
  const made = named('default_factory');
  const first = given[0]?.type === 'keyword_argument' || given[0]?.type === 'ellipsis' ? undefined : given[0];
  const variable = named('env', 'validation_alias', 'alias');
  return {
    module,
    value: named('default') ?? (made === undefined ? first : made.type === 'lambda' ? (made.childForFieldName('body') ?? made) : made),
    type,
    declaration,
    ...(variable?.type === 'string' ? { variable: variable.text.replace(/^["']|["']$/g, '') } : {}),
  };
}

function ancestor(node: SyntaxNode, type: string): SyntaxNode | undefined {
  let parent = node.parent;
  while (parent !== null && parent.type !== type) parent = parent.parent;
  return parent ?? undefined;
}
