import { itemsOf, keyOf, nodeAt, pairsOf, resolve, textAt, unfollowed, valueOf, type YamlFile, type YamlMap, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import { settingIsAbsent } from '../../values/fact.js';
import { unknown, type EitherValue, type RecordEntry, type UnknownValue, type Value } from '../../values/value.js';

/** Where a template stands. */
export interface Scope {
  readonly file: YamlFile;
  readonly root: YamlNode;
  /** The Serverless Framework fills in variables of its own (`${self:…}`) before CloudFormation sees the text. */
  readonly carrier: 'cloudformation' | 'serverless';
}

/** Nodes visited for the values of one template, aliases followed; past it an alias bomb, not a template. */
const MAX_NODES = 40_000;
const MAX_DEPTH = 48;
/** Alternatives of one text or list that are told apart. */
const MAX_ALTERNATIVES = 16;

/**
 * Intrinsic functions, in both spellings (`!Sub`, `{Fn::Sub: …}`). `!If` is both of its branches under the condition;
 * a parameter is its default while nobody gives it a value, and one of its `AllowedValues` where they are listed.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export class Intrinsics {
  #left = MAX_NODES;

  constructor(private readonly scope: Scope) {}

  valueOf(node: YamlNode | undefined): Value {
    if (node === undefined) return { kind: 'nothing', what: 'undefined', at: this.scope.root.at };
    return this.#value(node, 0);
  }

  #value(node: YamlNode, depth: number): Value {
    this.#left -= 1;
    if (this.#left < 0 || depth > MAX_DEPTH) return unknown('budget', 'a value that is nested too deeply', node.at);
    if (node.kind === 'alias') return node.target === undefined ? unfollowed(node) : this.#value(node.target, depth + 1);
    if (node.tag !== undefined) {
      const { tag, ...argument } = node;
      return this.#call(tag === '!Ref' ? 'Ref' : tag.replace(/^!/, 'Fn::'), argument, node.at, depth);
    }
    if (node.kind === 'seq') return spread({ kind: 'list', items: node.items.map((item) => this.#value(item, depth + 1)).filter((item) => item.kind !== 'nothing' || item.what === 'null'), at: node.at });
    if (node.kind === 'map') return this.#record(node, depth);
    if (node.templated) return unknown('template-syntax', 'a text that is put in when the stack is made', node.at);
    if (this.scope.carrier === 'serverless' && typeof node.value === 'string' && node.value.includes('${')) return unknown('template-syntax', `the variables in \`${node.value}\``, node.at);
    return valueOf(this.scope.file, node);
  }

  #record(map: YamlMap, depth: number): Value {
    const pairs = pairsOf(map);
    const [only] = pairs;
    const name = only === undefined ? undefined : keyOf(only);
    if (pairs.length === 1 && only?.value !== undefined && name !== undefined && /^(?:Ref|Fn::\w+)$/.test(name)) return this.#call(name, only.value, map.at, depth);
    const entries: RecordEntry[] = [];
    let rest: UnknownValue | undefined;
    for (const pair of pairs) {
      const key = keyOf(pair);
      if (key === undefined || key.startsWith('Fn::')) {
        rest ??= unknown('import-not-resolved', 'what is put in when the stack is made', pair.at);
        continue;
      }
      const value: Value = pair.value === undefined ? { kind: 'nothing', what: 'null', at: pair.at } : this.#value(pair.value, depth + 1);
      // `AWS::NoValue` takes the key away.
      if (value.kind !== 'nothing' || value.what === 'null') entries.push({ key, value, at: pair.at });
    }
    return { kind: 'record', entries, ...(rest === undefined ? {} : { rest }), at: map.at };
  }

  /** `argument`: what the function is given, its own tag taken off. */
  #call(name: string, argument: YamlNode, at: Span, depth: number): Value {
    const items = itemsOf(argument) ?? [];
    const [first, second, third] = items;
    switch (name) {
      case 'Ref':
        return this.#reference(textOf(argument) ?? '', at, depth);
      case 'Fn::Sub':
        return this.#substituted(textOf(argument) ?? textOf(first), second, at, depth);
      case 'Fn::If':
        if (second === undefined || third === undefined) break;
        return whether({ c: 'fact', fact: { key: `condition:${this.scope.file.file}:${textOf(first)}`, reason: 'parameter', detail: `the condition ${textOf(first)}`, at } }, this.#value(second, depth + 1), this.#value(third, depth + 1), at);
      case 'Fn::Join':
        return second === undefined ? unread(name, at) : joined(this.#value(second, depth + 1), textOf(first) ?? '', at);
      case 'Fn::Split':
        return second === undefined ? unread(name, at) : mapped(this.#value(second, depth + 1), (text) => split(text, textOf(first) ?? ',', at));
      case 'Fn::Select': {
        const list = second === undefined ? undefined : this.#value(second, depth + 1);
        const index = Number(textOf(first) ?? Number.NaN);
        return (list?.kind === 'list' ? list.items[index] : undefined) ?? unread(name, at);
      }
      default:
    }
    return unread(`${name}${textOf(argument) === undefined ? '' : ` ${textOf(argument)}`}`, at);
  }

  #reference(name: string, at: Span, depth: number): Value {
    if (name === 'AWS::NoValue') return { kind: 'nothing', what: 'undefined', at };
    const parameter = nodeAt(this.scope.root, 'Parameters', name);
    if (parameter === undefined) return unread(`Ref ${name}`, at);
    const type = textAt(parameter, 'Type') ?? 'String';
    if (type.startsWith('AWS::SSM')) return unknown('database-or-io', `the parameter ${name} in the parameter store`, at);
    const listed = /^CommaDelimitedList$|^List</.test(type);
    const typed = (node: YamlNode): Value => {
      const value = this.#value(node, depth + 1);
      return listed ? mapped(value, (text) => split(text, ',', value.at)) : value;
    };
    const fallback = nodeAt(parameter, 'Default');
    const allowed = itemsOf(nodeAt(parameter, 'AllowedValues'));
    const setting = `the parameter ${name}`;
    const given: Value = allowed === undefined || allowed.length > MAX_ALTERNATIVES ? { kind: 'env', name: setting, at } : oneOf(allowed.map(typed), setting, at);
    return fallback === undefined ? given : whether({ c: 'fact', fact: settingIsAbsent(setting, at) }, typed(fallback), given, at);
  }

  #substituted(text: string | undefined, variables: YamlNode | undefined, at: Span, depth: number): Value {
    if (text === undefined) return unread('Fn::Sub', at);
    const parts: Value[] = text.split(/(\$\{[^}]*\})/).flatMap((piece): readonly Value[] => {
      const name = /^\$\{([^!][^}]*)\}$/.exec(piece)?.[1]?.trim();
      if (name === undefined) return piece === '' ? [] : [{ kind: 'string', value: piece.replace(/^\$\{!/, '${'), at }];
      const own = pairsOf(variables).find((pair) => keyOf(pair) === name)?.value;
      return [own !== undefined ? this.#value(own, depth + 1) : name.includes('.') ? unread(`Fn::GetAtt ${name}`, at) : this.#reference(name, at, depth)];
    });
    return textFrom(parts, at);
  }
}

