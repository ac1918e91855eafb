/** The origins that hand-written code lets in, in its author's words: the list that it asked, as an expression that holds at another place. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { AffixSet, ExactSet, GlobSet, RegexSet } from '../../origins/origin-set.js';
import type { Span } from '../../text/span.js';
import type { StatedOrigins } from '../stated.js';
import { argumentsOf } from './cors-code.js';
import type { Borrowed } from './elsewhere.js';
import { spelled, type PythonStyle } from './style.js';

export interface SpelledOrigins {
  /** An expression that is a list of texts; undefined: none are named. */
  readonly list: string | undefined;
  /** Patterns, each of a whole origin; with the expression that has it where there is one. */
  readonly patterns: readonly { readonly source: string; readonly expression?: string }[];
}

/** Where code comes from, and where an expression of it is wanted. */
export interface Moving {
  readonly module: PythonModule;
  /** The function or class whose code goes. */
  readonly from: SyntaxNode;
  /** Offset of the place where the expression will stand. */
  readonly to: number;
  /** Spans that go, beside the function. */
  readonly gone: readonly Span[];
  readonly style: PythonStyle;
  /** Where the code stands in another file: those of its names that can be had at the new place. */
  readonly borrowed?: Borrowed;
}

/** @returns a text where they cannot be said at the other place */
export function originsSpelled(origins: StatedOrigins & { readonly kind: 'fixed' | 'listed' }, moving: Moving): SpelledOrigins | string {
  if (origins.kind === 'fixed') {
    const [own, ...others] = [...new Set(valuesSent(moving.from).flatMap((value) => resolved(value, moving) ?? []))];
    return { list: `[${own !== undefined && others.length === 0 ? own : spelled(origins.origin, moving.style)}]`, patterns: [] };
  }
  // No browser sends an empty origin: it stands for one that is missing.
  const exact = origins.leaves.filter((leaf): leaf is ExactSet => leaf.s === 'exact' && leaf.text !== '');
  const patterns: SpelledOrigins['patterns'][number][] = [];
  for (const leaf of origins.leaves) {
    if (leaf.s === 'exact') continue;
    const pattern = patternOf(leaf);
    if (pattern === undefined) return 'it looks at a part of the origin in a way that no option says';
    const expression = leaf.s === 'regex' && leaf.use === 'full' && leaf.flags === '' ? compiledAs(leaf, moving) : undefined;
    if (!patterns.some(({ source }) => source === pattern)) patterns.push({ source: pattern, ...(expression === undefined ? {} : { expression }) });
  }
  const own = exact.find((leaf) => leaf.subject !== undefined && leaf.subject !== 'origin');
  if (own !== undefined) return 'it compares a part of the origin, not the whole';
  // They are from the environment, and asked for by the same expression.
  if (origins.leaves.length === 0) {
    const [own, ...others] = [...new Set(valuesSent(moving.from).flatMap((value) => resolved(value, moving) ?? []))];
    const list = listAsked(moving) ?? (own !== undefined && others.length === 0 ? `[${own}]` : undefined);
    return list === undefined ? 'the origins that it lets in are not in the text' : { list, patterns: [] };
  }
  return { list: exact.length === 0 ? undefined : (listAsked(moving) ?? listHolding(exact, moving) ?? `[${exact.map(({ text }) => spelled(text, moving.style)).join(', ')}]`), patterns };
}

/** A pattern that a whole origin matches where the leaf lets it in. */
function patternOf(leaf: GlobSet | RegexSet | AffixSet): string | undefined {
  if (leaf.s === 'glob' || leaf.subject !== 'origin') return undefined;
  if (leaf.s === 'regex') {
    if (leaf.dialect !== 'python' || /[^i]/.test(leaf.flags)) return undefined;
    const { source } = leaf;
    const [opens, closes] = [leaf.use === 'search' && !source.startsWith('^'), leaf.use !== 'full' && !/(?:^|[^\\])\$$/.test(source)];
    const grouped = (opens || closes) && source.includes('|') ? `(?:${source})` : source;
    return `${leaf.flags.includes('i') ? '(?i)' : ''}${opens ? '.*' : ''}${grouped}${closes ? '.*' : ''}`;
  }
  if (leaf.s === 'part-of' || leaf.ignoreCase) return undefined;
  const escaped = leaf.text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `${leaf.s === 'prefix' ? '' : '.*'}${escaped}${leaf.s === 'suffix' ? '' : '.*'}`;
}

