import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { evaluate } from './evaluate.js';
import { methodValue } from './functions.js';
import { once } from './literals.js';
import type { JvmModule } from './module.js';
import { classHandle, filled, instantiate, lineage, methodNamed, type InView } from './objects.js';
import { Env, frameFor, Session, type Frame, type Injection, type Packages } from './session.js';
import type { Annotation, ClassDeclaration, Code, Method, Parameter } from './tree.js';

/** A file as a framework sees it: its classes, and functions outside of them. */
export interface Run {
  /** Classes of the file, those inside of others included. */
  readonly classes: readonly ClassInView[];
  /** Kotlin's functions outside of classes. */
  readonly functions: readonly MethodInView[];
  /** Has the method run already, called by another one? */
  ran(method: MethodInView): boolean;
  /** The object of a class in view that a value is. */
  objectOf(value: Value): ObjectInView | undefined;
  /** An object of a class of the project, by its name as the file uses it: its parameters and fields are injected. */
  made(type: string): Handle | undefined;
}

export interface ClassInView {
  readonly declaration: ClassDeclaration;
  readonly at: Span;
  readonly annotations: readonly AnnotationInView[];
  /** Those of its supertypes in the project, the nearest first. */
  readonly inherited: readonly AnnotationInView[];
  /** Qualified names that its supertypes outside of the project may have. */
  readonly supertypes: readonly string[];
  /** Does its text match, or that of one of its supertypes in the project? Cheap: nothing is run. */
  mentions(pattern: RegExp): boolean;
  /** Of the class and of its supertypes in the project, the nearest of each name and number of parameters. */
  readonly methods: readonly MethodInView[];
  /** One object, as a framework makes it: its parameters and fields are injected. */
  object(): Handle;
  /** What happened while it was made; empty until then. */
  readonly construction: readonly Event[];
}

export interface ObjectInView {
  readonly declaration: ClassDeclaration;
  /** Qualified names that its supertypes outside of the project may have. */
  readonly supertypes: readonly string[];
  method(name: string): FunctionValue | undefined;
}

export interface MethodInView {
  readonly name: string;
  readonly at: Span;
  readonly annotations: readonly AnnotationInView[];
  /** Those of the methods of supertypes in the project that it overrides, the nearest first. */
  readonly inherited: readonly AnnotationInView[];
  readonly parameters: readonly Parameter[];
  readonly type: string | undefined;
  readonly receiver: string | undefined;
  /** What a framework gives to one of its parameters: what the injection says, else the one object of a class of the project. */
  given(parameter: Parameter): Value | undefined;
  /** Runs on the class's one object. */
  readonly callee: FunctionValue;
}

export interface AnnotationInView {
  /** Qualified names that it may have, likeliest first. */
  readonly names: readonly string[];
  readonly at: Span;
  /** Elements that are written. */
  readonly elements: ReadonlyMap<string, Value>;
  /** Its whole text, elements as they are written. */
  readonly codes: ReadonlyMap<string, Code>;
  /** Of the annotation itself, when the project declares it. */
  readonly meta: readonly AnnotationInView[];
}

/**
 * Makes a file ready to be followed. `packages` says what classes of packages are; handles that it gives out appear as
 * receivers of the events of the methods that are run. `injection` fills what the code leaves to its framework.
 */
export function run(module: JvmModule, packages: Packages, injection: Injection): Run {
  const session = new Session(packages, injection);
  const frame = frameFor(module, session, new Env(undefined), []);
  const all = (classes: readonly ClassDeclaration[]): readonly ClassDeclaration[] => classes.flatMap((one) => [one, ...all(one.classes)]);
  return {
    classes: all(module.unit.classes).map((declaration) => classInView({ declaration, module }, frame)),
    functions: module.unit.functions.map((method) => methodInView(method, module, methodValue(method, frame, []), frame)),
    ran: ({ at }) => session.executed.has(`${at.file}:${at.start}`),
    made(type) {
      const found = module.classNamed(type);
      return found === undefined ? undefined : instantiate(found, [], { ...frame, events: [] }, found.declaration.at);
    },
    objectOf(value) {
      const object = value.kind === 'handle' ? session.objects.get(value) : undefined;
      if (value.kind !== 'handle' || object === undefined || object.isClass) return undefined;
      return { declaration: object.declaration, supertypes: supertypesOf(object), method: (name) => methodNamed(value, name, frame) };
    },
  };
}

