import { peeled } from '../../middleware/nginx/conditions.js';
import { patternFor } from '../../middleware/nginx/matching.js';
import { METHODS } from '../../middleware/nginx/ways.js';
import { variableName } from '../../middleware/nginx/variables.js';
import { admits } from '../../origins/membership.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import { variablesIn } from './configuration.js';

/** Something that `if`s ask about the Origin: it is this text, or it matches this pattern. As a row of a map spells it: `~`, `~*` or a text. */
export interface Atom {
  readonly key: string;
  readonly token: Token;
  /** Absent for a text. */
  readonly ignoreCase?: boolean;
}

/** The codes of nginx's rewrite phase that run for a location: those of its server, and its own. */
export interface Codes {
  readonly server: readonly Directive[];
  readonly own: readonly Directive[];
}

/** Where the codes end for one kind of request. */
export interface End {
  /** The last `if` of the location that held: its level is in force. */
  readonly level: Directive | undefined;
  /** The `return` that answered, and the `if` around it. */
  readonly answer?: { readonly directive: Directive; readonly within: Directive | undefined };
  /** The server answered: the location was not come to. */
  readonly early: boolean;
  readonly variables: ReadonlyMap<string, string>;
  /** Variables that a condition of the server may have set, of which nothing is known. */
  readonly unknown: ReadonlySet<string>;
}

/** What cannot be told before nginx runs, and where it is asked. */
export class Undecided extends Error {
  constructor(
    readonly directive: Directive,
    message: string,
  ) {
    super(message);
  }
}

/** Every other method. */
export const OTHER = 'OTHER';
const MAX_ATOMS = 40;
const MAX_ENDS = 400;

/** What the codes come to, by method and by what holds of the Origin. */
export interface Traced {
  /** In the order in which the rows of a map would be tried. */
  readonly atoms: readonly Atom[];
  readonly methods: readonly string[];
  /** By method; one for each atom that holds while none before does, and one where none holds. */
  readonly ends: ReadonlyMap<string, readonly End[]>;
}

type Truths = ReadonlyMap<string, boolean>;

/**
 * Runs codes that ask about methods and origins for all that they can tell apart.
 * @param same what of an end matters: where ends that a map cannot tell apart differ in it, no map says it
 * @throws {Undecided}
 */
export function traced(codes: Codes, same: (end: End) => string): Traced {
  const methods = [...new Set([...METHODS, ...methodsIn([...codes.server, ...codes.own])]), OTHER];
  const atoms = new Map<string, Atom>();
  const ends = new Map(methods.map((method) => [method, endsOf(codes, method, atoms)]));
  const asked = [...atoms.values()].filter(({ key }) => [...ends.values()].some((some) => matters(key, some, same)));
  const written = asked.toSorted((a, b) => (a.token.file === b.token.file ? a.token.start - b.token.start : 0));
  const exact = written.filter(({ ignoreCase }) => ignoreCase === undefined);
  const patterns = written.filter(({ ignoreCase }) => ignoreCase !== undefined);
  for (const order of [[...exact, ...patterns], [...exact, ...patterns.toReversed()]]) {
    const found = new Map(methods.map((method) => [method, cellsOf(order, ends.get(method)!, same)]));
    if ([...found.values()].every((cells): cells is readonly End[] => cells !== undefined)) return { atoms: order, methods, ends: found as ReadonlyMap<string, readonly End[]> };
  }
  const about = codes.own.find(({ name }) => name === 'if') ?? codes.server[0]!;
  throw new Undecided(about, 'what is sent depends on several of the conditions on the origin at once');
}

/** Does it depend on this atom where the codes end? */
function matters(key: string, ends: readonly (readonly [Truths, End])[], same: (end: End) => string): boolean {
  const words = ends.map(([truths, end]) => ({ truths, told: same(end) }));
  const [holding, others] = [true, false].map((truth) => words.filter(({ truths }) => truths.get(key) === truth));
  return holding!.some((one) => others!.some((other) => one.told !== other.told && [...one.truths].every(([name, truth]) => name === key || (other.truths.get(name) ?? truth) === truth)));
}

/** One end for each row, or undefined where the first row that holds does not decide. */
function cellsOf(order: readonly Atom[], ends: readonly (readonly [Truths, End])[], same: (end: End) => string): readonly End[] | undefined {
  const cells: End[] = [];
  for (let row = 0; row <= order.length; row += 1) {
    const fitting = ends.filter(([truths]) => order.every(({ key }, index) => index > row || truths.get(key) === undefined || truths.get(key) === (index === row)));
    const [first, ...others] = fitting;
    if (first === undefined || others.some(([, end]) => same(end) !== same(first[1]))) return undefined;
    cells.push(first[1]);
  }
  return cells;
}

function methodsIn(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(({ name, args, block }) => {
    const words = name === 'if' ? peeled(args) : [];
    const own = words[0] !== undefined && /^\$\{?request_method\}?$/i.test(words[0].text) && /^!?=$/.test(words[1]?.text ?? '') && /^[A-Z]+$/.test(words[2]?.text ?? '') ? [words[2]!.text] : [];
    return [...own, ...methodsIn(block ?? [])];
  });
}

function endsOf(codes: Codes, method: string, atoms: Map<string, Atom>): readonly (readonly [Truths, End])[] {
  const found: (readonly [Truths, End])[] = [];
  const pending: Truths[] = [new Map()];
  for (let truths = pending.pop(); truths !== undefined; truths = pending.pop()) {
    const run = new Run(method, truths, atoms);
    try {
      found.push([truths, run.end(codes)]);
    } catch (error) {
      if (!(error instanceof Asked)) throw error;
      if (atoms.size > MAX_ATOMS || found.length + pending.length > MAX_ENDS) throw new Undecided(codes.own[0] ?? codes.server[0]!, 'it asks about too many origins to be written as a map');
      for (const holds of [true, false]) {
        const next = new Map(truths).set(error.atom.key, holds);
        if (isPossible(next, atoms)) pending.push(next);
      }
    }
  }
  return found;
}