function unread(what: string, at: Span): UnknownValue {
  return unknown('parameter', `\`${what.replace(/^Fn::/, '!').replace(/^Ref/, '!Ref')}\``, at);
}

function textOf(node: YamlNode | undefined): string | undefined {
  const scalar = resolve(node);
  return scalar?.kind === 'scalar' && !scalar.templated && (typeof scalar.value === 'string' || typeof scalar.value === 'number') ? String(scalar.value) : undefined;
}

function whether(when: Condition, value: Value, otherwise: Value, at: Span): EitherValue {
  return { kind: 'either', options: [{ when, value }, { when: not(when), value: otherwise }], at };
}

function oneOf(values: readonly Value[], setting: string, at: Span): Value {
  const [first, ...others] = values;
  if (first === undefined) return { kind: 'env', name: setting, at };
  if (others.length === 0) return first;
  const text = first.kind === 'string' ? first.value : 'the first of its values';
  return whether({ c: 'fact', fact: { key: `${setting}=${text}`, reason: 'parameter', detail: `${setting} being \`${text}\``, at } }, first, oneOf(others, setting, at), at);
}

function split(text: string, separator: string, at: Span): Value {
  return { kind: 'list', items: text.split(separator).map((piece): Value => ({ kind: 'string', value: piece.trim(), at })), at };
}

