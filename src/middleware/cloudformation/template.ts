import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { Intrinsics, type Scope } from './intrinsics.js';
import type { Value } from '../../values/value.js';

/** A resource of a template. */
export interface Resource {
  /** Its logical id. */
  readonly name: string;
  readonly type: string;
  readonly properties: YamlNode | undefined;
  /** Its logical id with everything that stands below it. */
  readonly at: Span;
}

/**
 * A CloudFormation template, or the raw part of a file that carries one (`resources` of the Serverless Framework).
 * Values have parameters, conditions and intrinsic functions filled in, as far as the template itself says.
 */
export class Template {
  readonly #intrinsics: Intrinsics;
  readonly resources: readonly Resource[];

  constructor(
    readonly file: YamlFile,
    readonly root: YamlNode,
    carrier: Scope['carrier'],
  ) {
    this.#intrinsics = new Intrinsics({ file, root, carrier });
    this.resources = pairsOf(nodeAt(root, 'Resources')).flatMap((pair) => {
      const name = keyOf(pair);
      const type = textAt(pair.value, 'Type');
      return name === undefined || type === undefined ? [] : [{ name, type, properties: nodeAt(pair.value, 'Properties'), at: pair.at }];
    });
  }

  /** The value of a node; what is put in from outside is an environment's, what AWS knows alone is unknown. */
  valueOf(node: YamlNode | undefined): Value {
    return this.#intrinsics.valueOf(node);
  }

  resourcesOf(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The logical id that a node refers to: `!Ref Api`, `{Ref: Api}`, `!GetAtt Api.Arn`, `{Fn::GetAtt: [Api, Arn]}`. */
  referenceIn(node: YamlNode | undefined): string | undefined {
    const target = resolve(node);
    if (target?.kind === 'scalar' && target.tag !== undefined && typeof target.value === 'string') return /^!(?:Ref|GetAtt)$/.test(target.tag) ? target.value.replace(/\..*$/s, '') : undefined;
    const listed = textOf(itemsOf(nodeAt(target, 'Fn::GetAtt'))?.[0]) ?? (target?.tag === '!GetAtt' ? textOf(itemsOf(target)?.[0]) : undefined);
    return listed ?? textAt(target, 'Ref') ?? textAt(target, 'Fn::GetAtt')?.replace(/\..*$/s, '');
  }

  /** The place of a pair below the properties of a resource. */
  placeOf(resource: Resource, ...path: readonly string[]): Span {
    return pairAt(resource.properties, ...path)?.at ?? resource.at;
  }
}

function textOf(node: YamlNode | undefined): string | undefined {
  const scalar = resolve(node);
  return scalar?.kind === 'scalar' && typeof scalar.value === 'string' ? scalar.value : undefined;
}

/** The templates of a file: each document that is one, and those that a Serverless Framework file carries. */
export function templatesIn(file: YamlFile): readonly Template[] {
  return file.documents.flatMap(({ root }): readonly Template[] => {
    if (root === undefined) return [];
    if (isTemplate(root)) return [new Template(file, root, 'cloudformation')];
    const carried = nodeAt(root, 'resources');
    if (carried === undefined || pairAt(root, 'provider') === undefined) return [];
    return (itemsOf(carried) ?? [carried]).filter(isTemplate).map((part) => new Template(file, part, 'serverless'));
  });
}

function isTemplate(node: YamlNode): boolean {
  return pairsOf(nodeAt(node, 'Resources')).some(({ value }) => pairAt(value, 'Type') !== undefined);
}
