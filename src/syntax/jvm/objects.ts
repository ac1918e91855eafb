import { silent } from '../../values/silent.js';
import { unknown, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { callHandle } from './calls.js';
import { evaluate, runAll } from './evaluate.js';
import { nameConstant } from './enums.js';
import { bind, inline, methodValue } from './functions.js';
import type { JvmModule } from './module.js';
import { Env, frameFor, MAX_CALLS, type Frame, type Injected, type ObjectOf, type Session } from './session.js';
import type { ClassDeclaration, Constructor, Field, Method } from './tree.js';

/** Supertypes of supertypes are followed so far. */
const MAX_SUPERTYPES = 12;

export interface InView {
  readonly declaration: ClassDeclaration;
  readonly module: JvmModule;
}

/** The class and its supertypes in the project, nearest first, and the names of those outside of it, as their files use them. */
export function lineage(first: InView): { readonly classes: readonly InView[]; readonly outside: readonly { readonly name: string; readonly module: JvmModule }[] } {
  const classes: InView[] = [];
  const outside: { name: string; module: JvmModule }[] = [];
  const visit = (one: InView, depth: number): void => {
    if (depth > MAX_SUPERTYPES || classes.some((known) => known.declaration === one.declaration)) return;
    classes.push(one);
    for (const name of one.declaration.supertypes) {
      const parent = one.module.classNamed(name);
      if (parent !== undefined && parent.declaration !== one.declaration) visit(parent, depth + 1);
      else outside.push({ name, module: one.module });
    }
  };
  visit(first, 0);
  return { classes, outside };
}

/** A class by a name as the file uses it: what the reader says of it, or a class of the project. */
export function classValue(name: string, frame: Frame, at: Span): Handle | undefined {
  const { module, session } = frame;
  const inside = module.unit.classes.some((one) => one.name === name.split('.')[0]);
  const meant = inside ? undefined : module.qualifiedNames(name).map((qualified) => session.packages(qualified)).find((value) => value !== undefined);
  if (meant !== undefined) return meant;
  const found = module.classNamed(name);
  return found === undefined ? undefined : classHandle(found, frame, at);
}

export function classHandle(found: InView, frame: Frame, at: Span): Handle {
  const { session } = frame;
  const known = session.classes.get(found.declaration);
  if (known !== undefined) return known;
  const handle: Handle = silent(`the class ${found.declaration.name}`, at, (name) => fieldOf(handle, name, frame));
  session.classes.set(found.declaration, handle);
  session.objects.set(handle, { ...found, isClass: true, base: undefined });
  session.fields.set(handle, new Map());
  return handle;
}

export function isProjectObject(value: Value, frame: Frame): boolean {
  return value.kind === 'handle' && frame.session.objects.has(value);
}

/** What the members of an object see: the object itself and, for a class without a name, what stands around it. */
function frameIn(handle: Handle, module: JvmModule, session: Session): Frame {
  const around = session.objects.get(handle)?.around;
  return frameFor(module, session, new Env(around?.env), [...(around?.receivers ?? []), handle]);
}

/** What a field holds: as code has left it, as it was declared, or as a framework fills it. */
export function fieldOf(handle: Handle, name: string, frame: Frame): Value | undefined {
  const { session } = frame;
  const object = session.objects.get(handle);
  const held = session.fields.get(handle)?.get(name);
  if (object === undefined || held !== undefined) return held;
  for (const one of lineage(object).classes) {
    const known = session.fields.get(classHandle(one, frame, handle.at))?.get(name);
    if (known !== undefined) return known;
    const field = one.declaration.fields.find((candidate) => candidate.name === name && (candidate.isStatic || !object.isClass));
    if (field !== undefined) return declared(field, one, handle, frame);
  }
  const outer = outerOf(object);
  return outer === undefined ? undefined : fieldOf(classHandle(outer, frame, handle.at), name, frame);
}

function declared(field: Field, owner: InView, handle: Handle, frame: Frame): Value | undefined {
  const { session } = frame;
  const inner = frameIn(handle, owner.module, session);
  if (field.computed !== undefined) {
    const getter: Method = { name: field.name, annotations: [], parameters: [], type: field.type, receiver: undefined, isStatic: false, body: field.computed, at: field.at };
    return inline(methodValue(getter, inner, inner.receivers), [], inner, field.at);
  }
  const fields = session.fields.get(field.isStatic ? classHandle(owner, frame, handle.at) : handle);
  const open = unknown('parameter', `the field ${field.name}`, field.at);
  // What a field is made of itself nobody knows.
  fields?.set(field.name, open);
  const written = (): Value | undefined => (field.value === undefined ? undefined : session.calls >= MAX_CALLS ? open : evaluate(field.value, inner));
  const value = field.isStatic ? written() : filled({ ...field, holder: handle, owner: owner.declaration }, written, inner);
  // What a constructor or an initializer has put there meanwhile counts.
  const held = fields?.get(field.name);
  if (held !== undefined && held !== open) return held;
  if (value !== undefined && owner.declaration.kind === 'enum' && field.isStatic && field.type === owner.declaration.name) nameConstant(value, field.name);
  fields?.set(field.name, value ?? open);
  return value ?? open;
}

/** A field or a parameter as its framework fills it, as code does, or with the one object of its class. */
export function filled(into: Pick<Injected, 'name' | 'type' | 'annotations' | 'at' | 'holder' | 'owner'>, written: () => Value | undefined, frame: Frame): Value | undefined {
  const { name, type, annotations, at, holder, owner } = into;
  const made = (make: (found: InView) => Handle): Handle | undefined => {
    const found = type === undefined ? undefined : frame.module.classNamed(type);
    return found !== undefined && (found.declaration.kind === 'class' || found.declaration.kind === 'record') ? make(found) : undefined;
  };
  const injected = frame.session.injection({
    name,
    type,
    annotations,
    at,
    holder,
    owner,
    module: frame.module,
    written,
    make: (begin) => made((found) => instantiate(found, [], { ...frame, events: [] }, at, undefined, begin)),
    evaluate: (code) => evaluate(code, frame),
  });
  return injected ?? written() ?? (CONFIGURES.test(type ?? '') || within(frame.module.unit.classes, type) ? made((found) => bean(found, frame)) : undefined);
}

/** Other classes of the project are not opened because a constructor takes them: most applications are made of hundreds. */
const CONFIGURES = /cors|origin|propert|config|setting|option/i;

function within(classes: readonly ClassDeclaration[], name: string | undefined): boolean {
  return classes.some((one) => one.name === name || within(one.classes, name));
}

/** The one object of a class that a framework makes of it. */
export function bean(found: InView, frame: Frame): Handle {
  const { beans } = frame.session;
  const { declaration } = found;
  return beans.get(declaration) ?? instantiate(found, [], { ...frame, events: [] }, declaration.at, undefined, (object) => beans.set(declaration, object));
}

/** The class that a class stands in. */
function outerOf(one: InView): InView | undefined {
  const search = (classes: readonly ClassDeclaration[], outer: ClassDeclaration | undefined): ClassDeclaration | undefined => {
    for (const candidate of classes) {
      if (candidate === one.declaration) return outer;
      const found = search(candidate.classes, candidate);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const declaration = search(one.module.unit.classes, undefined);
  return declaration === undefined ? undefined : { declaration, module: one.module };
}

export function setField(handle: Handle, name: string, value: Value, frame: Frame): void {
  const known = frame.session.fields.get(handle);
  if (known === undefined) frame.session.fields.set(handle, new Map([[name, value]]));
  else known.set(name, value);
}

/** A method of an object or a static one of a class, bound to it; of several, the one that takes so many arguments. */
export function methodNamed(handle: Handle, name: string, frame: Frame, count?: number, above = false): FunctionValue | undefined {
  const object = frame.session.objects.get(handle);
  if (object === undefined) return undefined;
  const { classes } = lineage(object);
  for (const one of above ? classes.slice(1) : classes) {
    const candidates = one.declaration.methods.filter((method) => method.name === name && (method.isStatic || !object.isClass));
    const method = candidates.find((candidate) => candidate.parameters.length === count && candidate.body !== undefined) ?? candidates.find((candidate) => candidate.body !== undefined);
    if (method !== undefined) {
      const inside = frameIn(handle, one.module, frame.session);
      return methodValue(method, inside, inside.receivers);
    }
  }
  const outer = outerOf(object);
  return outer === undefined || above ? undefined : methodNamed(classHandle(outer, frame, handle.at), name, frame, count);
}

/** An object of a class in view: fields, initializers and the constructor that takes so many arguments run. */
export function instantiate(found: InView, args: readonly Value[], frame: Frame, at: Span, named?: ReadonlyMap<string, Value>, begin?: (object: Handle) => void, around?: ObjectOf['around']): Handle {
  const { session } = frame;
  const { declaration, module } = found;
  const handle: Handle = silent(declaration.name === '' ? 'an object' : `an object of ${declaration.name}`, at, (name) => fieldOf(handle, name, frame) ?? session.objects.get(handle)?.base?.get(name));
  const object: ObjectOf = { declaration, module, isClass: false, base: undefined, ...(around === undefined ? {} : { around }) };
  session.objects.set(handle, object);
  session.fields.set(handle, new Map());
  begin?.(handle);
  if (session.calls >= MAX_CALLS) return handle;
  session.calls += 1;
  const inner = { ...frameIn(handle, module, session), reached: frame.reached };
  const constructor = declaration.constructors.find((one) => one.parameters.length === args.length + (named?.size ?? 0)) ?? declaration.constructors[0];
  const given = constructor === undefined ? args : constructor.parameters.map((parameter, index) => args[index] ?? named?.get(parameter.name) ?? undefined);
  construct(object, handle, constructor, given, inner);
  for (const field of declaration.fields) if (!field.isStatic && field.value !== undefined && field.computed === undefined && !session.fields.get(handle)!.has(field.name)) declared(field, found, handle, inner);
  for (const initializer of declaration.initializers) runAll(initializer(), inner);
  frame.events.push(...inner.events.filter((event) => event.kind !== 'return'));
  session.calls -= 1;
  return handle;
}

function construct(object: ObjectOf, handle: Handle, constructor: Constructor | undefined, args: readonly (Value | undefined)[], frame: Frame): void {
  if (constructor === undefined) return;
  const { declaration } = object;
  const values = constructor.parameters.map((parameter, index): Value => {
    const written = (): Value | undefined => (parameter.fallback === undefined ? undefined : evaluate(parameter.fallback, frame));
    return args[index] ?? filled({ ...parameter, holder: handle, owner: declaration }, written, frame) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at);
  });
  bind(constructor.parameters, values, frame);
  if (constructor.body !== undefined) runAll(constructor.body(), frame);
  // A record's short constructor may give its parameters other values first.
  constructor.fields.forEach((name) => setField(handle, name, frame.env.lookup(name)!, frame));
}

/** `super(…)`: the constructor of the parent in the project; a framework's own is an event on what it means. */
export function constructParent(handle: Handle, args: readonly Value[], frame: Frame, at: Span): void {
  const object = frame.session.objects.get(handle);
  if (object === undefined) return;
  const [, parent] = lineage(object).classes;
  if (parent !== undefined) {
    const constructor = parent.declaration.constructors.find((one) => one.parameters.length === args.length) ?? parent.declaration.constructors[0];
    const inner = frameFor(parent.module, frame.session, new Env(undefined), [handle]);
    construct({ ...object, ...parent }, handle, constructor, args, inner);
    frame.events.push(...inner.events.filter((event) => event.kind !== 'return'));
    return;
  }
  const base = baseOf(object, frame);
  const made = base === undefined ? undefined : callHandle(base, 'new', args, frame, at);
  if (made?.kind === 'handle') object.base = made;
}

/** What a class's supertypes outside the project mean to the reader. */
export function baseOf(one: InView, frame: Frame): Handle | undefined {
  for (const { name, module } of lineage(one).outside) {
    for (const qualified of module.qualifiedNames(name)) {
      const meant = frame.session.packages(qualified);
      if (meant !== undefined) return meant;
    }
  }
  return undefined;
}
