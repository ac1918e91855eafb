import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { isAtLeast, versionRange } from './pinned-version.js';

/** A class with what its body, and those of its bases in view, give its objects. */
export interface FoundClass {
  readonly module: PythonModule;
  readonly definition: SyntaxNode;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly methods: ReadonlyMap<string, Method>;
  /** A settings class: the environment overrides its attributes (pydantic `BaseSettings`). */
  readonly fromEnvironment: boolean;
  /** Written before the attribute's name in the environment. */
  readonly prefix: string;
  /** Between the names of an attribute and of an attribute of its object: `CORS__ORIGINS`. */
  readonly delimiter: string;
  /** What makes objects of keyword arguments, and then also of positional ones: pydantic's models, data classes, named tuples. */
  readonly fields: 'keywords' | 'positional' | 'none';
  /** Members of an enumeration that are texts themselves, that hold their value, or no enumeration. */
  readonly members: 'texts' | 'values' | 'none';
  /** Defaults go through validators and types as given values do. */
  readonly validatesDefaults: boolean;
  /** pydantic 2 turns a URL into an object whose text ends with a slash. */
  readonly urlsGetSlash: boolean;
}

export interface Attribute {
  readonly module: PythonModule;
  /** Undefined: a declaration without a default. */
  readonly value: SyntaxNode | undefined;
  readonly type: SyntaxNode | undefined;
  readonly declaration: SyntaxNode;
  /** The environment variable, when the declaration names one. */
  readonly variable?: string;
  /** `default_factory`: called, not read. */
  readonly isMade: boolean;
  /** The function that the default and the environment's text go through. */
  readonly validator?: SyntaxNode;
}

export interface Method {
  readonly module: PythonModule;
  readonly definition: SyntaxNode;
  readonly isProperty: boolean;
  readonly isStatic: boolean;
}

/** How many names and bases are followed to find a class. */
const MAX_STEPS = 8;

const known = new WeakMap<PythonModule, Map<number, FoundClass>>();

/** What a class of a module is; looked through once. */
export function classIn(module: PythonModule, definition: SyntaxNode, steps = 0): FoundClass {
  let found = known.get(module);
  if (found === undefined) known.set(module, (found = new Map()));
  const before = found.get(definition.id);
  if (before !== undefined) return before;
  const described = describe(module, definition, steps);
  found.set(definition.id, described);
  return described;
}

/** The class of a name, in this module or the one that it is imported from. */
export function classNamed(module: PythonModule, name: string, steps = 0): FoundClass | undefined {
  if (steps > MAX_STEPS) return undefined;
  const definition = module.definition('class_definition', name);
  if (definition !== undefined) return classIn(module, definition, steps + 1);
  const elsewhere = module.definitionOf(name);
  return elsewhere === undefined ? undefined : classNamed(elsewhere.module, elsewhere.name, steps + 1);
}

/** A class whose objects hold values and do nothing with a framework. */
export function holdsValues({ fromEnvironment, fields, members }: FoundClass): boolean {
  return fromEnvironment || fields !== 'none' || members !== 'none';
}

