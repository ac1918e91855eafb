import { TRUE } from '../../values/condition.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { evaluationIn } from './evaluate.js';
import { execute } from './execute.js';
import { formalsOf, functionValue } from './functions.js';
import { importedValue } from './imported.js';
import { baseOf, boundMethod, classValue, definedIn, instantiate, lineage, memberOf, membersOf } from './instances.js';
import { isLive } from './live.js';
import type { PythonModule } from './module.js';
import { frameFor, keyOf, Session, type ClassRecord, type Frame, type Packages } from './session.js';

export type { Packages } from './session.js';

/** What happened when a module's top level was run. */
export interface Run {
  /** In program order, each under the condition on which it happens. */
  readonly events: readonly Event[];
  /** Classes of the module itself. */
  classes(): Iterable<ClassInView>;
  /** The class that a value is; undefined for all other values. */
  classOf(value: Value): ClassInView | undefined;
  /** Any expression of the module, seen from its end. */
  valueOf(node: SyntaxNode): Value;
  /** The value of a name of the module at its end; undefined when nothing binds it. */
  named(name: string): Value | undefined;
  /** Functions and classes that nothing has called when their turn comes: what other files may call, or nobody. Outermost only. */
  unreached(): Iterable<Unreached>;
  /** Functions that the top level defines, whether something called them or not. */
  functions(): Iterable<Defined>;
}

/** A function of the top level. */
export interface Defined {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Its decorators as written without arguments. */
  readonly decorators: readonly string[];
  /** What its name holds at the end: what decorators made of it. */
  readonly value: Value | undefined;
}

export interface Parameter {
  readonly name: string;
  /** Last name of its annotation: `FastAPI` for `app: fastapi.FastAPI`. */
  readonly type: string | undefined;
  readonly at: Span;
}

export interface Unreached {
  readonly at: Span;
  /** The function's or the class's name. */
  readonly name: string;
  /** Of a class: none. */
  readonly parameters: readonly Parameter[];
  /** Parameters that are not given are open. Nothing happens in code that is given nothing and does not concern the reader: it is not followed. */
  run(given?: (parameter: Parameter) => Value | undefined): readonly Event[];
}

/** A class and those of its bases that are in view. */
export interface ClassInView {
  readonly name: string;
  readonly at: Span;
  /** Qualified names of all bases outside the project, those of bases in view included: `tornado.web.RequestHandler`. */
  readonly bases: readonly string[];
  /** Names of the methods of the class and of its bases in view. */
  readonly methods: readonly string[];
  /** Of a method that is in view, whichever class defines it: its decorators as written without arguments (`cross_origin`, `app.get`). */
  decoratorsOf(method: string): readonly string[];
  /** A class attribute of the class or of its bases in view. */
  attribute(name: string): Value | undefined;
  /**
   * An object of the class. What the class does not define is the framework's: `base`, which is the receiver of events
   * for inherited methods, `super()` included. `__init__` is run with `args`, when they are given.
   */
  instance(base: Handle, args?: readonly Value[]): Handle;
  /** A method of an object that `instance` made, bound to it. */
  methodOf(instance: Handle, name: string): FunctionValue | undefined;
}

/**
 * Runs a module symbolically. `packages` says what imports of packages are; handles that it gives out appear as
 * receivers of the events, in program order, each under the condition on which it happens. Modules of the project that
 * the module imports are run, too, where their text `concerns` the reader.
 */
export function run(module: PythonModule, packages: Packages, concerns: RegExp, unbound: readonly string[] = []): Run {
  const session = new Session(packages, concerns, unbound);
  const frame = frameFor(module, session, session.moduleEnv(), 0);
  session.states.set(module.file, frame);
  for (const statement of module.root.namedChildren) {
    session.begin();
    execute(statement, frame);
  }
  // Statements past a `raise` of the top level: what is defined there is still in view.
  frame.reached = TRUE;
  const view = (record: ClassRecord): ClassInView => classInView(record, frame);
  return {
    events: frame.events,
    *classes() {
      for (const node of module.nodes('class_definition')) yield view(recordOf(node, frame));
    },
    classOf(value) {
      const record = value.kind === 'handle' ? session.classes.get(value) : undefined;
      return record === undefined ? undefined : view(record);
    },
    valueOf: (node) => evaluationIn({ ...frame, events: [] }).valueOf(node),
    named: (name) => frame.env.lookup(name) ?? importedValue(name, frame),
    unreached: () => unreachedIn(frame),
    functions: () => functionsIn(frame),
  };
}

/** The class as the module's names hold it, so that it is one with what code refers to. */
function recordOf(node: SyntaxNode, frame: Frame): ClassRecord {
  const held = frame.env.lookup(node.childForFieldName('name')?.text ?? '');
  const known = held?.kind === 'handle' ? frame.session.classes.get(held) : undefined;
  return known?.node.id === node.id ? known : frame.session.classes.get(classValue(node, frame))!;
}