/** `NAME.pattern` of a `NAME = re.compile(…)` that holds the pattern. */
function compiledAs({ at }: RegexSet, moving: Moving): string | undefined {
  const holder = moving.borrowed?.holder ?? moving.module;
  if (at.file !== holder.file) return undefined;
  let node: SyntaxNode | null = holder.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && node.type !== 'assignment') node = node.parent;
  const name = node?.childForFieldName('left');
  return name?.type === 'identifier' && /^re\.compile\(/.test(node?.childForFieldName('right')?.text ?? '') && isKnown(name.text, moving) ? `${name.text}.pattern` : undefined;
}

/** What is sent as Access-Control-Allow-Origin. */
function valuesSent(from: SyntaxNode): readonly SyntaxNode[] {
  const names = from.descendantsOfType('string').filter(({ text }) => /^[bB]?["']access-control-allow-origin["']$/i.test(text));
  return names.flatMap((name) => {
    const { parent } = name;
    if (parent?.type === 'pair') return parent.childForFieldName('value') ?? [];
    if (parent?.type === 'subscript') return parent.parent?.type === 'assignment' ? (parent.parent.childForFieldName('right') ?? []) : [];
    return parent?.type === 'argument_list' || parent?.type === 'tuple' ? (parent.namedChildren.filter(({ type }) => type !== 'comment')[1] ?? []) : [];
  });
}

/** `origin in ALLOWED`, `origin == "…"`: what the code asks. */
function listAsked(moving: Moving): string | undefined {
  const lists: string[] = [];
  const texts: string[] = [];
  for (const comparison of moving.from.descendantsOfType('comparison_operator')) {
    const operands = comparison.namedChildren.filter(({ type }) => type !== 'comment');
    const [left, right] = operands;
    if (operands.length !== 2 || left === undefined || right === undefined) continue;
    const operator = comparison.text.slice(left.endIndex - comparison.startIndex, right.startIndex - comparison.startIndex).trim();
    if (isMembership(operator) && /origin/i.test(left.text) && left.type !== 'string') {
      const list = resolved(right, moving);
      if (list === undefined) return undefined;
      lists.push(list);
    } else if (operator === '==') {
      const other = /origin/i.test(left.text) && left.type !== 'string' ? right : /origin/i.test(right.text) && right.type !== 'string' ? left : undefined;
      if (other === undefined) continue;
      const text = resolved(other, moving);
      if (text === undefined) return undefined;
      texts.push(text);
    }
  }
  const [list, ...others] = [...new Set(lists)];
  if (list === undefined) return texts.length === 0 ? undefined : `[${[...new Set(texts)].join(', ')}]`;
  return others.length === 0 && texts.length === 0 ? list : `[${[...[list, ...others].map((one) => (one.startsWith('[') ? one.slice(1, -1).replace(/,\s*$/, '') : `*${one}`)), ...texts].join(', ')}]`;
}

function isMembership(operator: string): boolean {
  return operator === 'in' || /^not\s+in$/.test(operator);
}

/** The list that all of the texts stand in: by its name, or as it is written where that goes. */
function listHolding(leaves: readonly ExactSet[], moving: Moving): string | undefined {
  const holder = moving.module.at(leaves[0]!.at.file);
  const lists = leaves.map(({ at }) => {
    let node = at.file === holder?.file ? holder.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1)) : null;
    while (node !== null && !LISTS.has(node.type)) node = node.parent;
    return node;
  });
  const [list] = lists;
  if (holder === undefined || list === null || list === undefined || lists.some((one) => one?.id !== list.id) || list.namedChildren.filter(({ type }) => type !== 'comment').length !== leaves.length) return undefined;
  const name = list.parent?.type === 'assignment' ? list.parent.childForFieldName('left') : null;
  const code = moving.borrowed?.holder ?? moving.module;
  const local = name?.type !== 'identifier' ? undefined : holder === code || holder === moving.module ? name.text : [...moving.module.imports].find(([, qualified]) => qualified.endsWith(`.${name.text}`))?.[0];
  if (local !== undefined && (holder === code ? isKnown(local, moving) : isKnown(local, { module: moving.module, to: moving.to }))) return local;
  const goes = holder === code && [{ start: moving.from.startIndex, end: moving.from.endIndex }, ...moving.gone].some(({ start, end }) => start <= list.startIndex && list.endIndex <= end);
  return goes ? resolved(list, moving) : undefined;
}