function describe(module: PythonModule, definition: SyntaxNode, steps: number): FoundClass {
  const bases = definition.childForFieldName('superclasses')?.namedChildren.filter((base) => base.type === 'identifier' || base.type === 'attribute') ?? [];
  const own = definition.childForFieldName('name')?.text;
  const inherited = steps > MAX_STEPS ? [] : bases.flatMap((base) => (base.type === 'identifier' && base.text !== own ? (classNamed(module, base.text, steps + 1) ?? []) : []));
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
  const names = bases.map((base) => module.qualifiedName(base) ?? '');
  const configuration = body.map((statement) => statement.text).find((text) => /^(?:model_config\b|class Config\b)/.test(text)) ?? '';
  const option = (name: string): string | undefined => new RegExp(`\\b${name}["']?\\s*[=:]\\s*["']([^"']*)["']`).exec(configuration)?.[1];
  const fromEnvironment = inherited.some((base) => base.fromEnvironment) || names.some((base) => /(?:^|\.)BaseSettings$/.test(base));
  const decorators = definition.parent?.type === 'decorated_definition' ? definition.parent.namedChildren.filter((child) => child.type === 'decorator').map((child) => child.text) : [];
  const positional = names.some((base) => /(?:^|\.)NamedTuple$/.test(base)) || decorators.some((text) => /^@\s*(?:\w+\.)*(?:dataclass|define|frozen|attrs|s)\b/.test(text)) || inherited.some((base) => base.fields === 'positional');
  const model = fromEnvironment || names.some((base) => /(?:^|\.)(?:BaseModel|SQLModel|Struct|RootModel)$/.test(base)) || inherited.some((base) => base.fields === 'keywords');
  const second = names.includes('pydantic_settings.BaseSettings') || /^model_config\b/.test(configuration) || isSecondPydantic(module) || inherited.some((base) => base.urlsGetSlash);
  const enumerated = inherited.map((base) => base.members).find((members) => members !== 'none');
  return {
    module,
    definition,
    attributes,
    methods,
    fromEnvironment,
    prefix: option('env_prefix') ?? inherited.find((base) => base.prefix !== '')?.prefix ?? '',
    delimiter: option('env_nested_delimiter') ?? inherited.find((base) => base.delimiter !== '')?.delimiter ?? '',
    fields: positional ? 'positional' : model ? 'keywords' : 'none',
    members: names.some((base) => /(?:^|\.)StrEnum$/.test(base)) || (names.some((base) => /(?:^|\.)Enum$/.test(base)) && names.includes('str')) ? 'texts' : names.some((base) => /(?:^|\.)(?:Enum|IntEnum|Flag)$/.test(base)) ? 'values' : (enumerated ?? 'none'),
    validatesDefaults: fromEnvironment || /\bvalidate_(?:default|all)["']?\s*[=:]\s*True\b/.test(configuration) || inherited.some((base) => base.validatesDefaults),
    urlsGetSlash: model && second,
  };
}

/** pydantic 2 by its pinned version, or by names that only it has. */
function isSecondPydantic(module: PythonModule): boolean {
  const range = versionRange(module.files, module.file, 'pydantic')?.range;
  const pinned = range === undefined ? undefined : isAtLeast(range, '2');
  return pinned ?? [...module.imports.values()].some((name) => /^pydantic_settings\b|^pydantic\.(?:field_validator|model_validator|computed_field|BeforeValidator|AfterValidator|ConfigDict|TypeAdapter|RootModel)$/.test(name));
}

function methodIn(module: PythonModule, statement: SyntaxNode): Method | undefined {
  if (statement.type === 'function_definition') return { module, definition: statement, isProperty: false, isStatic: false };
  const definition = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : null;
  if (definition?.type !== 'function_definition') return undefined;
  const decorated = (pattern: RegExp): boolean => statement.namedChildren.some((child) => child.type === 'decorator' && pattern.test(child.text));
  return { module, definition, isProperty: decorated(/^@\s*(?:\w+\.)*(?:cached_)?property\b/), isStatic: decorated(/^@\s*staticmethod\b/) };
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
  const type = declaration.childForFieldName('type') ?? undefined;
  // `Annotated[list[str], Field(default=…)]` says the same as `= Field(default=…)`.
  const field = isField(written) ? written : type?.descendantsOfType('call').find(isField);
  if (field === undefined) return { module, value: written, type, declaration, isMade: false };
  const given = field.childForFieldName('arguments')?.namedChildren.filter((argument) => argument.type !== 'comment') ?? [];
  const named = (...names: readonly string[]): SyntaxNode | undefined =>
    given.find((argument) => argument.type === 'keyword_argument' && names.includes(argument.childForFieldName('name')?.text ?? ''))?.childForFieldName('value') ?? undefined;
  const made = named('default_factory', 'factory');
  const first = given[0]?.type === 'keyword_argument' || given[0]?.type === 'ellipsis' ? undefined : given[0];
  const variable = named('env', 'validation_alias', 'alias');
  return {
    module,
    value: named('default') ?? made ?? first ?? (written === field ? undefined : written),
    type,
    declaration,
    isMade: made !== undefined && named('default') === undefined,
    ...(variable?.type === 'string' ? { variable: variable.text.replace(/^["']|["']$/g, '') } : {}),
  };
}

function isField(node: SyntaxNode | undefined): boolean {
  return node?.type === 'call' && /(?:^|\.)(?:Field|field|attrib|ib)$/.test(node.childForFieldName('function')?.text ?? '');
}
