import type { Resource, Template } from '../../middleware/cloudformation/template.js';
import { keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { RecordEntry, Value } from '../../values/value.js';

/** A property with what `Globals` say of it. */
export interface Property {
  readonly value: Value;
  readonly at: Span;
}

/** What a function or state machine is reached by. */
export interface ApiEvent {
  /** The API that it names; undefined: the one that SAM makes by itself. */
  readonly api: string | undefined;
  readonly path: string | undefined;
  readonly pathAt: Span;
  readonly method: string;
  readonly properties: YamlNode | undefined;
  readonly at: Span;
}

/** An API, written as a resource or made by SAM for events that name none. */
export interface Api {
  readonly name: string;
  readonly resource: Resource | undefined;
  readonly events: readonly ApiEvent[];
}

/** A template as SAM transforms it. */
export class Application {
  constructor(readonly template: Template) {}

  /** `kind`: what events call it (`Api`, `HttpApi`); its resource type is of the same name. */
  apis(kind: 'Api' | 'HttpApi'): readonly Api[] {
    const events = this.#events(kind);
    const written = this.template.resourcesOf(`AWS::Serverless::${kind}`);
    const made = events.filter(({ api }) => api === undefined);
    return [
      ...written.map((resource): Api => ({ name: resource.name, resource, events: events.filter(({ api }) => api === resource.name) })),
      ...(made.length === 0 ? [] : [{ name: kind === 'Api' ? 'ServerlessRestApi' : 'ServerlessHttpApi', resource: undefined, events: made }]),
    ];
  }

  /** Maps are merged, the resource's own keys before those of `Globals`; anything else of its own replaces theirs. */
  property(resource: Resource | undefined, section: string, key: string): Property | undefined {
    const [shared, own] = [pairAt(this.template.root, 'Globals', section, key), pairAt(resource?.properties, key)];
    const pair = own ?? shared;
    if (pair === undefined) return undefined;
    const value = merged(shared === undefined ? undefined : this.template.valueOf(shared.value), own === undefined ? undefined : this.template.valueOf(own.value));
    return value === undefined ? undefined : { value, at: pair.at };
  }

  /** The scalar that SAM itself sees at a path below a property: what a function of the template gives is no text to it. */
  written(resource: Resource | undefined, section: string, key: string, ...path: readonly string[]): string | number | boolean | null | undefined {
    for (const node of [nodeAt(resource?.properties, key, ...path), nodeAt(this.template.root, 'Globals', section, key, ...path)]) {
      const found = resolve(node);
      if (found !== undefined) return found.kind === 'scalar' && found.tag === undefined ? found.value : undefined;
    }
    return undefined;
  }

  #events(kind: 'Api' | 'HttpApi'): readonly ApiEvent[] {
    const owners = this.template.resources.filter(({ type }) => type === 'AWS::Serverless::Function' || type === 'AWS::Serverless::StateMachine');
    return owners.flatMap(({ properties }) =>
      pairsOf(nodeAt(properties, 'Events')).flatMap((pair): readonly ApiEvent[] => {
        if (keyOf(pair) === undefined || textAt(pair.value, 'Type') !== kind) return [];
        const own = nodeAt(pair.value, 'Properties');
        const named = nodeAt(own, kind === 'Api' ? 'RestApiId' : 'ApiId');
        return [{
          api: named === undefined ? undefined : (this.template.referenceIn(named) ?? ''),
          path: textAt(own, 'Path'),
          pathAt: pairAt(own, 'Path')?.at ?? pair.at,
          method: (textAt(own, 'Method') ?? 'ANY').toUpperCase(),
          properties: own,
          at: pair.at,
        }];
      }),
    );
  }
}

function merged(shared: Value | undefined, own: Value | undefined): Value | undefined {
  if (own === undefined || own.kind === 'nothing') return shared;
  if (shared?.kind !== 'record' || own.kind !== 'record') return own;
  const entries = own.entries.map((entry): RecordEntry => {
    const other = shared.entries.findLast(({ key }) => key === entry.key);
    return other === undefined ? entry : { ...entry, value: merged(other.value, entry.value) ?? entry.value };
  });
  const rest = own.rest ?? shared.rest;
  return { ...own, entries: [...shared.entries.filter(({ key }) => !own.entries.some((entry) => entry.key === key)), ...entries], ...(rest === undefined ? {} : { rest }) };
}
