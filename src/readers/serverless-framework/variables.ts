import { parseYaml, itemsOf, keyOf, nodeAt, pairsOf, resolve, unfollowed, type YamlFile, type YamlInProject, type YamlNode, type YamlScalar } from '../../syntax/yaml/index.js';
import { folderOf, resolvePath } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import { environmentNamed, runsIn, settingIsAbsent, type Fact } from '../../values/fact.js';
import { unknown, type EitherValue, type RecordEntry, type Value } from '../../values/value.js';
import { piecesOf, type Source } from './expressions.js';

/** Nodes and variables that are followed in one file: past it a bomb, not a service. */
const MAX_STEPS = 20_000;
const MAX_DEPTH = 24;
/** Stages of one map that are told apart. */
const MAX_STAGES = 12;

/**
 * What stands in a service's file after its variables are filled in (`self`, `opt`, `env`, `sls`, `param`, `file` of
 * YAML and JSON, `strToBool`). Which stage is deployed is not said in the text: a map that is asked for the stage's
 * entry is one of its entries, those for development and tests only where these are judged.
 *
 * https://www.serverless.com/framework/docs/providers/aws/guide/variables
 */
export class Variables {
  #left = MAX_STEPS;
  readonly #files = new Map<string, YamlFile | undefined>();

  constructor(
    private readonly file: YamlInProject,
    private readonly root: YamlNode,
  ) {}

  valueOf(node: YamlNode | undefined, depth = 0): Value {
    if (node === undefined) return { kind: 'nothing', what: 'undefined', at: this.root.at };
    const { at } = node;
    this.#left -= 1;
    if (this.#left < 0 || depth > MAX_DEPTH) return unknown('budget', 'a value that is nested too deeply', at);
    if (node.kind === 'alias') return node.target === undefined ? unfollowed(node) : this.valueOf(node.target, depth + 1);
    if (node.tag !== undefined) return unknown('template-syntax', `the tag ${node.tag}`, at);
    if (node.kind === 'seq') return { kind: 'list', items: node.items.map((item) => this.valueOf(item, depth + 1)), at };
    if (node.kind === 'map') return this.#record(node, depth);
    if (node.templated) return unknown('template-syntax', 'a template', at);
    if (typeof node.value === 'string') return this.#text(node, node.value, depth);
    if (node.value === null) return { kind: 'nothing', what: 'null', at };
    return typeof node.value === 'number' ? { kind: 'number', value: node.value, at } : { kind: 'boolean', value: node.value, at };
  }

  #record(node: YamlNode, depth: number): Value {
    const entries = new Map<string, RecordEntry>();
    for (const pair of pairsOf(node)) {
      const key = keyOf(pair);
      if (key !== undefined) entries.set(key, { key, value: pair.value === undefined ? { kind: 'nothing', what: 'null', at: pair.key.at } : this.valueOf(pair.value, depth + 1), at: pair.at });
    }
    const known = [...entries.values()];
    const call = known.find(({ key }) => /^(?:Fn::|Ref$|Condition$)/.test(key));
    return call === undefined ? { kind: 'record', entries: known, at: node.at } : unknown('template-syntax', `what CloudFormation makes of \`${call.key}\``, node.at);
  }

