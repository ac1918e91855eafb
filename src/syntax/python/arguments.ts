import { entry, unknown, type RecordEntry, type RecordValue, type UnknownValue, type Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { Evaluation } from './evaluate.js';
import { formalsOf } from './functions.js';
import type { PythonModule } from './module.js';
import { shortened } from './truth.js';

/** Arguments of a call by position and by name, spreads taken apart. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly keywords: RecordValue | undefined;
}

export function argumentsOf(evaluation: Evaluation, node: SyntaxNode): Arguments {
  const list = node.childForFieldName('arguments');
  const { module } = evaluation;
  if (list === null) return { positional: [], keywords: undefined };
  if (list.type === 'generator_expression') return { positional: [evaluation.valueOf(list)], keywords: undefined };
  const positional: Value[] = [];
  const entries: RecordEntry[] = [];
  let rest: UnknownValue | undefined;
  for (const arg of list.namedChildren) {
    const at = module.span(arg);
    const [name, value] = [arg.childForFieldName('name'), arg.childForFieldName('value')];
    const inner = arg.namedChildren[0];
    if (arg.type === 'comment') continue;
    if (arg.type === 'keyword_argument' && name !== null && value !== null) entries.push({ key: name.text, value: evaluation.valueOf(value), at });
    else if (arg.type === 'dictionary_splat' && inner !== undefined) {
      const spread = evaluation.valueOf(inner);
      if (spread.kind === 'record') entries.push(...spread.entries);
      if (spread.kind !== 'record' || spread.rest !== undefined) rest ??= unknown('dynamic-key', `the keyword arguments ${shortened(arg.text)}`, at);
    } else if (arg.type === 'list_splat' && inner !== undefined) {
      const spread = evaluation.valueOf(inner);
      if (spread.kind === 'list') positional.push(...spread.items);
      if (spread.kind !== 'list' || spread.rest !== undefined) rest ??= unknown('dynamic-key', `the arguments ${shortened(arg.text)}`, at);
    } else positional.push(evaluation.valueOf(arg));
  }
  const keywords: RecordValue | undefined = entries.length === 0 && rest === undefined ? undefined : { kind: 'record', entries, ...(rest === undefined ? {} : { rest }), at: module.span(list) };
  return { positional, keywords };
}

/** What arguments give to the parameters of a function in view, by position, by name and by default; `self` is not counted. */
export function bound(module: PythonModule, definition: SyntaxNode, { positional, keywords }: Arguments, evaluation: Evaluation): ReadonlyMap<string, Value> {
  const formals = formalsOf(definition).filter(({ name }, index) => index > 0 || (name !== 'self' && name !== 'cls'));
  const plain = formals.filter(({ how, keywordOnly }) => how === 'plain' && !keywordOnly);
  const values = new Map<string, Value>();
  for (const formal of formals) {
    const at = module.span(formal.node);
    if (formal.how === 'list') values.set(formal.name, { kind: 'list', items: positional.slice(plain.length), at });
    else if (formal.how === 'dictionary') values.set(formal.name, { kind: 'record', entries: keywords?.entries.filter(({ key }) => !formals.some(({ name }) => name === key)) ?? [], ...(keywords?.rest === undefined ? {} : { rest: keywords.rest }), at });
    else {
      const given = (formal.keywordOnly ? undefined : positional[plain.indexOf(formal)]) ?? (keywords === undefined ? undefined : (entry(keywords, formal.name)?.value ?? keywords.rest));
      const value = given ?? (formal.fallback === null ? undefined : evaluation.within(module).valueOf(formal.fallback));
      if (value !== undefined) values.set(formal.name, value);
    }
  }
  return values;
}
