import type { Span } from '../../text/span.js';
import { silent } from '../../values/silent.js';
import { unknown, type Handle, type Value } from '../../values/value.js';
import { nothing } from './either.js';
import { runModule } from './execute.js';
import { settingsPackage } from './settings.js';
import { importedModule } from './module.js';
import { isRelative } from './resolve.js';
import { Env, frameFor, MAX_HOPS, type Frame, type ModuleState, type Session } from './session.js';
import type { EstreeModule } from './module.js';
import type { Node } from './tree.js';

/** State of a module in a session: its variables, and what it exports so far. */
export function stateOf(module: EstreeModule, session: Session, hops: number): ModuleState {
  let state = session.states.get(module);
  if (state === undefined) session.states.set(module, (state = { env: new Env(undefined, undefined), exports: new Map(), hops, done: false }));
  return state;
}

/**
 * What `name` of a module is: `default`, a named export, or `*` for all of it (`require`, namespace imports).
 * Packages are the reader's. Modules in view are run once, their events joining those of the importing code; what is
 * neither may be a package that hands out settings.
 */
export function importModuleMember(specifier: string, name: string, frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  const missing = (why: string): Value => unknown('import-not-resolved', why, at);
  const own = isRelative(specifier) ? undefined : frame.session.packages(specifier);
  const module = own !== undefined || frame.hops >= MAX_HOPS ? undefined : importedModule(frame.module, specifier, frame.session.root);
  if (module === undefined) {
    const known = own ?? settingsPackage(specifier, at);
    if (known === undefined) return missing(`${name === '*' || name === 'default' ? 'the import' : name} of "${specifier}"`);
    // A package that is a function or a namespace of handles: both module systems reach its default so.
    return name === '*' || name === 'default' ? known : memberOfPackage(known, name) ?? missing(`${name} of "${specifier}"`);
  }
  const state = stateOf(module, frame.session, frame.hops + 1);
  if (!state.done) {
    state.done = true;
    const inner = frameFor(module, frame.session, state.env, frame.hops + 1);
    frame.session.apart(() => runModule(inner, state));
    frame.events.push(...inner.events);
  }
  if (name === '*') return state.exports.get('module.exports') ?? namespace(state, at);
  const found = state.exports.get(name);
  if (found !== undefined) return found;
  const whole = state.exports.get('module.exports');
  if (whole === undefined) return missing(`${name} of "${specifier}"`);
  // CommonJS seen from an ES module: the default is the whole.
  if (name === 'default') return whole;
  const entry = whole.kind === 'record' ? whole.entries.findLast(({ key }) => key === name)?.value : undefined;
  return entry ?? missing(`${name} of "${specifier}"`);
}

/**
 * What a name that no declaration explains means to the reader that asks: `Response`, or dotted `Deno.serve`. Readers
 * answer for the package `globalThis`.
 */
export function globalOf(name: string, frame: Frame): Value | undefined {
  const globals = frame.session.packages('globalThis');
  return globals === undefined ? undefined : memberOfPackage(globals, name);
}

function memberOfPackage(known: Value, name: string): Value | undefined {
  if (known.kind === 'handle') return known.get(name);
  return known.kind === 'record' ? known.entries.findLast(({ key }) => key === name)?.value : undefined;
}

function namespace(state: ModuleState, at: Span): Value {
  return { kind: 'record', entries: [...state.exports].map(([key, value]) => ({ key, value, at: value.at })), at };
}

/** `exports`, `module` and `require` of CommonJS. */
export function commonJs(name: string, frame: Frame, at: Span): Handle | undefined {
  if (name === 'exports') return exportsObject(frame, at);
  if (name === 'module') return moduleObject(frame, at);
  // Of `require` only `main` is followed: the module that was started is taken to be the one that was asked about.
  return name === 'require' ? silent('require', at, (member) => (member !== 'main' ? undefined : frame.hops === 0 ? moduleObject(frame, at) : nothing(at))) : undefined;
}

/** As far as the module has filled it. */
function exportsObject(frame: Frame, at: Span): Handle {
  const state = stateOf(frame.module, frame.session, frame.hops);
  const handle = silent('exports', at, (name) => state.exports.get(name) ?? memberOfWhole(state, name));
  exportsOf.set(handle, state);
  return handle;
}

/** What the module exports, and who asked for it (`module.parent`): nobody, if it is the one that was asked about. */
function moduleObject(frame: Frame, at: Span): Handle {
  const state = stateOf(frame.module, frame.session, frame.hops);
  let handle = objects.get(state);
  if (handle === undefined) {
    handle = silent('module', at, (name) => (name === 'exports' ? state.exports.get('module.exports') ?? exportsObject(frame, at) : name === 'parent' && state.hops === 0 ? nothing(at) : undefined));
    objects.set(state, handle);
    modules.set(handle, state);
  }
  return handle;
}

function memberOfWhole(state: ModuleState, name: string): Value | undefined {
  const whole = state.exports.get('module.exports');
  return whole?.kind === 'record' ? whole.entries.findLast(({ key }) => key === name)?.value : undefined;
}

const objects = new WeakMap<ModuleState, Handle>();
const modules = new WeakMap<Handle, ModuleState>();
const exportsOf = new WeakMap<Handle, ModuleState>();

/** Takes an assignment to `module.exports` or to one of its members; false when the object is neither. */
export function assignExport(object: Handle, property: string, value: Value): boolean {
  if (modules.has(object)) {
    if (property === 'exports') modules.get(object)!.exports.set('module.exports', value);
    return true;
  }
  const state = exportsOf.get(object);
  if (state === undefined) return false;
  state.exports.set(property, value);
  return true;
}
