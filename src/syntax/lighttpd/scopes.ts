import type { Span } from '../../text/span.js';
import { merged, type Refused } from './data.js';
import type { Condition, Data, Operator, Scope, Setting } from './tree.js';

interface OpenScope extends Scope {
  readonly index: number;
  previous: Scope | undefined;
  position: number;
  readonly settings: Map<string, Setting>;
  /** What tells whether two blocks are one: the conditions from the outside to here, as lighttpd spells them. */
  key: string;
}

const ELSE = 'else_tmp_token';

/**
 * The scopes of a configuration as they grow (configparser.y). Two blocks of one parent with the same condition, be it in
 * other case, are one scope; what stands in an `else` without a condition is one with what stands in another such `else` beside it, since
 * both have the same name while they are open.
 */
export class Scopes {
  readonly all: OpenScope[] = [];
  readonly #byKey = new Map<string, OpenScope>();
  readonly #outer: OpenScope[] = [];
  #current: OpenScope;

  constructor(whole: Span) {
    this.#current = { index: 0, key: 'global', parent: undefined, previous: undefined, depth: 0, position: 0, condition: undefined, at: whole, settings: new Map() };
    this.all.push(this.#current);
  }

  /** A setting of the scope that is open; text: why it is refused. */
  assign(name: string, nameAt: Span, operator: Setting['operator'], operatorAt: Span, data: Data, at: Span): Refused | undefined {
    const key = variableName(name);
    const { settings } = this.#current;
    if (key.startsWith('env.')) return { refused: `${operator === '+=' ? 'Appending' : 'Setting'} env variable is not supported in conditional: ${name}` };
    const setting: Setting = { name, nameAt, operator, operatorAt, data, at };
    if (operator === '=' && settings.has(key)) return { refused: `Duplicate config variable in conditional: ${name}` };
    const before = operator === '+=' ? this.value(key) : undefined;
    const sum = before === undefined ? data : merged(before, data);
    if ('refused' in sum) return sum;
    settings.set(key, { ...setting, data: sum });
    return undefined;
  }

  /** What a name stands for here: in this scope, else in those around it. */
  value(name: string): Data | undefined {
    const key = variableName(name);
    for (let scope: Scope | undefined = this.#current; scope !== undefined; scope = scope.parent) {
      const found = scope.settings.get(key);
      if (found !== undefined) return found.data;
    }
    return undefined;
  }

  openGlobal(): Refused | undefined {
    return this.#enter(this.all[0]!);
  }

  open(condition: Condition, at: Span): Refused | undefined {
    return this.#open(`${this.#current.key} / ${spelled(condition)}`, condition, at);
  }

  openElse(at: Span): Refused | undefined {
    return this.#open(`${this.#current.key} / ${ELSE}`, undefined, at);
  }

  /** Ends the innermost block and tells which it was. */
  close(): Scope {
    const closed = this.#current;
    this.#current = this.#outer.pop() ?? this.all[0]!;
    return closed;
  }

  /** Links a block to the one before it in a chain of `else`. */
  chain(before: Scope, next: Scope): Refused | undefined {
    if (before.index >= next.index) return { refused: 'unreachable else condition' };
    if (before.condition === undefined) return { refused: 'unreachable condition following else catch-all' };
    const open = this.all[next.index]!;
    open.previous = before;
    open.position = before.position + 1;
    if (open.condition !== undefined) return undefined;
    // Closed, an `else` is known as the opposite of the block before it.
    const [, outer] = /^([\s\S]*) \/ else_tmp_token$/.exec(open.key) ?? [];
    const key = `${outer ?? ''} / ${spelled(before.condition, true)}`;
    this.#byKey.delete(open.key);
    if (this.#byKey.has(key)) return { refused: 'unreachable else condition' };
    open.key = key;
    this.#byKey.set(key, open);
    return undefined;
  }

  #open(key: string, condition: Condition | undefined, at: Span): Refused | undefined {
    let scope = this.#byKey.get(key);
    if (scope === undefined && !this.#inGlobal()) {
      scope = { index: this.all.length, key, parent: this.#current, previous: undefined, depth: this.#current.depth + 1, position: 0, condition, at, settings: new Map() };
      this.all.push(scope);
      this.#byKey.set(key, scope);
    }
    return this.#enter(scope);
  }

  #enter(scope: OpenScope | undefined): Refused | undefined {
    if (scope === undefined || this.#inGlobal()) return { refused: 'Cannot use conditionals inside a global { ... } block' };
    this.#outer.push(this.#current);
    this.#current = scope;
    return undefined;
  }

  #inGlobal(): boolean {
    return this.#outer.length > 0 && this.#current.index === 0;
  }
}

/** A name without a dot is a variable of the user's. */
function variableName(name: string): string {
  return (name.includes('.') ? name : `var.${name}`).toLowerCase();
}

/** The operator on the other side, in the name that an `else` gets. */
const OPPOSITE: Readonly<Record<Operator, string>> = { '==': '!=', '!=': '==', '=~': '!~', '!~': '=~', '=^': '!^', '=$': '!$' };

/** A condition as lighttpd names it, with simple patterns turned into comparisons (configparser_simplify_regex). */
function spelled({ object, field, operator, text }: Condition, opposite = false): string {
  const plain = text.value.kind === 'string' ? text.value.value : `${text.at.file}:${text.at.start}`;
  const [simple, wanted] = operator === '=~' && object !== 'SERVER' ? simplified(plain) : [operator, plain];
  return `$${object}["${field}"] ${opposite ? OPPOSITE[simple] : simple} "${wanted}"`.toLowerCase();
}

function simplified(source: string): readonly [Operator, string] {
  const [, start = '', dot = '', literal = '', end = ''] = /^(\^?)((?<!\^)\\\.)?([^\\^$.|?*+()[\]{}]*)(\$?)$/.exec(source) ?? [];
  if (start + dot + literal + end !== source) return ['=~', source];
  if (end === '$') return start === '^' ? ['==', literal] : ['=$', (dot === '' ? '' : '.') + literal];
  return start === '^' ? ['=^', literal] : ['=~', source];
}
