import { not, or } from '../../values/condition.js';
import { mapEither, setting } from '../../values/either.js';
import { silent } from '../../values/silent.js';
import { entry, unknown, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { bound, type Arguments } from './arguments.js';
import { applied } from './builtins.js';
import { functionIn, returnedBy } from './calls.js';
import { classNamed, type Attribute, type FoundClass, type Method } from './classes.js';
import type { Evaluation } from './evaluate.js';

/** A class in view as a value: its attributes, its members if it is an enumeration, and objects when it is called. */
export function classObject(evaluation: Evaluation, found: FoundClass, at: Span): Handle {
  const name = nameOf(found);
  const self: Handle = silent(
    `the class ${name}`,
    at,
    (property) => {
      const attribute = found.attributes.get(property);
      if (attribute !== undefined) return found.members === 'none' ? plain(evaluation, attribute) : member(evaluation, found, property, attribute);
      const method = found.methods.get(property);
      return method === undefined ? undefined : methodOf(evaluation, method, self);
    },
    (method, positional, place, keywords) => {
      const given: Arguments = { positional, keywords };
      if (method === '') return found.members === 'none' ? objectOf(evaluation, found, given, place) : memberWith(evaluation, found, positional[0], place);
      if (method === '__iter__') return found.members === 'none' ? undefined : { kind: 'list', items: membersOf(evaluation, found), at: place };
      const own = found.methods.get(method);
      if (own !== undefined) return called(evaluation, own, self, given, place);
      // pydantic's own ways to make an object of a dictionary.
      const [first] = positional;
      if (/^(?:model_validate|parse_obj|model_construct)$/.test(method)) return first === undefined || first.kind === 'record' ? objectOf(evaluation, found, { positional: [], keywords: first ?? keywords }, place) : undefined;
      return undefined;
    },
  );
  return self;
}

/** An object of a class in view. */
export function objectOf(evaluation: Evaluation, found: FoundClass, given: Arguments, at: Span, path: Path = NO_PATH): Handle {
  const self: Handle = silent(
    `an object of ${nameOf(found)}`,
    at,
    (name) => {
      const passed = found.fields === 'none' ? undefined : passedAs(found, name, given);
      if (passed !== undefined) return passed;
      const attribute = found.attributes.get(name);
      if (attribute !== undefined) return found.fromEnvironment || path.variable !== undefined ? overridable(evaluation, found, attribute, name, at, path) : defaultOf(evaluation, found, attribute);
      const method = found.methods.get(name);
      if (method?.isProperty === true) return called(evaluation, method, self, { positional: [], keywords: undefined }, at);
      return setInConstructor(evaluation, found, name, self, given) ?? (method === undefined ? undefined : methodOf(evaluation, method, self));
    },
    (name, positional, place, keywords) => {
      const method = found.methods.get(name);
      return method === undefined ? undefined : called(evaluation, method, self, { positional, keywords }, place);
    },
  );
  return self;
}

/** The object that `self` is, or the class that `cls` is, where a method of a class in view says it. */
export function aroundMethod(evaluation: Evaluation, definition: SyntaxNode, name: string, at: Span): Handle | undefined {
  const outer = definition.parent?.type === 'decorated_definition' ? definition.parent.parent : definition.parent;
  const owner = outer?.parent;
  if (owner?.type !== 'class_definition' || (name !== 'self' && name !== 'cls')) return undefined;
  const found = classNamed(evaluation.module, owner.childForFieldName('name')?.text ?? '');
  if (found === undefined || found.definition.id !== owner.id) return undefined;
  return name === 'cls' ? classObject(evaluation, found, at) : objectOf(evaluation, found, { positional: [], keywords: undefined }, at);
}

/** Where in the environment the attributes of an object stand that is itself an attribute of settings. */
interface Path {
  /** The variable of the attribute that holds the object. */
  readonly variable: string | undefined;
  readonly delimiter: string;
}

const NO_PATH: Path = { variable: undefined, delimiter: '' };

function nameOf(found: FoundClass): string {
  return found.definition.childForFieldName('name')?.text ?? 'a class';
}

function plain(evaluation: Evaluation, attribute: Attribute): Value | undefined {
  if (attribute.value === undefined) return undefined;
  const { module } = attribute;
  const value = evaluation.within(module).valueOf(attribute.value);
  if (!attribute.isMade) return value;
  // `default_factory=list`, `=lambda: […]`, `=Cors`.
  if (attribute.value.text === 'dict') return { kind: 'record', entries: [], at: module.span(attribute.value) };
  if (value.kind === 'handle') return value.call('', [], module.span(attribute.value));
  return applied(value, [], module.span(attribute.value), module.written);
}

function passedAs(found: FoundClass, name: string, { positional, keywords }: Arguments): Value | undefined {
  const named = keywords === undefined ? undefined : (entry(keywords, name)?.value ?? (found.attributes.has(name) ? keywords.rest : undefined));
  return named ?? (found.fields === 'positional' ? positional[[...found.attributes.keys()].indexOf(name)] : undefined);
}

function defaultOf(evaluation: Evaluation, found: FoundClass, attribute: Attribute): Value | undefined {
  const value = plain(evaluation, attribute);
  return value === undefined || !found.validatesDefaults ? value : withSlashes(validated(evaluation, attribute, value), found, attribute);
}

function methodOf(evaluation: Evaluation, method: Method, self: Handle): Value {
  const inside = evaluation.within(method.module, { scope: named(method, self), inner: new Map() });
  return functionIn(inside, method.module, method.definition);
}

function called(evaluation: Evaluation, { module, definition, ...method }: Method, self: Handle, given: Arguments, at: Span): Value {
  const args = new Map([...named({ module, definition, ...method }, self), ...bound(module, definition, given, evaluation)]);
  return returnedBy(evaluation, module, definition, args, at);
}

/** The name that a method gives its object. */
function named({ definition, isStatic }: Method, self: Handle): ReadonlyMap<string, Value> {
  const first = definition.childForFieldName('parameters')?.namedChildren[0];
  return first?.type === 'identifier' && !isStatic ? new Map([[first.text, self]]) : new Map();
}

/** `self.origins = …` in `__init__`. */
function setInConstructor(evaluation: Evaluation, found: FoundClass, name: string, self: Handle, given: Arguments): Value | undefined {
  const constructor = found.methods.get('__init__');
  const body = constructor?.definition.childForFieldName('body');
  if (constructor === undefined || body === null || body === undefined) return undefined;
  const { module, definition } = constructor;
  const bindings = module.scopes.within(body, `self.${name}`, undefined);
  if (bindings.length === 0) return undefined;
  const inside = evaluation.within(module, { scope: new Map([...named(constructor, self), ...bound(module, definition, given, evaluation)]), inner: new Map() });
  return inside.bound(bindings, name, module.span(definition), body.namedChildren.at(-1));
}

function membersOf(evaluation: Evaluation, found: FoundClass): readonly Value[] {
  return [...found.attributes].flatMap(([name, attribute]) => member(evaluation, found, name, attribute) ?? []);
}

/** A member of an enumeration: a text, or an object that holds its value. */
function member(evaluation: Evaluation, found: FoundClass, name: string, attribute: Attribute): Value | undefined {
  const value = plain(evaluation, attribute);
  if (value === undefined || (found.members === 'texts' && value.kind === 'string')) return value;
  const { declaration, module } = attribute;
  return silent(`the member ${nameOf(found)}.${name}`, module.span(declaration), (property) => (property === 'value' || property === '_value_' ? value : property === 'name' ? { kind: 'string', value: name, at: module.span(declaration) } : undefined));
}

/** `Environment(text)`: the member that holds the text, whichever it is. */
function memberWith(evaluation: Evaluation, found: FoundClass, text: Value | undefined, at: Span): Value | undefined {
  if (text === undefined) return undefined;
  const options = [...found.attributes].flatMap(([name, attribute]) => {
    const [one, value] = [member(evaluation, found, name, attribute), plain(evaluation, attribute)];
    return one === undefined || value === undefined ? [] : [{ when: evaluation.compared('==', text, value, true, at), value: one }];
  });
  const sure = options.find(({ when }) => when.c === 'true');
  if (sure !== undefined) return sure.value;
  const possible = options.filter(({ when }) => when.c !== 'false');
  return { kind: 'either', options: [...possible, { when: not(or(...possible.map(({ when }) => when))), value: unknown('env-variable', `which ${nameOf(found)} is meant`, at) }], at };
}

/** A setting: its default where the environment does not give it, else what the environment's text becomes. */
function overridable(evaluation: Evaluation, found: FoundClass, attribute: Attribute, name: string, at: Span, path: Path): Value {
  const variable = path.variable === undefined ? (attribute.variable ?? `${found.prefix}${name}`).toUpperCase() : path.delimiter === '' ? path.variable : `${path.variable}${path.delimiter}${name}`.toUpperCase();
  const place = attribute.module.span(attribute.value ?? attribute.declaration);
  const inner = nested(attribute);
  // The attributes of an object have variables of their own.
  if (inner !== undefined && !inner.fromEnvironment) return objectOf(evaluation, inner, instanceArguments(evaluation, attribute), at, { variable, delimiter: found.delimiter !== '' ? found.delimiter : path.delimiter });
  const fallback = defaultOf(evaluation, found, attribute);
  if (fallback?.kind === 'handle') return fallback;
  const set = ((): Value => {
    const type = attribute.type?.text ?? '';
    if (/\b(?:list|set|tuple|frozenset|sequence)\b/i.test(type) || fallback?.kind === 'list') return { kind: 'list', items: [], rest: { kind: 'env', name: variable, at: place }, at: place };
    if (attribute.validator === undefined && (type === '' ? fallback?.kind === 'string' : /\bstr\b|Url\b|Literal\b/.test(type))) return { kind: 'env', name: variable, at: place };
    return unknown('env-variable', `the value of ${variable}`, place);
  })();
  return fallback === undefined ? set : setting(variable, fallback, set, place);
}

/** The class of an attribute that holds an object: `cors: Cors`. */
function nested({ module, type }: Attribute): FoundClass | undefined {
  const name = /^(?:(?:typing\.)?Optional\[)?["']?([A-Za-z_]\w*)["']?\]?$/.exec(type?.text ?? '')?.[1];
  const found = name === undefined ? undefined : classNamed(module, name);
  return found !== undefined && (found.fields !== 'none' || found.fromEnvironment) ? found : undefined;
}

/** The arguments of `Cors(origins=[…])` where that is the attribute's default. */
function instanceArguments(evaluation: Evaluation, { module, value }: Attribute): Arguments {
  if (value?.type !== 'call') return { positional: [], keywords: undefined };
  return evaluation.within(module).argumentsOf(value);
}

/** What the attribute's validator makes of a value: a method, or a function in its annotation. */
function validated(evaluation: Evaluation, { module, validator, type }: Attribute, value: Value): Value {
  if (validator !== undefined) {
    const parameter = validator.childForFieldName('parameters')?.namedChildren[1];
    const name = parameter?.type === 'identifier' ? parameter.text : (parameter?.childForFieldName('name')?.text ?? parameter?.namedChildren[0]?.text);
    return name === undefined ? value : returnedBy(evaluation, module, validator, new Map([[name, value]]), module.span(validator));
  }
  const before = type?.descendantsOfType('call').find((call) => /(?:^|\.)(?:Before|After|Plain)Validator$/.test(call.childForFieldName('function')?.text ?? ''));
  const by = before?.childForFieldName('arguments')?.namedChildren[0];
  return by === undefined ? value : applied(evaluation.within(module).valueOf(by), [value], module.span(by), module.written);
}

/** pydantic 2's URLs end with a slash when they have no path. They equal no text at all; with the slash they equal none that a browser sends. */
function withSlashes(value: Value, found: FoundClass, attribute: Attribute): Value {
  if (!found.urlsGetSlash || !/\b(?:Any(?:Http)?Url|HttpUrl)\b/.test(attribute.type?.text ?? '')) return value;
  return mapEither(value, (one): Value => {
    if (one.kind === 'string') return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/i.test(one.value) ? { ...one, value: `${one.value}/` } : one;
    return one.kind === 'list' ? { ...one, items: one.items.map((item) => withSlashes(item, found, attribute)) } : one;
  });
}
