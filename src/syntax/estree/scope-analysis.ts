import type { Definition, Reference, ScopeLike, ScopeManagerLike, Variable } from './scopes.js';
import type { ArrowFunctionExpression, Class, FunctionNode, Node, Program } from './tree.js';

/** Names of the properties in which a type of node holds nodes. */
export type VisitorKeys = Readonly<Record<string, readonly string[]>>;

/**
 * Which variable each name of a program means, as far as values go: types are left out, and so are the names of JSX
 * elements. The result has the shape that ESLint's scopes have.
 */
export function analyzeScopes(program: Program, keys: VisitorKeys): ScopeManagerLike {
  const analysis = new Analysis(keys);
  analysis.module(program);
  return analysis;
}

class OwnReference implements Reference {
  resolved: OwnVariable | null = null;

  constructor(
    readonly identifier: Node & { type: 'Identifier' },
    private readonly writes: boolean,
  ) {}

  isWrite(): boolean {
    return this.writes;
  }
}

class OwnVariable implements Variable {
  readonly defs: Definition[] = [];
  readonly references: OwnReference[] = [];
  readonly identifiers: Node[] = [];

  constructor(
    readonly name: string,
    readonly scope: OwnScope,
  ) {}
}

class OwnScope implements ScopeLike {
  readonly #names = new Map<string, OwnVariable>();
  readonly references: OwnReference[] = [];
  readonly open: OwnReference[] = [];

  constructor(
    readonly type: 'module' | 'function' | 'block',
    readonly outer: OwnScope | undefined,
  ) {}

  get variables(): readonly OwnVariable[] {
    return [...this.#names.values()];
  }

  declare(identifier: Node & { type: 'Identifier' }, definition: Definition): void {
    let variable = this.#names.get(identifier.name);
    if (variable === undefined) this.#names.set(identifier.name, (variable = new OwnVariable(identifier.name, this)));
    variable.defs.push(definition);
    variable.identifiers.push(identifier);
  }

  /** Every declaration of the scope has been seen: what is not among them belongs to the scope around. */
  close(): void {
    for (const reference of this.open) {
      const variable = this.#names.get(reference.identifier.name);
      if (variable === undefined) this.outer?.open.push(reference);
      else {
        reference.resolved = variable;
        variable.references.push(reference);
      }
    }
  }
}

class Analysis implements ScopeManagerLike {
  readonly scopes: OwnScope[] = [];
  #scope = new OwnScope('module', undefined);

  constructor(private readonly keys: VisitorKeys) {
    this.scopes.push(this.#scope);
  }

  module(program: Program): void {
    for (const statement of program.body) this.#visit(statement);
    this.#scope.close();
  }

  #within(type: 'function' | 'block', visit: () => void): void {
    const scope = new OwnScope(type, this.#scope);
    this.scopes.push(scope);
    this.#scope = scope;
    visit();
    scope.close();
    this.#scope = scope.outer!;
  }

  /** Where `var` declares. */
  get #functionScope(): OwnScope {
    let scope = this.#scope;
    while (scope.type === 'block' && scope.outer !== undefined) scope = scope.outer;
    return scope;
  }

  #each(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) this.#visit(node);
  }

