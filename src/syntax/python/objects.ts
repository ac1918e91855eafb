import { mapEither, setting } from '../../values/either.js';
import { unknown, type Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { parameterNames } from './bindings.js';
import { returnedBy } from './calls.js';
import { classNamed, type Attribute, type FoundClass, type Method } from './classes.js';
import type { Evaluation } from './evaluate.js';
import type { PythonModule } from './module.js';

/** An attribute of a class in view, or of an object made of one; undefined when no such class is in view or it has none. */
export function attributeOf(evaluation: Evaluation, object: SyntaxNode, name: string): Value | undefined {
  const found = classNamed(evaluation.module, object);
  if (found === undefined) return undefined;
  const attribute = found.attributes.get(name);
  if (attribute !== undefined) return found.fromEnvironment ? overridable(evaluation, found, attribute, name) : attribute.value === undefined ? undefined : evaluation.within(attribute.module).valueOf(attribute.value);
  const method = found.methods.get(name);
  if (method?.isProperty === true) return returnedBy(evaluation, method.module, method.definition, new Map(), method.module.span(method.definition));
  return setInConstructor(evaluation, found, name);
}

export function methodOf(module: PythonModule, object: SyntaxNode, name: string): Method | undefined {
  return ['identifier', 'attribute', 'call'].includes(object.type) ? classNamed(module, object)?.methods.get(name) : undefined;
}

/** `self.origins = …` in `__init__`. */
function setInConstructor(evaluation: Evaluation, found: FoundClass, name: string): Value | undefined {
  const constructor = found.methods.get('__init__');
  const body = constructor?.definition.childForFieldName('body');
  if (constructor === undefined || body === null || body === undefined) return undefined;
  const bindings = constructor.module.scopes.within(body, `self.${name}`, undefined);
  return bindings.length === 0 ? undefined : evaluation.within(constructor.module).bound(bindings, name, constructor.module.span(constructor.definition), body.namedChildren.at(-1));
}

/** A setting: its default where the environment does not give it, else what the environment's text becomes. */
function overridable(evaluation: Evaluation, found: FoundClass, attribute: Attribute, name: string): Value {
  const { module } = attribute;
  const at = module.span(attribute.value ?? attribute.declaration);
  const variable = attribute.variable ?? `${found.prefix}${name}`.toUpperCase();
  const fallback = attribute.value === undefined ? undefined : withSlashes(validated(evaluation, attribute, evaluation.within(module).valueOf(attribute.value)), found, attribute);
  const set = ((): Value => {
    if (/\b(?:list|set|tuple|frozenset|sequence)\b/i.test(attribute.type) || fallback?.kind === 'list') return { kind: 'list', items: [], rest: { kind: 'env', name: variable, at }, at };
    if (attribute.validator === undefined && (attribute.type === '' ? fallback?.kind === 'string' : /\bstr\b|Url\b|Literal\b/.test(attribute.type))) return { kind: 'env', name: variable, at };
    return unknown('env-variable', `the value of ${variable}`, at);
  })();
  return fallback === undefined ? set : setting(variable, fallback, set, at);
}

/** What the attribute's validator makes of its default. */
function validated(evaluation: Evaluation, { module, validator }: Attribute, value: Value): Value {
  const parameter = validator === undefined ? undefined : parameterNames(validator)[1];
  return validator === undefined || parameter === undefined ? value : returnedBy(evaluation, module, validator, new Map([[parameter, value]]), module.span(validator));
}

/** pydantic 2's URLs end with a slash when they have no path. They equal no text at all; with the slash they equal none that a browser sends. */
function withSlashes(value: Value, found: FoundClass, attribute: Attribute): Value {
  if (!found.urlsGetSlash || !/\b(?:Any(?:Http)?Url|HttpUrl)\b/.test(attribute.type)) return value;
  return mapEither(value, (one): Value => {
    if (one.kind === 'string') return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/i.test(one.value) ? { ...one, value: `${one.value}/` } : one;
    return one.kind === 'list' ? { ...one, items: one.items.map((item) => withSlashes(item, found, attribute)) } : one;
  });
}