function classInView(record: ClassRecord, frame: Frame): ClassInView {
  const { node } = record;
  const { records, outside } = lineage(record);
  const members = records.flatMap((one) => membersOf(one.node));
  return {
    name: node.childForFieldName('name')?.text ?? '',
    at: record.frame.module.span(node),
    bases: outside,
    methods: [...new Set(members.flatMap(({ name, node: member }) => (member.type === 'assignment' ? [] : [name])))],
    decoratorsOf(method) {
      const found = definedIn(record, method)?.node;
      const decorators = found?.type === 'decorated_definition' ? decoratorsIn(found) : [];
      return decorators.flatMap(decoratorName);
    },
    attribute(name) {
      const held = definedIn(record, name);
      const right = held?.node.type === 'assignment' ? held.node.childForFieldName('right') : null;
      return held === undefined || right === null ? undefined : evaluationIn({ ...held.record.frame, events: [] }).valueOf(right);
    },
    instance(base, args) {
      const instance = instantiate(record, base, frame, record.frame.module.span(node));
      const init = args === undefined ? undefined : memberOf(instance, '__init__', { ...frame, events: [] });
      if (init?.kind === 'function') init.run(args ?? []);
      return instance;
    },
    methodOf: (instance, name) => boundMethod(instance, name, { ...frame, events: [] }),
  };
}

function decoratorsIn(node: SyntaxNode): readonly SyntaxNode[] {
  return node.namedChildren.filter((child) => child.type === 'decorator');
}

function decoratorName(decorator: SyntaxNode): readonly string[] {
  const written = decorator.namedChildren[0];
  return written === undefined ? [] : [(written.childForFieldName('function') ?? written).text];
}

function* functionsIn(frame: Frame): Generator<Defined> {
  for (const statement of outermost(frame.module.root)) {
    const definition = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : statement;
    const name = definition?.type === 'function_definition' ? definition.childForFieldName('name')?.text : undefined;
    if (definition === null || name === undefined) continue;
    frame.session.begin();
    yield { name, parameters: parametersOf(definition, frame.module), decorators: decoratorsIn(statement).flatMap(decoratorName), value: frame.env.lookup(name) };
  }
}

function parametersOf(definition: SyntaxNode, module: PythonModule): readonly Parameter[] {
  return formalsOf(definition).map((formal) => ({ name: formal.name, type: typeName(formal.type), at: module.span(formal.node) }));
}

function* unreachedIn(frame: Frame): Generator<Unreached> {
  const { module, session } = frame;
  for (const statement of outermost(module.root)) {
    const definition = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : statement;
    if (definition === null || session.executed.has(keyOf(module, definition))) continue;
    session.begin();
    yield definition.type === 'class_definition' ? unreachedClass(definition, frame) : unreachedFunction(definition, frame);
  }
}

/** Definitions of the top level, those under its conditions included. */
function outermost(block: SyntaxNode): readonly SyntaxNode[] {
  return block.namedChildren.flatMap((child) => {
    if (/^(?:decorated|function|class)_definition$/.test(child.type)) return [child];
    return /^(?:if|try|with|for)_statement$|^(?:elif|else|except|finally)_clause$|^block$/.test(child.type) ? outermost(child) : [];
  });
}

function unreachedFunction(definition: SyntaxNode, frame: Frame): Unreached {
  const { module } = frame;
  const parameters = parametersOf(definition, module);
  return {
    at: module.span(definition),
    name: definition.childForFieldName('name')?.text ?? '',
    parameters,
    run(given = () => undefined) {
      const values = parameters.map(given);
      if (values.every((value) => value === undefined) && !isLive(definition, frame)) return [];
      const open = formalsOf(definition).map(({ name, how, node }, index): Value => values[index] ?? (how === 'plain' ? unknown('parameter', `the parameter ${name}`, module.span(node)) : unknown('parameter', 'further arguments', module.span(node))));
      return functionValue(definition, frame).run(open);
    },
  };
}

function unreachedClass(node: SyntaxNode, frame: Frame): Unreached {
  const { module, session } = frame;
  return {
    at: module.span(node),
    name: node.childForFieldName('name')?.text ?? '',
    parameters: [],
    run() {
      const record = recordOf(node, frame);
      if (!isLive(node, frame) || baseOf(record) !== undefined) return [];
      const view = classInView(record, frame);
      const instance = instantiate(record, undefined, frame, module.span(node));
      return ['__init__', ...view.methods.filter((name) => name !== '__init__')].flatMap((name) => {
        const definition = definedIn(record, name)?.node;
        const inner = definition?.type === 'decorated_definition' ? definition.childForFieldName('definition') : definition;
        const method = definition === undefined || inner === undefined || inner === null || session.executed.has(keyOf(module, inner)) ? undefined : boundMethod(instance, name, { ...frame, events: [] });
        if (method === undefined || inner === undefined || inner === null) return [];
        const open = formalsOf(inner).slice(1).map((formal): Value => unknown('parameter', `the parameter ${formal.name}`, module.span(formal.node)));
        return [...method.run(open)].filter((event) => event.kind !== 'return');
      });
    },
  };
}

/** `FastAPI` of `app: "fastapi.FastAPI | None"`. */
export function typeName(type: SyntaxNode | null): string | undefined {
  return type === null ? undefined : /([A-Za-z_]\w*)\s*(?:\||\[|\]|,|["')]|$)/.exec(type.text.replace(/^(?:typing\.)?(?:Optional|Annotated)\[/, ''))?.[1];
}