  #children(node: Node): void {
    for (const key of this.keys[node.type] ?? []) {
      const child = (node as unknown as Readonly<Record<string, unknown>>)[key];
      if (Array.isArray(child)) this.#each(child as readonly (Node | null)[]);
      else if (typeof child === 'object') this.#visit(child as Node | null);
    }
  }

  #visit(node: Node | null | undefined): void {
    if (node === null || node === undefined) return;
    switch (node.type) {
      case 'Identifier':
        return this.#refer(node, false);
      case 'MemberExpression':
        this.#visit(node.object);
        if (node.computed) this.#visit(node.property);
        return;
      case 'BinaryExpression':
      case 'LogicalExpression': {
        // Chains are long where they are deep: no frame for each link.
        let link: Node = node;
        for (; link.type === 'BinaryExpression' || link.type === 'LogicalExpression'; link = link.left) this.#visit(link.right);
        return this.#visit(link);
      }
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
      case 'AccessorProperty':
        if ('decorators' in node) this.#each(node.decorators);
        if (node.computed) this.#visit(node.key);
        return this.#visit(node.value);
      case 'VariableDeclaration':
        return this.#declarations(node);
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        if (node.id !== null) this.#scope.declare(node.id, { type: 'FunctionName', node });
        return this.#function(node);
      case 'FunctionExpression':
      case 'TSEmptyBodyFunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node);
      case 'BlockStatement':
      case 'StaticBlock':
      case 'TSModuleBlock':
        return this.#within(node.type === 'BlockStatement' ? 'block' : 'function', () => this.#each(node.body));
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
        return this.#within('block', () => this.#loopOrSwitch(node));
      case 'CatchClause':
        return this.#within('block', () => {
          if (node.param !== null) this.#pattern(node.param, (name) => this.#scope.declare(name, { type: 'CatchClause', node }));
          this.#visit(node.body);
        });
      case 'AssignmentExpression':
        this.#target(node.left, node.operator !== '=');
        return this.#visit(node.right);
      case 'UpdateExpression':
        return this.#target(node.argument, true);
      case 'LabeledStatement':
        return this.#visit(node.body);
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
      case 'ExportAllDeclaration':
        return;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) this.#scope.declare(specifier.local, { type: 'ImportBinding', node: specifier, parent: node });
        return;
      case 'ExportNamedDeclaration':
        this.#visit(node.declaration);
        if (node.source === null) for (const { local } of node.specifiers) this.#visit(local);
        return;
      default:
        return this.#typescript(node);
    }
  }

  /** Nodes of TypeScript that are there at run time; types are not. */
  #typescript(node: Node): void {
    switch (node.type) {
      case 'TSEnumDeclaration':
        this.#scope.declare(node.id, { type: 'TSEnumName', node });
        return this.#within('block', () => {
          for (const member of node.body.members) if (member.id.type === 'Identifier') this.#scope.declare(member.id, { type: 'TSEnumMember', node: member });
          for (const { initializer } of node.body.members) this.#visit(initializer);
        });
      case 'TSModuleDeclaration':
        if (node.id.type === 'Identifier' && node.kind !== 'global') this.#scope.declare(node.id, { type: 'TSModuleName', node });
        return this.#visit(node.body);
      case 'TSImportEqualsDeclaration':
        this.#scope.declare(node.id, { type: 'ImportBinding', node, parent: node });
        return node.moduleReference.type === 'Identifier' ? this.#visit(node.moduleReference) : undefined;
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'TSExportAssignment':
        return this.#visit(node.expression);
      default:
        if (!node.type.startsWith('TS')) this.#children(node);
    }
  }

  #refer(identifier: Node & { type: 'Identifier' }, writes: boolean): void {
    const reference = new OwnReference(identifier, writes);
    this.#scope.references.push(reference);
    this.#scope.open.push(reference);
  }

  #declarations(node: Node & { type: 'VariableDeclaration' }): void {
    const scope = node.kind === 'var' ? this.#functionScope : this.#scope;
    for (const declarator of node.declarations) {
      this.#pattern(declarator.id, (name) => scope.declare(name, { type: 'Variable', node: declarator, parent: node }));
      this.#visit(declarator.init);
    }
  }

  #function(node: FunctionNode | ArrowFunctionExpression): void {
    // A name that only the function itself sees.
    const named = node.type === 'FunctionExpression' && node.id !== null ? node.id : undefined;
    const inside = (): void => {
      for (const parameter of node.params) {
        const pattern = parameter.type === 'RestElement' ? parameter.argument : parameter;
        if ('decorators' in parameter) this.#each(parameter.decorators ?? []);
        this.#pattern(pattern, (name) => this.#scope.declare(name, { type: 'Parameter', node }));
      }
      if (node.body?.type === 'BlockStatement') this.#each(node.body.body);
      else this.#visit(node.body);
    };
    if (named === undefined) return this.#within('function', inside);
    this.#within('block', () => {
      this.#scope.declare(named, { type: 'FunctionName', node });
      this.#within('function', inside);
    });
  }

  #class(node: Class): void {
    this.#each(node.decorators);
    if (node.type === 'ClassDeclaration' && node.id !== null) this.#scope.declare(node.id, { type: 'ClassName', node });
    this.#within('block', () => {
      if (node.type === 'ClassExpression' && node.id !== null) this.#scope.declare(node.id, { type: 'ClassName', node });
      this.#visit(node.superClass);
      this.#each(node.body.body);
    });
  }

  #loopOrSwitch(node: Node & { type: 'ForStatement' | 'ForInStatement' | 'ForOfStatement' | 'SwitchStatement' }): void {
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      if (node.left.type === 'VariableDeclaration') this.#visit(node.left);
      else this.#target(node.left, false);
      this.#visit(node.right);
      this.#visit(node.body);
    } else this.#children(node);
  }

  /** What stands where a variable is declared; defaults and computed keys are expressions. */
  #pattern(node: Node, declare: (name: Node & { type: 'Identifier' }) => void): void {
    switch (node.type) {
      case 'Identifier':
        return declare(node);
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type !== 'RestElement' && property.computed) this.#visit(property.key);
          this.#pattern(property.type === 'RestElement' ? property.argument : property.value, declare);
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element !== null) this.#pattern(element.type === 'RestElement' ? element.argument : element, declare);
        return;
      case 'AssignmentPattern':
        this.#pattern(node.left, declare);
        return this.#visit(node.right);
      case 'TSParameterProperty':
        this.#each(node.decorators);
        return this.#pattern(node.parameter, declare);
      default:
        this.#visit(node);
    }
  }

  /** What stands on the left of an assignment. */
  #target(node: Node, alsoReads: boolean): void {
    if (node.type === 'Identifier') {
      if (alsoReads) this.#refer(node, false);
      this.#refer(node, true);
    } else if (node.type === 'ObjectPattern' || node.type === 'ArrayPattern' || node.type === 'AssignmentPattern') this.#pattern(node, (name) => this.#refer(name, true));
    else if (node.type.startsWith('TS') && 'expression' in node) this.#target(node.expression as Node, alsoReads);
    else this.#visit(node);
  }
}
