import { and } from '../../values/condition.js';
import { mapEither } from '../../values/either.js';
import { runsIn, type Environment } from '../../values/fact.js';
import { silent } from '../../values/silent.js';
import type { Value } from '../../values/value.js';
import { fork } from '../../values/ways.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { executeAll } from './execute.js';
import { functionValue } from './functions.js';
import { classValue } from './instances.js';
import type { PythonModule } from './module.js';
import { frameFor, isUnbound, MAX_HOPS, type Frame, type Session } from './session.js';

/** The names of a module of the project. One whose text concerns the reader is run, once; of others, names are looked up one by one. */
export function stateOf(module: PythonModule, session: Session, hops: number): Frame {
  const known = session.states.get(module.file);
  if (known !== undefined) return known;
  const frame = frameFor(module, session, session.moduleEnv(), hops);
  session.states.set(module.file, frame);
  if (hops <= MAX_HOPS && session.concerns.test(module.source.text)) executeAll(module.root, frame);
  return frame;
}

/** `import a.b`, `from . import a`, `from a import b`: modules of the project that concern the reader are run where they are imported. */
export function runImports(node: SyntaxNode, frame: Frame): void {
  const { module, session } = frame;
  const from = node.childForFieldName('module_name')?.text;
  const names = node.namedChildren.flatMap((child) => {
    const name = child.type === 'aliased_import' ? child.childForFieldName('name')?.text : child.type === 'dotted_name' ? child.text : undefined;
    return name === undefined || name === from ? [] : [name];
  });
  const candidates = from === undefined ? names : [from, ...names.map((name) => (from.endsWith('.') ? `${from}${name}` : `${from}.${name}`))];
  for (const candidate of candidates) {
    const file = module.fileNamed(candidate);
    if (file === undefined || session.states.has(file) || frame.hops >= MAX_HOPS || !session.concerns.test(module.files.read(file) ?? '')) continue;
    const other = module.at(file);
    if (other === undefined) continue;
    const { events } = stateOf(other, session, frame.hops + 1);
    frame.events.push(...events.flatMap((event) => (event.kind === 'return' || event.kind === 'throw' ? [] : [{ ...event, when: and(frame.reached, event.when) }])));
  }
  if (from !== undefined && node.namedChildren.some((child) => child.type === 'wildcard_import')) bindStarred(from, frame);
}

/**
 * `from base import *` binds what running the other module left: later assignments override it, and it overrides earlier
 * ones. A module whose name says where it runs (`local_settings`, `dev`) overrides there only.
 */
function bindStarred(from: string, frame: Frame): void {
  const { module, session } = frame;
  const file = frame.hops >= MAX_HOPS ? undefined : module.fileNamed(from);
  const other = file === undefined ? undefined : module.at(file);
  if (file === undefined || other === undefined) return;
  const state = stateOf(other, session, frame.hops + 1);
  const bind = (): void => {
    for (const [name, value] of state.env.variables) {
      const before = frame.env.lookup(name);
      const bound = before === undefined ? value : mapEither(value, (one) => (isUnbound(one) ? before : one));
      if (!name.startsWith('_')) frame.env.assign(name, bound);
    }
  };
  const [there, here] = [environmentOfFile(file), environmentOfFile(module.file)];
  if (there === 'production' || there === here) bind();
  else fork({ c: 'fact', fact: runsIn(there, module.span(module.root)) }, bind, () => undefined, frame);
}

/** Where a module runs, by its name or its folder's: `settings/dev.py`, `local_settings.py`, `tests/settings.py`. */
export function environmentOfFile(file: string): Environment {
  const [name = '', folder = ''] = file.replace(/(?:\/__init__)?\.pyi?$/, '').split('/').reverse();
  for (const part of [...name.split(/[_.-]/), folder]) {
    if (/^(?:dev|devel|develop|development|local|localhost|debug)$/i.test(part)) return 'development';
    if (/^(?:tests?|testing|ci|pytest|e2e)$/i.test(part)) return 'test';
  }
  return 'production';
}

/** What an imported name is: of a package, what the reader says; of the project, a function, a class, a module or what running it left. */
export function importedValue(name: string, frame: Frame): Value | undefined {
  const qualified = frame.module.imports.get(name);
  if (qualified !== undefined) return qualifiedValue(qualified, frame);
  for (const starred of frame.module.starredNames()) {
    const value = qualifiedValue(`${starred}${starred.endsWith('.') ? '' : '.'}${name}`, frame);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The same for a dotted name: `package.module.name`. */
export function qualifiedValue(qualified: string, frame: Frame): Value | undefined {
  const { module, session } = frame;
  const meant = session.packages(qualified);
  if (meant !== undefined) return meant;
  if (frame.hops >= MAX_HOPS) return undefined;
  const whole = module.fileNamed(qualified);
  if (whole !== undefined) return moduleValue(qualified, whole, frame);
  const cut = qualified.lastIndexOf('.');
  // `from . import name`: the dots belong to the module.
  const file = cut === -1 ? undefined : module.fileNamed(/^\.+$/.test(qualified.slice(0, cut + 1)) ? qualified.slice(0, cut + 1) : qualified.slice(0, cut));
  const other = file === undefined ? undefined : module.at(file);
  return other === undefined ? undefined : nameIn(stateOf(other, session, frame.hops + 1), qualified.slice(cut + 1));
}

/** A module of the project as an object. */
function moduleValue(qualified: string, file: string, frame: Frame): Value | undefined {
  const other = frame.module.at(file);
  if (other === undefined) return undefined;
  return silent(`the module ${qualified}`, { file, start: 0, end: 0 }, (name) => nameIn(stateOf(other, frame.session, frame.hops + 1), name));
}

/** A name of a module: what running it left, else a function or a class that it defines, else what it imports. */
function nameIn(state: Frame, name: string): Value | undefined {
  return state.env.lookup(name) ?? definedValue(name, state) ?? importedValue(name, state);
}

/** A function or a class of the module, when running it has not come there. */
export function definedValue(name: string, frame: Frame): Value | undefined {
  const { module, session } = frame;
  const definition = module.definition('function_definition', name) ?? module.definition('class_definition', name);
  const outermost = definition?.parent?.type === 'decorated_definition' ? definition.parent.parent : definition?.parent;
  if (definition === undefined || outermost?.type !== 'module') return undefined;
  const state = session.states.get(module.file);
  if (state === undefined) return undefined;
  const value = definition.type === 'class_definition' ? classValue(definition, state) : functionValue(definition, state);
  state.env.variables.set(name, value);
  return value;
}