function classInView(one: InView, frame: Frame): ClassInView {
  const { declaration } = one;
  const { classes } = lineage(one);
  let made: Handle | undefined;
  const construction: Event[] = [];
  const object = (): Handle => (made ??= instantiate(one, [], { ...frame, events: construction }, declaration.at));
  const methods = once(() => methodsOf(classes, object, frame));
  return {
    declaration,
    at: declaration.at,
    get annotations() {
      return declaration.annotations.map((annotation) => annotationInView(annotation, one.module, frame));
    },
    get inherited() {
      return classes.slice(1).flatMap((owner) => owner.declaration.annotations.map((annotation) => annotationInView(annotation, owner.module, frame)));
    },
    get supertypes() {
      return supertypesOf(one);
    },
    mentions: (pattern) => classes.some(({ declaration: { at }, module }) => pattern.test(module.source.text.slice(at.start, at.end))),
    get methods() {
      return methods();
    },
    object,
    construction,
  };
}

function methodsOf(classes: readonly InView[], object: () => Handle, frame: Frame): readonly MethodInView[] {
  const seen: { readonly method: Method; readonly inherited: AnnotationInView[] }[] = [];
  return classes.flatMap((owner) => {
    const nearer = [...seen];
    return owner.declaration.methods.flatMap((method): MethodInView[] => {
      const over = nearer.find((one) => overrides(one.method, method));
      over?.inherited.push(...method.annotations.map((annotation) => annotationInView(annotation, owner.module, frame, owner)));
      if (over !== undefined) return [];
      const inherited: AnnotationInView[] = [];
      seen.push({ method, inherited });
      const callee: FunctionValue = { kind: 'function', parameters: method.parameters.length, isAsync: false, at: method.at, run: (args) => methodValue(method, frameFor(owner.module, frame.session, new Env(undefined), [object()]), [object()]).run(args) };
      return [methodInView(method, owner.module, callee, frame, inherited, owner)];
    });
  });
}

/** Has a method of a nearer class the name and parameters of another one? What is declared as a type parameter may be any type. */
function overrides(nearer: Method, { name, parameters }: Method): boolean {
  return nearer.name === name && nearer.parameters.length === parameters.length && parameters.every(({ type }, index) => type === nearer.parameters[index]!.type || /^[A-Z]\w?$/.test(type ?? 'T'));
}

function supertypesOf(one: InView): readonly string[] {
  return lineage(one).outside.flatMap(({ name, module }) => module.qualifiedNames(name));
}

function methodInView(method: Method, module: JvmModule, callee: FunctionValue, frame: Frame, inherited: readonly AnnotationInView[] = [], owner?: InView): MethodInView {
  return { name: method.name, at: method.at, annotations: method.annotations.map((annotation) => annotationInView(annotation, module, frame, owner)), inherited, parameters: method.parameters, type: method.type, receiver: method.receiver, given: (parameter) => filled({ ...parameter, holder: undefined, owner: undefined }, () => undefined, frameFor(module, frame.session, new Env(undefined), [])), callee };
}

/** `owner`: the class whose constants it may name as its members do. */
function annotationInView(annotation: Annotation, module: JvmModule, frame: Frame, owner?: InView): AnnotationInView {
  const inner = frameFor(module, frame.session, new Env(undefined), []);
  let elements: ReadonlyMap<string, Value> | undefined;
  return {
    names: module.qualifiedNames(annotation.name),
    at: annotation.at,
    get elements() {
      frame.session.begin();
      return (elements ??= new Map([...annotation.elements].map(([name, code]) => [name, evaluate(code, { ...inner, receivers: owner === undefined ? [] : [classHandle(owner, inner, owner.declaration.at)] }) ?? unknown('unsupported-syntax', name, code.at)])));
    },
    codes: annotation.elements,
    get meta() {
      const found = module.classNamed(annotation.name);
      return found === undefined || found.declaration.kind !== 'annotation' ? [] : found.declaration.annotations.map((one) => annotationInView(one, found.module, frame));
    },
  };
}
