import type { Span } from '../../text/span.js';

/**
 * What Java and Kotlin say in one form: an expression has a value, a statement has none, and Kotlin makes no difference
 * between them. Bodies are made when they are asked for: most code never is.
 */
export type Code = { readonly at: Span } & (
  | { readonly is: 'text'; readonly value: string; /** Stands there as it reads, between its quotes. */ readonly verbatim: boolean }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'null' | 'this' | 'super' | 'break' | 'continue' | 'nothing' }
  /** Texts and holes of a Kotlin template. */
  | { readonly is: 'template'; readonly parts: readonly Code[] }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'member'; readonly of: Code; readonly name: string }
  /** `f(x)`, `a.f(x)`; a Kotlin value that is called is a name, too. */
  | { readonly is: 'call'; readonly of: Code | undefined; readonly name: string; readonly args: readonly Argument[]; /** Kotlin's `a?.f(x)`. */ readonly safe?: boolean }
  | { readonly is: 'invoke'; readonly callee: Code; readonly args: readonly Argument[] }
  | { readonly is: 'new'; readonly type: string; readonly args: readonly Argument[]; /** An anonymous class that extends the type. */ readonly body?: ClassDeclaration }
  | { readonly is: 'lambda'; /** Undefined: Kotlin's `it`. */ readonly parameters: readonly Parameter[] | undefined; readonly body: () => readonly Code[]; /** Its last expression is its value. */ readonly yields: boolean }
  /** `Type::method`, `this::method`. */
  | { readonly is: 'reference'; readonly of: Code; readonly name: string }
  /** Array initializers and collection literals. */
  | { readonly is: 'list'; readonly items: readonly Code[] }
  | { readonly is: 'index'; readonly of: Code; readonly index: Code }
  | { readonly is: 'not'; readonly of: Code }
  /** `operator` as Java writes it; Kotlin's `?:`, `in` and `!in` as Kotlin does. The right side of `instanceof` is the name of a type. */
  | { readonly is: 'binary'; readonly operator: string; readonly left: Code; readonly right: Code }
  | { readonly is: 'if'; readonly test: Code; readonly yes: readonly Code[]; readonly no: readonly Code[] }
  | { readonly is: 'switch'; readonly subject: Code | undefined; readonly cases: readonly Case[] }
  | { readonly is: 'assign'; readonly target: Code; readonly operator: string; readonly value: Code }
  | { readonly is: 'local'; readonly names: readonly string[]; readonly type: string | undefined; readonly value: Code | undefined }
  | { readonly is: 'each'; readonly name: string; readonly source: Code; readonly body: readonly Code[] }
  /** `after`: what a `for` does after each turn. */
  | { readonly is: 'while'; readonly before: readonly Code[]; readonly after?: readonly Code[]; readonly test: Code | undefined; readonly body: readonly Code[] }
  | { readonly is: 'return' | 'throw'; readonly value: Code | undefined }
  | { readonly is: 'try'; readonly before: readonly Code[]; readonly body: readonly Code[]; readonly handlers: readonly Handler[]; readonly last: readonly Code[] }
  | { readonly is: 'block'; readonly body: readonly Code[] }
  | { readonly is: 'unknown'; readonly text: string }
);

export type CodeOf<Is extends Code['is']> = Extract<Code, { readonly is: Is }>;

export interface Argument {
  /** Kotlin's named arguments. */
  readonly name: string | undefined;
  readonly value: Code;
  /** Kotlin's `*array`. */
  readonly spread: boolean;
}

/** One arm of a `switch` or `when`. Without tests: `default`, `else`. */
export interface Case {
  readonly tests: readonly Code[];
  readonly body: readonly Code[];
  /** An old `case` without an arrow goes on into the next one. */
  readonly falls: boolean;
}

export interface Handler {
  readonly name: string;
  readonly body: readonly Code[];
}

export interface Annotation {
  /** As written: `CrossOrigin`, `org.springframework.web.bind.annotation.CrossOrigin`. */
  readonly name: string;
  readonly at: Span;
  /** Elements by name; an unnamed one is `value`. */
  readonly elements: ReadonlyMap<string, Code>;
}

export interface Parameter {
  readonly name: string;
  readonly type: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly fallback: Code | undefined;
  /** `String... names`, `vararg names: String`. */
  readonly variadic: boolean;
  readonly at: Span;
}

export interface Field {
  readonly name: string;
  readonly type: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly isStatic: boolean;
  readonly value: Code | undefined;
  /** A Kotlin property that is computed whenever it is read. */
  readonly computed: (() => readonly Code[]) | undefined;
  readonly at: Span;
}

export interface Method {
  readonly name: string;
  readonly annotations: readonly Annotation[];
  readonly parameters: readonly Parameter[];
  readonly type: string | undefined;
  /** Kotlin's `fun Application.module()`. */
  readonly receiver: string | undefined;
  readonly isStatic: boolean;
  /** Undefined: abstract. */
  readonly body: (() => readonly Code[]) | undefined;
  readonly at: Span;
}

export interface ClassDeclaration {
  readonly kind: 'class' | 'interface' | 'record' | 'enum' | 'object' | 'annotation';
  /** Empty for an anonymous class. */
  readonly name: string;
  readonly annotations: readonly Annotation[];
  /** Superclass and interfaces as written, without type arguments. */
  readonly supertypes: readonly string[];
  readonly fields: readonly Field[];
  readonly methods: readonly Method[];
  /** Constructors; of a record and of a Kotlin class, the one of its head comes first. */
  readonly constructors: readonly Constructor[];
  /** Initializer blocks. */
  readonly initializers: readonly (() => readonly Code[])[];
  readonly classes: readonly ClassDeclaration[];
  readonly at: Span;
}

export interface Constructor {
  readonly annotations: readonly Annotation[];
  readonly parameters: readonly Parameter[];
  /** Its parameters are fields: of a record, of `val` in a Kotlin class's head. */
  readonly fields: readonly string[];
  readonly body: (() => readonly Code[]) | undefined;
  readonly at: Span;
}

/** One file. */
export interface Unit {
  readonly package: string;
  readonly imports: readonly Import[];
  readonly classes: readonly ClassDeclaration[];
  /** Kotlin's functions and properties outside of classes. */
  readonly functions: readonly Method[];
  readonly properties: readonly Field[];
}

export interface Import {
  /** `a.b.C`; of `a.b.*`, `a.b`. */
  readonly name: string;
  readonly all: boolean;
  /** The name it is known by in the file. */
  readonly as: string;
}
