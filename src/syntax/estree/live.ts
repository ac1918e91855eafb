import { isSilent } from '../../values/silent.js';
import type { Value } from '../../values/value.js';
import type { EstreeModule } from './module.js';
import { isRelative, resolveImport } from './resolve.js';
import { isModuleLevel, type Variable } from './scopes.js';
import type { ModuleState, Session } from './session.js';
import { rangeOf, type Node } from './tree.js';

/** Globals that lead to nothing a reader asks for. */
const HARMLESS = new Set(['Array', 'Boolean', 'Buffer', 'Date', 'Error', 'Infinity', 'Intl', 'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object', 'Promise', 'RangeError', 'RegExp', 'Set', 'String', 'Symbol', 'TypeError', 'URL', 'URLSearchParams', 'clearInterval', 'clearTimeout', 'console', 'crypto', 'document', 'isNaN', 'parseFloat', 'parseInt', 'process', 'setInterval', 'setTimeout', 'structuredClone', 'undefined', 'window', '__dirname', '__filename']);

/** What a text says that is about CORS, whoever reads it. */
const SPEAKS_OF_CORS = /cors|access-control|cross-?origin|origins?\b/i;

/**
 * Which code of a module can do something that a reader would see: code that names a handle, something imported, or
 * other code that does. All else is not worth following.
 */
export class Live {
  readonly #positions: number[] = [];

  constructor(
    private readonly module: EstreeModule,
    private readonly session: Session,
    state: ModuleState,
  ) {
    const asksGlobals = session.packages('globalThis') !== undefined;
    for (const { name, at } of module.scopes.free) {
      if (name === 'require' || name === 'module' || name === 'exports' || (asksGlobals && !HARMLESS.has(name))) this.#positions.push(at);
    }
    const code: { readonly variable: Variable; readonly ranges: readonly (readonly [number, number])[] }[] = [];
    for (const variable of module.scopes.variables) {
      if (!isModuleLevel(variable)) continue;
      const [definition] = variable.defs;
      const value = state.env.variables.get(variable);
      const ranges: (readonly [number, number])[] = [];
      if (definition?.type === 'ImportBinding' ? this.#imports(definition.parent as Node | undefined) : value !== undefined && this.#leads(value, ranges, 3)) this.#name(variable);
      else if (definition?.type === 'FunctionName' || definition?.type === 'ClassName') code.push({ variable, ranges: [rangeOf(definition.node as Node)] });
      else if (ranges.length > 0) code.push({ variable, ranges });
    }
    for (let pending = code, before = Infinity; pending.length < before; ) {
      before = pending.length;
      pending = pending.filter(({ variable, ranges }) => {
        const live = ranges.some((range) => this.#inside(range));
        if (live) this.#name(variable);
        return !live;
      });
    }
  }

  /** Can the code of this node do something that a reader would see? */
  has(node: Node): boolean {
    return this.#inside(rangeOf(node)) || SPEAKS_OF_CORS.test(this.module.textOf(node));
  }

  #name(variable: Variable): void {
    for (const { identifier } of variable.references) this.#positions.push(rangeOf(identifier as Node)[0]);
  }

  #inside([start, end]: readonly [number, number]): boolean {
    return this.#positions.some((position) => start <= position && position < end);
  }

  #imports(declaration: Node | undefined): boolean {
    if (declaration?.type !== 'ImportDeclaration') return true;
    const specifier = declaration.source.value;
    return isRelative(specifier) || this.session.packages(specifier) !== undefined || resolveImport(this.module.files, this.module.file, specifier) !== undefined;
  }

  /** Does a value lead to a handle? Code of this module is judged by what stands in it: `ranges` takes that. */
  #leads(value: Value, ranges: (readonly [number, number])[], depth: number): boolean {
    const inner = (values: readonly Value[]): boolean => depth > 0 && values.some((one) => this.#leads(one, ranges, depth - 1));
    switch (value.kind) {
      case 'function':
        if (value.at.file !== this.module.file) return true;
        ranges.push([value.at.start + this.module.shift, value.at.end + this.module.shift]);
        return false;
      case 'handle': {
        if (!isSilent(value)) return true;
        const origin = this.session.classes.get(value) ?? this.session.instances.get(value);
        if (origin === undefined) return false;
        if (origin.frame.module !== this.module) return true;
        ranges.push(rangeOf(origin.node));
        return inner([...(this.session.fields.get(value)?.values() ?? [])]);
      }
      case 'record':
        return inner(value.entries.map((entry) => entry.value));
      case 'list':
        return inner(value.items.slice(0, 20));
      case 'either':
        return inner(value.options.map((option) => option.value));
      default:
        return false;
    }
  }
}
