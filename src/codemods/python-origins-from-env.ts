/**
 * Lists of origins that Python code writes out (options of CORSMiddleware and Flask-CORS, settings of Django) are read from
 * an environment variable, each entry checked when the program starts; what was written is what holds without the variable.
 */
import type { Revised } from '../engine.js';
import { leavesOf, type OriginSet } from '../origins/origin-set.js';
import type { Guard, Policy } from '../policy/program.js';
import { effectsOn, literalOrigins, originLeaves, originSetsIn } from '../policy/views.js';
import { PythonModule } from '../syntax/python/index.js';
import { textsWith } from '../text/files.js';
import { sameSpan, spanKey, type Span } from '../text/span.js';
import { refuse, type Announcement, type Choices, type Codemod, type Proposed, type Refusal } from './codemod.js';
import { listWith } from './python/origin-lists.js';
import { originPattern } from './python/origins-reading.js';
import { readFromVariable } from './python/origins-from-variable.js';
import { programOf } from './python/programs.js';

const codemod: Codemod = {
  *propose(repository, choices) {
    const found = listsIn(repository, choices);
    yield* found.refused;
    const conflicting = new Set(found.lists.filter((one) => found.lists.some((other) => areDifferent(repository, one, other))));
    for (const one of conflicting) {
      const other = found.lists.find((another) => areDifferent(repository, one, another))!;
      yield refuse(one.at, `${one.target} lists other origins than line ${other.line} of ${other.at.file}: ${one.env} cannot stand for both`);
    }
    const lists = found.lists.filter((one) => !conflicting.has(one));
    for (const path of new Set(lists.map(({ at }) => at.file))) {
      for (const env of new Set(lists.filter(({ at }) => at.file === path).map((one) => one.env))) yield rewritten(repository, path, env, lists.filter((one) => one.at.file === path && one.env === env));
    }
  },
};
export default codemod;

/** A list that can be read from a variable, by the first origin of it. */
interface Found {
  readonly at: Span;
  readonly line: number;
  readonly origins: readonly string[];
  readonly target: string;
  /** Where another list may be given to the same name in its turn: this file, or all settings of Django. */
  readonly turns: string | undefined;
  readonly env: string;
}

/** Readers of what takes a list of origins as Python's, and is held against the real software. */
const READERS: ReadonlySet<string> = new Set(['starlette', 'flask', 'django']);

interface Leaf {
  readonly at: Span;
  readonly text: string | undefined;
  readonly policy: Policy;
  /** Variables without which alone it is let in. */
  readonly unset: readonly string[];
}

const NOBODY = 'which variable the list is to be read from, only a person can say: --origins-from-env names it';
const KEPT = 'the origins stay those that are written, where the variable is not set: --origins is for reflection-to-allowlist';

function listsIn(repository: Revised, choices: Choices): { readonly lists: readonly Found[]; readonly refused: readonly Refusal[] } {
  const lists = new Map<string, Found>();
  const refused = new Map<string, Refusal>();
  const refuseOnce = (at: Span, reason: string): void => void refused.set(`${at.file} ${reason}`, refused.get(`${at.file} ${reason}`) ?? refuse(at, reason));
  for (const policy of repository.policies) if (READERS.has(policy.reader)) for (const { at, why } of withoutList(policy, choices)) refuseOnce(at, why);
  for (const [path, leaves] of leavesByFile(repository)) {
    const module = repository.unit('python', path);
    if (!(module instanceof PythonModule)) continue;
    for (const { at, text, policy, unset } of leaves) {
      const list = listWith(module, at);
      const chosen = choices.originsFor(policy);
      const known = unset.find((name) => name !== chosen?.env);
      // Patterns are options of their own, beside the list.
      if (text === undefined && list.kind === 'list' && !list.origins.some(isOrigin) && namesOrigins(policy)) continue;
      if (list.kind === 'default' || (list.kind === 'none' && list.isOfList !== true && unset.length > 0)) {
        if (known !== undefined && !unset.includes(chosen?.env ?? '')) refuseOnce(at, `the origins are read from ${known} already`);
      } else if (list.kind === 'none') refuseOnce(at, text === undefined ? 'origins are let in by a pattern: a variable names origins alone' : list.why);
      else if (list.kind === 'list') {
        const why = chosen === undefined ? NOBODY : chosen.env === undefined || chosen.origins.length > 0 ? KEPT : whyNot(list.origins);
        const key = `${path} ${list.node.startIndex}`;
        if (why !== undefined) refuseOnce(module.span(list.node), why);
        else if (!lists.has(key)) lists.set(key, { at, line: list.node.startPosition.row + 1, origins: list.origins, target: list.target, turns: list.isAssigned ? `${list.target} ${policy.reader === 'django' ? '' : path}` : undefined, env: chosen!.env! });
      }
    }
  }
  return { lists: [...lists.values()], refused: [...refused.values()] };
}

function isPython({ file }: Span): boolean {
  return file.endsWith('.py');
}

/** Policies that let in whom no list names: every origin, or those of a variable that the text says nothing about. */
function* withoutList(policy: Policy, choices: Choices): Iterable<{ readonly at: Span; readonly why: string }> {
  if (originLeaves(policy).some((leaf) => leaf.s !== 'exact' || leaf.text !== '')) return;
  const wildcard = literalOrigins(policy).find(({ text }) => text === '*');
  if (wildcard !== undefined) return yield { at: wildcard.at, why: 'every origin is let in: there is no list' };
  const env = choices.originsFor(policy)?.env;
  for (const { step, effect } of effectsOn(policy, 'access-control-allow-origin')) {
    const sets = [...originSetsIn(step.when)];
    const elsewhere = sets.flatMap((set) => (set.s === 'dynamic' && set.why.key.startsWith('env:') ? [set.why.key.slice('env:'.length)] : []))[0];
    if (effect.value.v !== 'request-header') continue;
    if (elsewhere !== undefined) {
      if (elsewhere !== env) yield { at: effect.at, why: `the origins are read from ${elsewhere} already` };
    } else if (sets.every(hasEveryOrigin)) yield { at: effect.at, why: 'every origin is sent back as it came: there is no list; reflection-to-allowlist makes one' };
  }
}