  #text({ at, style }: YamlScalar, text: string, depth: number): Value {
    if (!text.includes('${')) return { kind: 'string', value: text, at };
    const pieces = piecesOf(text);
    if (pieces === undefined) return unknown('unsupported-syntax', 'variables in variables', at);
    const inner = this.#sourceOf(at).slice(at.start, at.end).indexOf(text);
    const place = (start: number, end: number): Span => (inner === -1 || style === 'folded' || style === 'literal' ? at : { file: at.file, start: at.start + inner + start, end: at.start + inner + end });
    const parts = pieces.map((piece): Value => ('text' in piece ? { kind: 'string', value: piece.text, at: place(piece.start, piece.start + piece.text.length) } : this.#first(piece.sources, place(piece.start, piece.end), depth + 1)));
    if (parts.length === 1) return parts[0]!;
    const texts = parts.flatMap((part) => (part.kind === 'string' || part.kind === 'number' || part.kind === 'boolean' ? [String(part.value)] : []));
    return texts.length === parts.length ? { kind: 'string', value: texts.join(''), at } : { kind: 'concat', parts: parts.map((part) => (part.kind === 'either' ? unknown('env-variable', 'which stage is deployed', part.at) : part)), at };
  }

  #sourceOf({ file }: Span): string {
    return file === this.file.file ? this.file.source.text : (this.#files.get(file)?.source.text ?? '');
  }

  /** The first source that has a value. */
  #first(sources: readonly Source[], at: Span, depth: number): Value {
    this.#left -= 1;
    const [source, ...rest] = sources;
    if (source === undefined) return { kind: 'nothing', what: 'undefined', at };
    if (this.#left < 0 || depth > MAX_DEPTH) return unknown('budget', 'variables that lead nowhere', at);
    const value = source.s === 'literal' ? written(source.value, at) : this.#named(source, at, depth);
    // Without a value nothing is deployed: it has one of those that there are.
    if (rest.length === 0) return value.kind === 'either' ? ofThoseThatAre(value) : value;
    if (value.kind === 'nothing') return this.#first(rest, at, depth);
    if (value.kind === 'env') {
      const absent: Condition = { c: 'fact', fact: settingIsAbsent(value.name, at) };
      return either(at, [{ when: absent, value: this.#first(rest, at, depth) }, { when: not(absent), value }]);
    }
    if (value.kind !== 'either') return value;
    return either(at, value.options.map((option) => (option.value.kind === 'nothing' ? { when: option.when, value: this.#first(rest, at, depth) } : option)));
  }

  #named({ type, parameter, address }: Source & { s: 'named' }, at: Span, depth: number): Value {
    switch (type) {
      case 'self':
        return address === '' ? unknown('unsupported-syntax', 'the service as a whole', at) : this.#lookUp({ node: this.root, isRoot: true }, address, at, depth);
      case 'file':
        return this.#fromFile(parameter, address, at, depth);
      case 'strToBool': {
        const value = this.#textIn(parameter, at, depth);
        return typeof value === 'string' && /^(?:true|false|0|1)$/i.test(value) ? { kind: 'boolean', value: /^(?:true|1)$/i.test(value), at } : unknown('env-variable', `\`${parameter}\``, at);
      }
      case 'env':
      case 'opt':
        return { kind: 'env', name: type === 'env' ? address : `--${address}`, at };
      case 'sls':
        return { kind: 'env', name: `sls:${address}`, at };
      case 'param':
        return this.#parameter(address, at, depth);
      default:
        return unknown('database-or-io', `\`${type}${parameter === '' ? '' : `(${parameter})`}${address === '' ? '' : `:${address}`}\``, at);
    }
  }

  /** `params` has an entry for each stage, and one for all others. */
  #parameter(name: string, at: Span, depth: number): Value {
    const stages = pairsOf(nodeAt(this.root, 'params')).flatMap((pair) => {
      const stage = keyOf(pair);
      const node = nodeAt(pair.value, name);
      return stage === undefined || node === undefined ? [] : [{ stage, node }];
    });
    if (stages.length === 0) return { kind: 'env', name: `param:${name}`, at };
    const usual = stages.find(({ stage }) => stage === 'default');
    return this.#ofStage(stages.filter(({ stage }) => stage !== 'default'), usual === undefined ? { kind: 'nothing', what: 'undefined', at } : this.valueOf(usual.node, depth + 1), at, depth);
  }

  #ofStage(stages: readonly { readonly stage: string; readonly node: YamlNode }[], otherwise: Value, at: Span, depth: number): Value {
    if (stages.length === 0) return otherwise;
    if (stages.length > MAX_STAGES) return unknown('budget', 'which of many stages is deployed', at);
    let before: Condition = { c: 'true' };
    const options: EitherValue['options'][number][] = [];
    for (const { stage, node } of stages) {
      const fact: Fact = { key: `stage:${stage}`, reason: 'env-variable', detail: `whether the stage is ${stage}`, at };
      const environment = environmentNamed(stage);
      const here = environment === 'production' ? ({ c: 'fact', fact } as const) : and({ c: 'fact', fact: runsIn(environment, at) }, { c: 'fact', fact });
      options.push({ when: and(before, here), value: this.valueOf(node, depth + 1) });
      before = and(before, not(here));
    }
    return either(at, [...options, { when: before, value: otherwise }]);
  }

  #fromFile(parameter: string, address: string, at: Span, depth: number): Value {
    const name = this.#textIn(parameter, at, depth);
    const missing = unknown('import-not-resolved', `the file ${parameter}`, at);
    if (name === undefined) return missing;
    if (!/\.(?:ya?ml|json)$/i.test(name)) return unknown('function-call', `what ${name} exports`, at);
    const path = /^[~/]/.test(name) ? undefined : resolvePath(folderOf(this.file.file), name);
    if (path === undefined || path === this.file.file) return missing;
    if (!this.#files.has(path)) {
      const text = this.file.files.read(path);
      this.#files.set(path, text === undefined ? undefined : parseYaml(new SourceText(path, text)).unit);
    }
    const root = this.#files.get(path)?.documents[0]?.root;
    if (root === undefined) return this.file.files.exists(path) ? missing : { kind: 'nothing', what: 'undefined', at };
    return address === '' ? this.valueOf(root, depth + 1) : this.#lookUp({ node: root, isRoot: false }, address, at, depth);
  }

  /** What stands at an address of names with dots between them; a name may be a variable, and so may what it leads through. */
  #lookUp(from: { readonly node: YamlNode; readonly isRoot: boolean }, address: string, at: Span, depth: number): Value {
    const names = namesIn(address);
    if (names === undefined) return unknown('unsupported-syntax', `the address \`${address}\``, at);
    let node: YamlNode | undefined = from.node;
    for (const [index, written] of names.entries()) {
      const name = written.includes('${') ? this.#textIn(written, at, depth) : written;
      if (name === undefined) {
        if (index < names.length - 1) return unknown('env-variable', 'which stage is deployed', at);
        const stages = pairsOf(node).flatMap((pair) => (keyOf(pair) === undefined || pair.value === undefined ? [] : [{ stage: keyOf(pair)!, node: pair.value }]));
        return this.#ofStage(stages, { kind: 'nothing', what: 'undefined', at }, at, depth);
      }
      const step: YamlNode | undefined = /^\d+$/.test(name) ? (itemsOf(node)?.[Number(name)] ?? nodeAt(node, name)) : nodeAt(node, name);
      node = step;
      const scalar = resolve(node);
      if (index < names.length - 1 && scalar?.kind === 'scalar' && typeof scalar.value === 'string' && scalar.value.includes('${')) return this.#within(this.valueOf(scalar, depth + 1), names.slice(index + 1), at, depth);
    }
    return node === undefined ? { kind: 'nothing', what: 'undefined', at } : this.valueOf(node, depth + 1);
  }

  /** The same in a value that a variable stands for. */
  #within(value: Value, names: readonly string[], at: Span, depth: number): Value {
    let found: Value = value;
    for (const written of names) {
      const name = written.includes('${') ? this.#textIn(written, at, depth) : written;
      if (found.kind === 'unknown' || found.kind === 'env') return found;
      if (name === undefined || found.kind === 'either') return unknown('env-variable', 'which stage is deployed', at);
      const inner: Value | undefined = found.kind === 'record' ? found.entries.findLast(({ key }) => key === name)?.value : found.kind === 'list' ? found.items[Number(name)] : undefined;
      if (inner === undefined) return { kind: 'nothing', what: 'undefined', at };
      found = inner;
    }
    return found;
  }

  /** The text that variables make of one, when it is the same for every stage. */
  #textIn(text: string, at: Span, depth: number): string | undefined {
    const parts = piecesOf(text)?.map((piece) => ('text' in piece ? piece.text : textOf(this.#first(piece.sources, at, depth + 1))));
    return parts === undefined || parts.includes(undefined) ? undefined : parts.join('');
  }
}

function textOf(value: Value): string | undefined {
  return value.kind === 'string' ? value.value : value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : undefined;
}

function written(value: string | number | boolean | null, at: Span): Value {
  if (value === null) return { kind: 'nothing', what: 'null', at };
  if (typeof value === 'number') return { kind: 'number', value, at };
  return typeof value === 'boolean' ? { kind: 'boolean', value, at } : { kind: 'string', value, at };
}

function either(at: Span, options: EitherValue['options']): Value {
  return { kind: 'either', options, at };
}

/** The alternatives that are a value; the last of them covers what is left. */
function ofThoseThatAre({ options, at }: EitherValue): Value {
  const known = options.filter(({ value }) => value.kind !== 'nothing');
  const last = known.at(-1);
  if (last === undefined || known.length === options.length) return last === undefined ? { kind: 'nothing', what: 'undefined', at } : either(at, options);
  const others = known.slice(0, -1);
  return others.length === 0 ? last.value : either(at, [...others, { when: and(...others.map(({ when }) => not(when))), value: last.value }]);
}

/** Names between dots that stand in no variable. */
function namesIn(address: string): readonly string[] | undefined {
  const names: string[] = [''];
  for (const piece of piecesOf(address) ?? []) {
    if ('text' in piece) {
      const [first = '', ...rest] = piece.text.split('.');
      names[names.length - 1] += first;
      names.push(...rest);
    } else names[names.length - 1] += address.slice(piece.start, piece.end);
  }
  return names.includes('') ? undefined : names;
}