const LISTS = new Set(['list', 'tuple', 'set']);

/** An expression of the code that goes, as one that means the same at the other place; undefined where none does. */
function resolved(node: SyntaxNode, moving: Moving, hops = 0): string | undefined {
  if (hops > MAX_HOPS) return undefined;
  if (node.type === 'identifier') {
    const local = moving.from.descendantsOfType('assignment').filter((one) => one.childForFieldName('left')?.text === node.text);
    const [only] = local;
    const value = only?.childForFieldName('right');
    if (local.length > 0) return local.length === 1 && value !== null && value !== undefined ? resolved(value, moving, hops + 1) : undefined;
    return isKnown(node.text, moving) ? node.text : undefined;
  }
  const names = node.descendantsOfType('identifier').filter(({ id, parent }) => !(parent?.type === 'attribute' && parent.childForFieldName('attribute')?.id === id) && !(parent?.type === 'keyword_argument' && parent.childForFieldName('name')?.id === id));
  const own = new Set(node.descendantsOfType('for_in_clause').map((clause) => clause.childForFieldName('left')?.text));
  if (!names.every(({ text }) => own.has(text) || isKnown(text, moving))) return undefined;
  // What is asked at every request may be another one each time; what makes a list of a text is not.
  if (![node, ...node.descendantsOfType('call')].every((call) => call.type !== 'call' || /(?:^|\.)(?:getenv|get|split|strip|rstrip|replace|lower|list|set|tuple|sorted|str)$/.test(call.childForFieldName('function')?.text ?? ''))) return undefined;
  // Settings may come later, if they are not set right here.
  if ((node.type === 'subscript' || /\bconfig\b/.test(node.text)) && !isSetBefore(node.text, moving)) return undefined;
  if (!LISTS.has(node.type)) return node.text;
  const inner = node.text.slice(1, -1);
  return `[${/[\r\n]/.test(inner) ? inner : inner.trim().replace(/,$/, '')}]`;
}

const MAX_HOPS = 4;

/** Does a name mean the same at the other place: one of the module, set before it, or of the language? */
function isKnown(name: string, { module, to, borrowed }: Pick<Moving, 'module' | 'to' | 'borrowed'>): boolean {
  if (OF_REQUESTS.has(name)) return false;
  if (BUILT_IN.has(name)) return true;
  if (borrowed !== undefined) return borrowed.has(name);
  if (module.imports.has(name)) return true;
  return isSetBefore(name, { module, to });
}

/** Is a name, or a setting, given a value by a statement of the module itself that comes before? */
function isSetBefore(target: string, { module, to }: Pick<Moving, 'module' | 'to'>): boolean {
  return module.root.namedChildren.some((statement) => statement.endIndex <= to && statement.type === 'expression_statement' && statement.namedChildren[0]?.type === 'assignment' && statement.namedChildren[0].childForFieldName('left')?.text === target);
}

/** What Flask binds to a request that is handled. */
const OF_REQUESTS = new Set(['request', 'current_app', 'g', 'session']);
const BUILT_IN = new Set(['list', 'set', 'tuple', 'str', 'sorted']);

/** The value that an argument of a call has by its name. */
export function keywordOf(call: SyntaxNode, name: string): SyntaxNode | undefined {
  return argumentsOf(call).find((one) => one.type === 'keyword_argument' && one.childForFieldName('name')?.text === name)?.childForFieldName('value') ?? undefined;
}
