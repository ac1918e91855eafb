import type { Span } from '../../text/span.js';
import { unknown, type Value } from '../../values/value.js';
import type { EstreeModule } from './module.js';
import { keyOf, type FunctionNode, type Node } from './tree.js';

/** What the text says of a parameter: a name of its own, or a key of a pattern. */
export interface Parameter {
  readonly name: string;
  /** Last name of its type: `Express` for `app: express.Express`. */
  readonly type: string | undefined;
  readonly at: Span;
}

/** The parameters of a function that nobody in view calls. */
export interface Parameters {
  /** Of a pattern, its keys. */
  readonly named: readonly Parameter[];
  /** Arguments for them; those that are not given are open. */
  argumentsFor(given: (parameter: Parameter) => Value | undefined, at: Span): readonly Value[];
}

export function parametersOf(params: FunctionNode['params'], module: EstreeModule): Parameters {
  const patterns = params.map((parameter): Node => (parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter)).map((parameter) => (parameter.type === 'AssignmentPattern' ? parameter.left : parameter));
  const named = patterns.map((pattern) => parametersIn(pattern, module));
  return {
    named: named.flat(),
    argumentsFor: (given, at) =>
      patterns.map((pattern, index): Value => {
        const open = unknown('parameter', pattern.type === 'Identifier' ? `the parameter ${pattern.name}` : 'a parameter', at);
        const known = named[index]!.map((parameter) => ({ parameter, value: given(parameter) }));
        if (pattern.type === 'Identifier') return known[0]?.value ?? open;
        return { kind: 'record', entries: known.flatMap(({ parameter, value }) => (value === undefined ? [] : [{ key: parameter.name, value, at: parameter.at }])), rest: open, at };
      }),
  };
}

function parametersIn(pattern: Node, module: EstreeModule): Parameter[] {
  if (pattern.type === 'Identifier') return [{ name: pattern.name, type: typeName(pattern.typeAnnotation?.typeAnnotation), at: module.spanOf(pattern) }];
  if (pattern.type !== 'ObjectPattern') return [];
  const annotation = pattern.typeAnnotation?.typeAnnotation;
  const members = annotation?.type === 'TSTypeLiteral' ? annotation.members.flatMap((member) => (member.type === 'TSPropertySignature' ? [member] : [])) : [];
  return pattern.properties.flatMap((property) => {
    const name = property.type === 'Property' ? keyOf(property.key, property.computed) : undefined;
    if (name === undefined) return [];
    return [{ name, type: typeName(members.find((member) => keyOf(member.key, member.computed) === name)?.typeAnnotation?.typeAnnotation), at: module.spanOf(property) }];
  });
}

function typeName(type: Node | undefined): string | undefined {
  if (type?.type !== 'TSTypeReference') return undefined;
  const { typeName: name } = type;
  return name.type === 'Identifier' ? name.name : name.type === 'TSQualifiedName' ? name.right.name : undefined;
}
