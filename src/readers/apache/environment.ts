import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Word } from '../../syntax/apache/index.js';
import type { Scoped } from './sections.js';
import { groupOf, isIn, joinedCases, patternSet, unknownPart, type Case, type Part, type Pass, type Text } from './text.js';

/** What each variable of the request's environment may be. One that is not listed is not set. */
export type Variables = ReadonlyMap<string, readonly Case[]>;

export const NO_VARIABLES: Variables = new Map();

const UNSET: readonly Case[] = [{ when: ALWAYS, text: undefined }];

/** Cases of one variable past which it is not followed. */
const MAX_CASES = 60;

export function casesOf(variables: Variables, name: string): readonly Case[] {
  return variables.get(name) ?? UNSET;
}

/** Gives a variable other texts where a guard holds. */
export function assigned(variables: Variables, name: string, when: Guard, cases: readonly Case[], at: Word): Variables {
  if (when.g === 'never') return variables;
  const next = [...cases.map((one) => ({ ...one, when: whenAll(when, one.when) })), ...casesOf(variables, name).map((one) => ({ ...one, when: whenAll(one.when, unless(when)) }))].filter((one) => one.when.g !== 'never');
  return new Map(variables).set(name, next.length > MAX_CASES ? [{ when: ALWAYS, text: [unknownPart(`the variable ${name}, which is set in many places`, at, 'budget')] }] : next);
}

export function isSet(variables: Variables, name: string): Guard {
  return whenAny(...casesOf(variables, name).filter(({ text }) => text !== undefined).map(({ when }) => when));
}

/** `SetEnvIf` and its kin: a pattern that is found in a text sets variables. */
export function setEnvIf({ directive }: Scoped, inForce: Guard, variables: Variables, pass: Pass): Variables {
  const { name, args } = directive;
  const isBrowser = name.startsWith('browsermatch');
  const [attribute, pattern] = isBrowser ? [undefined, args[0]] : args;
  const features = args.slice(isBrowser ? 1 : 2);
  if (pattern === undefined || features.length === 0) return variables;
  const set = patternSet(pattern.text, name.endsWith('nocase'), pattern);
  const sources = attribute === undefined ? [{ when: ALWAYS, text: [{ p: 'header', name: 'user-agent', at: pattern } as const] }] : attributeText(attribute, variables);
  let result = variables;
  for (const source of sources) {
    const text = source.text ?? [];
    const when = whenAll(inForce, source.when, isIn(text, set, pass));
    for (const feature of features) {
      const [, not, spelled = '', value] = /^(!?)([^=]*)(?:=(.*))?$/s.exec(feature.text) ?? [];
      const cases: readonly Case[] = not === '!' ? UNSET : value === undefined ? [{ when: ALWAYS, text: [{ p: 'text', text: '1', at: feature }] }] : withGroups(value, feature, text, isPlain(pattern.text) && !name.endsWith('nocase') ? undefined : set, pass);
      result = assigned(result, spelled, when, cases, feature);
    }
  }
  return result;
}

/** A text without any special character is looked for as it is, and then there is nothing to put in for `$0` (mod_setenvif, non_regex_pattern). */
function isPlain(source: string): boolean {
  return /^(?:[^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}])*$/.test(source);
}

/** `$0` to `$9` are what the pattern found. */
function withGroups(value: string, at: Word, source: Text, set: ReturnType<typeof patternSet> | undefined, pass: Pass): readonly Case[] {
  const pieces = [...value.matchAll(/\$(\d)|\\([$\\])|[^$\\]+|[$\\]/g)].map((match): readonly Case[] => {
    const [whole, group, escaped] = match;
    const literal = set === undefined ? whole : (escaped ?? whole);
    return group === undefined || set === undefined ? [{ when: ALWAYS, text: [{ p: 'text', text: literal, at }] }] : groupOf(source, set, Number(group), at, pass);
  });
  return joinedCases(pieces, '', at);
}

function attributeText(attribute: Word, variables: Variables): readonly Case[] {
  const { text } = attribute;
  const only = (part: Part): readonly Case[] => [{ when: ALWAYS, text: [part] }];
  switch (text.toLowerCase()) {
    case 'request_method':
      return only({ p: 'method', at: attribute });
    case 'request_uri':
      return only({ p: 'path', at: attribute });
    case 'remote_addr':
    case 'remote_host':
    case 'server_addr':
    case 'request_protocol':
      return only(unknownPart(`the request’s ${text}`, attribute));
    default:
      // A header that the request does not have may be a variable that was set before.
      if (variables.has(text)) return casesOf(variables, text);
      return /^[\w-]+$/.test(text) ? only({ p: 'header', name: text.toLowerCase(), at: attribute }) : only(unknownPart(`headers named like ${text}`, attribute));
  }
}

/**
 * `SetEnv` and `UnsetEnv`, after everything that looks at the request: they give a value to what has none by then, and take
 * back nothing but each other (mod_env, fixups).
 */
export function withSetEnv(lines: readonly { readonly scoped: Scoped; readonly when: Guard }[], variables: Variables): Variables {
  let own = NO_VARIABLES;
  const names = new Map<string, Word>();
  for (const { scoped, when } of lines) {
    const { name, args } = scoped.directive;
    for (const word of name === 'unsetenv' ? args : args.slice(0, 1)) {
      own = assigned(own, word.text, when, name === 'unsetenv' ? UNSET : [{ when: ALWAYS, text: [{ p: 'text', text: args[1]?.text ?? '', at: args[1] ?? word }] }], word);
      names.set(word.text, word);
    }
  }
  return [...names].reduce((all, [name, word]) => assigned(all, name, unless(isSet(all, name)), casesOf(own, name), word), variables);
}