/** One text at most is the Origin's, and patterns match it or do not. */
function isPossible(truths: Truths, atoms: ReadonlyMap<string, Atom>): boolean {
  const held = [...truths].flatMap(([key, holds]) => (holds && atoms.get(key)?.ignoreCase === undefined ? [key] : []));
  const [text] = held;
  if (text === undefined) return true;
  return held.length === 1 && [...truths].every(([key, holds]) => atoms.get(key)!.ignoreCase === undefined || matches(atoms.get(key)!.token, atoms.get(key)!.ignoreCase!, text) !== !holds);
}

function matches(token: Token, ignoreCase: boolean, text: string): boolean | undefined {
  const member = admits(patternFor(token, ignoreCase), text, () => undefined);
  return typeof member === 'boolean' ? member : undefined;
}

/** An atom was asked for of which nothing is decided. */
class Asked extends Error {
  constructor(readonly atom: Atom) {
    super(atom.key);
  }
}

class Run {
  readonly #variables = new Map<string, string>();
  readonly #unknown = new Set<string>();

  constructor(
    private readonly method: string,
    private readonly truths: Truths,
    private readonly atoms: Map<string, Atom>,
  ) {}

  end({ server, own }: Codes): End {
    let level: Directive | undefined;
    for (const directive of server) {
      const answer = this.#step(directive, true);
      if (typeof answer === 'object') return { level: undefined, answer, early: true, variables: this.#variables, unknown: this.#unknown };
    }
    for (const directive of own) {
      const answer = this.#step(directive, false);
      if (answer !== false && directive.name === 'if') level = directive;
      if (typeof answer === 'object') return { level, answer, early: false, variables: this.#variables, unknown: this.#unknown };
    }
    return { level, early: false, variables: this.#variables, unknown: this.#unknown };
  }

  /** The answer, or whether it was taken. */
  #step(directive: Directive, ofServer: boolean): NonNullable<End['answer']> | boolean {
    if (directive.name === 'set') {
      this.#set(directive);
      return true;
    }
    if (directive.name === 'return') return { directive, within: undefined };
    if (directive.name !== 'if' || directive.block === undefined) return false;
    const { block } = directive;
    let holds: boolean;
    try {
      holds = this.#holds(directive);
    } catch (error) {
      if (!(error instanceof Undecided) || !ofServer) throw error;
      // What it sets is not known from here on; whoever asks for it is told.
      for (const { name, args } of block) if (name === 'set' && args[0] !== undefined) this.#unknown.add(variableName(args[0].text));
      return false;
    }
    if (!holds) return false;
    for (const inner of block) {
      if (inner.name === 'set') this.#set(inner);
      if (inner.name === 'return') return { directive: inner, within: directive };
    }
    return true;
  }

  #set({ args: [name, value] }: Directive): void {
    if (name === undefined || value === undefined) return;
    this.#unknown.delete(variableName(name.text));
    this.#variables.set(variableName(name.text), substituted(value.text, this.#variables));
  }

  #holds(directive: Directive): boolean {
    const [left, operator, right] = peeled(directive.args);
    const text = left === undefined ? '' : this.#known(left.text);
    const isOrigin = /^\$(?:http_origin|\{http_origin\})$/i.test(text);
    if (left === undefined || !left.text.startsWith('$') || (!isOrigin && text.includes('$')) || variablesIn(left.text).some((name) => this.#unknown.has(name))) {
      throw new Undecided(directive, `this \`if\` asks about ${left?.text ?? 'nothing'}${operator === undefined || left?.text.startsWith('$') === true ? '' : ` ${operator.text}`}, which is not told by method and origin`);
    }
    if (operator === undefined) return isOrigin ? this.#ask({ key: '~.', token: { ...left, text: '.' }, ignoreCase: false }) : text !== '' && text !== '0';
    if (right === undefined) throw new Undecided(directive, 'this `if` compares with nothing');
    const negated = operator.text.startsWith('!');
    if (/^!?=$/.test(operator.text)) {
      const expected = this.#known(right.text);
      if (expected.includes('$')) throw new Undecided(directive, `this \`if\` compares with ${right.text}`);
      const isSo = !isOrigin ? text === expected : expected === '' ? !this.#ask({ key: '~.', token: { ...right, text: '.' }, ignoreCase: false }) : this.#ask({ key: expected, token: right });
      return isSo !== negated;
    }
    const ignoreCase = operator.text.includes('*');
    if (isOrigin) return this.#ask({ key: `~${ignoreCase ? '*' : ''}${right.text}`, token: right, ignoreCase }) !== negated;
    const member = matches(right, ignoreCase, text);
    if (member === undefined) throw new Undecided(directive, 'what the pattern of this `if` matches is not known');
    return member !== negated;
  }

  #ask(atom: Atom): boolean {
    if (!this.atoms.has(atom.key)) this.atoms.set(atom.key, atom);
    const truth = this.truths.get(atom.key);
    if (truth === undefined) throw new Asked(atom);
    return truth;
  }

  /** A text with all that is known put in; the method too. */
  #known(text: string): string {
    return substituted(text, new Map([...this.#variables, ['request_method', this.method]]));
  }
}

/** A text with what variables hold put in their places; the others stay as they are. */
export function substituted(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{(\w+)\}|\$(\w+)/g, (all, braced: string | undefined, bare: string | undefined) => variables.get((braced ?? bare)!.toLowerCase()) ?? all);
}