/** Each alternative of a text, made into something else; what is no text stays. */
function mapped(value: Value, made: (text: string) => Value): Value {
  if (value.kind === 'string') return made(value.value);
  return value.kind === 'either' ? { ...value, options: value.options.map(({ when, value: option }) => ({ when, value: mapped(option, made) })) } : value;
}

function joined(list: Value, separator: string, at: Span): Value {
  if (list.kind === 'either') return { ...list, at, options: list.options.map(({ when, value }) => ({ when, value: joined(value, separator, at) })) };
  if (list.kind !== 'list' || list.rest !== undefined) return unread('Fn::Join', at);
  return textFrom(list.items.flatMap((item, index): readonly Value[] => (index === 0 || separator === '' ? [item] : [{ kind: 'string', value: separator, at }, item])), at);
}

/** The combinations of what some values may be. */
function combinations(values: readonly Value[]): readonly { readonly when: Condition; readonly values: readonly Value[] }[] | undefined {
  let found: readonly { when: Condition; values: readonly Value[] }[] = [{ when: { c: 'true' }, values: [] }];
  for (const value of values) {
    const options = value.kind === 'either' ? flat(value) : [{ when: { c: 'true' } as const, value }];
    found = found.flatMap((known) => options.map((option) => ({ when: and(known.when, option.when), values: [...known.values, option.value] })));
    if (found.length > MAX_ALTERNATIVES) return undefined;
  }
  return found;
}

function flat({ options }: EitherValue): readonly { readonly when: Condition; readonly value: Value }[] {
  return options.flatMap(({ when, value }) => (value.kind === 'either' ? flat(value).map((inner) => ({ when: and(when, inner.when), value: inner.value })) : [{ when, value }]));
}

/** One text of several parts; alternatives of a part are alternatives of the whole. */
function textFrom(parts: readonly Value[], at: Span): Value {
  const all = combinations(parts);
  if (all === undefined) return unknown('budget', 'a text with too many alternatives', at);
  const texts = all.map(({ when, values }) => ({ when, value: concatenated(values, at) }));
  return texts.length === 1 ? texts[0]!.value : { kind: 'either', options: texts, at };
}

function concatenated(parts: readonly Value[], at: Span): Value {
  const known = parts.map((part) => (part.kind === 'string' ? part.value : part.kind === 'number' || part.kind === 'boolean' ? String(part.value) : undefined));
  if (known.every((text) => text !== undefined)) return { kind: 'string', value: known.join(''), at };
  return parts.length === 1 ? { ...parts[0]!, at } : { kind: 'concat', parts, at };
}

/** A list with alternatives in it as alternatives of the list, each without the items that are not there. */
function spread(list: Value & { readonly kind: 'list' }): Value {
  if (!list.items.some((item) => item.kind === 'either')) return list;
  const all = combinations(list.items);
  if (all === undefined) return unknown('budget', 'a list with too many alternatives', list.at);
  return { kind: 'either', options: all.map(({ when, values }) => ({ when, value: { ...list, items: values.filter((value) => value.kind !== 'nothing').flatMap((value) => (value.kind === 'list' ? value.items : [value])) } })), at: list.at };
}