/** Does a set leave out nothing that browsers send? */
function hasEveryOrigin(set: OriginSet): boolean {
  if (set.s === 'and') return set.of.every(hasEveryOrigin);
  if (set.s !== 'not') return set.s === 'any';
  return (set.of.s === 'or' ? set.of.of : [set.of]).every((one) => one.s === 'absent' || (one.s === 'exact' && one.text === ''));
}

/** What Python code lets in by name, by the files that say so. */
function leavesByFile({ policies }: Revised): ReadonlyMap<string, readonly Leaf[]> {
  const found = new Map<string, Map<string, Leaf>>();
  const add = (leaf: Leaf): void => {
    if (!isPython(leaf.at)) return;
    const known = found.get(leaf.at.file) ?? new Map<string, Leaf>();
    found.set(leaf.at.file, known.set(spanKey(leaf.at), known.get(spanKey(leaf.at)) ?? leaf));
  };
  for (const policy of policies) {
    if (!READERS.has(policy.reader)) continue;
    for (const { step, effect } of effectsOn(policy, 'access-control-allow-origin')) {
      const unset = [...unsetIn(step.when)];
      for (const { leaf, admits } of [...originSetsIn(step.when)].flatMap((set) => [...leavesOf(set)])) if (admits && !(leaf.s === 'exact' && (leaf.made === true || leaf.text === ''))) add({ at: leaf.at, text: leaf.s === 'exact' ? leaf.text : undefined, policy, unset });
      const { value } = effect;
      if (value.v === 'literal' && value.written && value.text !== '*' && !sameSpan(value.at, effect.at)) add({ at: value.at, text: value.text, policy, unset });
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, leaves]) => [path, [...leaves.values()].sort((a, b) => a.at.start - b.at.start)]));
}

/** Variables that have to be missing for a guard to hold, or for a part of its origins. */
function* unsetIn(guard: Guard): Iterable<string> {
  if (guard.g === 'fact' && guard.fact.absentSetting !== undefined) yield guard.fact.absentSetting;
  else if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* unsetIn(part);
  else if (guard.g === 'origin') yield* unsetOf(guard.in);
}

function* unsetOf(set: OriginSet): Iterable<string> {
  if (set.s === 'and' || set.s === 'or') for (const part of set.of) yield* unsetOf(part);
  else if (set.s === 'guarded') {
    if (!set.negated && set.when.absentSetting !== undefined) yield set.when.absentSetting;
    yield* unsetOf(set.set);
  }
}

/** Why a variable cannot stand for such origins; undefined where it can. */
function whyNot(origins: readonly string[]): string | undefined {
  if (origins.includes('*')) return 'every origin is let in: there is no list';
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return origins.length === 0 ? 'the list is empty' : undefined;
  return /[*\\\]?$^[()]/.test(wrong) ? `${wrong} is a pattern: a variable names origins alone` : `${JSON.stringify(wrong)} is not an origin as browsers send them: the check of the variable would refuse it`;
}

function isOrigin(text: string): boolean {
  return new RegExp(`^${originPattern(schemesOf([text]))}$`).test(text);
}

function namesOrigins(policy: Policy): boolean {
  return originLeaves(policy).some((leaf) => leaf.s === 'exact' && leaf.text !== '');
}

function schemesOf(origins: readonly string[]): readonly string[] {
  return [...new Set(origins.flatMap((origin) => /^([a-z][a-z0-9-]*):\/\//.exec(origin)?.[1] ?? []))].sort();
}

/** Would one variable stand for two lists that say different things in one program? Those that are the value of one name hold in its turn. */
function areDifferent({ files }: Revised, one: Found, other: Found): boolean {
  if (one.env !== other.env || (one.turns !== undefined && one.turns === other.turns) || keyOf(one) === keyOf(other)) return false;
  return programOf(files, one.at.file) === programOf(files, other.at.file);
}

function keyOf({ origins }: Found): string {
  return [...new Set(origins)].sort().join(' ');
}

function rewritten(repository: Revised, path: string, env: string, found: readonly Found[]): Proposed {
  const at = found[0]!.at;
  const module = repository.unit('python', path);
  if (!(module instanceof PythonModule)) return refuse(at, 'the file cannot be read as Python');
  const lists = found.flatMap((one) => {
    const list = listWith(module, one.at);
    return list.kind === 'list' ? [list] : [];
  });
  const written = readFromVariable(module, lists, { env, schemes: schemesOf(found.flatMap(({ origins }) => origins)), areLists: lists.every(({ node }) => node.type === 'list' || node.type === 'string') });
  if (typeof written === 'string') return refuse(at, written);
  const texts = textsWith(repository.files, written.edits);
  if (texts === undefined) return refuse(at, 'one list stands in another');
  const targets = [...new Set(lists.map(({ target }) => target))].join(', ');
  return { kind: 'rewriting', title: `${targets} of ${path} ${targets.includes(',') ? 'are' : 'is'} read from ${env}`, at, texts, announces: announced(env), ...(written.notes.length === 0 ? {} : { notes: written.notes }) };
}

function announced(env: string): Announcement {
  return { words: `Where ${env} is set, the origins that it names are let in instead of those that are written out.`, unset: env, allows: ({ what, after }) => after === (what === 'verdict' ? 'undecided' : null) };
}
